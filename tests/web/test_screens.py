"""The screens are there, and ask no other host for anything."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Request, Route, expect

from tests.web.world import World


@pytest.mark.parametrize("path", ["/ops/", "/phone/", "/signin/"])
async def test_a_screen_opens_and_asks_only_its_own_server(world: World, path: str) -> None:
    context = await world.signed_in("ops")
    page = await context.new_page()
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    answer = await page.goto(path)
    assert answer is not None
    assert answer.status == 200
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    # never idle: the ops room keeps its stream of events open
    await page.wait_for_timeout(2_000)
    own = urlsplit(world.served.address).netloc
    assert {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))} == {
        own
    }


async def test_what_is_not_built_is_not_found(world: World) -> None:
    context = await world.signed_in("ops")
    for path in ("/assets/nothing.js", "/phone/nothing.js", "/phone/..%2f..%2fops%2findex.html"):
        answer = await context.request.get(path)
        assert answer.status == 404, path


async def test_a_page_whose_program_does_not_come_says_so(world: World) -> None:
    page = await world.opened("ops", "/ops/")
    await expect(page.locator(".ops-map-row").first).to_be_visible()

    async def lost(route: Route) -> None:
        await route.abort()

    await page.route("**/assets/*.js", lost)
    await page.get_by_role("link", name="Sensors").click()
    await expect(page.get_by_role("heading", name="could not be loaded")).to_be_visible()
    await page.unroute("**/assets/*.js")
    await page.get_by_role("button", name="Load it again").click()
    await expect(page.get_by_role("heading", name="Sensors")).to_be_visible()
