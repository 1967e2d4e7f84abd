"""Links that sign one phone of a crew in, once."""

from datetime import datetime
from enum import StrEnum
from secrets import token_urlsafe
from uuid import UUID, uuid4

from core.errors import NotFoundError
from store.connection import Connection
from store.tokens import digest

_CREATE = """
    INSERT INTO crew_links (link_id, digest, crew_id, created_at, created_by, expires_at)
    SELECT %(link_id)s, %(digest)s, crew_id, %(now)s, %(by)s, %(expires_at)s
    FROM crews WHERE crew_id = %(crew_id)s
"""


async def create(
    conn: Connection, crew_id: str, *, by: str, now: datetime, expires_at: datetime
) -> tuple[UUID, str]:
    """Make a link; returns its id and its code (128 random bits). NotFoundError: no such crew."""
    link_id, code = uuid4(), token_urlsafe(16)
    cursor = await conn.execute(
        _CREATE,
        {
            "link_id": link_id,
            "digest": digest(code),
            "crew_id": crew_id,
            "by": by,
            "now": now,
            "expires_at": expires_at,
        },
    )
    if cursor.rowcount == 0:
        raise NotFoundError(f"There is no crew {crew_id}.")
    return link_id, code


class Unusable(StrEnum):
    """Why a link signs nobody in."""

    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"


_FIND = """
    SELECT link_id, crew_id, expires_at, used_at FROM crew_links WHERE digest = %s FOR UPDATE
"""


async def find(conn: Connection, code: str, *, now: datetime) -> tuple[UUID, str] | Unusable:
    """Return link and crew_id of a code that may be used, locked until the transaction ends."""
    row = await (await conn.execute(_FIND, (digest(code),))).fetchone()
    if row is None:
        return Unusable.UNKNOWN
    if row["used_at"] is not None:
        return Unusable.USED
    if row["expires_at"] <= now:
        return Unusable.EXPIRED
    return row["link_id"], row["crew_id"]


_USED = "UPDATE crew_links SET used_at = %s, session_id = %s WHERE link_id = %s"


async def used(conn: Connection, link_id: UUID, session_id: UUID, *, now: datetime) -> None:
    """Keep it from being used again."""
    await conn.execute(_USED, (now, session_id, link_id))
