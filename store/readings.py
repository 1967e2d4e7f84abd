"""Store readings once each, read a bin's history."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from core.readings import Kind, NoLevelReason, Reading, Trust
from store.connection import Connection
from store.copying import copy_rows

_COLUMNS = (
    "sensor_id, bin_id, measured_at, received_at, fill_pct, trust, kind, no_level_reason, "
    "calibration_version, raw_fill_pct, raw_distance_mm, battery_v, battery_pct, temperature_c, "
    "tilted"
)
_COPY = f"COPY readings ({_COLUMNS}) FROM STDIN (FORMAT BINARY)"
_TYPES = (
    *("text", "text", "timestamptz", "timestamptz", "real", "text", "text", "text"),
    *("integer", "real", "integer", "real", "real", "real"),
    "boolean",
)


async def add(conn: Connection, readings: Iterable[Reading]) -> None:
    """Store readings that are not stored yet: COPY, by far the fastest way (docs/decisions).

    The caller holds the sensors' tracks and knows from them and already_stored() that each is
    new. Raises StorageRefusedError (through the transaction) for values no column takes, and for
    one that was stored after all.
    """
    await copy_rows(conn, _COPY, _TYPES, map(_row, readings))


def _row(r: Reading) -> tuple[object, ...]:
    return (
        r.sensor_id,
        r.bin_id,
        r.measured_at,
        r.received_at,
        r.fill_pct,
        r.trust,
        r.kind,
        r.no_level_reason,
        r.calibration_version,
        r.raw_fill_pct,
        r.raw_distance_mm,
        r.battery_v,
        r.battery_pct,
        r.temperature_c,
        r.tilted,
    )


# The same sensor and moment with another measurement is no duplicate.
_STORED = """
    SELECT n.seq, (r.raw_fill_pct, r.raw_distance_mm, r.tilted, r.no_level_reason)
           IS NOT DISTINCT FROM (n.fill_pct, n.distance_mm, n.tilted, n.no_level_reason) AS same
    FROM unnest(%s::integer[], %s::text[], %s::timestamptz[], %s::real[], %s::integer[],
                %s::boolean[], %s::text[])
         AS n (seq, sensor_id, measured_at, fill_pct, distance_mm, tilted, no_level_reason)
    JOIN readings r USING (sensor_id, measured_at)
"""


async def already_stored(conn: Connection, readings: Sequence[Reading]) -> Mapping[int, bool]:
    """Return which of these are stored, by index: True where the sensor said the same then."""
    if not readings:
        return {}
    columns = (
        list(range(len(readings))),
        [r.sensor_id for r in readings],
        [r.measured_at for r in readings],
        # psycopg wants one type in a list
        [None if r.raw_fill_pct is None else float(r.raw_fill_pct) for r in readings],
        [r.raw_distance_mm for r in readings],
        [r.tilted for r in readings],
        [r.no_level_reason for r in readings],
    )
    cursor = await conn.execute(_STORED, columns)
    return {row["seq"]: row["same"] for row in await cursor.fetchall()}


_CONFIRM = """
    UPDATE readings r SET trust = 'trusted'
    FROM unnest(%s::text[], %s::timestamptz[]) AS c (sensor_id, measured_at)
    WHERE r.sensor_id = c.sensor_id AND r.measured_at = c.measured_at
"""


async def confirm(conn: Connection, confirmed: Sequence[tuple[str, datetime]]) -> None:
    """Believe earlier readings, given as (sensor_id, measured_at), that a later one confirms."""
    if confirmed:
        columns = ([c[0] for c in confirmed], [c[1] for c in confirmed])
        await conn.execute(_CONFIRM, columns)


_HISTORY = f"""
    SELECT {_COLUMNS} FROM readings
    WHERE bin_id = %(bin_id)s AND measured_at >= %(since)s AND measured_at < %(until)s
      AND (%(after_at)s::timestamptz IS NULL
           OR (measured_at, sensor_id) > (%(after_at)s, %(after_sensor_id)s::text))
    ORDER BY measured_at, sensor_id LIMIT %(limit)s
"""  # noqa: S608 - column names from the constant above


async def history(
    conn: Connection,
    bin_id: str,
    *,
    since: datetime,
    until: datetime,
    after: tuple[datetime, str] | None = None,
    limit: int,
) -> Sequence[Reading]:
    """Return a bin's readings, trusted or not, oldest first, in [since, until).

    ``after`` is (measured_at, sensor_id) of the reading to go on after.
    """
    after_at, after_sensor_id = after or (None, None)
    cursor = await conn.execute(
        _HISTORY,
        {
            "bin_id": bin_id,
            "since": since,
            "until": until,
            "after_at": after_at,
            "after_sensor_id": after_sensor_id,
            "limit": limit,
        },
    )
    return [_reading(row) for row in await cursor.fetchall()]


def _reading(row: Mapping[str, Any]) -> Reading:
    reason = row["no_level_reason"]
    return Reading(
        **{
            **row,
            "trust": Trust(row["trust"]),
            "kind": Kind(row["kind"]),
            "no_level_reason": None if reason is None else NoLevelReason(reason),
        }
    )


_COUNT = "SELECT count(*) AS n FROM readings"


async def count(conn: Connection) -> int:
    """Return the number of stored readings."""
    row = await (await conn.execute(_COUNT)).fetchone()
    return 0 if row is None else int(row["n"])
