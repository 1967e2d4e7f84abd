"""How a sensor does: the rule that finds the word, and a sentence with numbers beside it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from core.readings import Trust
from core.rules.battery import days_left, is_low
from core.rules.health_state import Health, HealthState
from core.rules.in_words import day_and_time, number, span
from core.rules.track import Track
from core.rules.trust_limits import TrustLimits
from core.rules.unreadable import SetAside

_OF_FAULT = {
    Trust.SENSOR_FAULT: (HealthState.SENSOR_FAULT, "reports a fault of its own"),
    Trust.CLOCK_AHEAD: (HealthState.CLOCK_WRONG, "dates its readings in the future"),
    Trust.NO_CALIBRATION: (
        HealthState.NO_CALIBRATION,
        "says distances, and nobody has said what they mean in this bin",
    ),
    Trust.TILTED: (HealthState.TILTED, "does not look straight down"),
    Trust.NO_TARGET: (HealthState.NO_TARGET, "gets no echo"),
    Trust.BLIND_ZONE: (HealthState.BLIND_ZONE, "has something nearer than it can see"),
    Trust.OUT_OF_RANGE: (HealthState.OUT_OF_RANGE, "says what this bin cannot have"),
}


def health(
    track: Track,
    *,
    now: datetime,
    mounted_at: datetime | None,
    retired_at: datetime | None = None,
    limits: TrustLimits,
    set_aside: SetAside | None = None,
) -> Health:
    """Say how a sensor does at ``now``; of several things the worst counts.

    ``mounted_at`` is since when it sits in its bin (None: in none). A track of another bin or of
    an earlier mounting counts as long as the sensor was not heard in this one. ``set_aside`` is
    what waits of it that came later than its newest reading, and since it was mounted.
    """
    if retired_at is not None:
        return Health(
            state=HealthState.RETIRED, since=retired_at, why="retired; nothing is expected of it"
        )
    if mounted_at is None:
        return Health(
            state=HealthState.NOT_MOUNTED, since=None, why="sits in no bin: mount or retire it"
        )
    heard = track.newest_at is not None and track.newest_at >= mounted_at
    # one among readings is a mishap
    least = limits.fault_readings if heard else 1
    unread = next(_unread(track, set_aside, now, limits, least=least), None)
    if unread is not None:
        return unread
    if track.newest_at is None or not heard:
        return Health(
            state=HealthState.NEVER_HEARD,
            since=mounted_at,
            why=f"nothing heard since it was mounted {span(now - mounted_at)} ago",
        )
    found = next(_complaints(track, track.newest_at, mounted_at, now, limits), None)
    if found is not None:
        return found
    level = "" if track.level_pct is None else f"says {number(track.level_pct)} %, "
    return Health(
        state=HealthState.OK,
        since=None,
        why=f"{level}heard {span(max(now - track.newest_at, timedelta(0)))} ago",
    )


def _unread(
    track: Track, waits: SetAside | None, now: datetime, limits: TrustLimits, *, least: int
) -> Iterator[Health]:
    """Yield when nothing can be read any more: ``least`` messages of those that came."""
    if waits is None or waits.n < least:
        return
    for silent in _silence(track, waits.last_received_at, now, limits):
        yield replace(silent, why=f"{silent.why}; before, nothing could be read: {waits.in_words}")
    why = f"sends, and nothing of it can be read: {waits.in_words}"
    yield Health(state=HealthState.UNREADABLE, since=waits.since, why=why)


def _complaints(
    track: Track, newest_at: datetime, mounted_at: datetime, now: datetime, limits: TrustLimits
) -> Iterator[Health]:
    """Yield what is wrong, the worst first."""
    yield from _silence(track, newest_at, now, limits)
    yield from _faults(track, limits)
    yield from _standstill(track)
    if track.refuted_share >= limits.erratic_share:
        yield Health(
            state=HealthState.ERRATIC,
            since=track.refuted_since,
            why=f"of its last levels {100 * track.refuted_share:.0f} % were refuted by the next "
            f"one, the first {day_and_time(track.refuted_since)}",
        )
    yield from _no_level(track, newest_at, mounted_at, limits)
    yield from _battery(track, limits)


def silent_after(track: Track, limits: TrustLimits) -> timedelta:
    """Return how long the sensor may be quiet."""
    interval_s = track.interval_s or 0.0
    return timedelta(seconds=max(limits.silent_h * 3600, limits.silent_intervals * interval_s))


def _silence(
    track: Track, newest_at: datetime, now: datetime, limits: TrustLimits
) -> Iterator[Health]:
    if now - newest_at > silent_after(track, limits):
        why = f"nothing heard for {span(now - newest_at)}, since {day_and_time(newest_at)}"
        if track.interval_s is not None:
            why += f"; it used to speak every {span(timedelta(seconds=track.interval_s))}"
        yield Health(state=HealthState.SILENT, since=newest_at, why=why)


def _faults(track: Track, limits: TrustLimits) -> Iterator[Health]:
    if track.fault_trust in _OF_FAULT and track.fault_n >= limits.fault_readings:
        state, words = _OF_FAULT[track.fault_trust]
        yield Health(
            state=state,
            since=track.fault_since,
            why=f"{words} since {day_and_time(track.fault_since)}, {track.fault_n} readings",
        )


def _standstill(track: Track) -> Iterator[Health]:
    if track.same_since is None or track.fault_trust is not Trust.STUCK:
        return
    said = (
        f"{number(track.said_fill_pct)} %"
        if track.said_fill_pct is not None
        else f"{track.said_distance_mm} mm"
    )
    yield Health(
        state=HealthState.STUCK,
        since=track.same_since,
        why=f"says {said} since {day_and_time(track.same_since)}, {track.same_n} readings",
    )


def _no_level(
    track: Track, newest_at: datetime, mounted_at: datetime, limits: TrustLimits
) -> Iterator[Health]:
    """Yield when frames come without a level in them, for as long as makes a sensor silent."""
    last = max(at for at in (mounted_at, track.level_at, track.suspect_at) if at is not None)
    if newest_at - last > silent_after(track, limits):
        yield Health(
            state=HealthState.NO_LEVEL,
            since=last,
            why=f"heard until {day_and_time(newest_at)}, and no level since {day_and_time(last)}",
        )


def _battery(track: Track, limits: TrustLimits) -> Iterator[Health]:
    volts = "" if track.battery_v is None else f"{track.battery_v:.2f} V"
    percent = "" if track.battery_pct is None else f"{number(track.battery_pct)} %"
    charge = " and ".join(said for said in (percent, volts) if said)
    if is_low(track.battery_v, track.battery_pct, limits):
        yield Health(
            state=HealthState.BATTERY_LOW,
            since=track.battery_low_since,
            why=f"its battery has {charge}",
        )
    left = days_left(track, limits)
    if left is not None and left < limits.battery_falling_days:
        yield Health(
            state=HealthState.BATTERY_FALLING,
            since=None,
            why=f"its battery has {charge} and at its present pace will be low in "
            f"{max(1, round(left))} days",
        )
