"""Judge a reading against what its sensor said before, and remember it for the next one."""

from datetime import datetime

from core.readings import Reading, Trust
from core.records import record
from core.rules.battery import note_battery
from core.rules.doubt import confirms, why_doubt
from core.rules.emptying import NOTHING, SensedEmptying, both, see_emptying
from core.rules.pace import note_gain
from core.rules.track import Track, TrackChanges
from core.rules.trust_limits import TrustLimits

INTERVAL_WEIGHT = 0.1
"""What one more interval counts in the usual one."""
LONGEST_INTERVAL = 4.0
"""A longer one, in usual intervals, is an outage and counts as much as this."""
REFUTED_WEIGHT = 0.02
"""What one more level counts in the share of refuted ones: about the last 50 make it up."""
REFUTED_NONE = 0.5 * REFUTED_WEIGHT
"""Below this share the last refuted level is so long ago that a next one begins anew."""


@record
class Step:
    """What one more reading changes.

    ``trust`` is the final verdict about it. ``confirmed_at`` is when the earlier, doubted reading
    was measured that it confirms: that one is trusted now. ``emptied`` is an emptying known now,
    or known better (same ``emptied_at``); ``revoked_at`` the ``emptied_at`` of one that was none.
    """

    trust: Trust
    track: Track
    confirmed_at: datetime | None = None
    emptied: SensedEmptying | None = None
    revoked_at: datetime | None = None


def follow(track: Track, reading: Reading, limits: TrustLimits) -> Step:
    """Judge a reading, whose ``trust`` is what ``judge`` said of it by itself.

    A reading not newer than the newest one (late, or the same again) keeps its own verdict and
    leaves the track as it is: give readings that came together in order of time. One measured in
    the future counts as measured when it came. A sensor in another bin begins a new track.
    """
    trust = reading.trust
    at = reading.received_at if trust is Trust.CLOCK_AHEAD else reading.measured_at
    if track.newest_at is not None and at <= track.newest_at:
        return Step(trust=trust, track=track)
    if track.bin_id != reading.bin_id:
        track = Track(bin_id=reading.bin_id, stored_until=track.stored_until)
    changes: TrackChanges = {"newest_at": at}
    _note_interval(track, at, changes)
    if reading.battery_v is not None or reading.battery_pct is not None:
        note_battery(track, reading, at, limits, changes)
    if trust is not Trust.TRUSTED or reading.fill_pct is None:
        if trust.claims_a_level:
            _note_fault(track, trust, at, changes)
        return Step(trust=trust, track=track.changed(changes))
    if _note_same(track, reading, at, limits, changes):
        _note_fault(track, Trust.STUCK, at, changes)
        return Step(trust=Trust.STUCK, track=track.changed(changes))
    return _follow_level(track, reading.fill_pct, at, limits, changes)


def _follow_level(
    track: Track, fill_pct: float, at: datetime, limits: TrustLimits, changes: TrackChanges
) -> Step:
    """Doubt a level or move to it, by way of the doubted one if it confirms that."""
    confirmed_at, on_the_way, told_before = None, NOTHING, track.drop_told
    if track.suspect_at is not None:
        if confirms(track, fill_pct, at, limits):
            confirmed_at = track.suspect_at
            by_way: TrackChanges = {}
            suspect_pct = track.suspect_pct or 0.0
            on_the_way = see_emptying(track, suspect_pct, confirmed_at, limits, by_way)
            by_way["level_at"], by_way["level_pct"] = confirmed_at, track.suspect_pct
            track = track.changed(by_way)
        changes["suspect_at"] = changes["suspect_pct"] = changes["suspect_trust"] = None
    if track.refuted_share > 0.0 or (track.suspect_at is not None and confirmed_at is None):
        _note_refuted(track, confirmed_at is None, changes)
    if confirmed_at is None:
        interval_s = changes.get("interval_s", track.interval_s)
        doubt = why_doubt(track, fill_pct, at, interval_s, limits)
        if doubt is not None:
            changes["suspect_at"], changes["suspect_pct"] = at, fill_pct
            changes["suspect_trust"] = doubt
            _note_fault(track, doubt, at, changes)
            return Step(trust=doubt, track=track.changed(changes))
    if track.fault_trust is not None:
        changes["fault_trust"] = changes["fault_since"] = None
        changes["fault_n"] = 0
    seen = see_emptying(track, fill_pct, at, limits, changes)
    if on_the_way is not NOTHING:
        seen = both(on_the_way, seen, told_before=told_before)
    note_gain(track, fill_pct, at, limits, changes)
    changes["level_at"], changes["level_pct"] = at, fill_pct
    return Step(
        trust=Trust.TRUSTED,
        track=track.changed(changes),
        confirmed_at=confirmed_at,
        emptied=seen.emptied,
        revoked_at=seen.revoked_at,
    )


def _note_interval(track: Track, at: datetime, changes: TrackChanges) -> None:
    if track.newest_at is None:
        return
    gap_s = (at - track.newest_at).total_seconds()
    usual_s = track.interval_s
    if usual_s is None:
        changes["interval_s"] = gap_s
    else:
        gap_s = min(gap_s, LONGEST_INTERVAL * usual_s)
        changes["interval_s"] = usual_s + INTERVAL_WEIGHT * (gap_s - usual_s)


def _note_fault(track: Track, trust: Trust, at: datetime, changes: TrackChanges) -> None:
    if trust is track.fault_trust:
        changes["fault_n"] = track.fault_n + 1
    else:
        changes["fault_trust"], changes["fault_since"], changes["fault_n"] = trust, at, 1


def _note_refuted(track: Track, unconfirmed: bool, changes: TrackChanges) -> None:
    """Draw the share of refuted levels on; ``unconfirmed``: a doubted one, if any, is refuted."""
    share = (1.0 - REFUTED_WEIGHT) * track.refuted_share
    if track.suspect_at is not None and unconfirmed:
        share += REFUTED_WEIGHT
        if track.refuted_since is None:
            changes["refuted_since"] = track.suspect_at
    elif share < REFUTED_NONE:
        share = 0.0
        changes["refuted_since"] = None
    changes["refuted_share"] = share


def _note_same(
    track: Track, reading: Reading, at: datetime, limits: TrustLimits, changes: TrackChanges
) -> bool:
    """Count exactly equal raw values; tell whether there are too many of them."""
    if (
        track.same_since is None
        or reading.raw_fill_pct != track.said_fill_pct
        or reading.raw_distance_mm != track.said_distance_mm
    ):
        changes["said_fill_pct"] = reading.raw_fill_pct
        changes["said_distance_mm"] = reading.raw_distance_mm
        changes["same_since"], changes["same_n"] = at, 1
        return False
    same_n = track.same_n + 1
    changes["same_n"] = same_n
    return _is_stuck(reading.fill_pct or 0.0, same_n, track.same_since, at, limits)


def _is_stuck(
    fill_pct: float, same_n: int, since: datetime, until: datetime, limits: TrustLimits
) -> bool:
    """Tell whether a value said ``same_n`` times from ``since`` to ``until`` is no measuring."""
    at_end = fill_pct <= 0.0 or fill_pct >= 100.0
    if same_n < (limits.stuck_at_end_readings if at_end else limits.stuck_readings):
        return False
    same_h = (until - since).total_seconds() / 3600
    return same_h >= (limits.stuck_at_end_h if at_end else limits.stuck_h)
