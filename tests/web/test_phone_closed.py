"""Marks that wait on a phone whose app is closed: its worker sends them when there is signal."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Page, expect

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

MARKS = "/crew/stops/"


async def test_marks_go_once_while_the_app_is_closed(world: World) -> None:
    async with Signal(world.served.address) as signal:
        app = await phone(world, signal)
        elsewhere = await app.context.new_page()
        await lose_signal(app, signal)
        await emptied(app)
        await emptied(app)
        await expect(status(app)).to_contain_text("2 waiting, no signal since")
        await _asked_to_be_woken(app)
        since = (await status(app).inner_text()).split()[-1]
        await app.close()
        assert await marks(world) == []

        await find_signal(elsewhere, signal)
        await _wake(elsewhere, signal.address)
        await _arrived(world, 2)
        await each_once(world, 2)
        assert signal.asked("PUT", MARKS) == 2

        # an hour later, without signal: nothing waits, and the signal was not gone all that time
        await lose_signal(elsewhere, signal)
        app = await elsewhere.context.new_page()
        app.on("pageerror", fail)
        await app.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=1))
        await app.goto("/phone/")
        await expect(place(app)).to_have_text(names(world)[2])
        await expect(status(app)).to_contain_text("All sent, no signal since")
        await expect(status(app)).not_to_contain_text(since)
        await find_signal(app, signal)
        await all_sent(app)
        await emptied(app)
        await all_sent(app)
        await each_once(world, 3)
        assert signal.asked("PUT", MARKS) == 3


async def _asked_to_be_woken(app: Page) -> None:
    """Wait until the browser knows that something waits."""
    await app.wait_for_function(
        """async () => {
            const registration = await navigator.serviceWorker.getRegistration("/phone/");
            return (await registration.sync.getTags()).includes("outbox");
        }"""
    )


async def _wake(elsewhere: Page, origin: str) -> None:
    """Wake the phone's worker as its browser does when it finds signal; from any other page."""
    wire = await elsewhere.context.new_cdp_session(elsewhere)
    found: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def learn(told: Mapping[str, Any]) -> None:
        for one in told["registrations"]:
            if one["scopeURL"] == f"{origin}/phone/" and not found.done():
                found.set_result(one["registrationId"])

    wire.on("ServiceWorker.workerRegistrationUpdated", learn)
    await wire.send("ServiceWorker.enable")
    async with asyncio.timeout(10):
        registration = await found
    told = {"origin": origin, "registrationId": registration, "tag": "outbox", "lastChance": False}
    await wire.send("ServiceWorker.dispatchSyncEvent", told)
    await wire.detach()


async def _arrived(world: World, expected: int) -> None:
    """Wait until so many marks are in the database."""
    arrived = 0
    async with asyncio.timeout(FAR_PATIENCE_MS / 1000):
        while arrived < expected:
            arrived = len(await marks(world))
            await asyncio.sleep(0.1)
