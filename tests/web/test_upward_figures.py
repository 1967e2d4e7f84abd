"""The figures people report upward, on the page, as JSON and as CSV."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.web.axe import serious
from tests.web.crew_requests import mark, phone_of, round_of
from tests.web.world import World


async def driven(world: World) -> str:
    """Let the first crew mark four bins, one as skipped; return the day."""
    crew_id = next(r.crew_id for r in world.plan.rounds if r.crew_id is not None)
    phone = await phone_of(world, crew_id)
    bins = [stop for stop in (await round_of(phone))["stops"] if stop["kind"] == "bin"][:4]
    for n, stop in enumerate(bins):
        at = datetime.now(UTC) - timedelta(minutes=2 * (len(bins) - n))
        skipped = {"outcome": "skipped", "skip_reason": "blocked"} if n == 2 else {}
        await mark(phone, stop["stop_id"], reported_at=at.isoformat(), **skipped)
    return world.plan.day.isoformat()


async def opened(world: World, day: str, **options: Any) -> Page:  # noqa: ANN401 - of a browser context
    page = await world.opened("ops", f"/ops/figures?from={day}&to={day}", **options)
    await expect(page.locator("tr[data-figure]")).to_have_count(12)
    await expect(page.get_by_text("being reckoned")).to_have_count(0)
    return page


async def test_page_json_and_csv_say_the_same(world: World) -> None:
    day = await driven(world)
    page = await opened(world, day)
    request = page.context.request
    shown = await (await request.get(f"/figures?from={day}&to={day}")).json()
    address = await page.get_by_role("link", name="CSV").get_attribute("href")
    assert address is not None
    text = (await (await request.get(address)).body()).decode()
    rows = {row["figure"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    for one in shown["figures"]:
        row, cells = rows[one["figure"]], page.locator(f"tr[data-figure={one['figure']}]")
        for column, key in (("value", "value"), ("before", "before")):
            told = await cells.locator(f".figures-{column}").inner_text()
            if one[key] is None:
                assert told == "not known"
                assert row[key] == ""
            else:
                unit = "bin" if one[key] == 1 and one["unit"] == "bins" else one["unit"]
                assert told == f"{one[key]:.{one['digits']}f} {unit}"
                assert float(row[key]) == one[key]
        difference = await cells.locator(".figures-difference").inner_text()
        if one["difference"] is None:
            assert difference == "not known"
        else:
            assert float(difference) == one["difference"]
        assert (row["difference"] == "") is (one["difference"] is None)
        small = cells.locator("td small")
        assert [await small.nth(n).inner_text() for n in (0, 1)] == [
            row["known_from"],
            row["before_known_from"],
        ]
    emptied = page.locator("tr[data-figure=bins_emptied]")
    await expect(emptied.locator(".figures-value")).to_have_text("3 bins")
    await expect(emptied.locator(".figures-before")).to_have_text("not known")
    for one in shown["reasons"]:
        name = f"{one['what']}:{one['reason']}"
        cell = page.locator(f"tr[data-reason='{name}'] td").first
        assert await cell.inner_text() == rows[name]["value"] == str(one["value"])
    assert rows["skipped:blocked"]["value"] == "1"


async def test_a_definition_is_one_tap_away_and_days_stand_in_the_address(world: World) -> None:
    day = await driven(world)
    page = await opened(world, day)
    name = page.get_by_role("button", name="Fill at pick-up")
    meaning = page.get_by_text("The last trusted level before the crew's mark")
    await expect(meaning).to_be_hidden()
    await name.focus()
    await page.keyboard.press("Enter")
    await expect(meaning).to_be_visible()
    await page.get_by_role("button", name="before").click()
    before = (world.plan.day - timedelta(days=1)).isoformat()
    await expect(page.get_by_label("From")).to_have_value(before)
    assert f"from={before}" in page.url
    await expect(page.locator("tr[data-figure=bins_emptied] .figures-value")).to_have_text(
        "not known"
    )
    await page.get_by_label("Stream").select_option("glass")
    await expect(page.get_by_label("Stream")).to_have_value("glass")
    assert "stream=glass" in page.url
    await page.get_by_role("button", name="Last whole week").click()
    await expect(page.locator("tr[data-figure]")).to_have_count(12)
    assert "from=" not in page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nobody_is_kept_out(world: World, scheme: str) -> None:
    day = await driven(world)
    page = await opened(world, day, scheme=scheme)
    assert await serious(page) == []
    await page.set_viewport_size({"width": 390, "height": 900})
    assert await serious(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_viewers_see_them_and_device_admins_do_not(world: World) -> None:
    await driven(world)
    page = await world.opened("viewer", "/ops/figures")
    await expect(page.locator("tr[data-figure]")).to_have_count(12)
    page = await world.opened("device_admin", "/ops/figures")
    await expect(page.get_by_text("It needs role ops or viewer")).to_be_visible()
