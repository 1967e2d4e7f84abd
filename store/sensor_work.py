"""The work list of whoever repairs sensors: which need somebody, sorted, counted, filtered."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from core.rules.health_state import HealthState
from core.rules.trust_limits import TrustLimits
from store import health
from store.connection import Connection
from store.health import SensorHealth


class Order(StrEnum):
    """By what the list is sorted."""

    HEALTH = "health"
    """The worst first, of the same the longest since."""
    SINCE = "since"
    BIN = "bin"
    HEARD = "heard"
    BATTERY = "battery"
    SENSOR = "sensor"


class Rest(StrEnum):
    """Which sensors, as to whether somebody has seen to them."""

    OPEN = "open"
    SEEN = "seen"
    ALL = "all"


@dataclass(frozen=True, kw_only=True, slots=True)
class Which:
    """Which sensors, in which order; every condition given has to hold."""

    health: HealthState | None = None
    """None: every one that needs somebody."""
    rest: Rest = Rest.OPEN
    depot_id: str | None = None
    stream: str | None = None
    device: str | None = None
    search: str | None = None
    order: Order = Order.HEALTH
    descending: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """How many sensors are in a state, and how many of them somebody has seen to."""

    sensors: int
    seen: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """The list, the counts of what the other filters leave by health, and what can be filtered."""

    sensors: Sequence[SensorHealth]
    counts: Mapping[HealthState, Count]
    depots: Sequence[str]
    streams: Sequence[str]
    devices: Sequence[str]


async def work(conn: Connection, which: Which, *, now: datetime, limits: TrustLimits) -> Work:
    """Return the list; retired sensors are in it where they are asked for only."""
    every = await health.sensors(conn, now=now, limits=limits, states=set(HealthState))
    used = [s for s in every if s.health.state is not HealthState.RETIRED]
    alike = [s for s in every if _is_alike(s, which)]
    return Work(
        sensors=in_order([s for s in alike if _is_asked_for(s, which)], which),
        counts=_counts(alike),
        depots=_values(s.depot_id for s in used),
        streams=_values(s.stream for s in used),
        devices=_values(s.device for s in used),
    )


def _values(found: Iterable[str | None]) -> Sequence[str]:
    return sorted({value for value in found if value is not None})


def _is_alike(sensor: SensorHealth, which: Which) -> bool:
    """Tell whether all conditions hold but that on the health and on who has seen to it."""
    asked = which.search
    return (
        which.depot_id in {None, sensor.depot_id}
        and which.stream in {None, sensor.stream}
        and which.device in {None, sensor.device}
        and (not asked or asked.casefold() in _said_of(sensor))
    )


def _said_of(sensor: SensorHealth) -> str:
    words = (sensor.sensor_id, sensor.bin_id, sensor.bin_name, sensor.device)
    return "\n".join(word for word in words if word).casefold()


def _is_asked_for(sensor: SensorHealth, which: Which) -> bool:
    state = sensor.health.state
    wanted = state.needs_somebody if which.health is None else state is which.health
    return wanted and (which.rest is Rest.ALL or (which.rest is Rest.SEEN) == bool(sensor.seen))


def _counts(sensors: Sequence[SensorHealth]) -> Mapping[HealthState, Count]:
    n = Counter(sensor.health.state for sensor in sensors)
    seen = Counter(sensor.health.state for sensor in sensors if sensor.seen is not None)
    return {s: Count(sensors=n[s], seen=seen[s]) for s in HealthState if n[s]}


def _charge(sensor: SensorHealth) -> tuple[int, float] | None:
    """Percents before volts: the two do not compare."""
    track = sensor.track
    if track.battery_pct is not None:
        return 0, track.battery_pct
    return None if track.battery_v is None else (1, track.battery_v)


_WORST_FIRST = {state: n for n, state in enumerate(HealthState)}
_NEVER = datetime.max.replace(tzinfo=UTC)
_KEYS: Mapping[Order, Callable[[SensorHealth], Any]] = {
    Order.HEALTH: lambda s: (_WORST_FIRST[s.health.state], s.health.since or _NEVER),
    Order.SINCE: lambda s: s.health.since,
    Order.BIN: lambda s: s.bin_name and s.bin_name.casefold(),
    Order.HEARD: lambda s: s.track.newest_at,
    Order.BATTERY: _charge,
    Order.SENSOR: lambda s: s.sensor_id,
}


def in_order(sensors: Sequence[SensorHealth], which: Which) -> Sequence[SensorHealth]:
    """Return the sensors sorted; those of which the figure is not known come last either way."""
    key = _KEYS[which.order]
    by_id = sorted(sensors, key=lambda s: s.sensor_id)
    known = [s for s in by_id if key(s) is not None]
    known.sort(key=key, reverse=which.descending)
    return [*known, *(s for s in by_id if key(s) is None)]
