"""A town whose working day is about to begin, with three days of readings behind it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import store
from cli.demo.town import demo_town
from core.plans import Plan
from core.readings import Reading, Trust
from core.settings import Settings
from routing.planner import Means
from routing.request import plan_day
from simulators.town import Town
from store import fleet
from tests.store.make import add_readings, registered

DAYS = 3
EVERY = timedelta(hours=2)


def town_of(bins: int, now: datetime) -> Town:
    """Return a town of ``bins`` bins in which it is five in the morning."""
    return demo_town(seed=7, bins=bins, now=now)


async def settle(url: str, town: Town, now: datetime) -> None:
    """Register a town and store its bins' histories: every third bin is over its threshold."""
    async with store.connect(url) as conn:
        await registered(conn, town.registry())
        await add_readings(conn, list(_histories(town, now)))


def _histories(town: Town, now: datetime) -> Iterator[Reading]:
    steps = int(timedelta(days=DAYS) / EVERY)
    for n, placed in enumerate(town.bins):
        reaches = 92.0 if n % 3 == 0 else 12.0 + (n * 17) % 50
        for step in range(steps):
            at = now - EVERY * (steps - 1 - step) - timedelta(minutes=10)
            yield Reading(
                sensor_id=placed.sensor_id,
                bin_id=placed.record.bin_id,
                measured_at=at,
                received_at=at + timedelta(seconds=20),
                fill_pct=round(reaches * (step + 1) / steps, 1),
                raw_fill_pct=round(reaches * (step + 1) / steps, 1),
                battery_v=3.6,
                trust=Trust.TRUSTED,
            )


async def plan(url: str, now: datetime, *, limit_s: float = 0.5) -> Plan:
    """Make today's plan of the only depot."""
    settings = Settings(_env_file=None, database_url=url)
    async with store.open_pool(url, application="test-planner") as pool:
        async with store.transaction(pool) as conn:
            (depot,) = await fleet.depots(conn)
        return await plan_day(
            pool,
            settings,
            depot=depot,
            day=depot.local_day(now),
            now=now,
            means=Means(limit_s=limit_s),
        )
