"""Emptyings that readings show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.rules.emptying import SensedEmptying
from store.connection import Connection


@dataclass(frozen=True, kw_only=True, slots=True)
class Sensed:
    """An emptying with where it was seen, by which sensor."""

    bin_id: str
    sensor_id: str
    emptying: SensedEmptying


_ADD = """
    INSERT INTO emptyings (bin_id, emptied_at, source, sensor_id, not_before, fill_before_pct,
                           fill_after_pct)
    VALUES (%s, %s, 'sensor', %s, %s, %s, %s)
    ON CONFLICT (bin_id, emptied_at) WHERE source = 'sensor' DO UPDATE SET
        sensor_id = excluded.sensor_id, not_before = excluded.not_before,
        fill_before_pct = excluded.fill_before_pct, fill_after_pct = excluded.fill_after_pct
"""


async def add(conn: Connection, sensed: Sequence[Sensed]) -> None:
    """Store emptyings; the same again, by bin and moment, corrects the rest of it."""
    rows = [
        (
            s.bin_id,
            s.emptying.emptied_at,
            s.sensor_id,
            s.emptying.not_before,
            s.emptying.fill_before_pct,
            s.emptying.fill_after_pct,
        )
        for s in sensed
    ]
    if rows:
        async with conn.cursor() as cursor:
            await cursor.executemany(_ADD, rows)


_REVOKE = "DELETE FROM emptyings WHERE bin_id = %s AND emptied_at = %s AND source = 'sensor'"


async def revoke(conn: Connection, revoked: Sequence[tuple[str, datetime]]) -> None:
    """Take back emptyings, given as (bin_id, emptied_at), that turned out to be none."""
    if revoked:
        async with conn.cursor() as cursor:
            await cursor.executemany(_REVOKE, revoked)
