"""Planning from the ops room: proposed, watched, shown as a difference, accepted."""

import time

from playwright.async_api import Page, expect

from tests.web.axe import serious
from tests.web.crew_requests import mark, phone_of, round_of
from tests.web.world import World

MADE_MS = 60_000


async def ask_for(page: Page, button: str) -> None:
    """Open the dialog and ask, as it stands."""
    await page.get_by_role("button", name=button).click()
    await page.get_by_role("dialog").get_by_role("button", name="Make a proposal").click()


async def test_an_empty_day_is_planned_with_progress_and_accepted(world: World) -> None:
    await world.served.start_planner()
    page = await world.opened("ops", "/ops/today")
    await page.get_by_role("link", name="tomorrow").click()
    await page.get_by_role("button", name="Plan tomorrow").click()
    dialog = page.get_by_role("dialog")
    dial = dialog.get_by_role("slider")
    await expect(dial).to_have_attribute("aria-valuetext", "5.0 km")
    await dial.press("ArrowRight")
    await expect(dialog.get_by_text("we would drive 10.0 km")).to_be_visible()
    assert not await serious(page)
    await dialog.get_by_role("button", name="Make a proposal").click()

    bar = page.get_by_role("progressbar", name="Search")
    await expect(bar).to_be_visible(timeout=MADE_MS)
    await expect(page.get_by_text("Best so far:")).to_be_visible(timeout=MADE_MS)
    await page.get_by_role("button", name="Take the best so far").click()
    await expect(page.get_by_role("heading", name="A plan is proposed, tomorrow")).to_be_visible(
        timeout=MADE_MS
    )
    await expect(
        page.get_by_text("due bins and overflows worth the way, up to 10.0 km for one")
    ).to_be_visible()
    assert not await serious(page)
    # nothing is in force before somebody says so
    await page.get_by_role("link", name="Back to the day").click()
    await expect(page.get_by_text("has no plan for tomorrow")).to_be_visible()
    await page.get_by_role("link", name="Look at it").click()
    await page.get_by_role("button", name="Accept: crews drive this").click()
    await expect(
        page.get_by_role("list", name="Rounds").get_by_role("listitem").first
    ).to_be_visible()


async def test_a_replan_shows_what_it_changes_and_keeps_what_is_done(world: World) -> None:
    await world.served.start_planner()
    crew_id = world.plan.rounds[0].crew_id
    assert crew_id is not None
    phone = await phone_of(world, crew_id)
    before = await round_of(phone)
    stream = before["stops"][0]["stream"]
    for stop in before["stops"][:2]:
        await mark(phone, stop["stop_id"])
    urgent = next(
        placed.record.bin_id
        for placed in world.town.bins
        if placed.record.stream == stream
        and any(out.bin_id == placed.record.bin_id for out in world.plan.left_out)
    )
    page = await world.opened("ops", "/ops/today")
    await page.get_by_role("button", name="Re-plan the rest of the day").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Bins that have to be emptied today").fill(urgent)
    await dialog.get_by_role("list", name="Bins found").get_by_role("button").first.click()
    await expect(dialog.get_by_role("button", name=f"Not urgent: {urgent}")).to_be_visible()
    await dialog.get_by_role("button", name="Make a proposal").click()
    await page.get_by_role("button", name="Take the best so far").click(timeout=MADE_MS)
    changes = page.get_by_role("region", name="What changes")
    await expect(
        changes.get_by_text(f"1 stop added for {before['vehicle_id']}: {urgent}")
    ).to_be_visible(timeout=MADE_MS)
    called = {one.vehicle_id: one.name for one in world.town.registry().vehicles}
    await expect(
        changes.get_by_role("rowheader", name=called[before["vehicle_id"]], exact=True)
    ).to_be_visible()
    await expect(page.get_by_text("wide and faint: before")).to_be_visible()
    # proposed, and nothing more
    assert (await round_of(phone))["plan_id"] == before["plan_id"]
    await page.get_by_role("button", name="Accept: crews drive this").click()
    await expect(page.get_by_role("list", name="Rounds")).to_be_visible()
    after = await round_of(phone)
    assert after["plan_id"] != before["plan_id"]
    assert urgent in [stop["bin_id"] for stop in after["stops"]]
    done = [stop["stop_id"] for stop in after["stops"] if stop["outcome"] == "done"]
    assert done == [stop["stop_id"] for stop in before["stops"][:2]]


async def test_what_a_replan_is_refused_for_is_said_in_the_dialog(world: World) -> None:
    page = await world.opened("ops", "/ops/today")
    await page.get_by_role("button", name="Re-plan the rest of the day").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Bins that have to be emptied today").fill("no-such-bin")
    await dialog.get_by_role("list", name="Bins found").get_by_role("button").last.click()
    await dialog.get_by_role("button", name="Make a proposal").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("there is no bin no-such-bin")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_role("button", name="Re-plan the rest of the day")).to_be_focused()


async def test_a_plan_is_cancelled(world: World) -> None:
    await world.served.start_planner()
    page = await world.opened("ops", "/ops/today")
    await page.get_by_role("link", name="tomorrow").click()
    await ask_for(page, "Plan tomorrow")
    await expect(page.get_by_role("progressbar", name="Search")).to_be_visible(timeout=MADE_MS)
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_text("cancelled by")).to_be_visible(timeout=5_000)


async def test_the_server_restarts_while_a_plan_is_made(world: World) -> None:
    await world.served.start_planner()
    page = await world.opened("ops", "/ops/today")
    await page.get_by_role("link", name="tomorrow").click()
    await ask_for(page, "Plan tomorrow")
    await expect(page.get_by_text("Best so far:")).to_be_visible(timeout=MADE_MS)
    await world.served.kill()
    await page.wait_for_timeout(1_500)
    await world.served.start()
    # the planner went on, and the page finds out by itself
    await expect(page.get_by_role("heading", name="A plan is proposed, tomorrow")).to_be_visible(
        timeout=MADE_MS
    )


async def test_a_crews_mark_is_on_the_screen_within_two_seconds(world: World) -> None:
    crew_id = world.plan.rounds[0].crew_id
    assert crew_id is not None
    phone = await phone_of(world, crew_id)
    round_ = await round_of(phone)
    page = await world.opened("ops", "/ops/today")
    await expect(page.get_by_text("live", exact=True)).to_be_visible()
    card = page.get_by_role("list", name="Rounds").get_by_role("listitem").first
    n = len(round_["stops"])
    await expect(card).to_contain_text(f"0 of {n} stops marked")
    await page.wait_for_timeout(1_000)
    await mark(phone, round_["stops"][0]["stop_id"])
    marked_at = time.monotonic()
    await expect(card).to_contain_text(f"1 of {n} stops marked", timeout=2_000)
    assert time.monotonic() - marked_at < 2.0
