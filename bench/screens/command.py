"""``brimful-bench screens``: the live map with 50,000 bins, beside a map without any."""

import asyncio
import datetime as dt
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from playwright.async_api import Browser, Page, async_playwright
from rich.table import Table

import store
from bench.api.command import ServerUrl, serving
from bench.api.town import Sizes, fill, registry
from bench.browser import launched
from bench.console import table_console
from bench.screens.watching import MAP, longest_task, memory_mb, pan, until, watch
from bench.speed.rig import own_database
from bench.speed.shown import machine

LAYER = f"({MAP}?.getLayer('bins'))?.implementation?.count ?? null"
IDLE = f"{MAP}?.loaded() ?? false"
TOTAL = "document.querySelector('.ops-map-total')?.textContent"
FIRST = "document.querySelector('.ops-map-row .ops-map-fill')?.textContent"
SETTLED_MS = 3_000
CHANGED = 500
_CHANGE = """
    UPDATE bin_states SET fill_pct = %s, measured_at = now()
    WHERE bin_id IN (SELECT bin_id FROM bin_states ORDER BY bin_id LIMIT %s)
"""


def screens_command(
    *,
    database_server: ServerUrl,
    bins: Annotated[int, typer.Option(min=1_000, max=200_000)] = 50_000,
    rounds: Annotated[int, typer.Option(min=1, help="Updates that are measured.")] = 5,
    json_: Annotated[
        Path | None, typer.Option("--json", help="Write one JSON document there.")
    ] = None,
) -> None:
    """Measure the live map in this machine's Chromium: first picture, updates, panning, memory."""
    report = asyncio.run(_measure(database_server, bins=bins, rounds=rounds))
    table = Table("what", "live map", "map without bins", "ratio", title=f"{bins:,} bins")
    for row in report["rows"]:
        ratio = row["live"] / row["plain"] if row["plain"] else None
        table.add_row(
            row["what"],
            f"{row['live']:,.1f}",
            "" if row["plain"] is None else f"{row['plain']:,.1f}",
            "" if ratio is None else f"{ratio:.2f}",
        )
    table_console().print(table)
    if json_ is not None:
        json_.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


async def _measure(server_url: str, *, bins: int, rounds: int) -> dict[str, Any]:
    now = dt.datetime.now(dt.UTC)
    sizes = Sizes(bins=bins, crews=1, stops=2)
    async with own_database(server_url, registry(sizes)) as url:
        async with store.connect(url, application="bench") as conn:
            town = await fill(conn, sizes, now=now)
        async with serving(url) as server, async_playwright() as playwright:
            browser = await launched(playwright)
            page = await _page(browser, server.address, town.ops)
            plain = await _plain(page)
            live = await _live(page, url, bins=bins, rounds=rounds)
            await browser.close()
    rows = [{"what": what, "live": live[what], "plain": plain.get(what)} for what in live]
    return {"machine": machine(), "bins": bins, "rows": rows}


async def _page(browser: Browser, address: str, token: str) -> Page:
    context = await browser.new_context(
        base_url=address,
        viewport={"width": 1440, "height": 900},
        extra_http_headers={"Authorization": f"Bearer {token}"},
    )
    page = await context.new_page()
    await watch(page)
    # whatever a browser does once, files in its store included, is done before anything counts
    for path in ("/ops/streets", "/ops/"):
        await page.goto(path)
        await page.wait_for_timeout(SETTLED_MS)
    return page


async def _plain(page: Page) -> dict[str, float]:
    await page.goto("/ops/streets", wait_until="commit")
    first_s = await until(page, IDLE, wanted=True)
    found = {"first picture, ms": 1000 * first_s}
    found["longest task until then, ms"] = await longest_task(page)
    await page.wait_for_timeout(SETTLED_MS)
    return {**found, **await _panned(page), "memory, MB": await memory_mb(page)}


async def _live(page: Page, url: str, *, bins: int, rounds: int) -> dict[str, float]:
    await page.goto("/ops/?sort=name", wait_until="commit")
    first_s = await until(page, LAYER, bins) + await until(page, IDLE, wanted=True)
    found = {"first picture, ms": 1000 * first_s}
    found["longest task until then, ms"] = await longest_task(page)
    await page.wait_for_timeout(SETTLED_MS)
    found |= await _panned(page)
    found["memory, MB"] = await memory_mb(page)
    updates, tasks = [], []
    await longest_task(page)
    for n in range(rounds):
        fill_pct = 20 + n
        async with store.connect(url, application="bench") as conn:
            await conn.execute(_CHANGE, (fill_pct, CHANGED))
        updates.append(await until(page, FIRST, f"{fill_pct} %"))
        tasks.append(await longest_task(page))
    found[f"{CHANGED} levels, from commit to screen, ms"] = 1000 * max(updates)
    found["longest task of these, ms"] = max(tasks)
    await page.fill(".ops-map-search input", "7777")
    found["filter by text, ms"] = 1000 * await until(page, f"{TOTAL}.includes(' of ')", wanted=True)
    found["longest task of it, ms"] = await longest_task(page)
    return found


async def _panned(page: Page) -> dict[str, float]:
    moved = await pan(page)
    return {
        "a frame while panning, ms": moved.frame_ms,
        "a slow one (95 %), ms": moved.slow_frame_ms,
        "longest task while panning, ms": moved.longest_task_ms,
    }
