"""What is remembered of each sensor between two readings (core.rules.track)."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from types import NoneType
from typing import Any, get_args, get_type_hints

from psycopg.rows import tuple_row

from core.readings import Trust
from core.rules.track import Track
from store.connection import Connection
from store.copying import copy_rows

_NAMES = tuple(field.name for field in fields(Track))
_COLUMNS = ", ".join(_NAMES)
_values = attrgetter(*_NAMES)
# Staged with full precision: the assignment to the column rounds, or refuses.
_OF_PYTHON = {
    str: "text",
    Trust: "text",
    datetime: "timestamptz",
    float: "double precision",
    int: "integer",
    bool: "boolean",
}


def _type(annotation: Any) -> str:  # noqa: ANN401 - X or X | None, as a field of Track says
    (inner,) = [t for t in get_args(annotation) or (annotation,) if t is not NoneType]
    return _OF_PYTHON[inner]


_TYPES = tuple(_type(get_type_hints(Track)[name]) for name in _NAMES)
_STAGED = ", ".join(f"{name} {type_}" for name, type_ in zip(_NAMES, _TYPES, strict=True))


type Remembered = dict[str, tuple[str, Track]]
"""Tracks with the version of their row, by sensor_id; lock() and save() keep it.

The version is the row's xmin, the transaction that wrote it last: whoever changes the row by
whatever way changes that, and a transaction that was rolled back is nobody's xmin ever.
"""

# One order for all, so that two ingesters with the same sensors wait and never deadlock.
_LOCK = """
    SELECT sensor_id, xmin FROM sensor_states
    WHERE sensor_id = ANY(%s) ORDER BY sensor_id FOR UPDATE
"""
_READ = f"""
    SELECT sensor_id, {_COLUMNS} FROM sensor_states WHERE sensor_id = ANY(%s)
"""  # noqa: S608 - column names from the constant above


async def lock(
    conn: Connection, sensor_ids: Collection[str], remembered: Remembered | None = None
) -> dict[str, Track]:
    """Return the tracks of these sensors and hold them until the transaction ends.

    Every registered sensor has one. What is ``remembered`` in its present version is not read.
    """
    remembered = {} if remembered is None else remembered
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(_LOCK, (list(sensor_ids),))
        versions: dict[str, str] = dict(await cursor.fetchall())
    if changed := [s for s, v in versions.items() if s not in remembered or remembered[s][0] != v]:
        async for row in await conn.execute(_READ, (changed,)):
            sensor_id = row.pop("sensor_id")
            remembered[sensor_id] = versions[sensor_id], track(row)
    return {sensor_id: remembered[sensor_id][1] for sensor_id in versions}


def track(row: dict[str, Any]) -> Track:
    """Make a track of its columns."""
    for name in ("suspect_trust", "fault_trust"):
        if row[name] is not None:
            row[name] = Trust(row[name])
    return Track(**row)


_STAGE = f"""
    CREATE TEMPORARY TABLE IF NOT EXISTS staged_tracks (sensor_id text, {_STAGED})
    ON COMMIT DELETE ROWS
"""
_CLEAR = "TRUNCATE staged_tracks"
_COPY = f"COPY staged_tracks (sensor_id, {_COLUMNS}) FROM STDIN (FORMAT BINARY)"
_SAVE = f"""
    WITH saved AS (
        UPDATE sensor_states s SET {", ".join(f"{name} = n.{name}" for name in _NAMES)}
        FROM staged_tracks n WHERE n.sensor_id = s.sensor_id
    )
    SELECT pg_current_xact_id()::xid AS version
"""  # noqa: S608 - column names from the constant above


async def save(
    conn: Connection, tracks: Mapping[str, Track], remembered: Remembered | None = None
) -> None:
    """Write the tracks of sensors that were locked in this transaction."""
    if not tracks:
        return
    await conn.execute(_STAGE)
    await conn.execute(_CLEAR)
    rows = ((sensor_id, *_values(track)) for sensor_id, track in tracks.items())
    await copy_rows(conn, _COPY, ("text", *_TYPES), rows)
    saved = await (await conn.execute(_SAVE)).fetchone()
    if saved is not None and remembered is not None:
        version = saved["version"]
        remembered |= {sensor_id: (version, track) for sensor_id, track in tracks.items()}
