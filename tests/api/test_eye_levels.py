"""Levels by eye: kept, once, and the bin's level where nothing newer is known."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

import store
from core.readings import Trust
from tests.api.parts import Api, a_round, assert_problem, saved_plan
from tests.store.make import NOON, add_readings, reading

HOUR = timedelta(hours=1)


async def see(
    api: Api,
    fill_pct: float,
    *,
    hours: float = 0,
    who: str = "crew",
    report_id: UUID | None = None,
    **fields: Any,  # noqa: ANN401 - any field of a level
) -> httpx.Response:
    """Say how full bin-1 is, so many hours before noon."""
    body: dict[str, Any] = {
        "bin_id": "bin-1",
        "fill_pct": fill_pct,
        "reported_at": (NOON - hours * HOUR).isoformat(),
        **fields,
    }
    return await api.client.put(
        f"/crew/levels/{report_id or uuid4()}", json=body, headers=api.bearer(who)
    )


async def level(api: Api) -> tuple[float | None, str | None, str]:
    found = (await api.get("/bins/bin-1")).json()["level"]
    return found["fill_pct"], found["source"], found["trust"]


async def sensed(api: Api, fill_pct: float, *, hours: float, **fields: Any) -> None:  # noqa: ANN401
    async with store.connect(api.database_url) as conn:
        await add_readings(conn, [reading(1, at=NOON - hours * HOUR, fill_pct=fill_pct, **fields)])


async def test_a_level_by_eye_is_the_bins_level_with_age_and_trust(api: Api) -> None:
    answer = await see(api, 75, hours=2, note="bags beside it")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["fill_pct"], answer.json()["source"]) == (75, "crew")
    assert await level(api) == (75, "crew", "fresh")
    found = (await api.get("/bins/bin-1")).json()["level"]
    assert (found["age_s"], found["measured_at"]) == (7200, "2026-03-02T10:00:00Z")
    assert (await api.get("/bins/bin-1/readings")).json()["items"] == []
    (one,) = (await api.get("/bins/bin-1/eye-levels")).json()["items"]
    assert (one["fill_pct"], one["note"], one["crew_id"]) == (75, "bags beside it", "crew")
    assert one["reported_by"] == "token of crew"
    api.clock.now += timedelta(days=3)
    assert await level(api) == (75, "crew", "stale")


async def test_the_crew_sees_it_on_its_round(api: Api) -> None:
    await saved_plan(api, a_round())
    await see(api, 75, hours=1)
    (first, *_) = (await api.get("/crew/round", who="crew")).json()["stops"]
    assert (first["level"]["fill_pct"], first["level"]["age_s"]) == (75, 3600)


async def test_what_is_newer_counts_whoever_says_it_and_in_whatever_order_it_comes(
    api: Api,
) -> None:
    await sensed(api, 40, hours=3)
    await see(api, 75, hours=2)
    assert await level(api) == (75, "crew", "fresh")
    await see(api, 60, hours=4)
    assert await level(api) == (75, "crew", "fresh")
    await sensed(api, 80, hours=1)
    assert await level(api) == (80, "sensor", "fresh")
    await see(api, 50, hours=1.5)
    assert await level(api) == (80, "sensor", "fresh")


async def test_it_helps_where_the_sensor_cannot_be_believed(api: Api) -> None:
    await sensed(api, 40, hours=5)
    await sensed(api, 3, hours=3, trust=Trust.TILTED, tilted=True)
    assert (await level(api))[2] == "untrusted"
    await see(api, 75, hours=2)
    assert await level(api) == (75, "crew", "fresh")


async def test_an_emptying_of_the_same_moment_came_after_the_look(api: Api) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    stop_id = round_.stops[0].stop_id
    assert (await api.report(stop_id, reported_at=NOON.isoformat())).status_code == 200
    await see(api, 75)
    assert await level(api) == (0, "crew", "fresh")
    async with store.connect(api.database_url) as conn:
        row = await (await conn.execute("SELECT fill_before_pct FROM emptyings")).fetchone()
    assert row == {"fill_before_pct": 75}
    await api.report(stop_id, outcome="open", reported_at=(NOON + HOUR).isoformat())
    assert await level(api) == (75, "crew", "fresh")


async def test_the_same_twice_is_one_and_another_under_its_id_a_conflict(api: Api) -> None:
    report_id = uuid4()
    for _ in range(2):
        assert (await see(api, 33.3, report_id=report_id)).status_code == 200
    assert_problem(await see(api, 34, report_id=report_id), 409)
    assert_problem(await see(api, 33.3, report_id=report_id, note="other"), 409)
    assert_problem(await see(api, 33.3, report_id=report_id, bin_id="bin-2"), 409)
    assert len((await api.get("/bins/bin-1/eye-levels")).json()["items"]) == 1


async def test_from_the_future_it_counts_when_it_came(api: Api) -> None:
    await see(api, 75, reported_at="2099-01-01T00:00:00Z")
    found = (await api.get("/bins/bin-1")).json()["level"]
    assert (found["fill_pct"], found["measured_at"]) == (75, "2026-03-02T12:00:00Z")


async def test_a_crew_looks_at_bins_of_its_depot_and_of_its_rounds(api: Api) -> None:
    assert (await see(api, 10, bin_id="bin-5", who="other")).status_code == 200
    assert_problem(await see(api, 10, bin_id="nowhere"), 404)
    assert_problem(await see(api, 10, who="carless"), 404)
    assert_problem(await see(api, 10, who="ops"), 403)
    round_ = a_round(crew_id="carless")
    await saved_plan(api, round_)
    assert (await see(api, 10, who="carless")).status_code == 200
    assert_problem(await api.get("/bins/nowhere/eye-levels"), 404)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"fill_pct": 101}, "#/fill_pct"),
        ({"fill_pct": -1}, "#/fill_pct"),
        ({"fill_pct": "full"}, "#/fill_pct"),
        ({"fill_pct": None}, "#/fill_pct"),
        ({"fill_pct": True}, "#/fill_pct"),
        ({"bin_id": None}, "#/bin_id"),
        ({"bin_id": "no such id!"}, "#/bin_id"),
        ({"reported_at": 5}, "#/reported_at"),
        ({"note": "x" * 1001}, "#/note"),
    ],
)
async def test_what_cannot_be_is_told_where(api: Api, wrong: dict[str, Any], pointer: str) -> None:
    problem = assert_problem(await see(api, **{"fill_pct": 50, **wrong}), 422)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert (await api.get("/bins/bin-1/eye-levels")).json()["items"] == []


async def test_a_note_with_what_no_database_can_hold_is_kept(api: Api) -> None:
    await see(api, 50, note="lid\0 open")
    (one,) = (await api.get("/bins/bin-1/eye-levels")).json()["items"]
    assert one["note"] == "lid open"


async def test_marks_and_looks_at_the_same_moment_are_all_kept_and_go_together(api: Api) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    stop_id = round_.stops[0].stop_id

    async def both(n: int) -> list[int]:
        at = (NOON - timedelta(minutes=60 - n)).isoformat()
        answers = await asyncio.gather(
            see(api, n, reported_at=at), api.report(stop_id, reported_at=at)
        )
        return [answer.status_code for answer in answers]

    assert await asyncio.gather(*(both(n) for n in range(30))) == [[200, 200]] * 30
    async with store.connect(api.database_url) as conn:
        rows = await (await conn.execute("SELECT fill_before_pct FROM emptyings")).fetchall()
    assert [row["fill_before_pct"] for row in rows] == [29]
    assert await level(api) == (0, "crew", "fresh")
