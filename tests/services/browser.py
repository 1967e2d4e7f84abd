"""A real browser: the Chromium this machine has, driven by Playwright.

Playwright's own download of a browser is not used: Debian's is what CI installs.
"""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from bench.browser import PROGRAM, launched, program
from tests.services.required import unavailable


@pytest.fixture(scope="session")
def chromium_program() -> str:
    """The path of a Chromium."""
    found = program()
    if not found:
        unavailable(f"there is no Chromium here ({PROGRAM} names one, .ci/services installs it)")
    return found


@pytest.fixture
async def browser(chromium_program: str) -> AsyncIterator[Browser]:
    """A browser of this test's own."""
    async with async_playwright() as playwright:
        browser = await launched(playwright, chromium_program)
        try:
            yield browser
        finally:
            await browser.close()
