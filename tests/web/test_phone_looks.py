"""The phone's screens as they look: by axe, in both schemes, with large text, lying in a holder."""

import re
from typing import Literal

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.web.axe import serious
from tests.web.phone import emptied, names, phone, place, skipped
from tests.web.signal import Signal
from tests.web.world import World

# 7:1 is our own promise, and no rule that axe runs unasked
ENHANCED = "{ rules: { 'color-contrast-enhanced': { enabled: true } } }"
LANDSCAPE = ViewportSize(width=740, height=360)


async def overflow(page: Page) -> int:
    """By how many pixels something sticks out to the side."""
    wide: int = await page.evaluate(
        "Math.max(...['html', '.phone-main'].map((name) => { "
        "const one = document.querySelector(name); return one.scrollWidth - one.clientWidth }))"
    )
    return wide


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_screen_can_be_used_by_everybody(
    world: World, scheme: Literal["light", "dark"]
) -> None:
    async with Signal(world.served.address) as signal:
        page = await phone(world, signal, color_scheme=scheme)
        assert await serious(page, ENHANCED) == []
        await page.get_by_role("link", name="Not emptied…").click()
        await expect(page.get_by_role("radio")).to_have_count(8)
        assert await serious(page, ENHANCED) == []
        await page.get_by_role("link", name="Back").click()
        await skipped(page, "Blocked", "van")
        await emptied(page)
        assert await serious(page, ENHANCED) == []
        for screen in ("Round", "Map", "Me"):
            await page.get_by_role("link", name=screen, exact=True).click()
            await expect(place(page)).to_have_count(1)
            if screen == "Map":
                await expect(page.locator(".street-map-ground canvas")).to_be_visible()
            assert await serious(page, ENHANCED) == [], screen
        await page.locator(".phone-status").click()
        await expect(page.get_by_role("button", name="Try now")).to_be_visible()
        assert await serious(page, ENHANCED) == []
        await page.get_by_role("link", name="Me", exact=True).click()
        await page.get_by_role("button", name="Sign out").click()
        await expect(place(page)).to_have_text("Sign in")
        assert await serious(page, ENHANCED) == []


async def test_large_text_and_a_holder_lose_nothing(world: World) -> None:
    async with Signal(world.served.address) as signal:
        page = await phone(world, signal)
        for _ in range(2):
            for screen in ("Next", "Round", "Me"):
                await page.get_by_role("link", name=screen, exact=True).click()
                assert await overflow(page) <= 0, screen
            await page.get_by_role("link", name="Next", exact=True).click()
            await page.get_by_role("link", name="Not emptied…").click()
            await expect(page.get_by_role("radio")).to_have_count(8)
            assert await overflow(page) <= 0
            await page.evaluate("document.documentElement.style.fontSize = '200%'")
        await page.evaluate("document.documentElement.style.fontSize = ''")
        await page.set_viewport_size(LANDSCAPE)
        await page.get_by_role("link", name="Next", exact=True).click()
        await expect(page.get_by_role("button", name="Emptied")).to_be_in_viewport(ratio=1)
        assert await overflow(page) <= 0


async def test_a_narrow_phone_breaks_no_word_of_a_button(world: World) -> None:
    async with Signal(world.served.address) as signal:
        page = await phone(world, signal)
        await page.set_viewport_size({"width": 360, "height": 640})
        lines = await page.get_by_role("link", name="Not emptied…").evaluate(
            """link => {
                const words = document.createRange();
                words.selectNodeContents(link);
                return new Set([...words.getClientRects()].map(({ top }) => top)).size;
            }"""
        )
        assert lines == 2


async def test_targets_are_large_enough_for_gloves(world: World) -> None:
    async with Signal(world.served.address) as signal:
        page = await phone(world, signal)
        for screen in ("Next", "Round", "Me"):
            await page.get_by_role("link", name=screen, exact=True).click()
            small = await page.evaluate(
                "[...document.querySelectorAll('a, button, summary, label:has(input)')]"
                ".filter((one) => one.getBoundingClientRect().height < 56)"
                ".map((one) => one.outerHTML)"
            )
            assert small == [], screen
        await page.get_by_role("link", name="Next", exact=True).click()
        box = await page.get_by_role("button", name="Emptied").bounding_box()
        assert box is not None
        assert box["height"] >= 72


async def test_the_screen_is_light_or_dark_as_chosen(world: World) -> None:
    async with Signal(world.served.address) as signal:
        page = await phone(world, signal, color_scheme="light")
        ground = "getComputedStyle(document.body).backgroundColor"
        assert await page.evaluate(ground) == "rgb(255, 255, 255)"
        await page.get_by_role("link", name="Me", exact=True).click()
        await page.get_by_role("button", name="Dark").click()
        await page.reload()
        assert await page.evaluate(ground) == "rgb(16, 22, 20)"


async def test_the_map_works_without_signal(world: World) -> None:
    async with Signal(world.served.address) as signal:
        page = await phone(world, signal)
        await page.get_by_role("link", name="Map", exact=True).click()
        await expect(page.locator(".street-map-ground canvas")).to_be_visible()
        await signal.lost()
        await page.reload()
        await expect(page.locator(".street-map-ground canvas")).to_be_visible()
        await page.get_by_role("link", name=re.compile(re.escape(names(world)[0]))).click()
        await expect(place(page)).to_have_text(names(world)[0])
