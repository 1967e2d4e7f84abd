from typing import LiteralString

import pytest

import store
from core.errors import DatabaseUnavailableError, InvalidInputError, StorageRefusedError


async def test_an_unreachable_database_is_named_so_in_bounded_time() -> None:
    nobody = "postgresql://nobody@127.0.0.1:1/nothing"
    with pytest.raises(DatabaseUnavailableError):
        async with store.connect(nobody, timeout_s=2):
            pass
    async with store.open_pool(nobody, application="test", timeout_s=0.5) as pool:
        with pytest.raises(DatabaseUnavailableError):
            async with store.transaction(pool):
                pass


async def test_a_transaction_commits_at_the_end_and_rolls_back_on_an_error(
    database_url: str,
) -> None:
    async with store.open_pool(database_url, application="test") as pool:

        async def insert(row: LiteralString, error: Exception | None = None) -> None:
            async with store.transaction(pool) as conn:
                await conn.execute(f"INSERT INTO streams VALUES {row}")  # noqa: S608 - literals
                if error is not None:
                    raise error

        await insert("('paper', 0.07)")
        with pytest.raises(RuntimeError):
            await insert("('glass', 0.3)", RuntimeError())
        with pytest.raises(StorageRefusedError):
            await insert("('glass', -1)")
        async with store.transaction(pool) as conn:
            rows = await (await conn.execute("SELECT stream FROM streams")).fetchall()
    assert [row["stream"] for row in rows] == ["paper"]


async def test_the_pool_recovers_from_connections_the_server_dropped(database_url: str) -> None:
    async with store.open_pool(database_url, application="dropped", max_size=1) as pool:
        async with store.transaction(pool) as conn:
            await conn.execute("SELECT 1")
        async with store.connect(database_url) as other:
            await other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'brimful-dropped'"
            )
        async with store.transaction(pool) as conn:
            assert await (await conn.execute("SELECT 2 AS two")).fetchone() == {"two": 2}


@pytest.mark.parametrize("url", ["postgresql://u:sec%zzret@h/x", "mysql://u:secret@h/x", "secret"])
async def test_a_url_that_cannot_be_one_is_refused_without_showing_it(url: str) -> None:
    for opening in (store.connect(url), store.open_pool(url, application="test")):
        with pytest.raises(InvalidInputError, match="BRIMFUL_DATABASE_URL") as refused:
            await opening.__aenter__()
        assert "sec" not in str(refused.value)
        assert refused.value.__cause__ is None
