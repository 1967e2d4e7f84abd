"""Which bins have to be emptied today, which are worth a detour, and why the others need not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.forecasts import ForecastBasis, Outlook
from core.levels import Level, LevelSource, LevelTrust
from core.plans import DueReason, LeftOut, LeftOutReason, Policy
from core.rules.in_words import day_and_time

FULL_PCT = 100.0
"""All that a bin may hold: from here on it overflows."""
CERTAIN = 0.99
"""A bin more likely than this to overflow before its next chance has to be emptied now."""
LEAST_PRIZE_M = 50
"""For less nobody turns off the way, and the search need not look at it."""
DEFAULT_DIAL_M = 5_000
"""In the simulated town 5 km saved most at the fewest overflows for it, 20 km drove for bins that
were 44 % full (docs/evidence.md); a town of long ways needs more."""
DEFAULT_AHEAD_M = 0
AHEAD_FROM_PCT, AHEAD_FULL_PCT = 55.0, 85.0
"""A bin less full than the first is not fetched ahead of its time; one that is as full as the
second would have been emptied about now anyway."""
DEFAULT_SCHEDULE = timedelta(days=7)
_TURN_SLACK = timedelta(hours=12)
"""Emptied at noon last week, its turn comes with this week's morning round."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Aims:
    """What a plan is for.

    Attributes:
        policy: how it chooses.
        dial_m: metres we would drive to avoid one overflow.
        ahead_m: metres that emptying a bin today saves because nobody has to come for it in the
            next days; a bin that is less full is worth its share of it. 0: nothing is fetched
            ahead of its time.
        schedule: time from one emptying to the next under the fixed schedule.
    """

    policy: Policy = Policy.PRIZE
    dial_m: int = DEFAULT_DIAL_M
    ahead_m: int = DEFAULT_AHEAD_M
    schedule: timedelta = DEFAULT_SCHEDULE


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What is known of a bin beside its level."""

    requested: bool = False
    """Somebody asked that it is emptied, and it has not been since."""
    emptied_at: datetime | None = None
    """The last time, by whoever noticed."""


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


def prize(aims: Aims, outlook: Outlook) -> int:
    """Return the metres we would drive for a bin: for the overflow, and for the way saved later.

    The probability alone sees one day ahead: a bin at 75 % beside today's stops would be left, and
    cost a way of its own the day after tomorrow. (Mes, Schutten and Perez Rivera 2014 call such
    bins "may go".)
    """
    ahead = 0.0
    if outlook.round_pct >= AHEAD_FROM_PCT:
        ahead = min(1.0, outlook.round_pct / AHEAD_FULL_PCT)
    return round(aims.dial_m * outlook.overflow_probability + aims.ahead_m * ahead)


def decide(
    level: Level, outlook: Outlook, *, aims: Aims, known: Known, round_at: datetime
) -> Wanted | LeftOut:
    """Say whether a bin is due at ``round_at``, what it is worth, or why it is left out.

    Due under every policy: what somebody asked for. Under the fixed schedule else only what has
    its turn; under the others what is at or over its threshold now. With a threshold also what is
    expected to be before the next chance; else what is all but certain to overflow by then. For a
    prize also the rest, as far as that is likely. A bin out of service says that first, and a
    wanted one that nobody can find that it has no position.
    """
    bin_ = level.bin

    def left_out(reason: LeftOutReason, detail: str) -> LeftOut:
        return LeftOut(
            bin_id=bin_.bin_id, reason=reason, detail=detail, expected_fill_pct=outlook.round_pct
        )

    if not bin_.in_service:
        return left_out(LeftOutReason.OUT_OF_SERVICE, "the bin is marked out of service")
    reason = _why_due(level, outlook, aims, known, round_at)
    prize_m = prize(aims, outlook)
    worthwhile = aims.policy is Policy.PRIZE and prize_m >= LEAST_PRIZE_M
    if reason is not None or worthwhile:
        if bin_.position is None:
            return left_out(
                LeftOutReason.NO_POSITION,
                f"{outlook.round_pct:.0f} % full, but nobody has said where the bin stands: "
                "register its lon and lat",
            )
        return Wanted(
            level=level,
            reason=reason,
            expected_fill_pct=outlook.round_pct,
            overflow_probability=outlook.overflow_probability,
            prize_m=prize_m if reason is None else None,
        )
    if aims.policy is Policy.FIXED_SCHEDULE:
        return left_out(LeftOutReason.NOT_ITS_TURN, _turn(aims, known))
    return left_out(*_why_not(level, outlook))


def _why_due(
    level: Level, outlook: Outlook, aims: Aims, known: Known, round_at: datetime
) -> DueReason | None:
    if known.requested:
        return DueReason.REQUESTED
    if aims.policy is Policy.FIXED_SCHEDULE:
        return DueReason.SCHEDULED if _has_turn(aims, known, round_at) else None
    threshold_pct = level.bin.threshold_pct
    if level.fill_pct is not None:
        if max(level.fill_pct, outlook.round_pct) >= threshold_pct:
            return DueReason.OVER_THRESHOLD
        if aims.policy is Policy.THRESHOLD and outlook.next_pct >= threshold_pct:
            return DueReason.EXPECTED_OVER_THRESHOLD
    if aims.policy is not Policy.THRESHOLD and outlook.overflow_probability > CERTAIN:
        return DueReason.EXPECTED_TO_OVERFLOW
    return None


def _has_turn(aims: Aims, known: Known, round_at: datetime) -> bool:
    if known.emptied_at is None:
        return True
    return round_at - known.emptied_at >= aims.schedule - _TURN_SLACK


def _turn(aims: Aims, known: Known) -> str:
    days = aims.schedule / timedelta(days=1)
    when = "" if known.emptied_at is None else f"emptied {day_and_time(known.emptied_at)}, "
    return f"{when}its turn comes every {days:g} days"


def _why_not(level: Level, outlook: Outlook) -> tuple[LeftOutReason, str]:
    ahead = _ahead(outlook)
    if level.fill_pct is None or level.measured_at is None:
        return (
            LeftOutReason.NO_LEVEL,
            f"no trusted reading yet; by its stream and schedule {ahead}: is its sensor mounted?",
        )
    if level.trust in {LevelTrust.STALE, LevelTrust.UNTRUSTED}:
        why = "too old" if level.trust is LevelTrust.STALE else "what came after is not trusted"
        level_then = f"{level.fill_pct:.0f} % at {level.measured_at:%Y-%m-%d %H:%M} UTC"
        return (
            LeftOutReason.STALE_LEVEL,
            f"last trusted level {level_then}, {why}; {ahead}: {_who_could_say(level)}",
        )
    return (
        LeftOutReason.BELOW_THRESHOLD,
        f"{outlook.round_pct:.0f} % full, {ahead}, threshold {level.bin.threshold_pct:.0f} %",
    )


def _who_could_say(level: Level) -> str:
    if level.source is LevelSource.CREW:
        return "a crew said so, and nobody has looked since"
    return "check its sensor"


def _ahead(outlook: Outlook) -> str:
    full = "" if outlook.full_at is None else f", full by {day_and_time(outlook.full_at)}"
    assumed = " (nobody knows its level)" if outlook.basis is ForecastBasis.SCHEDULE else ""
    return (
        f"{outlook.next_pct:.0f} % expected before the next round{assumed}, "
        f"{100 * outlook.overflow_probability:.1f} % likely to overflow by then{full}"
    )
