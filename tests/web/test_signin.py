"""The way in, with a keyboard and a mouse."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.async_api import BrowserContext, Page, expect

import store
from tests.api.provider import CLIENT_ID, CLIENT_SECRET, Provider, running
from tests.web.axe import violations
from tests.web.served import Served
from tests.web.world import PASSWORD, World


async def nobody(world: World, **options: str) -> BrowserContext:
    """A browser in which nobody is signed in."""
    context = await world.signed_in("ops", **options)  # type: ignore[arg-type] # the scheme
    await context.clear_cookies()
    return context


async def fill(page: Page, user_name: str, password: str) -> None:
    await page.get_by_label("User name").fill(user_name)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.keyboard.press("Enter")


async def test_who_is_not_signed_in_comes_back_to_where_they_were(world: World) -> None:
    page = await (await nobody(world)).new_page()
    await page.goto("/ops/nowhere?x=1#here")
    await page.wait_for_url("**/signin/?next=*")
    await expect(page.get_by_label("User name")).to_be_focused()
    await fill(page, "ops", PASSWORD)
    await page.wait_for_url("**/ops/nowhere?x=1#here")
    await expect(page.get_by_role("banner")).to_contain_text("Somebody of ops (ops)")


async def test_a_wrong_password_is_said_and_the_right_one_follows(world: World) -> None:
    page = await (await nobody(world)).new_page()
    await page.goto("/signin/")
    await fill(page, "ops", "not this one")
    await expect(page.get_by_role("alert")).to_have_text("The user name or the password is wrong.")
    await page.get_by_label("Show the password").check()
    await expect(page.get_by_label("Password", exact=True)).to_have_attribute("type", "text")
    await fill(page, "ops", PASSWORD)
    await page.wait_for_url("**/ops/")


async def test_signing_out_ends_it_here_and_on_the_server(world: World) -> None:
    page = await world.opened("ops", "/ops/")
    kept = await page.context.cookies()
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url("**/signin/")
    await page.context.add_cookies(kept)  # type: ignore[arg-type] # as they were read
    assert (await page.context.request.get("/session")).status == 401
    await page.goto("/ops/")
    await page.wait_for_url("**/signin/?next=*")


async def test_a_session_survives_a_restart_of_the_server(world: World) -> None:
    page = await world.opened("viewer", "/ops/")
    # the whole page has to be there: what a server was killed over is not asked for again
    await expect(page.get_by_role("listbox")).to_be_visible()
    await world.served.kill()
    await world.served.start()
    await page.reload()
    await expect(page.get_by_role("banner")).to_contain_text("Somebody of viewer (viewer)")


async def test_the_ops_room_waits_for_a_server_that_is_away(world: World) -> None:
    page = await world.opened("ops", "/ops/")
    await page.route("**/session", lambda route: route.abort())
    await page.reload()
    await expect(page.get_by_role("alert")).to_contain_text("The server does not answer")
    await page.unroute("**/session")
    await expect(page.get_by_role("banner")).to_contain_text("Somebody of ops")


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example/", "https://evil.example/", "/\\evil.example/", "javascript:alert(1)"],
)
async def test_signing_in_leads_to_no_other_server(world: World, elsewhere: str) -> None:
    page = await (await nobody(world)).new_page()
    await page.goto(f"/signin/?next={quote(elsewhere, safe='')}")
    await fill(page, "ops", PASSWORD)
    await page.wait_for_url(f"{world.served.address}/ops/")


async def test_a_crew_is_told_that_the_ops_room_is_not_its_own(world: World) -> None:
    crew = world.town.crews[0].crew_id
    page = await world.opened(crew, "/signin/")
    await expect(page.get_by_label("Signed in")).to_contain_text(world.town.crews[0].name)
    await page.get_by_role("link", name="Go on").click()
    await page.wait_for_url("**/phone/")


async def test_without_an_account_the_page_says_how_to_make_one(world: World) -> None:
    context = await nobody(world)
    async with store.connect(world.served.database_url) as conn:
        await conn.execute("UPDATE accounts SET disabled_at = now()")
    page = await context.new_page()
    await page.goto("/signin/")
    await expect(page.get_by_text("brimful user add --role ops")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_way_in_can_be_used_by_everybody(world: World, scheme: str) -> None:
    page = await (await nobody(world, scheme=scheme)).new_page()
    await page.goto("/signin/")
    await fill(page, "ops", "not this one")
    await expect(page.get_by_text("is wrong")).to_be_visible()
    assert await violations(page) == []


async def test_a_person_comes_in_by_the_identity_provider(world: World, tmp_path: Path) -> None:
    person = {"sub": "1", "preferred_username": "carl", "name": "Carl C", "roles": ["bins"]}
    async with running(Provider(clock=lambda: datetime.now(UTC), person=person)) as provider:
        # another site than Brimful's: a cookie that is Strict does not come along from there
        provider.issuer = provider.issuer.replace("127.0.0.1", "localhost")
        served = Served(
            world.served.database_url,
            tmp_path,
            BRIMFUL_OIDC_ISSUER=provider.issuer,
            BRIMFUL_OIDC_CLIENT_ID=CLIENT_ID,
            BRIMFUL_OIDC_CLIENT_SECRET=CLIENT_SECRET,
            BRIMFUL_OIDC_NAME="Town Hall",
            BRIMFUL_OIDC_ROLES="bins=viewer",
        )
        await served.start()
        context = await world.browser.new_context(base_url=served.address)
        try:
            page = await context.new_page()
            await page.goto("/ops/account")
            await page.get_by_role("link", name="Sign in with Town Hall").click()
            await page.wait_for_url("**/ops/account")
            await expect(page.get_by_role("banner")).to_contain_text("Carl C (viewer)")
            await page.get_by_role("button", name="Sign out").click()
            provider.person["roles"] = []
            await page.get_by_role("link", name="Sign in with Town Hall").click()
            await expect(page.get_by_text("have no role here")).to_be_visible()
        finally:
            await context.close()
            await served.end()
