"""When readings show that a bin was emptied, and when what looked like it was a bounce."""

from dataclasses import dataclass
from datetime import datetime

from core.rules.track import Track, TrackChanges
from core.rules.trust_limits import TrustLimits


@dataclass(frozen=True, kw_only=True, slots=True)
class SensedEmptying:
    """A bin was emptied after ``not_before`` and at the latest at ``emptied_at``.

    These are the last trusted reading with the old level and the first with the new one.
    ``emptied_at`` identifies it within the bin: told again, it corrects ``fill_after_pct``.
    """

    not_before: datetime
    emptied_at: datetime
    fill_before_pct: float
    fill_after_pct: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What one more trusted level says about emptyings; both None nearly always."""

    emptied: SensedEmptying | None = None
    revoked_at: datetime | None = None


NOTHING = Seen()


def see_emptying(
    track: Track, fill_pct: float, at: datetime, limits: TrustLimits, changes: TrackChanges
) -> Seen:
    """Look for an emptying between the track's level and a newer trusted one.

    A fall opens it, the next trusted level tells it (if it holds) or refutes it. For ``bounce_h``
    hours after the fall a rise that no filling explains corrects what was left in the bin, or
    revokes the emptying when hardly any fall remains. What has to be remembered goes to
    ``changes``.
    """
    seen = NOTHING if track.drop_at is None else _follow_up(track, fill_pct, at, limits, changes)
    level_pct = track.level_pct
    if (
        level_pct is not None
        and level_pct - fill_pct >= limits.emptying_drop_pct
        and fill_pct <= level_pct * limits.emptying_left_share
        and changes.get("drop_at", track.drop_at) is None
    ):
        changes["drop_at"] = at
        changes["drop_not_before"] = track.level_at
        changes["drop_before_pct"] = level_pct
        changes["drop_after_pct"] = fill_pct
        changes["drop_told"] = False
    return seen


def _follow_up(
    track: Track, fill_pct: float, at: datetime, limits: TrustLimits, changes: TrackChanges
) -> Seen:
    drop_at, not_before = track.drop_at, track.drop_not_before
    before_pct, after_pct = track.drop_before_pct, track.drop_after_pct
    if drop_at is None or not_before is None or before_pct is None or after_pct is None:
        changes["drop_at"] = None
        return NOTHING
    hours = (at - drop_at).total_seconds() / 3600
    over = hours > limits.bounce_h
    if over:
        changes["drop_at"] = None
        if track.drop_told:
            return NOTHING
    bounced = fill_pct - after_pct > limits.bounce_pct + limits.fastest_pct_per_h * hours
    if bounced and before_pct - fill_pct < limits.emptying_drop_pct:
        changes["drop_at"] = None
        return Seen(revoked_at=drop_at) if track.drop_told else NOTHING
    if not over and (bounced or fill_pct < after_pct):
        after_pct = fill_pct
    elif track.drop_told:
        return NOTHING
    changes["drop_after_pct"] = after_pct
    changes["drop_told"] = True
    return Seen(
        emptied=SensedEmptying(
            not_before=not_before,
            emptied_at=drop_at,
            fill_before_pct=before_pct,
            fill_after_pct=after_pct,
        )
    )
