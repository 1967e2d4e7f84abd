"""An ingester killed in the middle of its work: nothing is lost and nothing is stored twice."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import store
from core.wire import readings_topic
from tests.ingest.parts import counted, eventually, payload, publish, reading, settle_town
from tests.services.brokers import Mosquitto
from tests.services.command import ingester

pytestmark = pytest.mark.journey

SENSORS = 3
N = 6_000
USABLE = N * 19 // 20
TODAY = datetime.now(UTC).replace(microsecond=0)


def numbered(n: int) -> tuple[str, bytes]:
    """Return a message of its own: one in twenty is garbage, the others hold one reading."""
    if n % 20 == 0:
        return readings_topic("s0"), b"garbage %d" % n
    at = TODAY - timedelta(seconds=n)
    return readings_topic(f"s{n % SENSORS}"), payload(reading(at, n % 101))


# Within a transaction the view stays as it was first seen, unless that is forgotten.
_FORGET = "SELECT pg_stat_clear_snapshot()"
_INGESTER_WAITS = """
    SELECT FROM pg_stat_activity WHERE application_name = 'brimful-ingest'
    AND datname = current_database() AND wait_event_type = 'Lock'
"""


@asynccontextmanager
async def ingester_held_in_a_transaction(database_url: str) -> AsyncIterator[None]:
    """Let nobody write readings, and yield once the ingester stands in the middle of a batch."""
    async with store.connect(database_url) as conn, conn.transaction():
        await conn.execute("LOCK TABLE readings IN EXCLUSIVE MODE")

        async def it_waits() -> bool:
            await conn.execute(_FORGET)
            return bool(await (await conn.execute(_INGESTER_WAITS)).fetchall())

        await eventually(it_waits)
        yield


async def test_killed_in_the_middle_and_started_again_all_is_there_once(
    mosquitto: Mosquitto, database_url: str, tmp_path: Path
) -> None:
    async def stored() -> int:
        return (await counted(database_url))[0]

    async def a_tenth_is_stored() -> bool:
        return await stored() >= N // 10

    async def all_is_settled() -> bool:
        n, aside = await counted(database_url)
        return n + sum(aside.values()) >= N

    await settle_town(database_url, SENSORS)
    # many small transactions, so that there is a middle
    settings = {"BRIMFUL_INGEST_BATCH_MAX_READINGS": "50"}
    async with ingester(mosquitto, database_url, tmp_path, **settings) as first:
        await first.has_logged("connected")
        publishing = asyncio.create_task(publish(mosquitto, map(numbered, range(N))))
        await eventually(a_tenth_is_stored)
        async with ingester_held_in_a_transaction(database_url):
            at_the_kill = await stored()
            assert await first.end(signal.SIGKILL) == -signal.SIGKILL
    assert await publishing == N, "the broker has promised to keep every message"
    assert await stored() == at_the_kill, "the batch in hand went with its ingester"
    assert N // 10 <= at_the_kill < USABLE

    # What the first had received and not stored comes only if the broker sends it again.
    async with ingester(mosquitto, database_url, tmp_path) as second:
        await eventually(all_is_settled)
        assert await second.end(signal.SIGTERM) == 0, second.log()
    assert second.last("stopped")["stored"] == USABLE - at_the_kill
    assert await counted(database_url) == (USABLE, {"not_json": N - USABLE})
