"""Which bins have to be emptied today, and why the others need not."""

from dataclasses import dataclass
from datetime import datetime

from core.levels import Level, LevelTrust
from core.plans import DueReason, LeftOut, LeftOutReason
from core.rules.fill_rate import FillRate

FULL_PCT = 100.0
"""All that a bin may hold: from here on it overflows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A bin that is to be emptied today: it is due, or worth a detour.

    Attributes:
        level: the bin and what is known of it now.
        reason: why it is due; None for one that is only worthwhile.
        expected_fill_pct: at the time of the round, 0 to 100.
        overflow_probability: that it is full before the chance after this round, 0 to 1.
        prize_m: metres we would drive for it, at least 1; None for a due bin, which no way is too
            long for.
    """

    level: Level
    reason: DueReason | None
    expected_fill_pct: float
    overflow_probability: float
    prize_m: int | None = None

    def __post_init__(self) -> None:
        if (self.reason is None) == (self.prize_m is None):
            raise ValueError("a due bin has a reason and no prize, a worthwhile one only a prize")

    @property
    def is_due(self) -> bool:
        """Tell whether it has to be emptied, whatever the way."""
        return self.prize_m is None


def expected_fill(level: Level, rate: FillRate | None, at: datetime) -> float | None:
    """Return the fill expected at a moment, 0 to 100; None for a bin without a level.

    Without a rate, or for a moment before the measurement, the level itself is the answer.
    """
    if level.fill_pct is None or level.measured_at is None:
        return None
    elapsed_days = max(0.0, (at - level.measured_at).total_seconds() / 86_400)
    gain_pct = 0.0 if rate is None else rate.pct_per_day * elapsed_days
    return min(100.0, max(0.0, level.fill_pct + gain_pct))


def decide(
    level: Level, rate: FillRate | None, *, round_at: datetime, next_round_at: datetime
) -> Wanted | LeftOut:
    """Say whether a bin is due at ``round_at``, or why it is left out.

    Due: at or over its threshold now, or expected to be before the next round. A bin that cannot
    be served at all (out of service, no position, no level) says that first.
    """
    bin_ = level.bin
    now_pct = expected_fill(level, rate, round_at)
    later_pct = expected_fill(level, rate, next_round_at)

    def left_out(reason: LeftOutReason, detail: str) -> LeftOut:
        return LeftOut(bin_id=bin_.bin_id, reason=reason, detail=detail, expected_fill_pct=now_pct)

    if not bin_.in_service:
        return left_out(LeftOutReason.OUT_OF_SERVICE, "the bin is marked out of service")
    if level.fill_pct is None or level.measured_at is None or now_pct is None or later_pct is None:
        return left_out(
            LeftOutReason.NO_LEVEL, "no trusted reading yet: check that its sensor is mounted"
        )
    if max(level.fill_pct, later_pct) >= bin_.threshold_pct:
        if bin_.position is None:
            return left_out(
                LeftOutReason.NO_POSITION,
                f"{now_pct:.0f} % full, but nobody has said where the bin stands: "
                "register its lon and lat",
            )
        over_now = max(level.fill_pct, now_pct) >= bin_.threshold_pct
        return Wanted(
            level=level,
            reason=DueReason.OVER_THRESHOLD if over_now else DueReason.EXPECTED_OVER_THRESHOLD,
            expected_fill_pct=now_pct,
            # all that a rate without a spread can say
            overflow_probability=float(later_pct >= FULL_PCT),
        )
    if level.trust in {LevelTrust.STALE, LevelTrust.UNTRUSTED}:
        why = "too old" if level.trust is LevelTrust.STALE else "what came after is not trusted"
        return left_out(
            LeftOutReason.STALE_LEVEL,
            f"last trusted level {level.fill_pct:.0f} % at {level.measured_at:%Y-%m-%d %H:%M} UTC, "
            f"{why}: check its sensor",
        )
    return left_out(
        LeftOutReason.BELOW_THRESHOLD,
        f"{now_pct:.0f} % full, {later_pct:.0f} % expected before the next round, "
        f"threshold {bin_.threshold_pct:.0f} %",
    )
