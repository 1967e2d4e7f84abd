import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

import store
from core.plans import LeftOutReason
from store.plans import REQUESTED_CHANNEL, claim_plan, fail_plan
from tests.api.parts import TODAY, Api, a_round, assert_problem, left_out, saved_plan

NO_ROUNDS_YET = {"rounds": [], "left_out_counts": {}, "bins_on_rounds": 0, "distance_m": 0}


async def ask(api: Api, **body: Any) -> Any:  # noqa: ANN401 - whatever the API answers
    return await api.client.post("/plans", json=body, headers=api.bearer("ops"))


async def test_asking_answers_where_to_watch_the_plan_and_tells_the_planner(api: Api) -> None:
    async with await psycopg.AsyncConnection.connect(api.database_url, autocommit=True) as planner:
        await planner.execute(f"LISTEN {REQUESTED_CHANNEL}")
        response = await ask(api, depot_id="depot")
        heard = [n.payload async for n in planner.notifies(timeout=10, stop_after=1)]
    assert response.status_code == 202
    plan = response.json()
    assert heard == [plan["plan_id"]]
    assert plan["status"] == "requested"
    # it is the third of March in Auckland already
    assert plan["day"] == TODAY.isoformat()
    assert response.headers["location"] == f"/plans/{plan['plan_id']}"
    watched = await api.get(response.headers["location"])
    assert watched.json() == plan | NO_ROUNDS_YET


async def test_asking_again_while_it_waits_is_one_plan_also_at_the_same_time(api: Api) -> None:
    answers = await asyncio.gather(*(ask(api, depot_id="depot") for _ in range(5)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["plan_id"] for answer in answers}) == 1
    assert len((await api.get("/plans")).json()["items"]) == 1


async def test_a_new_plan_supersedes_the_one_before(api: Api) -> None:
    before = await saved_plan(api, a_round())
    after = await saved_plan(api, a_round())
    today = (await api.get("/plans/today")).json()["items"]
    assert [plan["plan_id"] for plan in today] == [str(after)]
    assert (await api.get(f"/plans/{before}")).json()["status"] == "superseded"


@pytest.mark.parametrize("days", [-1, 0, 7])
async def test_days_from_yesterday_to_a_week_ahead_are_planned(api: Api, days: int) -> None:
    day = TODAY + timedelta(days=days)
    response = await ask(api, depot_id="depot", day=day.isoformat())
    assert response.status_code == 202
    assert response.json()["day"] == day.isoformat()


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        ({"depot_id": "depot", "day": "2026-03-01"}, "#/day", "where it is 2026-03-03"),
        (
            {"depot_id": "depot", "day": "2026-03-11"},
            "#/day",
            "more than 7 days ahead of 2026-03-03",
        ),
        ({"depot_id": "depot", "day": "9999-12-31"}, "#/day", "more than 7 days ahead"),
        ({"depot_id": "depot", "day": "today"}, "#/day", "YYYY-MM-DD"),
        ({"depot_id": "depot", "day": 0}, "#/day", "YYYY-MM-DD"),
        ({"depot_id": "depot", "day": "20260303"}, "#/day", "YYYY-MM-DD"),
        ({"depot_id": "depot", "day": "2026-03-03T00:00:00"}, "#/day", "YYYY-MM-DD"),
        ({"depot_id": "depot", "day": "2026-02-30"}, "#/day", "valid date"),
        ({"depot_id": "nowhere"}, "#/depot_id", "there is no depot nowhere"),
        ({"depot_id": "a\0b"}, "#/depot_id", "pattern"),
        ({}, "#/depot_id", "required"),
    ],
)
async def test_a_wrong_request_is_told_what_and_where(
    api: Api, body: dict[str, Any], pointer: str, words: str
) -> None:
    problem = assert_problem(await ask(api, **body), 422)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert words in problem["detail"]
    assert (await api.get("/plans")).json()["items"] == []


async def test_a_whole_plan_has_rounds_stops_marks_and_counts_of_what_it_leaves_out(
    api: Api,
) -> None:
    first, second = a_round(), a_round(crew_id="other", vehicle_id="van", bins=1)
    plan_id = await saved_plan(
        api,
        first,
        second,
        left_out=(
            left_out(3, LeftOutReason.BELOW_THRESHOLD),
            left_out(4, LeftOutReason.BELOW_THRESHOLD),
            left_out(5, LeftOutReason.NO_POSITION),
        ),
    )
    await api.report(first.stops[0].stop_id)
    await api.report(first.stops[1].stop_id, outcome="skipped", skip_reason="blocked")
    plan = (await api.get(f"/plans/{plan_id}")).json()
    assert plan["status"] == "ready"
    assert plan["left_out_counts"] == {"below_threshold": 2, "no_position": 1}
    assert plan["bins_on_rounds"] == 3
    assert plan["distance_m"] == 24_000
    by_crew = {r["crew_id"]: r for r in plan["rounds"]}
    assert by_crew["crew"]["progress"] == {"done": 1, "skipped": 1, "open": 1}
    assert by_crew["other"]["progress"] == {"done": 0, "skipped": 0, "open": 2}
    stops = by_crew["crew"]["stops"]
    assert [s["seq"] for s in stops] == [1, 2, 3]
    assert [s["kind"] for s in stops] == ["bin", "bin", "disposal"]
    assert [s["outcome"] for s in stops] == ["done", "skipped", None]
    assert stops[1]["skip_reason"] == "blocked"
    assert stops[0]["name"] == "Street 1"
    assert stops[2]["name"] == "Site"
    assert plan in (await api.get("/plans/today", depot_id="depot")).json()["items"]


async def test_what_is_left_out_comes_in_pages_and_by_reason(api: Api) -> None:
    reasons = [
        LeftOutReason.BELOW_THRESHOLD,
        LeftOutReason.NO_LEVEL,
        LeftOutReason.BELOW_THRESHOLD,
        LeftOutReason.OUT_OF_REACH,
        LeftOutReason.NO_POSITION,
    ]
    plan_id = await saved_plan(
        api, left_out=tuple(left_out(n, reason) for n, reason in enumerate(reasons, 1))
    )
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = (await api.get(f"/plans/{plan_id}/left-out", limit=2, **after)).json()
        seen += [item["bin_id"] for item in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert seen == [f"bin-{n}" for n in range(1, 6)]
    for search, bin_id in (("in-4", "bin-4"), ("LOST", "bin-5")):
        found = (await api.get(f"/plans/{plan_id}/left-out", search=search)).json()
        assert [item["bin_id"] for item in found["items"]] == [bin_id]
    only = (await api.get(f"/plans/{plan_id}/left-out", reason="no_level")).json()
    assert only == {
        "items": [
            {
                "bin_id": "bin-2",
                "name": "Street 2",
                "reason": "no_level",
                "detail": "because",
                "expected_fill_pct": 12.5,
            }
        ],
        "next": None,
    }


async def test_today_is_the_depots_own_day(api: Api) -> None:
    plan_id = await saved_plan(api, a_round())
    for now, expected in [
        (datetime(2026, 3, 2, 10, 59, tzinfo=UTC), []),  # 23:59 on the second in Auckland
        (datetime(2026, 3, 2, 11, 0, tzinfo=UTC), [str(plan_id)]),
        (datetime(2026, 3, 3, 10, 59, tzinfo=UTC), [str(plan_id)]),
        (datetime(2026, 3, 3, 11, 0, tzinfo=UTC), []),
    ]:
        api.clock.now = now
        today = (await api.get("/plans/today")).json()["items"]
        assert [plan["plan_id"] for plan in today] == expected, now


async def test_plans_are_filtered_and_come_newest_first_in_pages(api: Api) -> None:
    made = []
    for n in range(5):
        # two requests at one moment, so that the pages cannot go by the time alone
        api.clock.now += timedelta(minutes=n // 2)
        made.append(str(await saved_plan(api, day=TODAY + timedelta(days=n % 2))))
    for limit in (1, 2, 3, 5, 6):
        seen: list[str] = []
        after: dict[str, str] = {}
        while True:
            page = (await api.get("/plans", limit=limit, **after)).json()
            seen += [item["plan_id"] for item in page["items"]]
            if page["next"] is None:
                break
            after = {"after": page["next"]}
        assert sorted(seen) == sorted(made)
        assert seen[0] == made[4]
    ready = (await api.get("/plans", status="ready")).json()["items"]
    assert {item["plan_id"] for item in ready} == {made[3], made[4]}
    of_day = (await api.get("/plans", day=TODAY.isoformat())).json()["items"]
    assert {item["plan_id"] for item in of_day} == {made[0], made[2], made[4]}
    assert (await api.get("/plans", depot_id="elsewhere")).json()["items"] == []


async def test_a_failed_plan_says_why(api: Api) -> None:
    plan_id = (await ask(api, depot_id="depot")).json()["plan_id"]
    async with store.connect(api.database_url) as conn:
        claimed = await claim_plan(conn, now=api.clock.now, lease=timedelta(hours=1))
        assert claimed is not None
        await fail_plan(conn, claimed.plan_id, summary="no vehicle", now=api.clock.now)
    plan = (await api.get(f"/plans/{plan_id}")).json()
    assert (plan["status"], plan["summary"]) == ("failed", "no vehicle")


async def test_what_is_not_there_is_said_so(api: Api) -> None:
    assert_problem(await api.get(f"/plans/{uuid4()}"), 404)
    assert_problem(await api.get(f"/plans/{uuid4()}/left-out"), 404)
    assert_problem(await api.get("/plans/today", depot_id="nowhere"), 404)
    assert_problem(await api.get("/plans/tomorrow"), 422)
    assert (await api.get("/plans/today", depot_id="depot")).json() == {"items": []}
    assert (await api.get("/plans", day=date(2020, 1, 1).isoformat())).json()["items"] == []
