import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from functools import partial

import pytest

import store
from core.readings import RejectReason
from ingest import settling
from ingest.backoff import Backoff
from ingest.judging import judge_message
from ingest.messages import Message, Opened
from ingest.opening import open_message
from ingest.stats import Stats
from ingest.writer import Writer
from migrations.runner import migrate
from store import rejected
from tests.ingest.parts import (
    LIMITS,
    NOW,
    counted,
    database_away,
    message,
    reading,
    settle_town,
    until,
)
from tests.services.engine import Engine

# A real column cannot hold it, and the wire format may say it: the database refuses it.
POISON = 1e-50


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[store.Pool]:
    await settle_town(database_url)
    async with store.open_pool(database_url, application="test", timeout_s=2.0) as pool:
        yield pool


def writer(pool: store.Pool, stats: Stats) -> Writer:
    backoff = Backoff(first_s=0.05, most_s=0.2)
    return Writer(pool, LIMITS, stats, clock=lambda: NOW, backoff=backoff)


def opened(messages: Sequence[Message], acknowledge: Callable[[int], None]) -> list[Opened]:
    """Open messages; the acknowledgement of each tells its number."""
    return [
        open_message(
            Message(
                topic=m.topic,
                payload=m.payload,
                received_at=m.received_at,
                acknowledge=partial(acknowledge, n),
            ),
            LIMITS,
        )
        for n, m in enumerate(messages)
    ]


def hourly(n: int, fill_pct: float = 50.0) -> Message:
    return message(reading(NOW - timedelta(hours=n), fill_pct), sensor=f"s{n % 3}")


async def test_what_is_acknowledged_is_committed(pool: store.Pool, database_url: str) -> None:
    stats, acknowledged = Stats(in_flight=7), list[int]()
    batch = opened([*(hourly(n) for n in range(5)), message(b"?"), hourly(0)], acknowledged.append)
    await writer(pool, stats).store(batch)
    assert acknowledged == list(range(7))
    assert await counted(database_url) == (5, {"not_json": 1})
    assert (stats.readings, stats.stored, stats.duplicates) == (7, 5, 1)
    assert (dict(stats.set_aside), stats.in_flight) == ({RejectReason.NOT_JSON: 1}, 0)
    assert stats.batches == 1


async def test_only_the_message_the_database_refuses_is_set_aside(
    pool: store.Pool, database_url: str
) -> None:
    stats, acknowledged = Stats(), list[int]()
    messages = [hourly(n) for n in range(20)]
    messages[13] = message(
        [reading(NOW - timedelta(days=1)), reading(NOW + timedelta(seconds=1), POISON)]
    )
    await writer(pool, stats).store(opened(messages, acknowledged.append))
    assert acknowledged == list(range(20)), "acknowledgements in the order of receipt"
    assert await counted(database_url) == (19, {"storage_refused": 2})
    assert stats.readings == stats.stored + stats.duplicates + stats.set_aside.total() == 21
    async with store.transaction(pool) as conn:
        (kept,) = await rejected.waiting(conn)
    assert kept.payload == messages[13].payload
    assert "out of range" in kept.detail


async def test_a_bug_met_by_one_message_costs_that_message(
    pool: store.Pool, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_on_s1(opened: Opened, *rest: object) -> object:
        if opened.sensor_id == "s1":
            raise ZeroDivisionError("s1")
        return judge_message(opened, *rest)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(settling, "judge_message", fails_on_s1)
    acknowledged = list[int]()
    await writer(pool, Stats()).store(opened([hourly(n) for n in range(3)], acknowledged.append))
    assert acknowledged == [0, 1, 2]
    assert await counted(database_url) == (2, {"unexpected_error": 1})


async def test_a_batch_is_held_while_the_database_is_away(
    pool: store.Pool, database_url: str, engine: Engine
) -> None:
    stats, acknowledged = Stats(), list[int]()
    task = writer(pool, stats)
    async with database_away(engine, database_url):
        storing = asyncio.create_task(
            task.store(opened([hourly(n) for n in range(3)], acknowledged.append))
        )
        await until(lambda: not stats.database_up)
        await asyncio.sleep(0.5)
        assert acknowledged == []
        assert not storing.done()
    async with asyncio.timeout(30):
        await storing
    assert stats.database_up
    assert acknowledged == [0, 1, 2]
    assert await counted(database_url) == (3, {})


async def test_a_connection_lost_between_batches_costs_nothing(
    pool: store.Pool, database_url: str, engine: Engine
) -> None:
    one = writer(pool, Stats())
    await one.store(opened([hourly(0)], lambda _: None))
    async with database_away(engine, database_url):
        pass
    async with asyncio.timeout(30):
        await one.store(opened([hourly(1)], lambda _: None))
    assert await counted(database_url) == (2, {})


async def test_a_database_without_tables_sets_nothing_aside(empty_database_url: str) -> None:
    stats, acknowledged = Stats(), list[int]()
    async with store.open_pool(empty_database_url, application="test") as pool:
        batch = opened([hourly(n) for n in range(8)], acknowledged.append)
        storing = asyncio.create_task(writer(pool, stats).store(batch))
        await until(lambda: not stats.database_up)
        async with store.connect(empty_database_url) as conn:
            await migrate(conn)
        async with asyncio.timeout(60):
            await storing
    assert acknowledged == list(range(8))
    # nobody was registered then; each is set aside for that and for nothing else
    assert await counted(empty_database_url) == (0, {"unknown_sensor": 8})
