"""The map under every page: drawn, in both schemes, by this server alone, and done without."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.async_api import Page, Route, expect

from tests.web.axe import violations
from tests.web.served import Served
from tests.web.world import World

GROUND = ".street-map-ground"
PAGE = "/ops/streets"


async def idle(page: Page) -> None:
    """Wait until a map has drawn all it has to draw."""
    await page.wait_for_function("(at) => document.querySelector(at)?.glMap", arg=GROUND)
    await page.evaluate(
        """(at) => new Promise((done) => {
            const map = document.querySelector(at).glMap;
            const idle = () => map.loaded() && map.areTilesLoaded() && !map.isMoving();
            if (idle()) return done();
            map.on("idle", () => idle() && done());
        })""",
        GROUND,
    )


async def drawn(page: Page, *layers: str) -> int:
    """Return how many things of these layers the map shows."""
    await idle(page)
    found: int = await page.evaluate(
        """([at, layers]) => document.querySelector(at).glMap
            .queryRenderedFeatures({ layers }).length""",
        [GROUND, list(layers)],
    )
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_streets_are_drawn_by_this_server_alone(
    world: World, scheme: Literal["light", "dark"]
) -> None:
    context = await world.signed_in("ops", scheme=scheme)
    page = await context.new_page()
    asked: list[str] = []
    # those of workers, too
    context.on("request", lambda request: asked.append(request.url))
    await page.goto(PAGE)
    assert await drawn(page, "minor", "secondary") > 10
    assert await drawn(page, "water") > 0
    assert await drawn(page, "road-name") > 3
    assert any("/map/tiles/" in url for url in asked)
    foreign = [url for url in asked if not url.startswith(world.served.address)]
    assert [url for url in foreign if not url.startswith(("data:", "blob:"))] == []
    style = await page.evaluate("(at) => document.querySelector(at).glMap.getStyle()", GROUND)
    assert style["name"] == f"streets, {scheme}"
    assert "glyphs" not in style
    assert "sprite" not in style
    await expect(page.locator(".maplibregl-ctrl-attrib")).to_contain_text("simulated town")


async def test_the_map_follows_the_scheme_as_it_changes(world: World) -> None:
    page = await world.opened("ops", PAGE)
    await idle(page)
    await page.emulate_media(color_scheme="dark")
    await page.wait_for_function(
        """(at) => document.querySelector(at).glMap.getStyle()?.name === "streets, dark" """,
        arg=GROUND,
    )
    assert await drawn(page, "minor") > 5


async def test_a_crew_sees_the_streets_too(world: World) -> None:
    context = await world.signed_in(world.town.crews[0].crew_id)
    info = await (await context.request.get("/map/info")).json()
    assert info["kind"] == "streets"
    assert info["source"] == "town.osm.pbf"
    west, south, east, north = info["bounds"]
    for placed in world.town.bins:
        # a bin stands some metres beside its street
        assert west - 0.001 < placed.record.lon < east + 0.001
        assert south - 0.001 < placed.record.lat < north + 0.001


async def test_without_webgl_the_page_goes_on_without_a_map(world: World) -> None:
    context = await world.signed_in("ops")
    await context.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page = await context.new_page()
    await page.goto(PAGE)
    await expect(page.get_by_text("this browser has no WebGL")).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_be_visible()


async def lost_and_back(page: Page) -> None:
    """Take the graphics card away from the map, and give it back."""
    await page.evaluate(
        """(at) => {
            const gl = document.querySelector(at).glMap.getCanvas().getContext("webgl2");
            window.lost = gl.getExtension("WEBGL_lose_context");
            window.lost.loseContext();
        }""",
        GROUND,
    )
    await expect(page.get_by_text("The map is being drawn anew.")).to_be_visible()
    await page.evaluate("window.lost.restoreContext()")
    await expect(page.get_by_text("The map is being drawn anew.")).to_be_hidden()


@pytest.mark.parametrize(("path", "layer"), [("/ops/", "bins"), ("/ops/today", "day-stops")])
async def test_a_lost_context_comes_back_with_the_streets_and_what_is_on_them(
    world: World, path: str, layer: str
) -> None:
    page = await world.opened("ops", path)
    await idle(page)
    for lost in (False, True):
        if lost:
            await lost_and_back(page)
        await page.wait_for_function(
            "([at, id]) => document.querySelector(at).glMap.getLayer(id)", arg=[GROUND, layer]
        )
        assert await drawn(page, "minor") > 0
    images = "(at) => document.querySelector(at).glMap.listImages()"
    if layer == "day-stops":
        await page.wait_for_function(f"(at) => ({images})(at).length > 0", arg=GROUND)
        assert await drawn(page, layer) > 0


async def test_keys_move_the_map(world: World) -> None:
    page = await world.opened("ops", PAGE)
    await idle(page)
    zoom = "(at) => document.querySelector(at).glMap.getZoom()"
    before = await page.evaluate(zoom, GROUND)
    await page.get_by_role("region", name="Map of the streets").focus()
    await page.keyboard.press("+")
    await page.wait_for_function(
        "([at, before]) => document.querySelector(at).glMap.getZoom() > before + 0.5",
        arg=[GROUND, before],
    )


async def test_a_tile_server_that_is_set_is_drawn_and_no_other_host_asked(
    database_url: str, world: World, tmp_path: Path
) -> None:
    template = "https://tiles.town.example/{z}/{x}/{y}.png"
    bare = Served(
        database_url,
        tmp_path,
        BRIMFUL_MAP_TILES=template,
        BRIMFUL_MAP_TILES_ATTRIBUTION="© Town survey",
    )
    await bare.start()
    try:
        context = await replace(world, served=bare).signed_in("ops")
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))

        async def tile(route: Route) -> None:
            await route.fulfill(
                body=picture((40, 160, 90)),
                content_type="image/png",
                headers={"Access-Control-Allow-Origin": "*"},
            )

        await context.route("https://tiles.town.example/**", tile)
        page = await context.new_page()
        await page.goto(PAGE)
        await idle(page)
        await expect(page.locator(".maplibregl-ctrl-attrib")).to_contain_text("© Town survey")
        seen = Image.open(BytesIO(await page.locator(GROUND).screenshot())).convert("RGB")
        assert seen.getpixel((seen.width // 2, seen.height // 2)) == (40, 160, 90)
        hosts = {urlsplit(url).netloc for url in asked if url.startswith("http")}
        assert hosts == {urlsplit(bare.address).netloc, "tiles.town.example"}
    finally:
        await bare.end()


def picture(colour: tuple[int, int, int]) -> bytes:
    """Return a PNG of one colour."""
    file = BytesIO()
    Image.new("RGB", (256, 256), colour).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_keeps_people_out_of_a_page_with_a_map(
    world: World, scheme: Literal["light", "dark"]
) -> None:
    page = await world.opened("ops", PAGE, scheme=scheme)
    await idle(page)
    assert await violations(page) == []


async def test_without_streets_the_ground_is_plain_and_says_how_to_get_them(
    database_url: str, world: World, tmp_path: Path
) -> None:
    bare = Served(database_url, tmp_path)
    await bare.start()
    try:
        page = await replace(world, served=bare).opened("ops", PAGE)
        assert await drawn(page, "graticule") > 2
        await expect(page.locator(".street-map-note")).to_contain_text("brimful map build")
        await expect(page.locator(".maplibregl-ctrl-scale")).to_be_visible()
        await lost_and_back(page)
        assert await drawn(page, "graticule") > 2
    finally:
        await bare.end()
