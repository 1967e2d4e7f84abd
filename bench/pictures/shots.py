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


OPS = (
    Shot(name="ops-map", path="/ops/"),
    Shot(name="ops-bin", path="/ops/", act=first_bin),
    Shot(name="ops-today", path="/ops/today"),
    Shot(name="ops-sensors", path="/ops/sensors"),
    Shot(name="ops-emptyings", path="/ops/emptyings"),
    Shot(name="ops-figures", path="/ops/figures"),
    Shot(name="ops-people", path="/ops/people"),
    Shot(name="ops-audit", path="/ops/audit"),
)
PHONE = (Shot(name="phone-round", path="/phone/"),)
