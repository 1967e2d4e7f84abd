"""A served town and the people who look at it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

import store
from core.plans import Plan
from simulators.town import Town
from store import crew_links
from tests.web.served import Served

PHONE = ViewportSize(width=390, height=844)
PASSWORD = "a password only for tests"
PATIENCE_MS = 30_000
"""For what a busy machine does slowly; what has to be quick is timed by its own test."""
DESK = ViewportSize(width=1440, height=900)


@dataclass(kw_only=True)
class World:
    """A town with today's plan, served, and a browser to look at it with."""

    town: Town
    plan: Plan
    served: Served
    browser: Browser

    async def signed_in(
        self,
        who: str,
        *,
        scheme: Literal["light", "dark"] = "light",
        **options: Any,  # noqa: ANN401 - of a browser context
    ) -> BrowserContext:
        """Return a browser of a person's own: "ops", "viewer", "device_admin", or a crew_id."""
        is_crew = who in {crew.crew_id for crew in self.town.crews}
        context = await self.fresh(
            self.served.address, is_phone=is_crew, color_scheme=scheme, **options
        )
        signed_in = await (
            context.request.post("/session/link", data={"code": await self.code_for(who)})
            if is_crew
            else context.request.post("/session", data={"user_name": who, "password": PASSWORD})
        )
        assert signed_in.ok, await signed_in.text()
        return context

    async def fresh(
        self,
        address: str,
        *,
        is_phone: bool,
        **options: Any,  # noqa: ANN401 - of a browser context
    ) -> BrowserContext:
        """Return a browser that nobody has signed in with yet."""
        context = await self.browser.new_context(
            base_url=address,
            viewport=PHONE if is_phone else DESK,
            has_touch=is_phone,
            is_mobile=is_phone,
            timezone_id="Europe/Prague",
            locale="en-GB",
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        return context

    async def code_for(self, crew_id: str) -> str:
        """Return the code of a new link for a crew, as ops would hand it out."""
        now = datetime.now(UTC)
        async with store.connect(self.served.database_url) as conn:
            _, code = await crew_links.create(
                conn, crew_id, by="test", now=now, expires_at=now + timedelta(hours=1)
            )
        return code

    async def opened(self, who: str, path: str, **options: Any) -> Page:  # noqa: ANN401 - as above
        """Return a page that a person has opened; an error on it fails the test."""
        context = await self.signed_in(who, **options)
        page = await context.new_page()
        page.on("pageerror", fail)
        await page.goto(path)
        return page


def fail(error: Exception) -> None:
    """End the test in which a page fails."""
    raise AssertionError(f"the page failed: {error}")
