"""What a crew does with its phone, and what the database has of it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from playwright.async_api import Locator, Page, expect

import store
from core.plans import Round, StopKind
from tests.web.signal import Signal
from tests.web.world import World, fail

FAR_PATIENCE_MS = 60_000
"""For what comes by itself: back-off and polling are seconds to half a minute long."""


def round_of(world: World) -> Round:
    """The round with the most stops."""
    return max(world.plan.rounds, key=lambda one: len(one.stops))


def crew_of(world: World) -> str:
    """The crew of that round."""
    crew_id = round_of(world).crew_id
    assert crew_id is not None
    return crew_id


def names(world: World) -> list[str]:
    """What the stops of that round are called, in order."""
    called = {placed.record.bin_id: placed.record.name for placed in world.town.bins}
    called |= {site.disposal_site_id: site.name for site in world.town.registry().disposal_sites}
    return [called[str(s.bin_id or s.disposal_site_id)] for s in round_of(world).stops]


async def phone(
    world: World,
    signal: Signal,
    *,
    code: str | None = None,
    **options: Any,  # noqa: ANN401 - of a browser context
) -> Page:
    """A phone that has just been signed in by a link, with its round on the screen.

    An error on its page fails the test.
    """
    context = await world.fresh(signal.address, is_phone=True, **options)
    context.set_default_timeout(15_000)
    expect.set_options(timeout=15_000)
    page = await context.new_page()
    page.on("pageerror", fail)
    await page.goto(f"/phone/#code={code or await world.code_for(crew_of(world))}")
    await expect(page.locator(".phone-stop")).to_be_visible()
    await installed(page)
    return page


async def lose_signal(page: Page, signal: Signal) -> None:
    """Drive into a yard: the browser knows it, and so does everything it asks."""
    await signal.lost()
    await page.context.set_offline(True)


async def find_signal(page: Page, signal: Signal) -> None:
    """Drive out again."""
    await signal.back()
    await page.context.set_offline(False)


async def installed(page: Page) -> None:
    """Wait until the worker keeps the app: from then on it opens without signal."""
    await page.evaluate(
        """async () => {
            await navigator.serviceWorker.ready;
            while (!navigator.serviceWorker.controller) {
                await new Promise((again) => setTimeout(again, 50));
            }
        }"""
    )


def status(page: Page) -> Locator:
    """The quiet line on top."""
    return page.locator(".phone-status")


def place(page: Page) -> Locator:
    """Where the screen is about."""
    return page.get_by_role("heading", level=1)


async def all_sent(page: Page) -> None:
    """Wait until nothing waits any more."""
    await expect(status(page)).to_have_text("All sent", timeout=FAR_PATIENCE_MS)


async def emptied(page: Page) -> None:
    """Mark the next stop, and see the one after it."""
    button = page.get_by_role("button", name="Emptied")
    # before the round has come, the screen is about something else
    await expect(button).to_be_visible()
    before = await place(page).inner_text()
    await button.click()
    await expect(place(page)).not_to_have_text(before)


async def unloaded(page: Page, weight_kg: str) -> None:
    """Mark the next stop, a disposal site, with a weight."""
    await page.get_by_role("link", name="Unloaded…", exact=True).click()
    await page.get_by_label("Weight in kg").fill(weight_kg)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_label("Weight in kg")).to_have_count(0)


async def skipped(page: Page, reason: str, note: str = "") -> None:
    """Say why the next stop was not emptied."""
    await page.get_by_role("link", name="Not emptied…").click()
    await page.get_by_role("radio", name=reason, exact=True).check()
    await page.get_by_label("Note for operations").fill(note)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Why?")).to_have_count(0)


async def whole_round(page: Page, stops: Sequence[Any]) -> None:
    """Mark what is left of a round, bins and disposal sites."""
    for stop in stops:
        if stop.kind is StopKind.DISPOSAL:
            await unloaded(page, "1230")
        else:
            await emptied(page)
    await expect(place(page)).to_have_text("Round finished")


async def rows(world: World, query: str) -> list[dict[str, Any]]:
    """What the database says."""
    async with store.connect(world.served.database_url) as conn:
        found = await (await conn.execute(query.encode())).fetchall()
    return [dict(row) for row in found]


async def marks(world: World) -> list[dict[str, Any]]:
    """Every mark that arrived, the oldest first."""
    return await rows(world, "SELECT * FROM stop_reports ORDER BY reported_at, received_at")


async def each_once(world: World, expected: int) -> list[dict[str, Any]]:
    """Check that so many marks arrived, on as many stops; return them."""
    found = await marks(world)
    assert len(found) == expected
    assert set(Counter(mark["stop_id"] for mark in found).values()) == {1}
    return found
