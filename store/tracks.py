"""What is remembered of each sensor between two readings (core.rules.track)."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from operator import attrgetter
from typing import Any

from core.readings import Trust
from core.rules.track import Track
from store.connection import Connection

_NAMES = tuple(field.name for field in fields(Track))
_COLUMNS = ", ".join(_NAMES)
_values = attrgetter(*_NAMES)

# One order for all, so that two ingesters with the same sensors wait and never deadlock.
_LOCK = f"""
    SELECT sensor_id, {_COLUMNS} FROM sensor_states
    WHERE sensor_id = ANY(%s) ORDER BY sensor_id FOR UPDATE
"""  # noqa: S608 - column names from the constant above


async def lock(conn: Connection, sensor_ids: Collection[str]) -> dict[str, Track]:
    """Return the tracks of these sensors and hold them until the transaction ends.

    Every registered sensor has one.
    """
    tracks = {}
    async for row in await conn.execute(_LOCK, (list(sensor_ids),)):
        sensor_id = row.pop("sensor_id")
        tracks[sensor_id] = track(row)
    return tracks


def track(row: dict[str, Any]) -> Track:
    """Make a track of its columns."""
    for name in ("suspect_trust", "fault_trust"):
        if row[name] is not None:
            row[name] = Trust(row[name])
    return Track(**row)


_STAGE = f"""
    CREATE TEMPORARY TABLE IF NOT EXISTS staged_tracks ON COMMIT DELETE ROWS AS
    SELECT sensor_id, {_COLUMNS} FROM sensor_states WITH NO DATA
"""  # noqa: S608 - column names from the constant above
_CLEAR = "TRUNCATE staged_tracks"
_COPY = f"COPY staged_tracks (sensor_id, {_COLUMNS}) FROM STDIN"
_SAVE = f"""
    UPDATE sensor_states s SET {", ".join(f"{name} = n.{name}" for name in _NAMES)}
    FROM staged_tracks n WHERE n.sensor_id = s.sensor_id
"""  # noqa: S608 - column names from the constant above


async def save(conn: Connection, tracks: Mapping[str, Track]) -> None:
    """Write the tracks of sensors that were locked in this transaction."""
    if not tracks:
        return
    await conn.execute(_STAGE)
    await conn.execute(_CLEAR)
    async with conn.cursor() as cursor, cursor.copy(_COPY) as copy:
        for sensor_id, track in tracks.items():
            await copy.write_row((sensor_id, *_values(track)))
    await conn.execute(_SAVE)
