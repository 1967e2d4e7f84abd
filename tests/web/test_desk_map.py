"""The live map and its list: one selection, in the address, up to date by itself."""

import asyncio
import re
from typing import Any, Literal

import pytest
from playwright.async_api import Page, Route, expect

import store
from core.readings import Trust
from tests.web.axe import serious
from tests.web.desk import drawn, heard
from tests.web.world import World


async def opened(world: World, path: str = "/ops/", **options: Any) -> Page:  # noqa: ANN401 - of a context
    page = await world.opened("ops", path, **options)
    await expect(page.locator(".ops-map-row").first).to_be_visible()
    return page


async def test_map_list_and_legend_are_the_same_selection_and_the_address_says_which(
    world: World,
) -> None:
    page = await opened(world)
    total = page.locator(".ops-map-total")
    await expect(total).to_have_text("40 bins")
    await drawn(page, 40)
    streams = {placed.record.stream for placed in world.town.bins}
    stream = min(streams)
    count = sum(placed.record.stream == stream for placed in world.town.bins)
    await page.get_by_label("Stream").select_option(stream)
    await expect(total).to_have_text(f"{count} of 40 bins")
    assert f"stream={stream}" in page.url
    await drawn(page, count)
    await expect(page.locator(".ops-map-row").first).to_have_attribute("aria-setsize", str(count))
    fresh = page.get_by_role("checkbox", name="fresh")
    await expect(page.locator(".ops-map-legend label").first).to_contain_text(str(count))
    await page.get_by_role("checkbox", name="stale").check()
    await expect(total).to_have_text("0 of 40 bins")
    await expect(page.get_by_text("No bin is like that")).to_be_visible()
    await fresh.check()
    await expect(total).to_have_text(f"{count} of 40 bins")
    # each choice is a step of the browser's history
    await page.go_back()
    await page.go_back()
    await expect(page.get_by_role("checkbox", name="stale")).not_to_be_checked()
    await expect(total).to_have_text(f"{count} of 40 bins")
    await page.go_back()
    await expect(total).to_have_text("40 bins")
    # and an address can be given to somebody else
    other = await opened(world, f"/ops/?stream={stream}&min=90&sort=name")
    over = sum(
        placed.record.stream == stream and n % 3 == 0 for n, placed in enumerate(world.town.bins)
    )
    await expect(other.locator(".ops-map-total")).to_have_text(f"{over} of 40 bins")
    await expect(other.get_by_label("At least, %")).to_have_value("90")


async def test_the_legend_can_be_folded_away(world: World) -> None:
    page = await opened(world)
    legend = page.get_by_label("Legend")
    await expect(legend.get_by_role("checkbox", name="fresh")).to_be_visible()
    await legend.get_by_text("Legend").click()
    await expect(legend.get_by_role("checkbox", name="fresh")).to_be_hidden()
    await legend.get_by_text("Legend").click()
    await expect(legend.get_by_role("checkbox", name="fresh")).to_be_visible()
    # a small screen begins with the map and not with its legend
    await page.set_viewport_size({"width": 1024, "height": 768})
    await page.reload()
    await expect(legend).to_be_visible()
    await expect(legend.get_by_role("checkbox", name="fresh")).to_be_hidden()


async def test_who_leaves_is_not_called_back_by_a_map_that_still_moves(world: World) -> None:
    page = await opened(world)
    # the map's own program has come: only the next page's is held back
    await drawn(page, 40)
    may_come = asyncio.Event()

    async def slow(route: Route) -> None:
        await may_come.wait()
        await route.continue_()

    await page.route("**/assets/*.js", slow)
    await page.get_by_role("link", name="Sensors").click()
    await expect(page).to_have_url(re.compile("/ops/sensors$"))
    # the page of before is there until the next one has come
    await page.get_by_role("button", name="Zoom in").click()
    await page.wait_for_timeout(1_500)
    may_come.set()
    await expect(page.get_by_role("heading", name="Sensors")).to_be_visible()
    await expect(page).to_have_url(re.compile("/ops/sensors$"))


async def test_a_bin_is_opened_asked_for_and_that_is_taken_back_with_the_keyboard(
    world: World,
) -> None:
    page = await opened(world)
    await page.get_by_label("Name or id").fill(world.town.bins[3].record.bin_id)
    await expect(page.locator(".ops-map-row")).to_have_count(1)
    await page.locator(".ops-map-list").focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    card = page.locator(".ops-map-card")
    name = world.town.bins[3].record.name
    heading = card.get_by_role("heading", name=name)
    await expect(heading).to_be_focused()
    await expect(card).to_contain_text("92 %")
    await expect(card).to_contain_text("10 min old")
    await expect(card).to_contain_text("fresh: the newest thing heard")
    await expect(card).to_contain_text("stop")
    await expect(card.get_by_role("link", name="Open its page")).to_have_attribute(
        "href", f"/ops/bins/{world.town.bins[3].record.bin_id}"
    )
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(card.get_by_role("button", name="Ask for it today")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(card).to_contain_text("Asked for by ops")
    await card.get_by_role("button", name="Take it back").press("Enter")
    await expect(card.get_by_role("button", name="Ask for it today")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(card).to_have_count(0)
    await expect(page.locator(".ops-map-list")).to_be_focused()
    assert "bin=" not in page.url


async def test_a_click_on_the_map_opens_the_bin_that_is_there(world: World) -> None:
    page = await opened(world)
    await drawn(page, 40)
    record = world.town.bins[0].record
    await page.evaluate(
        "([lon, lat]) => document.querySelector('.street-map-ground').glMap"
        ".jumpTo({center: [lon, lat], zoom: 18})",
        [record.lon, record.lat],
    )
    box = await page.locator(".street-map-ground canvas").bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await expect(page.locator(".ops-map-card h2")).to_have_text(record.name)
    # what the map shows can be the filter
    await page.get_by_label("only what the map shows").check()
    await expect(page.locator(".ops-map-total")).not_to_have_text("40 bins")
    await expect(page.locator(".ops-map-row", has_text=record.name)).to_be_visible()


async def test_bins_without_a_place_are_in_the_list_and_counted(world: World) -> None:
    record = world.town.bins[5].record
    async with store.connect(world.served.database_url) as conn:
        await conn.execute(
            "UPDATE bins SET lon = NULL, lat = NULL WHERE bin_id = %s", (record.bin_id,)
        )
    page = await opened(world)
    await expect(page.locator(".ops-map-total")).to_have_text("40 bins; 1 without a position")
    await drawn(page, 39)
    await page.get_by_label("Name or id").fill(record.bin_id)
    row = page.locator(".ops-map-row")
    await expect(row).to_have_count(1)
    await expect(row).to_contain_text("no position")
    await row.click()
    await expect(page.locator(".ops-map-card")).to_contain_text("nobody has said where it stands")


async def test_a_new_level_shows_by_itself_with_its_shape_and_order(world: World) -> None:
    page = await opened(world, "/ops/?sort=fill")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    name = await heard(world, 1, 99.0)
    first = page.locator(".ops-map-row[aria-posinset='1']")
    await expect(first).to_contain_text(name)
    await expect(first).to_contain_text("99 %")
    await heard(world, 1, 5.0, Trust.TILTED)
    await expect(first).to_contain_text("untrusted")
    await expect(page.locator(".ops-map-legend label", has_text="untrusted")).to_contain_text("1")
    # levels came as events: nothing was asked for anew
    assert [url for url in asked if "bins.columns" in url] == []


async def test_it_says_that_it_waits_for_a_server_and_comes_back_by_itself(world: World) -> None:
    page = await opened(world)
    await expect(page.get_by_text("live", exact=True)).to_be_visible()
    await world.served.kill()
    await expect(page.get_by_text("waiting for the server since")).to_be_visible()
    # what was there is still there to be read
    await expect(page.locator(".ops-map-total")).to_have_text("40 bins")
    name = await heard(world, 2, 98.0)
    await world.served.start()
    await expect(page.locator(".ops-map-row[aria-posinset='1']")).to_contain_text(name)
    await expect(page.get_by_text("live", exact=True)).to_be_visible()
    again = await heard(world, 4, 99.5)
    await expect(page.locator(".ops-map-row[aria-posinset='1']")).to_contain_text(again)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nobody_is_kept_out(world: World, scheme: Literal["light", "dark"]) -> None:
    page = await opened(world, scheme=scheme)
    await page.locator(".ops-map-row").first.click()
    await expect(page.locator(".ops-map-facts")).to_be_visible()
    assert await serious(page) == []


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (2560, 1440), (800, 1100)])
async def test_it_fits_screens_of_every_size(world: World, width: int, height: int) -> None:
    page = await opened(world)
    await page.set_viewport_size({"width": width, "height": height})
    await fits(page)
    # text twice as large, as people set it
    await page.evaluate("document.documentElement.style.fontSize = '200%'")
    await fits(page)
    await expect(page.get_by_label("Name or id")).to_be_visible()


async def fits(page: Page) -> None:
    """Nothing is cut off to the side, and map and list have room."""
    await expect(page.locator(".ops-map-row").first).to_be_visible()
    wide = await page.evaluate(
        "document.querySelector('.ops-page').scrollWidth"
        " - document.querySelector('.ops-page').clientWidth"
    )
    assert wide <= 0
    for part in (".ops-map-list", ".street-map-ground canvas"):
        box = await page.locator(part).bounding_box()
        assert box is not None
        assert box["height"] >= 180, part
        assert box["width"] >= 180, part
