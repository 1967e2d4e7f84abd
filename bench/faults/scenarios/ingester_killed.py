"""SIGKILL of the ingester: once amid a transaction, then again and again at any moment."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import store
from bench.faults.result import Result, conclude
from bench.faults.sizes import Sizes
from bench.faults.stage import Stage
from bench.faults.staging import staged
from bench.services.cluster import Cluster

NAME = "ingester-killed"
LONGEST_LIFE_S = 1.0
_SEED = 1
_LOCK = "LOCK TABLE readings IN EXCLUSIVE MODE"
# Within a transaction the view stays as it was first seen, unless that is forgotten.
_FORGET = "SELECT pg_stat_clear_snapshot()"
_INGESTER_WAITS = """
    SELECT FROM pg_stat_activity WHERE application_name = 'brimful-ingest'
    AND datname = current_database() AND wait_event_type = 'Lock'
"""


async def play(cluster: Cluster, sizes: Sizes) -> Result:
    """Kill it with a batch in hand and unacknowledged; start it again; repeat without aiming."""
    chance = random.Random(_SEED)  # noqa: S311 - moments for a test
    async with staged(cluster, sizes) as stage:
        first = stage.ingester()
        await first.connected()
        async with stage.live_traffic():
            await stage.some_settled(1)
            async with held_in_a_transaction(stage):
                await first.kill()
            for _ in range(sizes.kills):
                again = stage.ingester()
                await again.connected()
                await asyncio.sleep(chance.uniform(0, LONGEST_LIFE_S))
                await again.kill()
            stage.ingester()
            stage.mended()
        stage.notes["kills"] = 1 + sizes.kills
        return await conclude(stage, NAME)


@asynccontextmanager
async def held_in_a_transaction(stage: Stage) -> AsyncIterator[None]:
    """Let nobody write readings, and yield once the ingester stands in the middle of a batch."""
    async with store.connect(stage.url, application="bench") as conn, conn.transaction():
        await conn.execute(_LOCK)
        async with asyncio.timeout(stage.sizes.catch_up_limit_s):
            while not await (await conn.execute(_INGESTER_WAITS)).fetchall():
                await conn.execute(_FORGET)
                await asyncio.sleep(0.01)
        yield
