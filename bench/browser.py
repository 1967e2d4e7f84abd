"""The Chromium of this machine, driven by Playwright; its own download of a browser is not used."""

import os
import shutil

from playwright.async_api import Browser, Playwright

PROGRAM = "BRIMFUL_TEST_BROWSER"
"""The variable that names a Chromium where it is not on the path."""

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


def program() -> str | None:
    """Return the path of a Chromium; None where there is none."""
    return os.environ.get(PROGRAM) or next(filter(None, map(shutil.which, _NAMES)), None)


async def launched(playwright: Playwright, path: str | None = None) -> Browser:
    """Start it, or the one at ``path``; the caller closes it. RuntimeError where there is none."""
    found = path or program()
    if found is None:
        raise RuntimeError(f"there is no Chromium here ({PROGRAM} names one)")
    return await playwright.chromium.launch(
        executable_path=found, chromium_sandbox=os.geteuid() != 0, args=list(OPTIONS)
    )
