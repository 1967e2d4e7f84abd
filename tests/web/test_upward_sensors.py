"""Sensors that need somebody, as ops work through them."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

import store
from store import tracks
from tests.web.axe import serious
from tests.web.world import World

HOUR = timedelta(hours=1)
COLUMNS = 7


async def troubled(world: World) -> list[str]:
    """Let the first sensors be silent, stuck and low, two more well; the rest was never heard."""
    now = datetime.now(UTC)
    names = [placed.sensor_id for placed in world.town.bins[:5]]
    bins = [placed.record.bin_id for placed in world.town.bins[:5]]
    well = {"level_at": now, "level_pct": 40.0, "battery_at": now, "interval_s": 3600.0}
    states = [
        {"newest_at": now - 100 * HOUR, "level_at": now - 100 * HOUR, "level_pct": 40.0},
        {
            **well, "newest_at": now, "fault_trust": "stuck", "fault_since": now - 90 * HOUR,
            "same_since": now - 200 * HOUR, "same_n": 212, "said_fill_pct": 43.0,
        },
        {
            **well, "newest_at": now, "battery_pct": 8.0, "battery_v": 2.5,
            "battery_low_since": now - 30 * HOUR,
        },
        {**well, "newest_at": now, "battery_v": 3.6},
        {**well, "newest_at": now, "battery_v": 3.6},
    ]  # fmt: skip
    async with store.connect(world.served.database_url) as conn:
        await tracks.lock(conn, names)
        await tracks.save(
            conn,
            {
                name: tracks.track(
                    {"suspect_trust": None, "fault_trust": None, **state, "bin_id": b}
                )
                for name, b, state in zip(names, bins, states, strict=True)
            },
        )
    return names


async def shown(page: Page) -> list[str]:
    rows = page.locator("tr[data-sensor]")
    return [await rows.nth(n).get_attribute("data-sensor") or "" for n in range(await rows.count())]


async def test_ops_see_who_needs_somebody_and_let_one_rest(world: World) -> None:
    silent, stuck, low, *_ = await troubled(world)
    page = await world.opened("ops", "/ops/sensors")
    await expect(page.get_by_role("heading", name="Sensors that need somebody")).to_be_visible()
    counts = page.get_by_role("navigation", name="By health")
    await expect(counts.get_by_role("link", name="stuck 1")).to_be_visible()
    await expect(counts.get_by_role("link", name="never heard 35")).to_be_visible()
    await expect(page.locator("tr.lists-group")).to_have_count(4)

    await counts.get_by_role("link", name="stuck 1").click()
    await expect(page.locator("tr[data-sensor]")).to_have_count(1)
    await expect(page.get_by_text("says 43 % since")).to_be_visible()
    await expect(page.get_by_text("clean the sensor or take away")).to_be_visible()
    assert "health=stuck" in page.url

    await page.get_by_role("link", name=stuck).click()
    panel = page.get_by_role("dialog", name=f"Sensor {stuck}")
    await expect(panel.get_by_text("says 43 % since")).to_be_visible()
    await expect(panel.get_by_role("heading", name="What it said last")).to_be_visible()
    await expect(panel.locator("table").last.locator("tbody tr")).to_have_count(12)
    await panel.get_by_label("Somebody sees to it (stuck)").fill("Jana goes on Tuesday")
    await panel.get_by_role("button", name="Note it").click()
    await expect(panel.get_by_role("button", name="Take back")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(panel).to_be_hidden()
    await expect(page).not_to_have_url(re.compile("sensor="))
    await expect(page.get_by_text("No sensor meets these conditions.")).to_be_visible()

    await page.get_by_label(re.compile("^Seen")).select_option("all")
    await expect(page.get_by_text("seen: Jana goes on Tuesday")).to_be_visible()
    # the address is the page: opened anew it shows the same
    await page.reload()
    await expect(page.get_by_text("seen: Jana goes on Tuesday")).to_be_visible()
    await page.goto("/ops/sensors?health=battery_low")
    await expect(page.locator(f"tr[data-sensor='{low}']")).to_contain_text("8 %, 2.50 V")
    await page.goto(f"/ops/sensors?search={silent}")
    await expect(page.locator("tr[data-sensor]")).to_have_count(1)


async def test_the_csv_has_exactly_the_rows_that_are_shown(world: World) -> None:
    await troubled(world)
    page = await world.opened("ops", "/ops/sensors?sort=bin&descending=true")
    await expect(page.locator("tr[data-sensor]")).to_have_count(38)
    address = await page.get_by_role("link", name="CSV").get_attribute("href")
    assert address is not None
    answer = await page.context.request.get(address)
    assert 'filename="sensors.csv"' in answer.headers["content-disposition"]
    text = (await answer.body()).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["sensor_id"] for row in rows] == await shown(page)
    for n, row in enumerate(rows):
        cells = page.locator("tr[data-sensor]").nth(n).locator("td")
        assert await cells.count() == COLUMNS
        assert (await cells.nth(0).inner_text()).replace(" ", "_") == row["health"]
        since = cells.nth(1).locator("time")
        assert (await since.get_attribute("datetime") if await since.count() else "") == row[
            "since"
        ]
        assert await cells.nth(2).inner_text() == row["why"]
        bin_cell = await cells.nth(3).inner_text()
        assert bin_cell.splitlines()[0] == row["bin_name"]
        assert f"{row['bin_id']} · {row['stream']} · {row['depot_id']}" in bin_cell


async def test_the_list_is_worked_by_keyboard_alone(world: World) -> None:
    _, stuck, *_ = await troubled(world)
    page = await world.opened("ops", "/ops/sensors?health=stuck")
    link = page.get_by_role("link", name=stuck)
    await link.focus()
    await page.keyboard.press("Enter")
    note = page.get_by_label("Somebody sees to it (stuck)")
    await expect(note).to_be_visible()
    for _ in range(8):
        await page.keyboard.press("Tab")
        if await note.evaluate("one => one === document.activeElement"):
            break
    await page.keyboard.type("Petr goes")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Take back")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
async def test_nobody_is_kept_out(world: World, scheme: str, width: int) -> None:
    names = await troubled(world)
    page = await world.opened("ops", f"/ops/sensors?sensor={names[1]}", scheme=scheme)
    await page.set_viewport_size({"width": width, "height": 900})
    await expect(page.get_by_role("heading", name="What it said last")).to_be_visible()
    assert await serious(page) == []
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    assert await serious(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_on_paper_is_the_list_alone_dark_on_white(world: World) -> None:
    await troubled(world)
    page = await world.opened("ops", "/ops/sensors", scheme="dark")
    await expect(page.locator("tr[data-sensor]")).to_have_count(38)
    await page.emulate_media(media="print")
    await expect(page.get_by_role("navigation", name="Pages")).to_be_hidden()
    await expect(page.get_by_role("searchbox")).to_be_hidden()
    await expect(page.locator("tr[data-sensor]").first).to_be_visible()
    ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"


async def test_a_server_that_is_away_is_told_and_asked_again(world: World) -> None:
    await troubled(world)
    page = await world.opened("ops", "/ops/sensors")
    await expect(page.locator("tr[data-sensor]")).to_have_count(38)
    await world.served.kill()
    await page.get_by_role("button", name="Battery").click()
    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("The server cannot be reached.")
    await world.served.start()
    await alert.get_by_role("button", name="Try again").click()
    await expect(alert).to_be_hidden()
    await expect(page.locator("tr[data-sensor]")).to_have_count(38)
