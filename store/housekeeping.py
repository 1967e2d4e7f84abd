"""What nobody needs any more is removed: sessions that are over, and links for crews' phones.

A statement removes so many at the most, and nothing that could still let anybody in.
"""

from datetime import datetime

from store.connection import Connection

_ALONE = "SELECT pg_try_advisory_xact_lock(hashtextextended('brimful housekeeping', 0)) AS alone"


async def alone(conn: Connection) -> bool:
    """Return whether nobody else tidies up, and keep it so until the transaction ends."""
    row = await (await conn.execute(_ALONE)).fetchone()
    assert row is not None  # noqa: S101 - a lock is taken or not
    return bool(row["alone"])


_REMOVE_LINKS = """
    DELETE FROM crew_links WHERE link_id IN (
        SELECT link_id FROM crew_links WHERE coalesce(used_at, expires_at) < %(before)s
        ORDER BY link_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
"""


async def remove_links(conn: Connection, *, before: datetime, limit: int) -> int:
    """Remove up to ``limit`` links that were used, or were over, before then; returns how many."""
    cursor = await conn.execute(_REMOVE_LINKS, {"before": before, "limit": limit})
    return cursor.rowcount


# A session waits for its link, which names it and was used when it began: the link goes first.
_REMOVE_SESSIONS = """
    DELETE FROM sessions WHERE session_id IN (
        SELECT session_id FROM sessions s
        WHERE least(s.ended_at, s.ends_at, s.last_seen_at + make_interval(secs => s.idle_s))
              < %(before)s
          AND NOT EXISTS (SELECT FROM crew_links l WHERE l.session_id = s.session_id)
        ORDER BY session_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
"""


async def remove_sessions(conn: Connection, *, before: datetime, limit: int) -> int:
    """Remove up to ``limit`` sessions that were over before then; returns how many."""
    cursor = await conn.execute(_REMOVE_SESSIONS, {"before": before, "limit": limit})
    return cursor.rowcount
