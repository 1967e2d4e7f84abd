"""Stops moved by hand in the ops room: dragged or by keyboard, judged, accepted or not."""

from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.web.axe import serious
from tests.web.crew_requests import mark, phone_of, round_of
from tests.web.world import World

ANSWER_MS = 30_000


async def opened_round(world: World) -> tuple[Page, dict[str, Any], Locator]:
    """The stops of the first round with more than two bins, its crew's view of it, the rows."""
    await world.served.start_planner()
    round_ = next(r for r in world.plan.rounds if len(r.stops) > 4)
    assert round_.crew_id is not None
    phone = await phone_of(world, round_.crew_id)
    before = await round_of(phone)
    page = await world.opened("ops", f"/ops/today?vehicle={round_.vehicle_id}")
    rows = page.get_by_role("region", name="Stops of the selected round").locator("tbody tr")
    await expect(rows).to_have_count(len(round_.stops))
    return page, before, rows


async def bins_of(world: World, crew_id: str) -> list[str]:
    stops = (await round_of(await phone_of(world, crew_id)))["stops"]
    return [stop["bin_id"] for stop in stops if stop["bin_id"] is not None]


async def test_a_stop_is_moved_with_the_keyboard_alone(world: World) -> None:
    page, before, rows = await opened_round(world)
    first, third = before["stops"][0], before["stops"][2]
    button = rows.nth(2).get_by_role("button", name="Move")
    await button.focus()
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Place").select_option(label=f"before 1. {first['name']}")
    assert not await serious(page)
    await dialog.get_by_role("button", name="Ask the referee").press("Enter")
    await expect(dialog.get_by_text("The referee has nothing against it.")).to_be_visible(
        timeout=ANSWER_MS
    )
    await expect(dialog.get_by_text(f"{third['name']} at another place")).to_be_visible()
    # nothing has changed for the crew before it is accepted
    assert (await bins_of(world, before["crew"]["crew_id"]))[0] == first["bin_id"]
    await dialog.get_by_role("button", name="Accept: crews drive this").press("Enter")
    await expect(dialog).to_have_count(0)
    await expect(rows.nth(0)).to_contain_text(third["bin_id"])
    order = await bins_of(world, before["crew"]["crew_id"])
    assert order[:2] == [third["bin_id"], first["bin_id"]]


async def test_a_stop_is_dragged_and_what_is_done_stays_done(world: World) -> None:
    page, before, rows = await opened_round(world)
    phone = await phone_of(world, before["crew"]["crew_id"])
    await mark(phone, before["stops"][0]["stop_id"])
    await expect(rows.nth(0)).to_contain_text("done")
    # what is done has no handle
    assert await rows.nth(0).get_attribute("draggable") == "false"
    await rows.nth(3).drag_to(rows.nth(1))
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Accept: crews drive this").click(timeout=ANSWER_MS)
    await expect(rows.nth(1)).to_contain_text(before["stops"][3]["bin_id"])
    after = (await round_of(phone))["stops"]
    assert [s["stop_id"] for s in after[:2]] == [
        before["stops"][0]["stop_id"],
        before["stops"][3]["stop_id"],
    ]
    assert after[0]["outcome"] == "done"


async def test_the_referee_refuses_in_words_and_nothing_changes(world: World) -> None:
    page, before, rows = await opened_round(world)
    other = next(r for r in world.plan.rounds if r.vehicle_id != before["vehicle_id"])
    await rows.nth(0).get_by_role("button", name="Move").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Round").select_option(value=str(other.round_id))
    await dialog.get_by_role("button", name="Ask the referee").click()
    alert = dialog.get_by_role("alert")
    await expect(alert).to_contain_text("The referee says no", timeout=ANSWER_MS)
    await expect(alert).to_contain_text("which it does not carry")
    await dialog.get_by_role("button", name="Leave it where it is").click()
    await expect(rows.nth(0)).to_contain_text(before["stops"][0]["bin_id"])
    assert (await round_of(await phone_of(world, before["crew"]["crew_id"])))["plan_id"] == (
        before["plan_id"]
    )


async def test_a_bin_that_was_left_out_comes_on_a_round(world: World) -> None:
    await world.served.start_planner()
    round_ = world.plan.rounds[0]
    stream = round_.stops[0].bin_id and next(
        b.record.stream for b in world.town.bins if b.record.bin_id == round_.stops[0].bin_id
    )
    out = next(
        entry.bin_id
        for entry in world.plan.left_out
        for b in world.town.bins
        if b.record.bin_id == entry.bin_id and b.record.stream == stream
    )
    page = await world.opened("ops", "/ops/today")
    await page.get_by_label("Search bins left out").fill(out)
    await page.get_by_role("button", name="Put").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Round").select_option(value=str(round_.round_id))
    await dialog.get_by_role("button", name="Ask the referee").click()
    await expect(dialog.get_by_text(f"1 stop added for {round_.vehicle_id}: {out}")).to_be_visible(
        timeout=ANSWER_MS
    )
    await dialog.get_by_role("button", name="Throw away").click()
    await expect(dialog).to_have_count(0)
    assert round_.crew_id is not None
    assert out not in await bins_of(world, round_.crew_id)


async def test_who_may_only_look_moves_nothing(world: World) -> None:
    vehicle_id = world.plan.rounds[0].vehicle_id
    page = await world.opened("viewer", f"/ops/today?vehicle={vehicle_id}")
    await expect(page.get_by_role("table")).to_be_visible()
    await expect(page.get_by_role("button", name="Move")).to_have_count(0)
    await expect(page.get_by_role("button", name="Re-plan")).to_have_count(0)
