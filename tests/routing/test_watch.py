"""The planner service: hears requests, plans the day at its hour, outlives the database."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, time, timedelta
from urllib.parse import urlsplit

import psycopg

import store
from core.plans import Plan, PlanStatus
from core.settings import Settings
from routing.planner import Means
from routing.watch import request_daily_plans, watch
from store import plans
from tests.routing.towns import DAY, NOW, bin_, fill, lorry, settings, town
from tests.services.engine import Engine

AT_FIVE = time(5, 0)
QUICK = Means(limit_s=0.3)


@asynccontextmanager
async def watching(
    pool: store.Pool,
    config: Settings,
    *,
    clock: Callable[[], datetime] = lambda: NOW,
    poll_s: float = 60,
    means: Means = QUICK,
) -> AsyncIterator[asyncio.Task[None]]:
    running: asyncio.Task[None] = asyncio.create_task(
        watch(pool, config, means=means, clock=clock, poll_s=poll_s, retry_s=0.1)
    )
    try:
        yield running
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def all_plans(pool: store.Pool) -> list[Plan]:
    async with store.transaction(pool) as conn:
        return list(await plans.plans(conn))


async def wait_for(pool: store.Pool, wanted: Callable[[list[Plan]], bool]) -> list[Plan]:
    async with asyncio.timeout(20):
        while not wanted(found := await all_plans(pool)):  # noqa: ASYNC110 - asks the database
            await asyncio.sleep(0.05)
        return found


def all_ready(found: list[Plan]) -> bool:
    return bool(found) and all(plan.status is PlanStatus.READY for plan in found)


async def request(pool: store.Pool) -> Plan:
    async with store.transaction(pool) as conn:
        return await plans.request_plan(
            conn, depot_id="depot", day=DAY, requested_by="ops", now=NOW
        )


async def listening(pool: store.Pool) -> None:
    """Wait until the service listens for requests and has nothing else to do."""
    async with asyncio.timeout(20):
        while True:
            async with store.transaction(pool) as conn:
                rows = await conn.execute(
                    "SELECT 1 FROM pg_stat_activity WHERE application_name = 'brimful-planner'"
                    " AND query LIKE 'LISTEN%' AND datname = current_database()"
                )
                if await rows.fetchone():
                    return
            await asyncio.sleep(0.05)


async def test_a_request_is_heard_and_carried_out(pool: store.Pool, database_url: str) -> None:
    await fill(pool, town([bin_("a")]), {"a": 90})
    config = settings(database_url, plan_daily_at=None)
    async with watching(pool, config):
        await listening(pool)
        await asyncio.sleep(0.3)
        asked = await request(pool)
        # long before the next poll
        (made,) = await wait_for(pool, all_ready)
    assert made.plan_id == asked.plan_id


async def test_a_request_made_while_nobody_was_there_is_found(
    pool: store.Pool, database_url: str
) -> None:
    await fill(pool, town([bin_("a")]), {"a": 90})
    asked = await request(pool)
    async with watching(pool, settings(database_url, plan_daily_at=None)):
        (made,) = await wait_for(pool, all_ready)
    assert made.plan_id == asked.plan_id


async def test_the_day_is_planned_once_at_its_hour(pool: store.Pool, database_url: str) -> None:
    await fill(pool, town([bin_("a")], timezone="Europe/Prague"), {"a": 90})
    now = NOW.replace(hour=3, minute=59)
    config = settings(database_url, plan_daily_at=AT_FIVE)
    async with watching(pool, config, clock=lambda: now, poll_s=0.1):
        await listening(pool)
        await asyncio.sleep(0.5)
        assert await all_plans(pool) == []
        # five o'clock in Prague
        now = NOW.replace(hour=4, minute=0)
        (made,) = await wait_for(pool, all_ready)
        await asyncio.sleep(0.5)
        assert len(await all_plans(pool)) == 1
    assert made.day == DAY


async def test_a_planner_that_starts_late_catches_up_on_the_same_day(
    pool: store.Pool, database_url: str
) -> None:
    await fill(pool, town([bin_("a")]), {"a": 90})
    config = settings(database_url, plan_daily_at=AT_FIVE)
    await request_daily_plans(pool, config, now=NOW.replace(hour=23))
    (asked,) = await all_plans(pool)
    assert asked.day == DAY
    await request_daily_plans(pool, config, now=NOW.replace(day=3, hour=4))
    assert len(await all_plans(pool)) == 1


async def test_an_outage_of_the_database_is_waited_out(
    pool: store.Pool, database_url: str, engine: Engine
) -> None:
    await fill(pool, town([bin_("a")]), {"a": 90})
    name = urlsplit(database_url).path.removeprefix("/")
    config = settings(database_url, plan_daily_at=None, database_timeout_s=1)
    async with (
        await psycopg.AsyncConnection.connect(engine.admin_url, autocommit=True) as admin,
        watching(pool, config, poll_s=0.2) as running,
    ):
        await listening(pool)
        await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        await asyncio.sleep(1.5)
        assert not running.done()
        await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        async with store.connect(database_url) as conn:
            await plans.request_plan(conn, depot_id="depot", day=DAY, requested_by="ops", now=NOW)
        await wait_for(pool, all_ready)
        await listening(pool)


async def test_stopping_in_the_middle_of_a_search_is_quick_and_gives_the_plan_back(
    pool: store.Pool, database_url: str
) -> None:
    fills = {f"b{n}": 90.0 for n in range(30)}
    await fill(pool, town([bin_(b) for b in fills], vehicles=[lorry()]), fills)
    await request(pool)
    means = Means(limit_s=600, search="tests.routing.searches:hang_holding_the_interpreter")
    config = settings(database_url, plan_daily_at=None)
    async with watching(pool, config, means=means):
        await wait_for(pool, lambda found: found[0].status is PlanStatus.RUNNING)
        await asyncio.sleep(1)
        began = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began < 3
    assert [plan.status for plan in await all_plans(pool)] == [PlanStatus.REQUESTED]


async def test_a_plan_of_a_planner_that_died_is_taken_up_when_its_lease_is_over(
    pool: store.Pool, database_url: str
) -> None:
    await fill(pool, town([bin_("a")]), {"a": 90})
    asked = await request(pool)
    async with store.transaction(pool) as conn:
        await plans.claim_plan(conn, now=NOW - timedelta(hours=1), lease=timedelta(minutes=5))
    async with watching(pool, settings(database_url, plan_daily_at=None)):
        (made,) = await wait_for(pool, all_ready)
    assert made.plan_id == asked.plan_id
