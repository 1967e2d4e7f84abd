"""Emptyings to ask about, and marks of two phones between which ops decide."""

import csv
import io
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.async_api import expect

import store
from core.rules.emptying import SensedEmptying
from store import sensed
from store.sensed import Sensed
from tests.web.axe import serious
from tests.web.crew_requests import mark, phone_of, round_of
from tests.web.world import World

HOUR = timedelta(hours=1)


async def contradicted(world: World) -> str:
    """Let two phones of a crew contradict each other on its first bin; return its stop_id."""
    crew_id = next(r.crew_id for r in world.plan.rounds if r.crew_id is not None)
    phone = await phone_of(world, crew_id)
    stop = next(s for s in (await round_of(phone))["stops"] if s["kind"] == "bin")
    await mark(phone, stop["stop_id"], device_id=str(uuid4()), note="Emptied by two")
    await mark(
        phone, stop["stop_id"], device_id=str(uuid4()), outcome="skipped", skip_reason="blocked"
    )
    found: str = stop["stop_id"]
    return found


async def fallen(world: World) -> list[str]:
    """Let the levels of two bins that are on no round fall with nobody's mark."""
    planned = {stop.bin_id for round_ in world.plan.rounds for stop in round_.stops}
    free = [b for b in world.town.bins if b.record.bin_id not in planned][:2]
    now = datetime.now(UTC)
    async with store.connect(world.served.database_url) as conn:
        await sensed.add(
            conn,
            [
                Sensed(
                    bin_id=placed.record.bin_id,
                    sensor_id=placed.sensor_id,
                    emptying=SensedEmptying(
                        not_before=now - (31 + n) * HOUR,
                        emptied_at=now - (30 + n) * HOUR,
                        fill_before_pct=64.0 + n,
                        fill_after_pct=3.0,
                    ),
                )
                for n, placed in enumerate(free)
            ],
        )
    return [placed.record.bin_id for placed in free]


async def test_ops_decide_which_mark_holds(world: World) -> None:
    stop_id = await contradicted(world)
    page = await world.opened("ops", "/ops/emptyings")
    card = page.locator(f"article[data-stop='{stop_id}']")
    marks = card.locator(".conflict-mark")
    await expect(marks).to_have_count(2)
    await expect(marks.nth(0)).to_contain_text("Emptied by two")
    await expect(marks.nth(1)).to_contain_text("skipped: blocked")
    await card.get_by_label("Note to the decision").fill("Asked both")
    await marks.nth(0).get_by_role("button", name="This one holds").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("None waits to be decided.")).to_be_visible()
    await page.get_by_label("Conflicts").select_option("all")
    await expect(card.get_by_text("Asked both")).to_be_visible()
    await expect(marks.nth(0).get_by_text("holds now")).to_be_visible()
    await expect(card.get_by_role("button", name="This one holds")).to_have_count(0)


async def test_a_conflict_appears_by_itself_and_a_viewer_decides_nothing(world: World) -> None:
    page = await world.opened("viewer", "/ops/emptyings")
    await expect(page.get_by_text("None waits to be decided.")).to_be_visible()
    await expect(page.get_by_text("what sensors show goes together")).to_be_visible()
    await contradicted(world)
    await expect(page.locator(".conflict-mark")).to_have_count(2)
    await expect(page.get_by_role("button", name="This one holds")).to_have_count(0)


async def test_the_list_and_its_csv_are_the_same(world: World) -> None:
    bins = await fallen(world)
    page = await world.opened("ops", "/ops/emptyings?days=14&kind=emptied_by_somebody_else")
    rows = page.locator("tr[data-bin]")
    await expect(rows).to_have_count(2)
    address = await page.get_by_role("link", name="CSV").last.get_attribute("href")
    assert address is not None
    assert "days=14" in address
    text = (await (await page.context.request.get(address)).body()).decode()
    told = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [one["bin_id"] for one in told] == bins
    for n, one in enumerate(told):
        cells = rows.nth(n).locator("td")
        assert await rows.nth(n).get_attribute("data-bin") == one["bin_id"]
        assert (await cells.nth(0).inner_text()).replace(" ", "_") == one["kind"]
        assert await cells.nth(1).locator("time").get_attribute("datetime") == one["at"]
        assert (await cells.nth(2).inner_text()).splitlines()[0] == one["bin_name"]
        assert await cells.nth(6).inner_text() == f"{float(one['fill_before_pct']):.0f} %"
        assert await cells.nth(7).inner_text() == f"{float(one['fill_after_pct']):.0f} %"
        assert await cells.nth(8).inner_text() == one["detail"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nobody_is_kept_out(world: World, scheme: str) -> None:
    await contradicted(world)
    await fallen(world)
    page = await world.opened("ops", "/ops/emptyings", scheme=scheme)
    # the two, and the stop whose mark in force says skipped
    await expect(page.locator("tr[data-bin]")).to_have_count(3)
    await expect(page.locator(".conflict-mark")).to_have_count(2)
    assert await serious(page) == []
    await page.set_viewport_size({"width": 390, "height": 900})
    assert await serious(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
