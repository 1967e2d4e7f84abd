"""``brimful-bench pictures``: every screen of a running demo, light and dark."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import typer
from playwright.async_api import (
    Browser,
    BrowserContext,
    StorageState,
    ViewportSize,
    async_playwright,
)

from bench.browser import launched
from bench.pictures.demo import Running, running_demo
from bench.pictures.shots import OPS, PHONE, Shot

type Scheme = Literal["light", "dark"]

SCHEMES: tuple[Scheme, ...] = ("light", "dark")
DESK = ViewportSize(width=1440, height=900)
HAND = ViewportSize(width=390, height=844)
SETTLED_MS = 6_000
"""Maps fade in, and events come within two seconds."""


def pictures_command(
    *,
    to: Annotated[Path, typer.Option(help="Folder for the PNG files.")] = Path("docs/screens"),
    bins: Annotated[int, typer.Option(min=40, max=3_000, help="Bins in the town.")] = 300,
    seed: Annotated[int, typer.Option(help="Another seed is another town.")] = 1,
) -> None:
    """Run the demo and take a picture of each of its screens with this machine's Chromium."""
    to.mkdir(parents=True, exist_ok=True)
    asyncio.run(_take(to, bins=bins, seed=seed))


async def _take(to: Path, *, bins: int, seed: int) -> None:
    async with running_demo(bins=bins, seed=seed) as demo, async_playwright() as playwright:
        browser = await launched(playwright)
        stranger = await _context(browser, demo, DESK, "light")
        await _shoot(stranger, [Shot(name="signin", path="/signin/")], to, "light")
        kept = await _sign_phone_in(browser, demo)
        for scheme in SCHEMES:
            ops = await _ops(browser, demo, scheme)
            await _shoot(ops, OPS, to, scheme)
            await ops.close()
            phone = await _context(browser, demo, HAND, scheme, kept)
            await _shoot(phone, PHONE, to, scheme)
            await phone.close()
        await browser.close()


async def _shoot(context: BrowserContext, shots: Sequence[Shot], to: Path, scheme: Scheme) -> None:
    for shot in shots:
        page = await context.new_page()
        await page.goto(shot.path)
        await page.wait_for_timeout(SETTLED_MS)
        await shot.act(page)
        file = to / f"{shot.name}-{scheme}.png"
        await page.screenshot(path=file)
        typer.echo(f"{file}")
        await page.close()


async def _ops(browser: Browser, demo: Running, scheme: Scheme) -> BrowserContext:
    context = await _context(browser, demo, DESK, scheme)
    given = {"user_name": demo.user_name, "password": demo.password}
    answer = await context.request.post("/session", data=given)
    if not answer.ok:
        raise RuntimeError(f"nobody gets into the ops room: {await answer.text()}")
    return context


async def _sign_phone_in(browser: Browser, demo: Running) -> StorageState:
    """Use up the phone's link; return what keeps it signed in."""
    context = await _context(browser, demo, HAND, "light")
    page = await context.new_page()
    await page.goto(demo.phone)
    await page.wait_for_timeout(SETTLED_MS)
    state = await context.storage_state()
    await context.close()
    return state


async def _context(
    browser: Browser,
    demo: Running,
    viewport: ViewportSize,
    scheme: Scheme,
    kept: StorageState | None = None,
) -> BrowserContext:
    is_phone = viewport is HAND
    parts = urlsplit(demo.ops)
    return await browser.new_context(
        base_url=f"{parts.scheme}://{parts.netloc}",
        viewport=viewport,
        is_mobile=is_phone,
        has_touch=is_phone,
        device_scale_factor=2 if is_phone else 1,
        color_scheme=scheme,
        storage_state=kept,
        locale="en-GB",
    )
