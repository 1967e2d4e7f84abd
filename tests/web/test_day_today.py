"""The day in the ops room: how each round goes, its stops, what was left out."""

import asyncio
from collections.abc import Callable
from typing import Literal

import pytest
from playwright.async_api import Page, expect

from tests.web.axe import serious
from tests.web.crew_requests import mark, phone_of, round_of
from tests.web.world import World


async def test_the_day_shows_every_round_and_what_was_left_out(world: World) -> None:
    page = await world.opened("ops", "/ops/today")
    rounds = page.get_by_role("list", name="Rounds")
    await expect(rounds.get_by_role("listitem")).to_have_count(len(world.plan.rounds))
    for round_ in world.plan.rounds:
        bins = sum(stop.bin_id is not None for stop in round_.stops)
        await expect(rounds.get_by_text(f"0 of {bins} bins").first).to_be_visible()
    await expect(page.get_by_text("Straight lines, no roads.")).to_be_visible()
    await expect(
        page.get_by_role("heading", name=f"{len(world.plan.left_out)} bins left out")
    ).to_be_visible()
    some = world.plan.left_out[0]
    await page.get_by_label("Search bins left out").fill(some.bin_id)
    await expect(page.get_by_text(some.detail)).to_be_visible()


async def test_a_round_opens_with_its_stops_and_is_in_the_address(world: World) -> None:
    round_ = world.plan.rounds[0]
    assert round_.crew_id is not None
    phone = await phone_of(world, round_.crew_id)
    first, second = (await round_of(phone))["stops"][:2]
    await mark(phone, first["stop_id"])
    await mark(
        phone,
        second["stop_id"],
        outcome="skipped",
        skip_reason="blocked",
        note="A van in front of it",
    )
    page = await world.opened("ops", "/ops/today")
    await page.get_by_role("list", name="Rounds").get_by_role("link").first.click()
    panel = page.get_by_role("region", name="Stops of the selected round")
    rows = panel.locator("tbody tr")
    await expect(rows).to_have_count(len(round_.stops))
    await expect(rows.nth(0)).to_contain_text("done")
    await expect(rows.nth(1)).to_contain_text("skipped: blocked")
    await expect(rows.nth(1)).to_contain_text("A van in front of it")
    assert f"vehicle={round_.vehicle_id}" in page.url
    await page.reload()
    await expect(rows).to_have_count(len(round_.stops))
    await page.get_by_role("link", name="All rounds").click()
    await expect(page.get_by_text("1 skipped", exact=True)).to_be_visible()


DRAWN = """() => {
    const map = document.querySelector(".day-map .street-map-ground")?.glMap;
    return map?.getLayer("day-stops") && map.loaded()
        ? map.queryRenderedFeatures({layers: ["day-stops"]}).map((one) => one.properties)
        : [];
}"""


async def test_every_stop_is_drawn_with_the_shape_of_its_state(world: World) -> None:
    round_ = world.plan.rounds[0]
    assert round_.crew_id is not None
    phone = await phone_of(world, round_.crew_id)
    stops = (await round_of(phone))["stops"]
    await mark(phone, stops[0]["stop_id"])
    page = await world.opened("ops", "/ops/today")
    n = sum(len(r.stops) for r in world.plan.rounds)
    shapes = await drawn(page, lambda found: len(found) >= n)
    assert shapes[stops[0]["stop_id"]] == "done"
    assert shapes[stops[1]["stop_id"]] == "open"
    assert shapes[stops[-1]["stop_id"]] == "disposal"
    await mark(phone, stops[1]["stop_id"], outcome="skipped", skip_reason="blocked")
    await drawn(page, lambda found: found.get(stops[1]["stop_id"]) == "skipped")


async def drawn(page: Page, enough: Callable[[dict[str, str]], bool]) -> dict[str, str]:
    """Return the shapes on the map by stop_id, once they are as they should be."""
    async with asyncio.timeout(30):
        while True:
            shapes = {one["stop_id"]: one["shape"] for one in await page.evaluate(DRAWN)}
            if enough(shapes):
                return shapes
            await asyncio.sleep(0.2)


async def test_another_day_is_chosen_in_the_address(world: World) -> None:
    page = await world.opened("ops", "/ops/today")
    await page.get_by_role("link", name="tomorrow").click()
    await expect(page.get_by_role("heading", name="has no plan for tomorrow")).to_be_visible()
    assert "day=" in page.url
    await page.get_by_role("link", name="today", exact=True).click()
    await expect(page.get_by_role("list", name="Rounds")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_serious_for_axe(world: World, scheme: Literal["light", "dark"]) -> None:
    page = await world.opened("ops", "/ops/today", scheme=scheme)
    await expect(page.get_by_role("list", name="Rounds")).to_be_visible()
    assert not await serious(page)
    await page.get_by_role("list", name="Rounds").get_by_role("link").first.click()
    await expect(page.get_by_role("table")).to_be_visible()
    assert not await serious(page)


async def test_every_picture_of_a_stop_is_drawn(world: World) -> None:
    context = await world.signed_in("ops")
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    await page.goto("/ops/today")
    the_map = "document.querySelector('.street-map-ground')?.glMap"
    await page.wait_for_function(
        f"() => {the_map}?.getLayer('day-stops')"
        f" && {the_map}.queryRenderedFeatures({{layers: ['day-stops']}}).length > 0",
        timeout=60_000,
    )
    assert [text for text in said if "could not be loaded" in text] == []
