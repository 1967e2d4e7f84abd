"""A bin's page: everything that is known of it, with its age."""

from datetime import UTC, datetime
from typing import Literal
from uuid import uuid4

import pytest
from playwright.async_api import Page, expect

from core.plans import StopKind
from core.readings import Trust
from tests.web.axe import serious
from tests.web.desk import heard
from tests.web.world import World


async def opened(world: World, nth: int, scheme: Literal["light", "dark"] = "light") -> Page:
    bin_id = world.town.bins[nth].record.bin_id
    page = await world.opened("ops", f"/ops/bins/{bin_id}", scheme=scheme)
    await expect(page.locator(".ops-bin-chart canvas")).to_be_visible()
    return page


async def test_a_bin_shows_what_is_known_of_it(world: World) -> None:
    page = await opened(world, 0)
    record = world.town.bins[0].record
    await expect(page.get_by_role("heading", level=1)).to_contain_text(record.name)
    now = page.get_by_label("Now", exact=True)
    await expect(now).to_contain_text("92 %")
    await expect(now).to_contain_text("10 min old")
    await expect(now).to_contain_text("fresh: the newest thing heard")
    chart = page.get_by_role("img", name="Levels of 30 days")
    await expect(chart).to_have_attribute("aria-label", expected_label())
    # the band is the plan's own, with how far it can be relied on
    await expect(page.locator(".ops-bin")).to_contain_text("The forecast is of")
    await expect(page.locator(".ops-bin")).to_contain_text("Forecasts of this bin are")
    await page.get_by_text("The same as figures").press("Enter")
    figures = page.locator(".ops-bin-figures")
    await expect(figures.get_by_role("cell", name="92 %").first).to_be_visible()
    await expect(figures.get_by_text("Forecast, every 6 hours")).to_be_visible()
    await expect(page.get_by_role("heading", name="Sensor")).to_be_visible()
    await expect(page.locator(".ops-bin")).to_contain_text(world.town.bins[0].sensor_id)
    await expect(page.get_by_role("heading", name="Registered")).to_be_visible()
    await expect(page.locator(".ops-bin")).to_contain_text(f"{record.threshold_pct:g} %")
    rounds = page.locator("section", has_text="On rounds lately")
    await expect(rounds.get_by_role("link")).to_have_attribute(
        "href", f"/ops/plans/{world.plan.plan_id}"
    )


def expected_label() -> str:
    return "Levels of 30 days: between 3 and 92 %, the last 92 %; readings not believed: 0."


async def test_its_range_is_chosen_with_the_keyboard_and_looked_at_closer(world: World) -> None:
    page = await opened(world, 0)
    await page.get_by_role("radio", name="30 days").focus()
    await page.keyboard.press("ArrowLeft")
    await expect(page.get_by_role("radio", name="7 days")).to_be_checked()
    assert page.url.endswith("?days=7")
    await expect(page.get_by_role("img", name="Levels of 7 days")).to_be_visible()
    for name in ("Closer", "Earlier", "Later", "Further", "All of it"):
        await page.get_by_role("button", name=name).press("Enter")
    await page.reload()
    await expect(page.get_by_role("radio", name="7 days")).to_be_checked()


async def test_what_happens_to_it_shows_by_itself(world: World) -> None:
    page = await opened(world, 0)
    stop = next(
        (round_, stop)
        for round_ in world.plan.rounds
        for stop in round_.stops
        if stop.kind is StopKind.BIN and stop.bin_id == world.town.bins[0].record.bin_id
    )
    await heard(world, 0, 95.0)
    await expect(page.get_by_label("Now", exact=True)).to_contain_text("95 %")
    await heard(world, 0, 12.0, Trust.SPIKE)
    now = page.get_by_label("Now", exact=True)
    await expect(now).to_contain_text("cannot be believed; this is the last level that could")
    await expect(now).to_contain_text("95 %")
    await expect(page.get_by_role("img", name="readings not believed: 1")).to_be_visible()
    round_, planned = stop
    assert round_.crew_id is not None
    crew = await world.signed_in(round_.crew_id)
    marked = await crew.request.put(
        f"/crew/stops/{planned.stop_id}",
        data={
            "report_id": str(uuid4()),
            "outcome": "done",
            "note": "all well",
            "reported_at": datetime.now(UTC).isoformat(),
        },
    )
    assert marked.ok, await marked.text()
    await expect(page.locator(".ops-bin")).to_contain_text("all well")
    # a forecast from before the emptying is not drawn as if it still held
    await expect(page.locator(".ops-bin")).to_contain_text("so it holds no more")
    await expect(page.locator("section", has_text="Emptyings of 30 days")).to_contain_text("crew")
    await expect(now).to_contain_text("not known: a crew has been there")


async def test_it_is_asked_for_and_the_trail_says_who_did(world: World) -> None:
    page = await opened(world, 1)
    await page.get_by_role("button", name="Ask for it today").press("Enter")
    await expect(page.get_by_label("Now", exact=True)).to_contain_text("Asked for by")
    trail = page.locator("section", has_text="Who changed what")
    await expect(trail).to_contain_text("bin requested")
    await page.get_by_role("button", name="Take it back").press("Enter")
    await expect(trail).to_contain_text("withdrawn")


async def test_a_bin_that_is_not_there_says_so(world: World) -> None:
    page = await world.opened("ops", "/ops/bins/nowhere")
    await expect(page.get_by_role("alert")).to_contain_text("There is no bin nowhere.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nobody_is_kept_out(world: World, scheme: Literal["light", "dark"]) -> None:
    page = await opened(world, 0, scheme)
    await page.get_by_text("The same as figures").click()
    assert await serious(page) == []
    for width, height in ((1280, 720), (800, 1100)):
        await page.set_viewport_size({"width": width, "height": height})
        await page.evaluate("document.documentElement.style.fontSize = '200%'")
        wide = await page.evaluate(
            "document.querySelector('.ops-page').scrollWidth"
            " - document.querySelector('.ops-page').clientWidth"
        )
        assert wide <= 0, width
