"""Which pictures: the page, and what is done on it before the picture is taken."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page

type Act = Callable[[Page], Awaitable[None]]


async def nothing(_page: Page) -> None:
    """Take the page as it opens."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shot:
    """A picture's name, its address, and what to do there first."""

    name: str
    path: str
    act: Act = nothing


async def first_bin(page: Page) -> None:
    """Open the page of the first bin that is more than half full."""
    answer = await page.request.get("/bins?min_fill_pct=60&limit=1")
    bin_id = (await answer.json())["items"][0]["bin_id"]
    await page.goto(f"/ops/bins/{bin_id}")
    await page.wait_for_timeout(2_500)


async def first_row(page: Page) -> None:
    """Open the card of the fullest bin."""
    await page.locator("[role=option], .ops-map-row").first.click()
    await page.wait_for_timeout(1_000)


async def first_round(page: Page) -> None:
    """Open the first round with its stops."""
    await page.get_by_role("list", name="Rounds").get_by_role("link").first.click()
    await page.wait_for_timeout(1_500)


def tab(name: str, wait_ms: int = 1_500) -> Act:
    """Return what opens one of the phone's tabs."""

    async def act(page: Page) -> None:
        await page.get_by_role("navigation").get_by_text(name, exact=True).click()
        await page.wait_for_timeout(wait_ms)

    return act


async def not_emptied(page: Page) -> None:
    """Ask why a stop was not emptied."""
    await page.get_by_text("Not emptied").click()
    await page.wait_for_timeout(800)


OPS = (
    Shot(name="ops-map", path="/ops/"),
    Shot(name="ops-card", path="/ops/", act=first_row),
    Shot(name="ops-bin", path="/ops/", act=first_bin),
    Shot(name="ops-today", path="/ops/today"),
    Shot(name="ops-round", path="/ops/today", act=first_round),
    Shot(name="ops-sensors", path="/ops/sensors"),
    Shot(name="ops-emptyings", path="/ops/emptyings"),
    Shot(name="ops-figures", path="/ops/figures"),
    Shot(name="ops-people", path="/ops/people"),
    Shot(name="ops-audit", path="/ops/audit"),
)
PHONE = (
    Shot(name="phone-next", path="/phone/"),
    Shot(name="phone-not-emptied", path="/phone/", act=not_emptied),
    Shot(name="phone-round", path="/phone/", act=tab("Round")),
    Shot(name="phone-map", path="/phone/", act=tab("Map", 6_000)),
    Shot(name="phone-me", path="/phone/", act=tab("Me")),
)
