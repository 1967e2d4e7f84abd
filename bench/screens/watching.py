"""What a browser says of itself: frames, long tasks, memory, and how long until something is so."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median, quantiles

from playwright.async_api import Page

MAP = "document.querySelector('.street-map-ground')?.glMap"
LIMIT_S = 120.0
# Long tasks are what keeps a page from answering: everything of 50 ms and more.
_WATCH = """
    (() => {
        globalThis.longTasks = [];
        new PerformanceObserver((list) => {
            globalThis.longTasks.push(...list.getEntries().map((one) => one.duration));
        }).observe({ entryTypes: ["longtask"] });
    })()
"""
_PAN = """
    new Promise((resolve) => {
        const map = %s;
        const frames = [];
        let last = performance.now();
        let goes = true;
        const frame = (now) => {
            frames.push(now - last);
            last = now;
            if (goes) requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
        map.once("moveend", () => { goes = false; resolve(frames.slice(1)); });
        map.panBy([700, 350], { duration: 4000 });
    })
"""


@dataclass(frozen=True, kw_only=True)
class Pan:
    """How smoothly a map moves."""

    frame_ms: float
    """Median."""
    slow_frame_ms: float
    """95 of 100 are quicker."""
    longest_task_ms: float


async def watch(page: Page) -> None:
    """Begin to note long tasks, from the page's first moment on."""
    await page.add_init_script(_WATCH)


async def longest_task(page: Page) -> float:
    """Return the longest task since this was last asked, in ms; 0: none of 50 ms."""
    found: float = await page.evaluate("Math.max(0, ...globalThis.longTasks.splice(0))")
    return found


async def pan(page: Page) -> Pan:
    """Move the map for four seconds."""
    await longest_task(page)
    frames: list[float] = await page.evaluate(_PAN % MAP)
    return Pan(
        frame_ms=median(frames),
        slow_frame_ms=quantiles(frames, n=20)[-1],
        longest_task_ms=await longest_task(page),
    )


async def memory_mb(page: Page) -> float:
    """Return what the page's own objects and buffers take after a collection."""
    session = await page.context.new_cdp_session(page)
    await session.send("HeapProfiler.collectGarbage")
    used: dict[str, float] = await session.send("Runtime.getHeapUsage")
    await session.detach()
    return (used["usedSize"] + used.get("backingStorageSize", 0)) / 1e6


async def until(page: Page, script: str, wanted: object) -> float:
    """Return the seconds until a script of the page says this; looks every 20 ms."""
    return await seconds(lambda: _is(page, script, wanted))


async def seconds(done: Callable[[], Awaitable[bool]]) -> float:
    """Return the seconds until something is done."""
    begun = time.perf_counter()
    async with asyncio.timeout(LIMIT_S):
        while not await done():  # noqa: ASYNC110 - what is waited for happens in the browser
            await asyncio.sleep(0.02)
    return time.perf_counter() - begun


async def _is(page: Page, script: str, wanted: object) -> bool:
    return json.dumps(await page.evaluate(script)) == json.dumps(wanted)
