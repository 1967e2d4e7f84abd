"""What a crew meets when something is wrong: said loudly, and nothing lost by it."""

import os
import re
from pathlib import Path

from playwright.async_api import Page, expect

from bench.browser import OPTIONS
from tests.web.phone import (
    all_sent,
    crew_of,
    each_once,
    emptied,
    lose_signal,
    marks,
    names,
    phone,
    place,
    status,
)
from tests.web.signal import Signal
from tests.web.world import World

DISK_FULL = """
const add = IDBObjectStore.prototype.add;
IDBObjectStore.prototype.add = function (...given) {
  if (globalThis.diskIsFull) {
    throw new DOMException("no space", "QuotaExceededError");
  }
  return add.apply(this, given);
};
"""
NOTHING_KEPT = """
IDBFactory.prototype.open = () => { throw new DOMException("refused", "SecurityError"); };
"""


async def test_a_full_disk_is_said_and_no_mark_is_pretended(world: World) -> None:
    async with Signal(world.served.address) as signal:
        page = await phone(world, signal)
        await page.context.add_init_script(DISK_FULL)
        await page.reload()
        await expect(place(page)).to_have_text(names(world)[0])
        await page.evaluate("globalThis.diskIsFull = true")
        await page.get_by_role("button", name="Emptied").click()
        await expect(page.get_by_role("alert")).to_contain_text("NOT saved")
        await expect(place(page)).to_have_text(names(world)[0])
        await page.evaluate("globalThis.diskIsFull = false")
        await emptied(page)
        await expect(page.get_by_role("alert")).to_have_count(0)
        await all_sent(page)
    await each_once(world, 1)


async def test_a_browser_that_keeps_nothing_is_told(world: World) -> None:
    context = await world.signed_in(crew_of(world))
    await context.add_init_script(NOTHING_KEPT)
    page = await context.new_page()
    await page.goto("/phone/")
    await expect(page.get_by_role("alert")).to_contain_text("keeps nothing for Brimful")


async def test_a_session_that_was_ended_keeps_what_is_marked(world: World) -> None:
    async with Signal(world.served.address) as signal:
        page = await phone(world, signal)
        await page.context.request.delete("/session")
        await emptied(page)
        await expect(status(page)).to_have_text("1 waiting, sign in again")
        await emptied(page)
        # another crew gets this phone: it sends nothing of theirs
        other = next(c.crew_id for c in world.town.crews if c.crew_id != crew_of(world))
        await _signed_in_anew(page, await world.code_for(other))
        await all_sent(page)
        assert await marks(world) == []
        await page.get_by_role("link", name="Me", exact=True).click()
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_text("2 marks wait on this phone")).to_be_visible()
        await page.get_by_label("Code or link").fill(await world.code_for(crew_of(world)))
        await page.get_by_role("button", name="Sign in").click()
        await expect(place(page)).to_have_text(names(world)[2])
        await all_sent(page)
    found = await each_once(world, 2)
    assert {mark["reported_by"] for mark in found} != set()


async def _signed_in_anew(page: Page, code: str) -> None:
    await page.get_by_role("link", name="Enter a code").click()
    await page.get_by_label("Code or link").fill(code)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_label("Code or link")).to_have_count(0)


async def test_signing_out_warns_of_marks_that_wait(world: World) -> None:
    async with Signal(world.served.address) as signal:
        page = await phone(world, signal)
        await lose_signal(page, signal)
        await emptied(page)
        await page.get_by_role("link", name="Me", exact=True).click()
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_role("alert")).to_contain_text("1 mark is not sent yet")
        await page.get_by_role("button", name="Sign out anyway").click()
        await expect(page.get_by_text("signing out needs the server once")).to_be_visible()
        await expect(status(page)).to_contain_text("1 waiting")


async def test_a_refusal_stays_until_it_is_read(world: World) -> None:
    async with Signal(world.served.address) as signal:
        page = await phone(world, signal)
        # an answer that comes again however often it is asked
        await page.context.route(
            "**/crew/stops/*",
            lambda route: route.fulfill(
                status=404,
                content_type="application/problem+json",
                body='{"status": 404, "detail": "no such stop on your rounds"}',
            ),
        )
        await page.get_by_role("button", name="Emptied").click()
        await expect(status(page)).to_have_text("All sent, 1 not taken")
        await expect(page.get_by_text("was not taken: no such stop on your rounds")).to_be_visible()
        await page.reload()
        await status(page).click()
        await expect(page.get_by_text("no such stop on your rounds")).to_be_visible()
        await page.get_by_role("button", name="Put away").click()
        await expect(status(page)).to_have_text("All sent")


async def test_plain_http_keeps_marks_and_says_what_it_cannot(
    world: World, chromium_program: str, tmp_path: Path
) -> None:
    async with Signal(world.served.address) as signal:
        context = await world.browser.browser_type.launch_persistent_context(
            tmp_path / "phone",
            executable_path=chromium_program,
            chromium_sandbox=os.geteuid() != 0,
            args=[*OPTIONS, "--host-resolver-rules=MAP brimful.test 127.0.0.1"],
            base_url=signal.address.replace("127.0.0.1", "brimful.test"),
        )
        page = await context.new_page()
        await page.goto(f"/phone/#code={await world.code_for(crew_of(world))}")
        await expect(place(page)).to_have_text(names(world)[0])
        assert await page.evaluate("window.isSecureContext") is False
        await expect(page.get_by_text("This address is not secure")).to_be_visible()
        await signal.lost()
        await emptied(page)
        await emptied(page)
        await expect(status(page)).to_contain_text("2 waiting, no signal since")
        await signal.back()
        await all_sent(page)
        await context.close()
    await each_once(world, 2)


async def test_a_public_network_is_no_server(world: World) -> None:
    async with Signal(world.served.address) as signal:
        page = await phone(world, signal)
        portal = re.compile("/(session|crew/.*)$")
        await page.context.route(
            portal,
            lambda route: route.fulfill(
                status=200, content_type="text/html", body="<h1>Welcome to our free network</h1>"
            ),
        )
        await emptied(page)
        await expect(status(page)).to_contain_text("1 waiting, no signal since")
        await page.context.unroute(portal)
        await all_sent(page)
    await each_once(world, 1)


async def test_a_map_that_does_not_come_takes_nothing_else_away(world: World) -> None:
    """Over plain http a phone has no worker that keeps the screens."""
    context = await world.signed_in(crew_of(world), service_workers="block")
    page = await context.new_page()
    await page.goto("/phone/")
    await expect(place(page)).to_have_text(names(world)[0])
    await context.set_offline(True)
    await page.get_by_role("link", name="Map").click()
    await expect(page.get_by_role("alert")).to_contain_text("could not be loaded")
    await page.get_by_role("button", name="Load it again").click()
    await expect(page.get_by_role("alert")).to_contain_text("still out of reach")
    await page.get_by_role("link", name="Next").click()
    await emptied(page)
    await expect(place(page)).to_have_text(names(world)[1])
    await page.get_by_role("link", name="Map").click()
    await context.set_offline(False)
    await page.get_by_role("button", name="Load it again").click()
    await expect(page.locator("canvas")).to_be_visible()
    await all_sent(page)
    await each_once(world, 1)
