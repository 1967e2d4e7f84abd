"""Sessions: a browser of a person or a phone of a crew, of whose secret only a digest is kept."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from uuid import UUID, uuid4

from store.connection import Connection
from store.tokens import Role, digest

SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is known when a session was last used: not every request writes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A session that goes on; either ``account_id`` or ``crew_id``."""

    session_id: UUID
    account_id: UUID | None
    user_name: str | None
    crew_id: str | None
    # the person's or the crew's
    name: str
    role: Role
    device: str
    started_at: datetime
    last_seen_at: datetime
    idle_s: int
    ends_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Lasting:
    """For how long: without a request, and in any case."""

    idle: timedelta
    at_most: timedelta


_START = """
    INSERT INTO sessions (session_id, digest, account_id, crew_id, device,
                          started_at, last_seen_at, idle_s, ends_at)
    VALUES (%(session_id)s, %(digest)s, %(account_id)s, %(crew_id)s, %(device)s,
            %(now)s, %(now)s, %(idle_s)s, %(ends_at)s)
"""


async def start(
    conn: Connection,
    *,
    device: str,
    lasting: Lasting,
    now: datetime,
    account_id: UUID | None = None,
    crew_id: str | None = None,
) -> tuple[UUID, str]:
    """Begin a session of an account or a crew; returns its id and the secret for the cookie."""
    session_id, secret = uuid4(), token_urlsafe(32)
    await conn.execute(
        _START,
        {
            "session_id": session_id,
            "digest": digest(secret),
            "account_id": account_id,
            "crew_id": crew_id,
            "device": device,
            "now": now,
            "idle_s": round(lasting.idle.total_seconds()),
            "ends_at": now + lasting.at_most,
        },
    )
    return session_id, secret


_GOES_ON = """
    s.ended_at IS NULL AND s.ends_at > %(now)s AND a.disabled_at IS NULL
    AND s.last_seen_at > %(now)s - make_interval(secs => s.idle_s)
"""
_SESSIONS = f"""
    SELECT s.session_id, s.account_id, a.user_name, s.crew_id, coalesce(a.name, c.name) AS name,
           coalesce(a.role, 'crew') AS role, s.device, s.started_at, s.last_seen_at, s.idle_s,
           s.ends_at
    FROM sessions s LEFT JOIN accounts a USING (account_id) LEFT JOIN crews c USING (crew_id)
    WHERE {_GOES_ON}
"""  # noqa: S608 - SQL from the constant above
_FIND = f"{_SESSIONS} AND s.digest = %(digest)s"
# Of requests at the same time one writes, and the others do not wait for it.
_SEEN = """
    UPDATE sessions SET last_seen_at = %(now)s WHERE session_id = (
        SELECT session_id FROM sessions WHERE session_id = %(session_id)s
        FOR NO KEY UPDATE SKIP LOCKED)
"""


async def find(conn: Connection, secret: str, *, now: datetime) -> Session | None:
    """Return the session with this secret, seen now; None when unknown, ended or expired."""
    cursor = await conn.execute(_FIND, {"digest": digest(secret), "now": now})
    row = await cursor.fetchone()
    if row is None:
        return None
    if row["last_seen_at"] < now - SEEN_EVERY:
        await conn.execute(_SEEN, {"session_id": row["session_id"], "now": now})
    return Session(**{**row, "role": Role(row["role"])})


_STILL = f"""
    SELECT s.digest FROM sessions s LEFT JOIN accounts a USING (account_id)
    WHERE {_GOES_ON} AND s.digest = ANY(%(digests)s)
"""  # noqa: S608 - SQL from the constant above


async def still_valid(
    conn: Connection, digests: Collection[bytes], *, now: datetime
) -> frozenset[bytes]:
    """Return those digests whose session goes on."""
    cursor = await conn.execute(_STILL, {"digests": list(digests), "now": now})
    return frozenset(row["digest"] for row in await cursor.fetchall())


_LIST = f"""{_SESSIONS}
    AND (%(user_name)s::text IS NULL OR a.user_name = %(user_name)s)
    AND (%(crew_id)s::text IS NULL OR s.crew_id = %(crew_id)s)
    ORDER BY s.last_seen_at DESC, s.session_id
"""


async def sessions(
    conn: Connection, *, now: datetime, user_name: str | None = None, crew_id: str | None = None
) -> Sequence[Session]:
    """Return the sessions that go on, those used last first."""
    cursor = await conn.execute(_LIST, {"now": now, "user_name": user_name, "crew_id": crew_id})
    return [Session(**{**row, "role": Role(row["role"])}) for row in await cursor.fetchall()]


_END = """
    UPDATE sessions SET ended_at = %(now)s, ended_by = %(by)s
    WHERE ended_at IS NULL AND session_id = %(session_id)s
"""


async def end(conn: Connection, session_id: UUID, *, by: str, now: datetime) -> bool:
    """End one; False when there is none that goes on."""
    cursor = await conn.execute(_END, {"session_id": session_id, "by": by, "now": now})
    return cursor.rowcount == 1


_END_ALL = """
    UPDATE sessions SET ended_at = %(now)s, ended_by = %(by)s
    WHERE ended_at IS NULL AND (account_id = %(account_id)s OR crew_id = %(crew_id)s)
      AND session_id IS DISTINCT FROM %(but)s
"""


async def end_all(
    conn: Connection,
    *,
    by: str,
    now: datetime,
    account_id: UUID | None = None,
    crew_id: str | None = None,
    but: UUID | None = None,
) -> int:
    """End all of an account or a crew (``but`` this one) and return how many there were."""
    cursor = await conn.execute(
        _END_ALL,
        {"account_id": account_id, "crew_id": crew_id, "but": but, "by": by, "now": now},
    )
    return cursor.rowcount
