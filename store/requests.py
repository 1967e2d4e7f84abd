"""Bins that somebody asked to be emptied: until they are, or until it is withdrawn."""

from collections.abc import Sequence
from datetime import datetime

from core.errors import NotFoundError
from core.forecasts import BinRequest
from store.connection import Connection

_LOCK_BIN = "SELECT FROM bins WHERE bin_id = %s FOR UPDATE"
_OPEN = """
    SELECT o.bin_id, o.requested_at, o.requested_by, o.note FROM open_requests o
    JOIN bins b USING (bin_id)
    WHERE (%(bin_id)s::text IS NULL OR o.bin_id = %(bin_id)s)
      AND (%(depot_id)s::text IS NULL OR b.depot_id = %(depot_id)s)
    ORDER BY o.bin_id
"""
_ADD = """
    INSERT INTO bin_requests (bin_id, requested_at, requested_by, note) VALUES (%s, %s, %s, %s)
"""
_WITHDRAW = """
    UPDATE bin_requests SET withdrawn_at = %s, withdrawn_by = %s
    WHERE bin_id = %s AND withdrawn_at IS NULL
"""


async def open_requests(
    conn: Connection, *, bin_id: str | None = None, depot_id: str | None = None
) -> Sequence[BinRequest]:
    """Return what is asked for and not done, in order of bin_id; of each bin the first asking."""
    cursor = await conn.execute(_OPEN, {"bin_id": bin_id, "depot_id": depot_id})
    return [BinRequest(**row) for row in await cursor.fetchall()]


async def request(
    conn: Connection, bin_id: str, *, requested_by: str, note: str | None, now: datetime
) -> BinRequest:
    """Ask for a bin, and return what is asked; asking again while it is open changes nothing.

    Raises NotFoundError for an unknown bin.
    """
    await _lock(conn, bin_id)
    asked = await open_requests(conn, bin_id=bin_id)
    if asked:
        return asked[0]
    await conn.execute(_ADD, (bin_id, now, requested_by, note))
    return BinRequest(bin_id=bin_id, requested_at=now, requested_by=requested_by, note=note)


async def withdraw(conn: Connection, bin_id: str, *, withdrawn_by: str, now: datetime) -> bool:
    """Withdraw what is asked for a bin; False: nothing was. Raises NotFoundError for no bin."""
    await _lock(conn, bin_id)
    was_open = bool(await open_requests(conn, bin_id=bin_id))
    await conn.execute(_WITHDRAW, (now, withdrawn_by, bin_id))
    return was_open


async def _lock(conn: Connection, bin_id: str) -> None:
    if await (await conn.execute(_LOCK_BIN, (bin_id,))).fetchone() is None:
        raise NotFoundError(f"There is no bin {bin_id}.")


_LAST_EMPTIED = """
    SELECT b.bin_id, e.emptied_at FROM bins b
    CROSS JOIN LATERAL (SELECT emptied_at FROM emptyings WHERE bin_id = b.bin_id
                        ORDER BY emptied_at DESC LIMIT 1) e
    WHERE b.depot_id = %s
"""


async def last_emptied(conn: Connection, depot_id: str) -> dict[str, datetime]:
    """Return when each bin of a depot was last emptied, by a crew's word or a sensor's."""
    cursor = await conn.execute(_LAST_EMPTIED, (depot_id,))
    return {row["bin_id"]: row["emptied_at"] for row in await cursor.fetchall()}
