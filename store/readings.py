"""Store readings once each, move the bins' states, read histories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.levels import Sample
from core.readings import Reading, Trust
from store.connection import Connection

_COLUMNS = (
    "sensor_id, bin_id, measured_at, received_at, fill_pct, trust, "
    "raw_fill_pct, raw_distance_mm, battery_v, battery_pct, temperature_c, tilted"
)
# COPY into a temporary table, then INSERT .. ON CONFLICT DO NOTHING: idempotent, and measured
# faster than arrays or single inserts (docs/decisions).
_STAGE = """
    CREATE TEMPORARY TABLE IF NOT EXISTS staged_readings (
        seq integer, sensor_id text, bin_id text, measured_at timestamptz, received_at timestamptz,
        fill_pct real, trust text, raw_fill_pct real, raw_distance_mm integer, battery_v real,
        battery_pct real, temperature_c real, tilted boolean
    ) ON COMMIT DELETE ROWS
"""
_CLEAR = "TRUNCATE staged_readings"
_COPY = f"COPY staged_readings (seq, {_COLUMNS}) FROM STDIN"
# One order for all ingesters, so that two with the same readings wait and never deadlock.
_INSERT = f"""
    INSERT INTO readings ({_COLUMNS})
    SELECT {_COLUMNS} FROM staged_readings ORDER BY sensor_id, measured_at, seq
    ON CONFLICT DO NOTHING
"""  # noqa: S608 - column names from the constant above
# The same sensor and moment with another measurement is no duplicate; it is taken out again.
_TAKE_OUT_CONFLICTS = """
    DELETE FROM staged_readings s USING readings r
    WHERE r.sensor_id = s.sensor_id AND r.measured_at = s.measured_at
      AND (r.raw_fill_pct, r.raw_distance_mm, r.tilted)
          IS DISTINCT FROM (s.raw_fill_pct, s.raw_distance_mm, s.tilted)
    RETURNING s.seq
"""
# A late reading reaches the history above and never a newer state here.
_MOVE_LEVELS = """
    INSERT INTO bin_states AS s (bin_id, fill_pct, measured_at, source, sensor_id, battery_v)
    SELECT DISTINCT ON (bin_id) bin_id, fill_pct, measured_at, 'sensor', sensor_id, battery_v
    FROM staged_readings WHERE trust = 'trusted' ORDER BY bin_id, measured_at DESC, seq
    ON CONFLICT (bin_id) DO UPDATE SET
        fill_pct = excluded.fill_pct, measured_at = excluded.measured_at,
        source = excluded.source, sensor_id = excluded.sensor_id,
        battery_v = coalesce(excluded.battery_v, s.battery_v)
    WHERE s.measured_at IS NULL OR excluded.measured_at > s.measured_at
"""
# A device whose clock runs ahead must not be "heard" in the future.
_MOVE_HEARD = """
    INSERT INTO bin_states AS s (bin_id, heard_at, heard_trust)
    SELECT DISTINCT ON (bin_id) bin_id, least(measured_at, received_at), trust
    FROM staged_readings ORDER BY bin_id, least(measured_at, received_at) DESC, seq DESC
    ON CONFLICT (bin_id) DO UPDATE SET
        heard_at = excluded.heard_at, heard_trust = excluded.heard_trust
    WHERE s.heard_at IS NULL OR excluded.heard_at >= s.heard_at
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Added:
    """What became of a batch: stored + duplicates + len(conflicts) = its length.

    ``conflicts`` are indices into the batch.
    """

    stored: int
    duplicates: int
    conflicts: Sequence[int]


async def add_readings(conn: Connection, readings: Sequence[Reading]) -> Added:
    """Store each reading once and move the states of their bins.

    Raises StorageRefusedError (through the transaction) for values no column takes.
    """
    if not readings:
        return Added(stored=0, duplicates=0, conflicts=())
    await conn.execute(_STAGE)
    await conn.execute(_CLEAR)
    async with conn.cursor() as cursor, cursor.copy(_COPY) as copy:
        for seq, r in enumerate(readings):
            await copy.write_row((seq, *_row(r)))
    inserted = await conn.execute(_INSERT)
    conflicts: list[int] = []
    if inserted.rowcount < len(readings):
        taken = await conn.execute(_TAKE_OUT_CONFLICTS)
        conflicts = sorted(row["seq"] for row in await taken.fetchall())
    await conn.execute(_MOVE_LEVELS)
    await conn.execute(_MOVE_HEARD)
    return Added(
        stored=inserted.rowcount,
        duplicates=len(readings) - inserted.rowcount - len(conflicts),
        conflicts=conflicts,
    )


def _row(r: Reading) -> tuple[object, ...]:
    return (
        r.sensor_id,
        r.bin_id,
        r.measured_at,
        r.received_at,
        r.fill_pct,
        r.trust,
        r.raw_fill_pct,
        r.raw_distance_mm,
        r.battery_v,
        r.battery_pct,
        r.temperature_c,
        r.tilted,
    )


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
    return Reading(**{**row, "trust": Trust(row["trust"])})


_SAMPLES = """
    SELECT r.bin_id, array_agg(r.measured_at ORDER BY r.measured_at) AS measured_at,
           array_agg(r.fill_pct ORDER BY r.measured_at) AS fill_pct
    FROM readings r JOIN bins b USING (bin_id)
    WHERE b.depot_id = %s AND r.measured_at >= %s AND r.measured_at < %s AND r.trust = 'trusted'
    GROUP BY r.bin_id
"""


async def samples(
    conn: Connection, depot_id: str, *, since: datetime, until: datetime
) -> Mapping[str, Sequence[Sample]]:
    """Return the trusted history of every bin of a depot, oldest first, by bin_id."""
    cursor = await conn.execute(_SAMPLES, (depot_id, since, until))
    return {
        row["bin_id"]: [
            Sample(measured_at=at, fill_pct=fill)
            for at, fill in zip(row["measured_at"], row["fill_pct"], strict=True)
        ]
        async for row in cursor
    }


_COUNT = "SELECT count(*) AS n FROM readings"


async def count(conn: Connection) -> int:
    """Return the number of stored readings."""
    row = await (await conn.execute(_COUNT)).fetchone()
    return 0 if row is None else int(row["n"])
