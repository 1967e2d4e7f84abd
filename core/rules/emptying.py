"""When readings show that a bin was emptied, and when what looked like it was a bounce."""

from dataclasses import dataclass
from datetime import datetime

from core.records import record
from core.rules.pace import came_back, is_jump
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


@record
class Seen:
    """What one more trusted level says about emptyings; both None nearly always."""

    emptied: SensedEmptying | None = None
    revoked_at: datetime | None = None


NOTHING = Seen()


def both(first: Seen, second: Seen, *, told_before: bool) -> Seen:
    """Return what two levels say one after the other; of two emptyings told, the newer one.

    What the first one told and the second refutes was never told to anyone, unless it had been
    before (``told_before``) and was only corrected.
    """
    if second.revoked_at is not None and first.emptied is not None:
        return second if told_before else NOTHING
    return Seen(
        emptied=second.emptied or first.emptied, revoked_at=second.revoked_at or first.revoked_at
    )


def see_emptying(
    track: Track, fill_pct: float, at: datetime, limits: TrustLimits, changes: TrackChanges
) -> Seen:
    """Look for an emptying between the track's level and a newer trusted one.

    A fall opens it; the next trusted level tells it, or refutes it by coming back at one go. For
    ``bounce_h`` hours it can still come back, or fall further, which corrects what is left. A fall
    from a level that has risen again is the next emptying. What has to be remembered goes to
    ``changes``.
    """
    seen = NOTHING if track.drop_at is None else _follow_up(track, fill_pct, at, limits, changes)
    if changes.get("drop_at", track.drop_at) is None and _is_fall(track, fill_pct, limits):
        changes["drop_at"] = at
        changes["drop_not_before"] = track.level_at
        changes["drop_before_pct"] = track.level_pct
        changes["drop_after_pct"] = fill_pct
        changes["drop_told"] = False
    return seen


def _is_fall(track: Track, fill_pct: float, limits: TrustLimits) -> bool:
    level_pct = track.level_pct
    return (
        level_pct is not None
        and level_pct - fill_pct >= limits.emptying_drop_pct
        and fill_pct <= level_pct * limits.emptying_left_share
    )


def _follow_up(
    track: Track, fill_pct: float, at: datetime, limits: TrustLimits, changes: TrackChanges
) -> Seen:
    """Hold an open emptying against a newer level; closes it by ``drop_at`` None."""
    drop_at, told = track.drop_at, track.drop_told
    before_pct, after_pct = track.drop_before_pct, track.drop_after_pct
    level_pct, level_at = track.level_pct, track.level_at
    if (
        drop_at is None
        or track.drop_not_before is None
        or before_pct is None
        or after_pct is None
        or level_pct is None
        or level_at is None
    ):
        changes["drop_at"] = None  # incomplete, as only a change by hand can leave it
        return NOTHING
    over = (at - drop_at).total_seconds() > 3600 * limits.bounce_h
    risen = level_pct > after_pct + limits.bounce_pct
    if over or (risen and _is_fall(track, fill_pct, limits)):
        changes["drop_at"] = None
    if told and (over or risen):
        return NOTHING
    hours = (at - level_at).total_seconds() / 3600
    rise_pct, still_missing_pct = fill_pct - level_pct, before_pct - fill_pct
    if came_back(track, rise_pct, still_missing_pct, hours, limits):
        changes["drop_at"] = None
        return Seen(revoked_at=drop_at) if told else NOTHING
    settles = (
        not told
        and still_missing_pct >= limits.emptying_drop_pct
        and is_jump(track, rise_pct, hours, limits)
    )
    if not over and (fill_pct < after_pct or settles):
        after_pct = fill_pct
    elif told:
        return NOTHING
    changes["drop_after_pct"] = after_pct
    changes["drop_told"] = True
    return Seen(
        emptied=SensedEmptying(
            not_before=track.drop_not_before,
            emptied_at=drop_at,
            fill_before_pct=before_pct,
            fill_after_pct=after_pct,
        )
    )
