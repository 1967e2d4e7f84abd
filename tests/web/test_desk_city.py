"""Fifty thousand bins on the map: one request, all of them drawn, changes without a reload."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

import store
from bench.api.town import Sizes, fill, registry
from core.passwords import hash_password
from store import accounts
from store import registry as registered
from store.tokens import Role
from tests.web.desk import drawn
from tests.web.served import Served
from tests.web.world import DESK, PASSWORD

BINS = 50_000
GLASS = 5_000


@pytest.fixture
async def city(database_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    """A served city, put straight into the database; every tenth bin takes glass."""
    now = datetime.now(UTC)
    sizes = Sizes(bins=BINS, crews=1, stops=2)
    async with store.connect(database_url) as conn:
        await registered.register(conn, registry(sizes))
        await fill(conn, sizes, now=now)
        await conn.execute(
            "INSERT INTO streams (stream, density_kg_per_l, compaction) "
            "SELECT 'glass', density_kg_per_l, compaction FROM streams LIMIT 1"
        )
        await conn.execute("UPDATE bins SET stream = 'glass' WHERE bin_id LIKE '%7'")
        await conn.execute("UPDATE bins SET lon = NULL, lat = NULL WHERE bin_id = 'bin-000003'")
        await accounts.create(
            conn,
            user_name="ops",
            name="Ops",
            role=Role.OPS,
            password_hash=hash_password(PASSWORD),
            now=now,
        )
    served = Served(database_url, tmp_path)
    await served.start()
    try:
        yield served
    finally:
        await served.end()


async def test_a_city_is_drawn_whole_and_kept_up_to_date(city: Served, browser: Browser) -> None:
    page, asked = await opened(city, browser)
    total = page.locator(".ops-map-total")
    await expect(total).to_have_text("50,000 bins; 1 without a position", timeout=60_000)
    await drawn(page, BINS - 1, limit_s=60)
    # one; a second where the line for events opened so late that the bins came before it
    assert sum("/bins.columns" in url for url in asked) in {1, 2}
    # of the list only what is seen is on the page, and its end is there
    first = page.locator(".ops-map-row").first
    await expect(first).to_have_attribute("aria-setsize", str(BINS))
    assert await page.locator(".ops-map-row").count() < 60
    await page.locator(".ops-map-list").focus()
    await page.keyboard.press("End")
    await expect(page.locator(f".ops-map-row[aria-posinset='{BINS}']")).to_be_visible()
    await page.get_by_label("Stream").select_option("glass")
    await expect(total).to_have_text("5,000 of 50,000 bins")
    await drawn(page, GLASS)
    await page.get_by_label("Name or id").fill("bin-012347")
    await expect(page.locator(".ops-map-row")).to_have_count(1)
    before = len(asked)
    async with store.connect(city.database_url) as conn:
        await conn.execute(
            "UPDATE bin_states SET fill_pct = 61.0, measured_at = now() WHERE bin_id LIKE '%0_2347'"
        )
    await expect(page.locator(".ops-map-row")).to_contain_text("61 %")
    # five seconds of looking: nothing is asked again and again
    await page.wait_for_timeout(5_000)
    assert [url for url in asked[before:] if "/events" not in url] == []


async def opened(city: Served, browser: Browser) -> tuple[Page, list[str]]:
    context = await browser.new_context(base_url=city.address, viewport=DESK)
    context.set_default_timeout(30_000)
    given = {"user_name": "ops", "password": PASSWORD}
    assert (await context.request.post("/session", data=given)).ok
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto("/ops/")
    return page, asked
