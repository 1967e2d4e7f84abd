"""Streets that are closed for the rest of the day: clicked on the map, typed, and drawn."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from routing.roads.building import Wishes, build_roads
from tests.web.axe import serious
from tests.web.world import World

MADE_MS = 60_000
IN_DIALOG = ".day-closed-map .street-map-ground"
ON_PAGE = ".day-map .street-map-ground"

A_STREET = """(at) => {
    const map = document.querySelector(at)?.glMap;
    if (!map?.loaded() || !map.areTilesLoaded() || map.isMoving()) return null;
    const { clientWidth: wide, clientHeight: high } = map.getCanvas();
    const inside = ({ x, y }) => x > 60 && y > 40 && x < wide - 90 && y < high - 60;
    for (const { geometry, properties } of map.queryRenderedFeatures({ layers: ["minor"] })) {
        const line = geometry.type === "LineString" ? geometry.coordinates : [];
        const ends = line.map((place) => map.project(place));
        const n = ends.findIndex((end, i) => inside(end) && i > 0 && inside(ends[i - 1]));
        if (n < 1 || !properties.name) continue;
        const [start, end] = [ends[n - 1], ends[n]];
        const [x, y] = [end.x - start.x, end.y - start.y];
        const long = Math.hypot(x, y);
        if (long < 30) continue;
        const along = (share) => ({ x: start.x + share * x, y: start.y + share * y });
        const at = along(0.5);
        const beside = { x: at.x - (6 * y) / long, y: at.y + (6 * x) / long };
        return { name: properties.name, at, beside, end: along(0.8), place: map.unproject(at) };
    }
    return null;
}"""
SIGNS = """(at) => {
    const map = document.querySelector(at)?.glMap;
    const found = map?.getSource("closed-streets")?.serialize().data.features ?? [];
    return found.filter(({ geometry }) => geometry.type === "Point")
        .map(({ geometry }) => geometry.coordinates);
}"""
DRAWN = """([at, count]) => {
    const map = document.querySelector(at)?.glMap;
    return map?.getLayer("closed-streets-sign") && map.loaded() && new Set(
        map.queryRenderedFeatures({ layers: ["closed-streets-sign"] })
            .map(({ geometry }) => String(geometry.coordinates))
    ).size === count;
}"""


async def test_a_street_is_closed_by_a_click_and_drawn_where_it_is(
    world: World, town_map: Path, tmp_path: Path
) -> None:
    roads = tmp_path / "roads"
    await build_roads(town_map / "town.osm.pbf", out=roads, wishes=Wishes(algorithm="MLD"))
    world.served.change(BRIMFUL_ROADS=str(roads))
    await world.served.start_planner()
    page = await world.opened("ops", "/ops/today")
    await page.get_by_role("button", name="Re-plan the rest of the day").click()
    dialog = page.get_by_role("dialog")
    await page.locator(IN_DIALOG).scroll_into_view_if_needed()
    street = await _a_street(page)
    await _click(page, street["beside"])
    closed = dialog.get_by_role("list", name="Closed streets").get_by_role("button")
    await expect(closed).to_have_count(1)
    await expect(closed).to_contain_text(street["name"])
    await _sees(page, IN_DIALOG, 1)
    # on the street, though the click was beside it
    (sign,) = await page.evaluate(SIGNS, IN_DIALOG)
    assert sign == pytest.approx([street["place"]["lng"], street["place"]["lat"]], abs=5e-5)

    await dialog.get_by_role("radio", name="a stretch").check()
    await _click(page, street["at"])
    await expect(dialog.get_by_text("now click where it ends")).to_be_visible()
    await _click(page, street["end"])
    await expect(closed).to_have_count(2)
    await _sees(page, IN_DIALOG, 2)
    assert not await serious(page)
    await closed.last.click()
    await expect(closed).to_have_count(1)

    # typed, by whoever has no mouse: the map shows it as well
    await dialog.get_by_text("Type them instead").click()
    typed = dialog.get_by_role("textbox", name="A line with the names of the columns")
    await expect(typed).to_have_value(f"lon,lat,note\n{sign[0]:.6f},{sign[1]:.6f},{street['name']}")
    await typed.fill(f"lon,lat,note\n{sign[0]},{sign[1]},burst pipe")
    await expect(closed).to_contain_text("burst pipe")
    await dialog.get_by_role("button", name="Make a proposal").click()
    await page.get_by_role("button", name="Take the best so far").click(timeout=MADE_MS)
    await expect(page.get_by_text("a closed street")).to_be_visible(timeout=MADE_MS)
    await _sees(page, ON_PAGE, 1)

    await page.get_by_role("button", name="Accept: crews drive this").click()
    await expect(page.get_by_role("list", name="Rounds")).to_be_visible()
    await expect(page.get_by_text("a closed street")).to_be_visible()
    await _sees(page, ON_PAGE, 1)
    assert await page.evaluate(SIGNS, ON_PAGE) == [pytest.approx(sign)]
    # and the next re-plan begins with it
    await page.get_by_role("button", name="Re-plan the rest of the day").click()
    await expect(closed).to_contain_text("burst pipe")
    # ... until it is open again
    await closed.click()
    await expect(closed).to_have_count(0)
    await dialog.get_by_role("button", name="Make a proposal").click()
    await page.get_by_role("button", name="Take the best so far").click(timeout=MADE_MS)
    await page.get_by_role("button", name="Accept: crews drive this").click(timeout=MADE_MS)
    await expect(page.get_by_role("list", name="Rounds")).to_be_visible()
    await _sees(page, ON_PAGE, 0)
    await expect(page.get_by_text("a closed street")).to_have_count(0)


async def _a_street(page: Page) -> dict[str, Any]:
    """Wait for the dialog's map; return a street on it: its name, its middle and near its end."""
    found = await page.wait_for_function(A_STREET, arg=IN_DIALOG)
    street: dict[str, Any] = await found.json_value()
    return street


async def _click(page: Page, at: dict[str, float]) -> None:
    await page.locator(f"{IN_DIALOG} canvas").click(position={"x": at["x"], "y": at["y"]})


async def _sees(page: Page, where: str, count: int) -> None:
    """Wait until a map draws the signs of so many closed streets."""
    await page.wait_for_function(DRAWN, arg=[where, count])
