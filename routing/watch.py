"""The planner service: plans each depot's day at its hour, and whatever is requested."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import store
from core.errors import ConflictError, DatabaseUnavailableError
from core.logs import get_logger
from core.settings import Settings
from routing.planner import Means
from routing.request import carry_out, lease
from store import fleet, plans
from store import planner as planner_store

POLL_S = 30.0
"""Requests are heard at once; this is for what was not, and for the hour of the daily plan."""
RETRY_S = 5.0
RETRY_FAILED_AFTER = timedelta(minutes=15)
"""A daily plan that failed is tried again after this time."""

_log = get_logger(__name__)


def _utc_now() -> datetime:
    return datetime.now(UTC)


async def watch(
    pool: store.Pool,
    settings: Settings,
    *,
    means: Means | None = None,
    clock: Callable[[], datetime] = _utc_now,
    poll_s: float = POLL_S,
    retry_s: float = RETRY_S,
) -> NoReturn:
    """Plan until cancelled; outages of the database are waited out.

    Cancelling ends a running search at once and gives its plan back.
    """
    wake = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_listen(settings, wake, retry_s), name="planner.listen")
        tasks.create_task(
            _plan(pool, settings, means or Means(), clock, wake, poll_s=poll_s, retry_s=retry_s),
            name="planner.plan",
        )
    raise AssertionError("both tasks run until they are cancelled")


async def _listen(settings: Settings, wake: asyncio.Event, retry_s: float) -> NoReturn:
    url = settings.database_url.get_secret_value()
    while True:
        try:
            heard = planner_store.requests(url, timeout_s=settings.database_timeout_s)
            async with aclosing(heard):
                async for _plan_id in heard:
                    wake.set()
        except DatabaseUnavailableError as error:
            _log.warning("not listening for requests, trying again", error=str(error))
        await asyncio.sleep(retry_s)


async def _plan(
    pool: store.Pool,
    settings: Settings,
    means: Means,
    clock: Callable[[], datetime],
    wake: asyncio.Event,
    *,
    poll_s: float,
    retry_s: float,
) -> NoReturn:
    _log.info("planner runs", daily_at=str(settings.plan_daily_at))
    while True:
        wake.clear()
        wait_s = poll_s
        try:
            await request_daily_plans(pool, settings, now=clock())
            await _carry_out_all(pool, settings, means, clock)
        except DatabaseUnavailableError as error:
            _log.warning("database unavailable, trying again", error=str(error))
            wait_s = retry_s
        try:
            async with asyncio.timeout(wait_s):
                await wake.wait()
        except TimeoutError:
            continue


async def request_daily_plans(pool: store.Pool, settings: Settings, *, now: datetime) -> None:
    """Ask for today's plan of every depot whose hour has come and that has none.

    A planner that was down at that hour catches up on the same day.
    """
    if settings.plan_daily_at is None:
        return
    async with store.transaction(pool) as conn:
        depots = await fleet.depots(conn)
    for depot in depots:
        day = depot.local_day(now)
        if now < depot.at_local(day, settings.plan_daily_at):
            continue
        async with store.transaction(pool) as conn:
            await planner_store.request_daily_plan(
                conn,
                depot_id=depot.depot_id,
                day=day,
                retry_failed_before=now - RETRY_FAILED_AFTER,
                now=now,
            )


async def _carry_out_all(
    pool: store.Pool, settings: Settings, means: Means, clock: Callable[[], datetime]
) -> None:
    while True:
        async with store.transaction(pool) as conn:
            claimed = await plans.claim_plan(conn, now=clock(), lease=lease(settings, means))
        if claimed is None:
            return
        try:
            await carry_out(pool, claimed, settings, now=clock(), means=means)
        except ConflictError as error:
            _log.warning("another planner was faster", error=str(error))
