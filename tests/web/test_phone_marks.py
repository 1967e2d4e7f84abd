"""What a crew can say of a stop, and take back; two phones; a round that ops changes meanwhile."""

import re
from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID

import httpx
import pytest
from PIL import Image
from playwright.async_api import Page, expect

from tests.web.phone import (
    FAR_PATIENCE_MS,
    all_sent,
    crew_of,
    each_once,
    emptied,
    find_signal,
    lose_signal,
    marks,
    names,
    phone,
    place,
    round_of,
    rows,
    skipped,
    status,
)
from tests.web.served import Served
from tests.web.signal import Signal
from tests.web.world import PASSWORD, World


async def test_a_code_signs_in_once_and_leaves_the_address(world: World) -> None:
    code = await world.code_for(crew_of(world))
    async with Signal(world.served.address) as signal:
        page = await phone(world, signal, code=code)
        assert page.url == f"{signal.address}/phone/"
        await page.get_by_role("link", name="Me", exact=True).click()
        await expect(place(page)).to_have_text(
            next(c.name for c in world.town.crews if c.crew_id == crew_of(world))
        )
        await page.get_by_role("button", name="Sign out").click()
        await expect(place(page)).to_have_text("Sign in")
        await page.goto("/phone/")
        await page.get_by_label("Code or link").fill(f"{signal.address}/phone/#code={code}")
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_text("Ask operations for a new one.")).to_be_visible()
        # without signal a code is not lost
        await signal.lost()
        await page.get_by_label("Code or link").fill(await world.code_for(crew_of(world)))
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_text("No signal.")).to_be_visible()
        await signal.back()
        await page.get_by_role("button", name="Try again").click()
        await expect(place(page)).to_have_text(names(world)[0])


async def test_marks_are_taken_back_the_last_and_any(world: World) -> None:
    first, second, *_ = names(world)
    async with Signal(world.served.address) as signal:
        page = await phone(world, signal)
        await emptied(page)
        await page.get_by_role("button", name="Undo").click()
        await expect(place(page)).to_have_text(first)
        await expect(page.get_by_role("button", name="Undo")).to_have_count(0)
        await skipped(page, "Locked")
        await emptied(page)
        await page.get_by_role("link", name="Round", exact=True).click()
        await page.get_by_role("link", name=re.compile(re.escape(first))).click()
        await page.get_by_role("button", name="Undo").click()
        await page.get_by_role("link", name="Next", exact=True).click()
        await expect(place(page)).to_have_text(first)
        await all_sent(page)
    found = await marks(world)
    assert [mark["outcome"] for mark in found] == ["done", "open", "skipped", "done", "open"]
    follows = [mark["follows"] for mark in found]
    ids = [mark["report_id"] for mark in found]
    assert follows == [None, ids[0], ids[1], None, ids[2]]
    emptyings = await rows(world, "SELECT bin_id FROM emptyings WHERE source = 'crew'")
    assert [row["bin_id"] for row in emptyings] == [round_of(world).stops[1].bin_id]
    assert second


async def test_a_photo_is_made_small_and_survives_a_closed_app(world: World) -> None:
    picture = BytesIO()
    Image.effect_noise((3000, 2000), 60).convert("RGB").save(picture, "JPEG")
    async with Signal(world.served.address) as signal:
        page = await phone(world, signal)
        await lose_signal(page, signal)
        await page.get_by_role("link", name="Not emptied…").click()
        await page.get_by_role("radio", name="Damaged").check()
        await page.get_by_label("Take a photo").set_input_files(
            {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
        )
        await expect(page.get_by_role("img", name="Number 1")).to_be_visible()
        # the phone closes the app while its camera is open: what was begun is there again
        await page.reload()
        await expect(page.get_by_role("radio", name="Damaged")).to_be_checked()
        await expect(page.get_by_role("img", name="Number 1")).to_be_visible()
        await page.get_by_role("button", name="Save: damaged").click()
        await expect(status(page)).to_contain_text("2 waiting, no signal since")
        await find_signal(page, signal)
        await all_sent(page)
        (mark,) = await marks(world)
        (photo_id,) = mark["photo_ids"]
        context = await world.signed_in("ops")
        answer = await context.request.get(f"/photos/{photo_id}")
        assert answer.status == 200
        with Image.open(BytesIO(await answer.body())) as stored:
            assert stored.size == (1600, 1067)


async def test_a_level_is_said_by_eye_where_there_is_no_sensor(world: World) -> None:
    bin_id = round_of(world).stops[0].bin_id
    await rows(
        world,
        f"UPDATE mountings SET unmounted_at = now() WHERE bin_id = '{bin_id}' RETURNING 1",  # noqa: S608 - an id of the test's own town
    )
    async with Signal(world.served.address) as signal:
        page = await phone(world, signal)
        await lose_signal(page, signal)
        await page.get_by_role("button", name="¾, 75 %").click()
        await expect(page.get_by_text("last 75 %")).to_be_visible()
        await expect(status(page)).to_contain_text("1 waiting")
        await find_signal(page, signal)
        await all_sent(page)
        await expect(page.get_by_text("last 75 %")).to_be_visible()
        context = await world.signed_in("ops")
        answer = await context.request.get(f"/bins/{bin_id}")
        assert (await answer.json())["level"]["fill_pct"] == pytest.approx(75)


async def test_two_phones_come_to_the_same_and_say_where_they_differ(world: World) -> None:
    first, second, *_ = names(world)
    async with Signal(world.served.address) as far, Signal(world.served.address) as near:
        one = await phone(world, far)
        two = await phone(world, near)
        await emptied(two)
        # the other one learns it by itself
        await expect(place(one)).to_have_text(second, timeout=FAR_PATIENCE_MS)
        await lose_signal(one, far)
        await skipped(one, "Blocked")
        await emptied(two)
        await all_sent(two)
        await find_signal(one, far)
        await all_sent(one)
        differ = "Two phones said different things here"
        for page in (one, two):
            await page.get_by_role("link", name="Round", exact=True).click()
            await page.get_by_role("link", name=re.compile(re.escape(second))).click()
            await expect(page.get_by_text(differ)).to_be_visible(timeout=FAR_PATIENCE_MS)
        # the one made latest holds, on both
        told = [await page.locator(".phone-told").inner_text() for page in (one, two)]
        assert told[0] == told[1]
        assert told[0].startswith("Emptied")
        assert first
    found = await marks(world)
    assert [mark["outcome"] for mark in found] == ["done", "skipped", "done"]
    assert len({mark["device_id"] for mark in found}) == 2


async def test_a_changed_round_keeps_what_is_done_and_says_what_is_new(world: World) -> None:
    urgent = await _left_out(world)
    planner = Served(
        world.served.database_url,
        world.served.folder,
        BRIMFUL_PLAN_SOLVE_LIMIT_S="2",
        BRIMFUL_PLAN_DAILY_AT="",
    )
    await planner.start_planner()
    try:
        async with Signal(world.served.address) as signal:
            page = await phone(world, signal)
            await emptied(page)
            await all_sent(page)
            await lose_signal(page, signal)
            await emptied(page)
            await _replanned(world, world.plan.plan_id, urgent)
            await find_signal(page, signal)
            news = page.locator(".phone-banner.news")
            await expect(news).to_contain_text("more on your round", timeout=FAR_PATIENCE_MS)
            called = {b.record.bin_id: b.record.name for b in world.town.bins}
            await expect(news).to_contain_text(called[urgent])
            await all_sent(page)
            await page.reload()
            await expect(news).to_be_visible()
            await page.get_by_role("button", name="Understood").click()
            await expect(news).to_have_count(0)
            await page.get_by_role("link", name="Round", exact=True).click()
            await expect(page.get_by_role("heading", name="Done (2)")).to_be_visible()
            await each_once(world, 2)
    finally:
        await planner.end()


async def _left_out(world: World) -> str:
    """A bin that nobody goes to today, of the stream of the round."""
    on_round = {s.bin_id for one in world.plan.rounds for s in one.stops}
    streams = {b.record.bin_id: b.record.stream for b in world.town.bins}
    stream = streams[str(round_of(world).stops[0].bin_id)]
    return next(b for b, s in streams.items() if s == stream and b not in on_round)


async def _replanned(world: World, plan_id: UUID, urgent: str) -> None:
    """Let ops ask for a bin, and wait until the new plan is in force."""
    async with httpx.AsyncClient(base_url=world.served.address, timeout=20) as ops:
        answer = await ops.post("/session", json={"user_name": "ops", "password": PASSWORD})
        assert answer.is_success, answer.text
        answer = await ops.post(f"/plans/{plan_id}/replan", json={"urgent": [urgent]})
        assert answer.status_code == 202, answer.text
        path = f"/plans/{answer.json()['plan_id']}"
        begun = datetime.now(UTC)
        while (found := (await ops.get(path)).json())["status"] in {"requested", "running"}:
            assert (datetime.now(UTC) - begun).total_seconds() < 60
        assert found["status"] == "ready", found["summary"]


async def test_the_keyboard_alone_does_a_round(world: World) -> None:
    async with Signal(world.served.address) as signal:
        page = await phone(world, signal)
        await _tab_to(page, "Emptied")
        await page.keyboard.press("Enter")
        await expect(place(page)).to_have_text(names(world)[1])
        await _tab_to(page, "Not emptied…")
        await page.keyboard.press("Enter")
        await expect(place(page)).to_be_focused()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Space")
        await _tab_to(page, "Save: blocked")
        await page.keyboard.press("Enter")
        await expect(place(page)).to_have_text(names(world)[2])
        await _tab_to(page, "Undo")
        await page.keyboard.press("Enter")
        await expect(place(page)).to_have_text(names(world)[1])
        await all_sent(page)
    assert [m["outcome"] for m in await marks(world)] == ["done", "skipped", "open"]


async def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the thing of this name has the focus."""
    for _ in range(40):
        await page.keyboard.press("Tab")
        focused = await page.evaluate("document.activeElement.innerText")
        if (focused or "").strip() == name:
            return
    raise AssertionError(f"no way to {name} by the keyboard")
