"""Bearer tokens: made once, shown once, kept as a digest."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from secrets import token_urlsafe
from uuid import UUID, uuid4

from store.connection import Connection

PREFIX = "brimful_"
"""Lets scanners for leaked secrets recognise a token."""


class Role(StrEnum):
    """What a caller may do: a person, a crew's phone, a token."""

    OPS = "ops"
    CREW = "crew"
    DEVICE_ADMIN = "device_admin"
    VIEWER = "viewer"


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A token as stored; the secret itself is nowhere."""

    token_id: UUID
    name: str
    role: Role
    crew_id: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


_CREATE = """
    INSERT INTO tokens (token_id, name, role, crew_id, digest, created_at, expires_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
_FIND = """
    SELECT token_id, name, role, crew_id, created_at, expires_at, revoked_at FROM tokens
    WHERE digest = %(digest)s AND revoked_at IS NULL
      AND (expires_at IS NULL OR expires_at > %(now)s)
"""
_STILL_VALID = """
    SELECT digest FROM tokens
    WHERE digest = ANY(%(digests)s) AND revoked_at IS NULL
      AND (expires_at IS NULL OR expires_at > %(now)s)
"""
_LIST = """
    SELECT token_id, name, role, crew_id, created_at, expires_at, revoked_at
    FROM tokens ORDER BY created_at
"""
_REVOKE = "UPDATE tokens SET revoked_at = %s WHERE token_id = %s AND revoked_at IS NULL"


async def create(
    conn: Connection,
    *,
    name: str,
    role: Role,
    crew_id: str | None,
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[UUID, str]:
    """Make a token and return its id and its secret, which cannot be had again.

    256 random bits need no slow hash (they cannot be guessed): SHA-256 is enough.
    """
    token_id, secret = uuid4(), PREFIX + token_urlsafe(32)
    await conn.execute(_CREATE, (token_id, name, role, crew_id, digest(secret), now, expires_at))
    return token_id, secret


async def find(conn: Connection, secret: str, *, now: datetime) -> Token | None:
    """Return the valid token with this secret; None when unknown, expired or revoked."""
    row = await (await conn.execute(_FIND, {"digest": digest(secret), "now": now})).fetchone()
    return None if row is None else Token(**{**row, "role": Role(row["role"])})


async def still_valid(
    conn: Connection, digests: Collection[bytes], *, now: datetime
) -> frozenset[bytes]:
    """Return those digests whose token is neither expired nor revoked."""
    values = {"digests": list(digests), "now": now}
    rows = await (await conn.execute(_STILL_VALID, values)).fetchall()
    return frozenset(row["digest"] for row in rows)


async def tokens(conn: Connection) -> Sequence[Token]:
    """Return all tokens ever made."""
    rows = await (await conn.execute(_LIST)).fetchall()
    return [Token(**{**row, "role": Role(row["role"])}) for row in rows]


async def revoke(conn: Connection, token_id: UUID, *, now: datetime) -> bool:
    """End a token; False when there is no such valid token."""
    return (await conn.execute(_REVOKE, (now, token_id))).rowcount == 1


def digest(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return sha256(secret.encode()).digest()
