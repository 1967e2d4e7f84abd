"""Ops manages people, phones and tokens, and reads who changed what."""

import re

import pytest
from playwright.async_api import expect

from tests.web.axe import violations
from tests.web.world import PASSWORD, World


async def test_somebody_is_added_comes_in_and_is_disabled(world: World) -> None:
    page = await world.opened("ops", "/ops/people")
    await page.get_by_role("button", name="Add somebody").click()
    await page.get_by_label("Name", exact=True).fill("Carl C")
    await page.get_by_label("User name").fill("carl")
    await page.get_by_label("Role").select_option("viewer")
    await page.get_by_label("First password").fill("carl carl carl")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.get_by_role("dialog")).to_contain_text("must not be the user name")
    await page.get_by_label("First password").fill(PASSWORD)
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    carl = await world.opened("carl", "/ops/people")
    await expect(carl.get_by_role("heading", name="This page is not for you")).to_be_visible()
    await page.get_by_role("button", name="Change carl").click()
    await page.get_by_role("button", name="Disable").click()
    row = page.get_by_role("region", name="Accounts").get_by_role("row").filter(has_text="carl")
    await expect(row).to_contain_text("ago")
    await carl.reload()
    await carl.wait_for_url("**/signin/?next=*")
    await page.goto("/ops/audit?what=account")
    await expect(page.get_by_role("row").filter(has_text="account carl")).to_have_count(2)
    first = page.get_by_role("row").nth(1)
    await expect(first).to_contain_text("account: changed")
    await expect(first).to_contain_text("disabled")


async def test_a_phone_comes_in_by_the_link_on_the_screen_and_is_ended(world: World) -> None:
    crew = world.town.crews[0]
    page = await world.opened("ops", "/ops/people")
    await page.get_by_role("button", name=f"Link for a phone of {crew.name}", exact=True).click()
    picture = page.get_by_role("img", name=re.compile("QR code"))
    await expect(picture).to_be_visible()
    box = await picture.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 300
    assert await picture.evaluate("img => img.naturalWidth > 0"), "the picture is drawn"
    address = await page.get_by_label("Link", exact=True).input_value()
    assert address.startswith(f"{world.served.address}/phone/#code=")
    code = address.partition("#code=")[2]
    phone = await world.browser.new_context(base_url=world.served.address)
    body = {"code": code, "device": "Blue phone"}
    assert (await phone.request.post("/session/link", data=body)).ok
    again = await phone.request.post("/session/link", data=body)
    assert again.status == 410
    await page.get_by_role("button", name="Close").click()
    sessions = page.get_by_role("region", name="Signed in now")
    await expect(sessions).to_contain_text("Blue phone")
    await page.get_by_role("button", name=f"End the session of {crew.name} with Blue phone").click()
    await expect(sessions).not_to_contain_text("Blue phone")
    assert (await phone.request.get("/session")).status == 401
    await phone.close()


async def test_a_viewer_changes_the_own_password(world: World) -> None:
    page = await world.opened("viewer", "/ops/account")
    await page.get_by_label("Password so far").fill("not this one")
    await page.get_by_label("New password").fill("five other words in a row")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_have_text("The password so far is wrong.")
    await page.get_by_label("Password so far").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status").filter(has_text="It is changed")).to_be_visible()
    answer = await page.context.request.post(
        "/session", data={"user_name": "viewer", "password": "five other words in a row"}
    )
    assert answer.ok


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_can_be_used_by_everybody(world: World, scheme: str) -> None:
    page = await world.opened("ops", "/ops/people", scheme=scheme)
    await expect(page.get_by_role("heading", name="Accounts")).to_be_visible()
    await expect(page.get_by_role("region", name="Signed in now")).to_contain_text("this one")
    assert await violations(page) == []
    await page.get_by_role("button", name=re.compile("Link for a phone of")).first.click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await violations(page) == []
    await page.goto("/ops/audit")
    await expect(page.get_by_role("row").filter(has_text="session: started")).to_have_count(1)
    assert await violations(page) == []
    await page.goto("/ops/account")
    await expect(page.get_by_label("Password so far")).to_be_visible()
    assert await violations(page) == []
