"""What a recalibration holds, reads and rewrites of one bin; raw values are never written."""

from collections.abc import Collection, Sequence
from datetime import datetime

from core.readings import Reading, Trust
from store.connection import Connection
from store.copying import copy_rows

_HOLD_REGISTRY = "SELECT FROM registry_revision FOR UPDATE"


async def hold_registry(conn: Connection) -> None:
    """Let nobody change mountings or calibrations until the transaction ends."""
    await conn.execute(_HOLD_REGISTRY)


_BINS = """
    SELECT bin_id FROM bins
    WHERE (%(ids)s::text[] IS NULL OR bin_id = ANY(%(ids)s))
      AND (%(stream)s::text IS NULL OR stream = %(stream)s)
    ORDER BY bin_id
"""


async def bin_ids(
    conn: Connection, *, only: Collection[str] | None = None, stream: str | None = None
) -> Sequence[str]:
    """Return those of the bins that are registered (all when ``only`` is None), in order."""
    ids = None if only is None else list(only)
    cursor = await conn.execute(_BINS, {"ids": ids, "stream": stream})
    return [row["bin_id"] for row in await cursor.fetchall()]


# A reading stays in its bin whatever is said of the mounting later, so both are asked.
_SENSORS = """
    SELECT sensor_id FROM mountings WHERE bin_id = %(bin_id)s
    UNION SELECT sensor_id FROM readings WHERE bin_id = %(bin_id)s
"""


async def sensors_of(conn: Connection, bin_id: str) -> Sequence[str]:
    """Return every sensor that ever sat in the bin or has readings there."""
    cursor = await conn.execute(_SENSORS, {"bin_id": bin_id})
    return [row["sensor_id"] for row in await cursor.fetchall()]


# Compressed chunks are written too, and a year of a bin is more than their usual bound allows.
# Elsewhere the setting means nothing.
_NO_BOUND = "SET LOCAL timescaledb.max_tuples_decompressed_per_dml_transaction = 0"
_STAGE = """
    CREATE TEMPORARY TABLE IF NOT EXISTS staged_verdicts (
        sensor_id text, measured_at timestamptz, fill_pct real, trust text,
        calibration_version integer
    ) ON COMMIT DELETE ROWS
"""
_CLEAR = "TRUNCATE staged_verdicts"
_COPY = """
    COPY staged_verdicts (sensor_id, measured_at, fill_pct, trust, calibration_version)
    FROM STDIN (FORMAT BINARY)
"""
_TYPES = ("text", "timestamptz", "real", "text", "integer")
# Bin and times as constants, so that only their chunks (and segments, where compressed) are opened.
_REWRITE = """
    UPDATE readings r SET fill_pct = n.fill_pct, trust = n.trust,
                          calibration_version = n.calibration_version
    FROM staged_verdicts n
    WHERE r.sensor_id = n.sensor_id AND r.measured_at = n.measured_at
      AND r.bin_id = %(bin_id)s AND r.measured_at >= %(first)s AND r.measured_at <= %(last)s
"""


async def rewrite(conn: Connection, bin_id: str, readings: Sequence[Reading]) -> None:
    """Write fill, trust and calibration version of readings that are stored in the bin."""
    if not readings:
        return
    await conn.execute(_NO_BOUND)
    await conn.execute(_STAGE)
    await conn.execute(_CLEAR)
    rows = (
        (r.sensor_id, r.measured_at, r.fill_pct, r.trust, r.calibration_version) for r in readings
    )
    await copy_rows(conn, _COPY, _TYPES, rows)
    times = [r.measured_at for r in readings]
    await conn.execute(_REWRITE, {"bin_id": bin_id, "first": min(times), "last": max(times)})


_SENSED_SINCE = """
    SELECT emptied_at FROM emptyings
    WHERE bin_id = %s AND source = 'sensor' AND emptied_at >= %s
"""


async def sensed_since(conn: Connection, bin_id: str, since: datetime) -> Sequence[datetime]:
    """Return ``emptied_at`` of the emptyings that readings of the bin have shown since then."""
    cursor = await conn.execute(_SENSED_SINCE, (bin_id, since))
    return [row["emptied_at"] for row in await cursor.fetchall()]


_DOUBT = "UPDATE bin_states SET doubted_at = %s, doubt = %s WHERE bin_id = %s"


async def set_doubt(
    conn: Connection, bin_id: str, at: datetime | None, doubt: Trust | None
) -> None:
    """Set the newest reading that could not be believed; None where all can."""
    await conn.execute(_DOUBT, (at, doubt, bin_id))
