"""Attempts to sign in that failed, or are being made: so that nobody can try for ever."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from core.rules.sign_in import Limits, wait_for
from store.connection import Connection
from store.tokens import digest

# Two attempts for one user name, or from one address, are counted one after the other.
_LOCK = """
    SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(%s::text[]) AS key
"""
_FORGET = "DELETE FROM sign_in_attempts WHERE attempted_at <= %s"
_TIMES = """
    SELECT attempted_at, account = %(account)s AS for_account, address = %(address)s AS from_address
    FROM sign_in_attempts WHERE account = %(account)s OR address = %(address)s
"""
_ADD = """
    INSERT INTO sign_in_attempts (attempt_id, account, address, attempted_at)
    VALUES (%s, %s, %s, %s)
"""


async def begin(
    conn: Connection, *, user_name: str, address: str, limits: Limits, now: datetime
) -> UUID | timedelta:
    """Count an attempt as failed before it is made; or return how long to wait instead.

    Commit before the password is looked at: many at once are then counted as well.
    """
    account = digest(user_name)
    keys = sorted({f"sign-in {account.hex()}", f"sign-in from {address}"})
    await conn.execute(_LOCK, (keys,))
    await conn.execute(_FORGET, (now - limits.window,))
    cursor = await conn.execute(_TIMES, {"account": account, "address": address})
    rows = await cursor.fetchall()
    wait = wait_for(
        account=[row["attempted_at"] for row in rows if row["for_account"]],
        address=[row["attempted_at"] for row in rows if row["from_address"]],
        limits=limits,
        now=now,
    )
    if wait is not None:
        return wait
    attempt_id = uuid4()
    await conn.execute(_ADD, (attempt_id, account, address, now))
    return attempt_id


_SUCCEEDED = "DELETE FROM sign_in_attempts WHERE account = %s OR attempt_id = %s"


async def succeeded(conn: Connection, attempt_id: UUID, *, user_name: str) -> None:
    """Forget the failures of a user name whose owner has come in."""
    await conn.execute(_SUCCEEDED, (digest(user_name), attempt_id))
