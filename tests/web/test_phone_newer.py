"""A new version of the app reaches a phone in the middle of its round: nothing is lost by it."""

import re
from pathlib import Path

from playwright.async_api import Page, expect

from tests.web.newer import MARKER, bring_up_to_date
from tests.web.phone import (
    FAR_PATIENCE_MS,
    all_sent,
    each_once,
    emptied,
    find_signal,
    lose_signal,
    marks,
    names,
    phone,
    place,
    status,
)
from tests.web.signal import Signal
from tests.web.world import World, fail

NEWS = "A new version of Brimful is on this phone."


async def test_a_new_version_waits_until_the_phone_is_put_away(
    world: World, tmp_path: Path
) -> None:
    async with Signal(world.served.address) as signal:
        page = await phone(world, signal)
        await lose_signal(page, signal)
        await emptied(page)
        await emptied(page)
        await bring_up_to_date(world.served, tmp_path / "newer")
        assert await marks(world) == []
        await find_signal(page, signal)
        # the server came back, so the phone asks for its version by itself
        await expect(page.get_by_text(NEWS)).to_be_visible(timeout=FAR_PATIENCE_MS)
        await all_sent(page)
        await _runs(page, newer=False)

        # what the old version had not loaded is gone from the server, and still there
        await page.get_by_role("link", name="Map", exact=True).click()
        await expect(page.locator("canvas")).to_be_visible()
        await page.get_by_role("link", name="Next", exact=True).click()

        # not while something is being written
        await page.get_by_role("link", name="Not emptied…").click()
        await page.get_by_label("Note for operations").fill("A van in front")
        await expect(page.get_by_text(NEWS)).to_have_count(0)
        await _put_away(page)
        await _taken_out(page)
        await expect(page.get_by_label("Note for operations")).to_have_value("A van in front")
        await _runs(page, newer=False)
        await page.get_by_role("radio", name="Blocked", exact=True).check()
        await lose_signal(page, signal)
        await page.get_by_role("button", name="Save").click()
        await expect(status(page)).to_contain_text("1 waiting")

        async with page.expect_navigation():
            await _put_away(page)
        await _runs(page, newer=True)
        await expect(place(page)).to_have_text(names(world)[3])
        await expect(status(page)).to_contain_text("1 waiting, no signal since")
        await expect(page.get_by_text(NEWS)).to_have_count(0)
        await find_signal(page, signal)
        await all_sent(page)
    found = await each_once(world, 3)
    assert [mark["note"] for mark in found] == [None, None, "A van in front"]


async def test_another_tab_that_goes_over_leaves_a_page_that_works(
    world: World, tmp_path: Path
) -> None:
    async with Signal(world.served.address) as signal:
        page = await phone(world, signal)
        other = await page.context.new_page()
        other.on("pageerror", fail)
        await other.goto("/phone/")
        await expect(place(other)).to_have_text(names(world)[0])
        await bring_up_to_date(world.served, tmp_path / "newer")
        for one in (page, other):
            await expect(one.get_by_text(NEWS)).to_be_visible(timeout=FAR_PATIENCE_MS)
        async with page.expect_navigation():
            await page.get_by_role("button", name="Use it now").click()
        await _runs(page, newer=True)

        # the old page: its map is gone from server, worker and memory; everything else goes on
        wire = await other.context.new_cdp_session(other)
        await wire.send("Network.clearBrowserCache")
        await _runs(other, newer=False)
        await emptied(other)
        await all_sent(other)
        await other.get_by_role("link", name="Map", exact=True).click()
        await expect(other.get_by_role("alert")).to_contain_text("could not be loaded")
        await other.get_by_role("link", name="Next", exact=True).click()
        await emptied(other)
        async with other.expect_navigation():
            await other.get_by_role("button", name="Use it now").click()
        await _runs(other, newer=True)
        await other.get_by_role("link", name="Map", exact=True).click()
        await expect(other.locator("canvas")).to_be_visible()
        await all_sent(other)
    await each_once(world, 2)


async def _runs(page: Page, *, newer: bool) -> None:
    """See which version a page is of."""
    await expect(page.locator(".phone-status")).to_be_visible()
    html = page.locator("html")
    if newer:
        await expect(html).to_have_class(re.compile(MARKER))
    else:
        await expect(html).not_to_have_class(re.compile(MARKER))


async def _put_away(page: Page) -> None:
    """Let the phone's screen go dark, or another app come in front."""
    await _be(page, "hidden")


async def _taken_out(page: Page) -> None:
    """Look at it again."""
    await _be(page, "visible")


async def _be(page: Page, state: str) -> None:
    # a browser without a screen has no other way to hide a page
    await page.evaluate(
        """state => {
            const told = { value: state, configurable: true };
            Object.defineProperty(document, "visibilityState", told);
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        state,
    )
