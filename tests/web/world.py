"""A served town and the people who look at it."""

from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from core.plans import Plan
from simulators.town import Town
from tests.web.served import Served

PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1440, height=900)


@dataclass(kw_only=True)
class World:
    """A town with today's plan, served, and a browser to look at it with."""

    town: Town
    plan: Plan
    served: Served
    browser: Browser
    secrets: dict[str, str] = field(repr=False)

    async def signed_in(
        self,
        who: str,
        *,
        scheme: Literal["light", "dark"] = "light",
        **options: Any,  # noqa: ANN401 - of a browser context
    ) -> BrowserContext:
        """Return a browser of a person's own: "ops", or the crew_id of a crew."""
        is_crew = who in {crew.crew_id for crew in self.town.crews}
        context = await self.browser.new_context(
            base_url=self.served.address,
            viewport=PHONE if is_crew else DESK,
            has_touch=is_crew,
            is_mobile=is_crew,
            color_scheme=scheme,
            timezone_id="Europe/Prague",
            locale="en-GB",
            extra_http_headers={"Authorization": f"Bearer {self.secrets[who]}"},
            **options,
        )
        context.set_default_timeout(15_000)
        expect.set_options(timeout=15_000)
        return context

    async def opened(self, who: str, path: str, **options: Any) -> Page:  # noqa: ANN401 - as above
        """Return a page that a person has opened; an error on it fails the test."""
        context = await self.signed_in(who, **options)
        page = await context.new_page()
        page.on("pageerror", _raise)
        await page.goto(path)
        return page


def _raise(error: Exception) -> None:
    raise AssertionError(f"the page failed: {error}")
