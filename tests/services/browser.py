"""A real browser: the Chromium this machine has, driven by Playwright.

Playwright's own download of a browser is not used: Debian's is what CI installs.
"""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from tests.services.required import unavailable

PROGRAM = "BRIMFUL_TEST_BROWSER"
_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Nothing of its own: no update, no account, no look-ups. A sandbox cannot be made as root.
OPTIONS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # WebGL in software: the maps draw with it
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)


@pytest.fixture(scope="session")
def chromium_program() -> str:
    """The path of a Chromium."""
    named = os.environ.get(PROGRAM)
    found = named or next(filter(None, map(shutil.which, _NAMES)), None)
    if not found:
        unavailable(f"there is no Chromium here ({PROGRAM} names one, .ci/services installs it)")
    return found


@pytest.fixture
async def browser(chromium_program: str) -> AsyncIterator[Browser]:
    """A browser of this test's own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_program,
            chromium_sandbox=os.geteuid() != 0,
            args=list(OPTIONS),
        )
        try:
            yield browser
        finally:
            await browser.close()
