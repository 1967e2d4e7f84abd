"""What people note about sensors that need somebody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.errors import NotFoundError
from core.rules.health_state import HealthState
from core.rules.seen import Seen
from store.connection import Connection

COLUMNS = ("health", "since", "note", "until", "noted_at", "noted_by")
_LOCK = "SELECT FROM sensors WHERE sensor_id = %s FOR UPDATE"
_END = """
    UPDATE sensors_seen SET ended_at = %s, ended_by = %s
    WHERE sensor_id = %s AND ended_at IS NULL
"""
_ADD = """
    INSERT INTO sensors_seen (sensor_id, health, since, note, until, noted_at, noted_by)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
_ALL = """
    SELECT sensor_id, health, since, note, until, noted_at, noted_by, ended_at, ended_by
    FROM sensors_seen WHERE sensor_id = %s ORDER BY noted_at DESC, seen_id
"""


async def lock(conn: Connection, sensor_id: str) -> None:
    """Keep a sensor's notes to this transaction; raises NotFoundError for an unknown sensor."""
    if await (await conn.execute(_LOCK, (sensor_id,))).fetchone() is None:
        raise NotFoundError(f"There is no sensor {sensor_id}.")


async def note(conn: Connection, seen: Seen) -> None:
    """Store a note in the place of the open one, which is kept as ended. Call ``lock`` before."""
    await end(conn, seen.sensor_id, ended_by=seen.noted_by, now=seen.noted_at)
    await conn.execute(
        _ADD,
        (
            seen.sensor_id,
            seen.health,
            seen.since,
            seen.note,
            seen.until,
            seen.noted_at,
            seen.noted_by,
        ),
    )


async def end(conn: Connection, sensor_id: str, *, ended_by: str, now: datetime) -> bool:
    """Take the open note back; False where there is none."""
    cursor = await conn.execute(_END, (now, ended_by, sensor_id))
    return cursor.rowcount > 0


async def notes(conn: Connection, sensor_id: str) -> Sequence[Seen]:
    """Return every note on a sensor, the newest first."""
    rows = await (await conn.execute(_ALL, (sensor_id,))).fetchall()
    return [read(row) for row in rows]


def read(row: dict[str, Any]) -> Seen:
    """Make a note of its columns."""
    return Seen(**{**row, "health": HealthState(row["health"])})
