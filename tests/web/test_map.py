"""The map under every page: drawn, in both schemes, by this server alone, and done without."""

from playwright.async_api import Page, expect

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


async def test_without_streets_the_ground_is_plain_and_says_how_to_get_them(world: World) -> None:
    page = await world.opened("ops", PAGE)
    assert await drawn(page, "graticule") > 2
    await expect(page.locator(".street-map-note")).to_contain_text("brimful map build")
    await expect(page.locator(".maplibregl-ctrl-scale")).to_be_visible()
