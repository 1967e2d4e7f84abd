"""A crew's shift with a phone that has no signal for most of it: every mark arrives, once."""

import os
from pathlib import Path

import psutil
from playwright.async_api import BrowserContext, Page, expect

from bench.browser import OPTIONS
from core.plans import StopKind
from tests.web.phone import (
    all_sent,
    crew_of,
    each_once,
    emptied,
    find_signal,
    installed,
    lose_signal,
    names,
    phone,
    place,
    round_of,
    rows,
    skipped,
    status,
    whole_round,
)
from tests.web.signal import Signal
from tests.web.world import PHONE, World


async def test_a_whole_shift_without_signal_arrives_once(world: World) -> None:
    stops = round_of(world).stops
    async with Signal(world.served.address) as signal:
        page = await phone(world, signal)
        await expect(place(page)).to_have_text(names(world)[0])
        await lose_signal(page, signal)
        await page.reload()
        await expect(place(page)).to_have_text(names(world)[0])
        await skipped(page, "Blocked", "Delivery van in front of it")
        await expect(status(page)).to_contain_text("1 waiting, no signal since")
        await whole_round(page, stops[1:])
        await expect(status(page)).to_contain_text(f"{len(stops)} waiting, no signal since")
        await page.reload()
        await expect(place(page)).to_have_text("Round finished")
        assert await rows(world, "SELECT 1 FROM stop_reports") == []

        await find_signal(page, signal)
        await all_sent(page)
        found = await each_once(world, len(stops))
    assert [mark["stop_id"] for mark in found] == [stop.stop_id for stop in stops]
    assert (found[0]["outcome"], found[0]["skip_reason"], found[0]["note"]) == (
        "skipped",
        "blocked",
        "Delivery van in front of it",
    )
    assert {mark["outcome"] for mark in found[1:]} == {"done"}
    disposal = {s.stop_id for s in stops if s.kind is StopKind.DISPOSAL}
    assert disposal
    assert {m["weight_kg"] for m in found if m["stop_id"] in disposal} == {1230}
    emptyings = await rows(world, "SELECT bin_id FROM emptyings WHERE source = 'crew'")
    assert len(emptyings) == len(stops) - 1 - len(disposal)


async def test_an_empty_battery_loses_nothing(
    world: World, chromium_program: str, tmp_path: Path
) -> None:
    profile = tmp_path / "phone"

    async def switched_on(signal: Signal) -> tuple[BrowserContext, Page]:
        context = await world.browser.browser_type.launch_persistent_context(
            profile,
            executable_path=chromium_program,
            chromium_sandbox=os.geteuid() != 0,
            args=list(OPTIONS),
            base_url=signal.address,
            viewport=PHONE,
        )
        return context, await context.new_page()

    async with Signal(world.served.address) as signal:
        context, page = await switched_on(signal)
        await page.goto(f"/phone/#code={await world.code_for(crew_of(world))}")
        await expect(place(page)).to_have_text(names(world)[0])
        await installed(page)
        await context.close()

        await signal.lost()
        context, page = await switched_on(signal)
        await page.goto("/phone/")
        await emptied(page)
        await emptied(page)
        # the browser says itself that it has gone; closing what is gone already would be an error
        async with context.expect_event("close"):
            _dead_battery(profile)

        context, page = await switched_on(signal)
        await page.goto("/phone/")
        await expect(place(page)).to_have_text(names(world)[2])
        await expect(status(page)).to_contain_text("2 waiting, no signal since")
        await emptied(page)
        await signal.back()
        await all_sent(page)
        await each_once(world, 3)
        await context.close()


def _dead_battery(profile: Path) -> None:
    """End the browser of this profile, and nothing else, as a power cut would."""
    mine = f"--user-data-dir={profile}"
    found = [
        process
        for process in psutil.process_iter(["cmdline"])
        if mine in (process.info["cmdline"] or []) and "--type=" not in str(process.info["cmdline"])
    ]
    assert len(found) == 1
    found[0].kill()


async def test_a_server_that_is_killed_is_waited_for(world: World) -> None:
    page = await world.opened(crew_of(world), "/phone/")
    await emptied(page)
    await all_sent(page)
    await world.served.kill()
    await emptied(page)
    await expect(status(page)).to_contain_text("1 waiting, no signal since")
    await emptied(page)
    await world.served.start()
    await all_sent(page)
    await each_once(world, 3)
