"""The day over HTTP: how rounds go, by marks and the clock."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

import store
from core.plans import LeftOutReason, Plan, PlanStatus, Round
from core.replan import Replan
from store import plans, replans
from tests.api.parts import Api, a_round, assert_problem, left_out, saved_plan
from tests.store.make import NOON


async def day_of(api: Api, **query: Any) -> dict[str, Any]:  # noqa: ANN401 - any parameter
    answer = await api.get("/today", **query)
    assert answer.status_code == 200, answer.text
    (depot,) = answer.json()["depots"]
    found: dict[str, Any] = depot
    return found


async def replanned(api: Api, round_: Round, replan: Replan) -> Plan:
    """A re-plan that goes on with the plan in force, made of one round by hand."""
    async with store.connect(api.database_url) as conn:
        (before,) = await plans.plans(conn, status=PlanStatus.READY)
        asked = await replans.request_replan(
            conn, before=before, replan=replan, requested_by="test", now=api.clock.now
        )
        claimed = await plans.claim_plan(
            conn, now=api.clock.now, lease=timedelta(hours=1), plan_id=asked.plan_id
        )
        assert claimed is not None
        again = replace(
            round_,
            round_id=uuid4(),
            stops=tuple(replace(s, kept=True) for s in round_.stops),
        )
        await plans.save_plan(conn, replace(claimed, rounds=(again,)), now=api.clock.now)
    return claimed


async def test_a_day_without_a_plan_says_so(api: Api) -> None:
    depot = await day_of(api)
    assert depot["plan"] is None
    assert depot["rounds"] == []
    # it is the next day already in Auckland
    assert (depot["day"], depot["today"]) == ("2026-03-03", "2026-03-03")
    assert {v["vehicle_id"] for v in depot["idle"]} == {"lorry", "van"}
    await api.client.post("/plans", json={"depot_id": "depot"}, headers=api.bearer("ops"))
    depot = await day_of(api)
    assert [p["status"] for p in depot["coming"]] == ["requested"]


async def test_a_round_goes_on_with_its_marks(api: Api) -> None:
    round_ = a_round()
    await saved_plan(api, round_, left_out=(left_out(3, LeftOutReason.NO_POSITION),))
    api.clock.now = NOON + timedelta(minutes=16)
    note = "Behind the van"
    answer = await api.report(
        round_.stops[0].stop_id, outcome="skipped", skip_reason="blocked", note=note
    )
    assert answer.status_code == 200
    depot = await day_of(api)
    assert depot["straight_lines"] is False
    assert depot["due_without_position"] == 1
    assert depot["left_out"] == [
        {
            "reason": "no_position",
            "count": 1,
            "meaning": "due, and nobody has said where it stands",
            "remedy": "register its position",
        }
    ]
    (now,) = depot["rounds"]
    assert now["state"] == "under_way"
    assert now["progress"] == {"done": 0, "skipped": 1, "open": 2}
    assert now["planned_done"] == 1
    # planned to be done at 12:11
    assert now["expected"]["delay_s"] == 5 * 60
    assert now["expected"]["reason"] == "5 min behind plan at Street 1, 2 stops open"
    assert now["last"]["name"] == "Street 1"
    assert [(s["skip_reason"], s["note"]) for s in now["skipped"]] == [("blocked", note)]
    assert [v["vehicle_id"] for v in depot["idle"]] == ["van"]

    stops = (await api.get(f"/rounds/{round_.round_id}")).json()
    assert [s["outcome"] for s in stops["stops"]] == ["skipped", None, None]
    assert stops["stops"][0]["report"]["note"] == note
    assert stops["stops"][0]["expected_at"] is None
    # nine minutes of driving after the mark
    assert stops["stops"][1]["expected_at"] == "2026-03-02T12:25:00Z"


async def test_a_silent_round_is_told_with_its_range(api: Api) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    api.clock.now = NOON + timedelta(minutes=11)
    await api.report(round_.stops[0].stop_id)
    api.clock.now = NOON + timedelta(minutes=11 + 52)
    (now,) = (await day_of(api))["rounds"]
    assert now["expected"]["reason"] == "no mark for 52 min, last at Street 1"
    assert now["expected"]["earliest"] < now["expected"]["ends_at"] < now["expected"]["latest"]
    api.clock.now = NOON + timedelta(hours=6)
    (now,) = (await day_of(api))["rounds"]
    assert [m["bin_id"] for m in now["missed"]] == ["bin-2"]


async def test_a_broken_vehicle_is_out_of_service_since_then(api: Api) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    api.clock.now = NOON + timedelta(minutes=30)
    await replanned(api, round_, Replan(broken=("lorry",)))
    api.clock.now = NOON + timedelta(minutes=50)
    await replanned(api, round_, Replan(urgent=("bin-2",)))
    (now,) = (await day_of(api))["rounds"]
    assert now["out_of_service"] is True
    assert now["out_of_service_since"] == "2026-03-02T12:30:00Z"
    assert now["expected"]["ends_at"] is None
    # half past one in the morning in Auckland
    assert now["expected"]["reason"] == "out of service since 01:30"
    assert now["late"] == []


async def test_another_day_and_what_is_not_there(api: Api) -> None:
    await saved_plan(api, a_round())
    assert (await day_of(api, day="2026-03-04"))["plan"] is None
    assert (await day_of(api, day="2026-03-03", depot_id="depot"))["plan"] is not None
    assert_problem(await api.get("/today", depot_id="nowhere"), 404)
    assert_problem(await api.get(f"/rounds/{uuid4()}"), 404)
    assert_problem(await api.get("/today", day="soon"), 422)


@pytest.mark.parametrize("source", ["STRAIGHT LINES x 1.4 at 25 km/h (no roads)", "OSRM of today"])
async def test_straight_lines_are_marked(api: Api, source: str) -> None:
    plan_id = await saved_plan(api, a_round())
    async with store.connect(api.database_url) as conn:
        await conn.execute(
            "UPDATE plans SET travel_source = %s WHERE plan_id = %s", (source, plan_id)
        )
    assert (await day_of(api))["straight_lines"] is source.startswith("STRAIGHT")


async def test_a_plan_that_failed_is_told_until_another_is_asked_for(api: Api) -> None:
    await api.client.post("/plans", json={"depot_id": "depot"}, headers=api.bearer("ops"))
    async with store.connect(api.database_url) as conn:
        claimed = await plans.claim_plan(conn, now=api.clock.now, lease=timedelta(hours=1))
        assert claimed is not None
        await plans.fail_plan(conn, claimed.plan_id, summary="no roads", now=api.clock.now)
    assert (await day_of(api))["failed"]["summary"] == "no roads"
    api.clock.now += timedelta(minutes=1)
    await api.client.post("/plans", json={"depot_id": "depot"}, headers=api.bearer("ops"))
    assert (await day_of(api))["failed"] is None
