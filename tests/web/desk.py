"""What the tests of the live map and of a bin's page share."""

import asyncio
from datetime import UTC, datetime

from playwright.async_api import Page

import store
from core.readings import Reading, Trust
from tests.store.make import add_readings
from tests.web.world import World


async def heard(world: World, bin_nth: int, fill_pct: float, trust: Trust = Trust.TRUSTED) -> str:
    """Store a reading that has just come in; return the bin's name."""
    placed = world.town.bins[bin_nth]
    now = datetime.now(UTC)
    async with store.connect(world.served.database_url) as conn:
        await add_readings(
            conn,
            [
                Reading(
                    sensor_id=placed.sensor_id,
                    bin_id=placed.record.bin_id,
                    measured_at=now,
                    received_at=now,
                    fill_pct=None if trust is Trust.TILTED else fill_pct,
                    raw_fill_pct=fill_pct,
                    battery_v=3.6,
                    trust=trust,
                )
            ],
        )
    return placed.record.name


async def drawn(page: Page, count: int, *, limit_s: float = 15) -> None:
    """Wait until the map's layer draws so many bins."""
    layer = "document.querySelector('.street-map-ground')?.glMap?.getLayer('bins')"
    found = None
    async with asyncio.timeout(limit_s):
        while found != count:
            found = await page.evaluate(f"({layer})?.implementation?.count ?? null")
            await asyncio.sleep(0.1)
