"""How every sensor does: what is remembered of it, judged by the time of asking."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from core.geo import Position
from core.rules.health import health
from core.rules.health_state import Health, HealthState
from core.rules.seen import Seen
from core.rules.track import Track
from core.rules.trust_limits import TrustLimits
from core.rules.unreadable import SetAside
from store import seen, unread
from store.connection import Connection
from store.tracks import track

PAGE = 2_000
"""Sensors looked at in one query, at most."""

_PREFIX = "track_"
_SEEN = "seen_"
_SEEN_COLUMNS = ", ".join(f"n.{name} AS {_SEEN}{name}" for name in seen.COLUMNS)
_TRACK = ", ".join(f"t.{field.name} AS {_PREFIX}{field.name}" for field in fields(Track))
_OF_TRACK = [(field.name, f"{_PREFIX}{field.name}") for field in fields(Track)]
_SENSORS = f"""
    SELECT s.sensor_id, s.device, s.retired_at, m.bin_id, b.name AS bin_name, b.depot_id,
           b.stream, b.lon, b.lat, m.mounted_at, {_SEEN_COLUMNS}, {_TRACK}
    FROM sensors s
    LEFT JOIN LATERAL (
        SELECT bin_id, mounted_at FROM mountings
        WHERE mountings.sensor_id = s.sensor_id AND mounted_at <= %(now)s
          AND (unmounted_at IS NULL OR unmounted_at > %(now)s)
        LIMIT 1) m ON true
    LEFT JOIN bins b USING (bin_id)
    JOIN sensor_states t ON t.sensor_id = s.sensor_id
    LEFT JOIN sensors_seen n ON n.sensor_id = s.sensor_id AND n.ended_at IS NULL
    WHERE (%(sensor_ids)s::text[] IS NULL OR s.sensor_id = ANY(%(sensor_ids)s))
      AND (%(bin_id)s::text IS NULL OR m.bin_id = %(bin_id)s)
      AND (%(depot_id)s::text IS NULL OR b.depot_id = %(depot_id)s)
      AND s.sensor_id > %(after)s
    ORDER BY s.sensor_id LIMIT %(limit)s
"""  # noqa: S608 - column names from the constants above


@dataclass(frozen=True, kw_only=True, slots=True)
class SensorHealth:
    """A sensor, where it sits now (None: in no bin), what is remembered of it and how it does."""

    sensor_id: str
    device: str
    retired_at: datetime | None
    bin_id: str | None
    bin_name: str | None
    depot_id: str | None
    stream: str | None
    position: Position | None
    """Where that bin stands; None also where nobody has said."""
    mounted_at: datetime | None
    track: Track
    set_aside: SetAside | None
    """What waits of it and came later than all that could be stored; None in no bin."""
    health: Health
    seen: Seen | None
    """Somebody's note by which it may rest for now."""


async def sensors(
    conn: Connection,
    *,
    now: datetime,
    limits: TrustLimits,
    states: Collection[HealthState] | None = None,
    depot_id: str | None = None,
    bin_id: str | None = None,
    after: str = "",
    limit: int | None = None,
) -> Sequence[SensorHealth]:
    """Return sensors in order of sensor_id, beginning after the sensor ``after``.

    ``states`` None means all but retired ones, which would only fill the list. The state depends
    on the time of asking and on a rule that is no SQL, so pages are read until there are ``limit``
    of them.
    """
    ids = None if bin_id is None else await _ever_in(conn, bin_id)
    # without a state nearly every sensor is wanted, with one perhaps one in a hundred
    size = PAGE if states is not None or limit is None else min(PAGE, limit)
    found: list[SensorHealth] = []
    while True:
        values = {
            "now": now,
            "sensor_ids": ids,
            "bin_id": bin_id,
            "depot_id": depot_id,
            "after": after,
            "limit": size,
        }
        rows = await (await conn.execute(_SENSORS.encode(), values)).fetchall()
        waits = await _unread(conn, rows)
        for row in rows:
            sensor = _sensor(row, waits.get(row["sensor_id"]), now, limits)
            if _is_wanted(sensor.health.state, states):
                found.append(sensor)
            if len(found) == limit:
                return found
        if len(rows) < size:
            return found
        after = rows[-1]["sensor_id"]


# By an index, where looking through all sensors for one bin would take long.
_EVER_IN = "SELECT DISTINCT sensor_id FROM mountings WHERE bin_id = %s"


async def _ever_in(conn: Connection, bin_id: str) -> Sequence[str]:
    return [row["sensor_id"] for row in await (await conn.execute(_EVER_IN, (bin_id,))).fetchall()]


def _is_wanted(state: HealthState, states: Collection[HealthState] | None) -> bool:
    return state is not HealthState.RETIRED if states is None else state in states


async def sensor(
    conn: Connection, sensor_id: str, *, now: datetime, limits: TrustLimits
) -> SensorHealth | None:
    """Return one sensor, also a retired one; None where nobody registered it."""
    values = {
        "now": now,
        "sensor_ids": [sensor_id],
        "bin_id": None,
        "depot_id": None,
        "after": "",
        "limit": 1,
    }
    row = await (await conn.execute(_SENSORS.encode(), values)).fetchone()
    if row is None:
        return None
    return _sensor(row, (await _unread(conn, [row])).get(sensor_id), now, limits)


def counts(found: Sequence[SensorHealth]) -> Mapping[HealthState, int]:
    """Return how many sensors are in each state, the worst state first; none that nobody is in."""
    n = Counter(sensor.health.state for sensor in found)
    return {state: n[state] for state in HealthState if n[state]}


async def _unread(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, SetAside]:
    """Ask for what waits of those that sit in a bin and came after all that is known of them."""
    return await unread.later_than(
        conn,
        {
            row["sensor_id"]: max(
                row["mounted_at"], row[f"{_PREFIX}newest_at"] or row["mounted_at"]
            )
            for row in rows
            if row["mounted_at"] is not None
        },
    )


def _sensor(
    row: Mapping[str, Any], set_aside: SetAside | None, now: datetime, limits: TrustLimits
) -> SensorHealth:
    lon, lat = row["lon"], row["lat"]
    remembered = track({name: row[column] for name, column in _OF_TRACK})
    found = health(
        remembered,
        now=now,
        mounted_at=row["mounted_at"],
        retired_at=row["retired_at"],
        limits=limits,
        set_aside=set_aside,
    )
    return SensorHealth(
        sensor_id=row["sensor_id"],
        device=row["device"],
        retired_at=row["retired_at"],
        bin_id=row["bin_id"],
        bin_name=row["bin_name"],
        depot_id=row["depot_id"],
        stream=row["stream"],
        position=None if lon is None else Position(lon=lon, lat=lat),
        mounted_at=row["mounted_at"],
        track=remembered,
        set_aside=set_aside,
        health=found,
        seen=_seen(row, found, now),
    )


def _seen(row: Mapping[str, Any], found: Health, now: datetime) -> Seen | None:
    if row[f"{_SEEN}note"] is None:
        return None
    columns = {name: row[f"{_SEEN}{name}"] for name in seen.COLUMNS}
    note = seen.read({"sensor_id": row["sensor_id"], **columns})
    return note if note.holds(found, now) else None
