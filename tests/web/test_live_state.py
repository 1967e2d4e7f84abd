"""The ops room says whether what it shows is live, and becomes so again by itself."""

import re

from playwright.async_api import expect

from tests.web.world import World


async def test_a_page_is_live_says_since_when_not_and_comes_back(world: World) -> None:
    page = await world.opened("ops", "/ops/")
    state = page.locator(".live-state")
    await expect(state).to_have_text("live")
    await world.served.kill()
    await expect(state).to_have_text(re.compile(r"waiting for the server since \d\d:\d\d"))
    await world.served.start()
    # on a busy machine some attempts come before the server answers, each later than the last
    await expect(state).to_have_text("live", timeout=60_000)
