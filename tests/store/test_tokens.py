from datetime import timedelta

import store
from store import tokens
from store.tokens import Role
from tests.store.make import NOON, registered


async def test_a_token_is_found_by_its_secret_only(conn: store.Connection) -> None:
    token_id, secret = await tokens.create(conn, name="desk", role=Role.OPS, crew_id=None, now=NOON)
    found = await tokens.find(conn, secret, now=NOON)
    assert found is not None
    assert (found.token_id, found.role, found.crew_id) == (token_id, Role.OPS, None)
    assert await tokens.find(conn, secret + "x", now=NOON) is None


async def test_the_secret_is_nowhere_in_the_database(conn: store.Connection) -> None:
    _, secret = await tokens.create(conn, name="desk", role=Role.OPS, crew_id=None, now=NOON)
    row = await (await conn.execute("SELECT t::text AS whole FROM tokens t")).fetchone()
    assert row is not None
    assert secret not in row["whole"]
    assert secret.encode().hex() not in row["whole"]


async def test_expired_and_revoked_tokens_are_not_found(conn: store.Connection) -> None:
    await registered(conn)
    soon = NOON + timedelta(days=1)
    token_id, secret = await tokens.create(
        conn, name="phone", role=Role.CREW, crew_id="crew", now=NOON, expires_at=soon
    )
    assert await tokens.find(conn, secret, now=NOON) is not None
    assert await tokens.find(conn, secret, now=soon) is None
    assert await tokens.revoke(conn, token_id, now=NOON)
    assert not await tokens.revoke(conn, token_id, now=NOON)
    assert await tokens.find(conn, secret, now=NOON) is None
