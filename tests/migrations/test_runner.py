import asyncio
from collections.abc import Sequence

import pytest

import store
from migrations.runner import (
    Line,
    MigrationError,
    Outcome,
    load_migrations,
    migrate,
    parse,
    status,
)


async def run(url: str) -> Sequence[Line]:
    async with store.connect(url) as conn:
        return await migrate(conn)


def test_files_are_numbered_without_gap() -> None:
    numbers = [m.number for m in load_migrations()]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_an_empty_database_gets_everything_the_server_can_do(
    empty_database_url: str,
) -> None:
    async with store.connect(empty_database_url) as conn:
        before = await status(conn)
        assert {line.outcome for line in before} <= {Outcome.PENDING, Outcome.PASSED_OVER}
        lines = await migrate(conn)
        after = await status(conn)
    assert all(line.newly for line in lines if line.outcome is Outcome.APPLIED)
    assert not [line for line in after if line.outcome is Outcome.PENDING]
    assert [line for line in after if line.outcome is Outcome.APPLIED]
    assert all(line.reason for line in after if line.outcome is Outcome.PASSED_OVER)


async def test_a_second_run_changes_nothing(database_url: str) -> None:
    assert not [line for line in await run(database_url) if line.newly]


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
async def test_plain_postgresql_passes_timescaledb_over_and_says_so(database_url: str) -> None:
    passed_over = [x for x in await run(database_url) if x.outcome is Outcome.PASSED_OVER]
    assert [x.name for x in passed_over] == [
        "0005_timescaledb.sql",
        "0006_timescaledb_community.sql",
    ]
    assert "TimescaleDB is not installed" in passed_over[0].reason


@pytest.mark.parametrize("engine", ["timescaledb"], indirect=True)
async def test_readings_is_a_hypertable_where_timescaledb_is(conn: store.Connection) -> None:
    cursor = await conn.execute("SELECT hypertable_name FROM timescaledb_information.hypertables")
    assert [row["hypertable_name"] for row in await cursor.fetchall()] == ["readings"]


async def test_an_edited_applied_file_is_an_error_and_changes_nothing(
    empty_database_url: str,
) -> None:
    first = parse("0001_a.sql", "CREATE TABLE a (n integer)")
    edited = parse("0001_a.sql", "CREATE TABLE a (n bigint)")
    second = parse("0002_b.sql", "CREATE TABLE b (n integer)")
    async with store.connect(empty_database_url) as conn:
        await migrate(conn, [first])
        with pytest.raises(MigrationError, match=r"0001_a\.sql was edited"):
            await migrate(conn, [edited, second])
        row = await (await conn.execute("SELECT to_regclass('b') AS b")).fetchone()
    assert row == {"b": None}


async def test_a_database_of_a_newer_version_is_refused(empty_database_url: str) -> None:
    first = parse("0001_a.sql", "SELECT 1")
    async with store.connect(empty_database_url) as conn:
        await migrate(conn, [first, parse("0002_b.sql", "SELECT 2")])
        with pytest.raises(MigrationError, match="newer version"):
            await migrate(conn, [first])


async def test_a_failing_file_leaves_nothing_of_itself_and_keeps_those_before(
    empty_database_url: str,
) -> None:
    good = parse("0001_a.sql", "CREATE TABLE a (n integer)")
    bad = parse("0002_b.sql", "CREATE TABLE b (n integer); SELECT 1 / 0;")
    async with store.connect(empty_database_url) as conn:
        with pytest.raises(Exception, match="division by zero"):
            await migrate(conn, [good, bad])
    async with store.connect(empty_database_url) as conn:
        lines = await status(conn, [good, bad])
        row = await (await conn.execute("SELECT to_regclass('b') AS b")).fetchone()
    assert [line.outcome for line in lines] == [Outcome.APPLIED, Outcome.PENDING]
    assert row == {"b": None}


async def test_two_runs_at_once_apply_each_file_once(empty_database_url: str) -> None:
    runs = await asyncio.gather(run(empty_database_url), run(empty_database_url))
    newly = [line.name for lines in runs for line in lines if line.newly]
    assert len(newly) == len(set(newly))
    assert "0001_registry.sql" in newly


@pytest.mark.parametrize("name", ["1_a.sql", "0001-a.sql", "0001_A.sql", "readme.sql"])
def test_a_badly_named_file_is_refused(name: str) -> None:
    with pytest.raises(MigrationError, match="must be named like"):
        parse(name, "SELECT 1")
