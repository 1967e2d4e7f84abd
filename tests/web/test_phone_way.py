"""The way to a stop in words and on the phone's own navigation; breaks."""

from datetime import timedelta
from uuid import uuid4

from playwright.async_api import expect

import store
from core.ways import Leg, Step
from store import ways
from tests.web.phone import all_sent, emptied, marks, names, phone, place, round_of, rows
from tests.web.signal import Signal
from tests.web.world import World

DLOUHA = Step(
    maneuver="depart",
    modifier=None,
    street="Dlouha",
    ref=None,
    distance_m=240,
    drive_s=40,
    lon=14.42,
    lat=50.08,
    bearing_deg=92,
    driving_side="right",
)


async def test_the_way_is_said_turn_by_turn(world: World) -> None:
    first = round_of(world)
    turns = (
        ("depart", None, "Dlouha", None),
        ("roundabout", "right", "Siroka", 2),
        ("end of road", "left", "", None),
        ("arrive", "right", "", None),
    )
    steps = tuple(
        Step(
            **{
                **{name: getattr(DLOUHA, name) for name in DLOUHA.__slots__},
                "maneuver": maneuver,
                "modifier": modifier,
                "street": street,
                "exit_number": number,
                "distance_m": 0 if maneuver == "arrive" else 240,
            }
        )
        for maneuver, modifier, street, number in turns
    )
    leg = Leg(polyline="_ccp~A_sdoZ_XwQgEg^", distance_m=720, drive_s=120, steps=steps)
    async with store.connect(world.served.database_url) as conn:
        await conn.execute("DELETE FROM round_legs WHERE round_id = %s", (first.round_id,))
        await ways.save_legs(conn, first.round_id, [leg] * (len(first.stops) + 1))
    async with Signal(world.served.address) as signal:
        page = await phone(world, signal)
        await expect(page.get_by_text("720 m, 2 min from the stop before")).to_be_visible()
        said = page.locator(".phone-turns li")
        await expect(said.nth(0)).to_contain_text("Drive east along Dlouha")
        await expect(said.nth(1)).to_contain_text("At the roundabout take the 2nd exit into Siroka")
        await page.get_by_text("2 more turns").click()
        await expect(said.nth(2)).to_contain_text("At the end of the road turn left")
        await expect(said.nth(3)).to_contain_text(f"{names(world)[0]} is on the right")
        lon, lat = (getattr(first.stops[0].position, name) for name in ("lon", "lat"))
        away = await page.get_by_role("link", name="Navigate").get_attribute("href")
        assert away is not None
        assert away.startswith(f"geo:{lat:.6f},{lon:.6f}")


async def test_a_break_is_begun_and_ended(world: World) -> None:
    first = round_of(world)
    stop, last = first.stops[0], first.stops[-1]
    # the last stop, so that the way to the others stays theirs
    begins_at = last.arrives_at + timedelta(minutes=20)
    async with store.connect(world.served.database_url) as conn:
        await conn.execute(
            """
            INSERT INTO stops (stop_id, round_id, seq, kind, lon, lat, arrives_at, begins_at,
                               service_s)
            VALUES (%s, %s, %s, 'break', %s, %s, %s, %s, 1800)
            """,
            (
                uuid4(), first.round_id, last.seq + 1, stop.position.lon, stop.position.lat,
                begins_at, begins_at,
            ),
        )  # fmt: skip
    async with Signal(world.served.address) as signal:
        page = await phone(world, signal)
        await emptied(page)
        await page.get_by_role("link", name="Round", exact=True).click()
        await page.get_by_role("link", name="Break").click()
        await expect(page.get_by_text("30 min break")).to_be_visible()
        await page.get_by_role("button", name="Start break").click()
        await expect(page.get_by_role("timer")).to_contain_text("Break since")
        # also a phone that was off knows when it began
        await page.reload()
        await expect(page.get_by_role("timer")).to_contain_text("Break since")
        await page.get_by_role("button", name="Break over").click()
        await expect(place(page)).to_have_text("Break")
        await expect(page.locator(".phone-told")).to_contain_text("Break over")
        await all_sent(page)
    found = await marks(world)
    assert [mark["outcome"] for mark in found] == ["done", "done"]
    assert found[1]["note"].startswith("Break from ")
    kinds = await rows(world, "SELECT kind FROM stops s JOIN stop_reports USING (stop_id)")
    assert {row["kind"] for row in kinds} == {"bin", "break"}
