"""How a sensor does: one word, since when, and a sentence with numbers for those who repair it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.readings import Trust
from core.rules.battery import days_left, is_low
from core.rules.in_words import day_and_time, number, span
from core.rules.track import Track
from core.rules.trust_limits import TrustLimits


class HealthState(StrEnum):
    """What is the matter with a sensor; the worst first."""

    RETIRED = "retired"
    NOT_MOUNTED = "not_mounted"
    NEVER_HEARD = "never_heard"
    SILENT = "silent"
    SENSOR_FAULT = "sensor_fault"
    CLOCK_WRONG = "clock_wrong"
    NO_CALIBRATION = "no_calibration"
    TILTED = "tilted"
    NO_TARGET = "no_target"
    BLIND_ZONE = "blind_zone"
    OUT_OF_RANGE = "out_of_range"
    STUCK = "stuck"
    ERRATIC = "erratic"
    """What it says does not fit together, again and again."""
    NO_LEVEL = "no_level"
    """It lives and has stopped saying how full the bin is."""
    BATTERY_LOW = "battery_low"
    BATTERY_FALLING = "battery_falling"
    OK = "ok"

    @property
    def needs_somebody(self) -> bool:
        """Tell whether somebody has to look after the sensor."""
        return self not in {HealthState.OK, HealthState.RETIRED, HealthState.NOT_MOUNTED}


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """A sensor's state; ``since`` is None where nobody can know. ``why`` is for people."""

    state: HealthState
    since: datetime | None
    why: str


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
) -> Health:
    """Say how a sensor does at ``now``; of several things the worst counts.

    ``mounted_at`` is since when it sits in its bin (None: in none). A track of another bin or of
    an earlier mounting counts as long as the sensor was not heard in this one.
    """
    if retired_at is not None:
        return Health(
            state=HealthState.RETIRED, since=retired_at, why="retired; nothing is expected of it"
        )
    if mounted_at is None:
        return Health(
            state=HealthState.NOT_MOUNTED, since=None, why="sits in no bin: mount or retire it"
        )
    if track.newest_at is None or track.newest_at < mounted_at:
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
