"""Plans during the day over HTTP: cancel, finish, re-plan, accept, compare."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

import store
from core.errors import ConflictError
from core.plans import LeftOutReason, Plan, PlanStatus, Round
from core.replan import BestRound, Phase, PlanProgress
from store import plans, running
from tests.api.parts import TODAY, Api, a_round, assert_problem, left_out, saved_plan
from tests.store.make import NOON


async def post(api: Api, path: str, who: str = "ops", **body: Any) -> Any:  # noqa: ANN401 - JSON
    return await api.client.post(path, json=body, headers=api.bearer(who))


async def asked(api: Api) -> str:
    answer = await post(api, "/plans", depot_id="depot")
    plan_id: str = answer.json()["plan_id"]
    return plan_id


async def running_plan(api: Api, plan_id: str | None = None) -> Plan:
    """Claim a request, as the planner does when it begins."""
    wanted = UUID(plan_id or await asked(api))
    async with store.connect(api.database_url) as conn:
        found = await plans.claim_plan(
            conn, now=api.clock.now, lease=timedelta(hours=1), plan_id=wanted
        )
    assert found is not None
    return found


async def save(api: Api, plan: Plan, *rounds: Round, proposed: bool = False) -> None:
    status = PlanStatus.PROPOSED if proposed else PlanStatus.READY
    async with store.connect(api.database_url) as conn:
        made = replace(plan, rounds=rounds, status=status, summary="made by a test")
        await plans.save_plan(conn, made, now=api.clock.now)


async def in_force(api: Api) -> list[str]:
    return [plan["plan_id"] for plan in (await api.get("/plans/today")).json()["items"]]


async def test_a_running_plan_shows_the_best_rounds_so_far(api: Api) -> None:
    plan = await running_plan(api)
    assert (await api.get(f"/plans/{plan.plan_id}")).json()["progress"] is None
    async with store.connect(api.database_url) as conn:
        progress = PlanProgress(
            at=NOON,
            phase=Phase.SEARCHING,
            elapsed_s=3.5,
            limit_s=20,
            bins_on_rounds=41,
            bins_left_out=2,
            distance_m=37_400,
            objective=2_000_037_400,
            rounds=(BestRound(vehicle_id="lorry", bins=41, distance_m=37_400),),
        )
        await running.tell(conn, plan.plan_id, progress)
    assert (await api.get(f"/plans/{plan.plan_id}")).json()["progress"] == {
        "at": "2026-03-02T12:00:00Z",
        "phase": "searching",
        "elapsed_s": 3.5,
        "limit_s": 20.0,
        "bins_on_rounds": 41,
        "bins_left_out": 2,
        "distance_m": 37_400,
        "objective": 2_000_037_400,
        "rounds": [{"vehicle_id": "lorry", "bins": 41, "distance_m": 37_400}],
    }


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_cancelling_leaves_the_plan_in_force_and_may_be_repeated(
    api: Api, method: str
) -> None:
    before = await saved_plan(api, a_round())
    waiting = await asked(api)
    path = f"/plans/{waiting}" + ("/cancel" if method == "POST" else "")
    for _again in range(2):
        answer = await api.client.request(method, path, headers=api.bearer("ops"))
        assert answer.status_code == 200
        assert answer.json()["status"] == "cancelled"
        assert answer.json()["summary"] == "cancelled by token of ops"
    assert await in_force(api) == [str(before)]
    # nothing of it is saved any more, and it can be asked for again
    assert await asked(api) != waiting


async def test_what_ended_otherwise_cannot_be_cancelled(api: Api) -> None:
    ready = await saved_plan(api, a_round())
    problem = assert_problem(await post(api, f"/plans/{ready}/cancel"), 409)
    assert "is ready: only one that is requested, running or proposed" in problem["detail"]
    assert_problem(await post(api, f"/plans/{uuid4()}/cancel"), 404)
    assert_problem(await post(api, f"/plans/{ready}/cancel", "crew"), 403)


async def test_the_best_so_far_is_taken_of_a_running_plan_only(api: Api) -> None:
    waiting = await asked(api)
    problem = assert_problem(await post(api, f"/plans/{waiting}/finish"), 409)
    assert "is requested: there are no rounds to take" in problem["detail"]
    plan = await running_plan(api, waiting)
    for _again in range(2):
        assert (await post(api, f"/plans/{waiting}/finish")).status_code == 202
    async with store.connect(api.database_url) as conn:
        assert await running.tell(conn, plan.plan_id, None) is running.Wish.FINISH
    await save(api, plan, a_round())
    assert (await post(api, f"/plans/{waiting}/finish")).json()["status"] == "ready"


async def test_a_replan_is_a_request_that_names_the_plan_it_goes_on_with(api: Api) -> None:
    before = await saved_plan(api, a_round())
    answer = await post(
        api, f"/plans/{before}/replan", broken=["van"], urgent=["bin-4", "bin-3", "bin-3"]
    )
    assert answer.status_code == 202
    plan = answer.json()
    assert answer.headers["location"] == f"/plans/{plan['plan_id']}"
    assert plan["status"] == "requested"
    assert plan["replaces_plan_id"] == str(before)
    assert plan["replan"] == {
        "keep": "prefer",
        "broken": ["van"],
        "urgent": ["bin-3", "bin-4"],
        "closed": None,
        "dry_run": False,
        "taken_off": [],
        "move": None,
    }
    again = await post(api, f"/plans/{before}/replan", broken=["van"], urgent=["bin-3", "bin-4"])
    assert again.json()["plan_id"] == plan["plan_id"]
    other = await post(api, f"/plans/{before}/replan", keep="all")
    assert other.json()["plan_id"] != plan["plan_id"]


async def test_what_was_said_earlier_today_still_holds(api: Api) -> None:
    before = await saved_plan(api, a_round())
    street = "lon,lat\n14.4,50.1"
    first = await post(
        api, f"/plans/{before}/replan", broken=["van"], urgent=["bin-1", "bin-4"], closed=street
    )
    await save(api, await running_plan(api, first.json()["plan_id"]), a_round(bins=1))
    round_ = (await api.get("/crew/round", "crew")).json()
    await api.report(round_["stops"][0]["stop_id"])
    (now,) = await in_force(api)
    second = (await post(api, f"/plans/{now}/replan", keep="none")).json()
    # bin-1 was visited, the van is still broken
    assert second["replan"]["broken"] == ["van"]
    assert second["replan"]["urgent"] == ["bin-4"]
    assert second["replan"]["closed"] == street
    third = (await post(api, f"/plans/{now}/replan", repaired=["van"], closed=" ")).json()
    assert third["replan"]["broken"] == []
    assert third["replan"]["closed"] == ""


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        ({"broken": ["tram"]}, "#/broken", "has no vehicle tram; there are: lorry, van"),
        ({"repaired": ["tram"]}, "#/repaired", "has no vehicle tram"),
        ({"repaired": ["van"]}, "#/repaired", "vehicle van did not break down today"),
        ({"broken": ["van"], "repaired": ["van"]}, "#/broken", "said to be broken and repaired"),
        ({"urgent": ["bin-9"]}, "#/urgent", "there is no bin bin-9"),
        ({"urgent": ["bin-5"]}, "#/urgent", "nobody has said where bin bin-5 stands"),
        ({"urgent": "bin-1"}, "#/urgent", "list"),
        ({"keep": "some"}, "#/keep", "none"),
        ({"closed": "way_id,from\nBroad Street,"}, "#/closed", "closed streets line 2, way_id:"),
        ({"closed": "lon,lat"}, "#/closed", "closed streets: names none"),
        ({"dryrun": True}, "#/dryrun", "Extra inputs are not permitted"),
    ],
)
async def test_a_wrong_replan_is_told_what_and_where(
    api: Api, body: dict[str, Any], pointer: str, words: str
) -> None:
    before = await saved_plan(api, a_round())
    problem = assert_problem(await post(api, f"/plans/{before}/replan", **body), 422)
    assert pointer in {e["pointer"] for e in problem["errors"]}
    assert words in problem["detail"]
    assert (await api.get("/plans", status="requested")).json()["items"] == []


async def test_only_the_plan_in_force_can_be_gone_on_with_while_its_day_lasts(api: Api) -> None:
    old = await saved_plan(api, a_round())
    now = await saved_plan(api, a_round())
    problem = assert_problem(await post(api, f"/plans/{old}/replan"), 409)
    assert problem["detail"] == f"plan {old} is superseded and not in force: plan {now} is"
    assert_problem(await post(api, f"/plans/{uuid4()}/replan"), 404)
    # the lorry's shift ends at 14:00 in Auckland, the van's at the end of the day
    api.clock.now = NOON + timedelta(days=2)
    problem = assert_problem(await post(api, f"/plans/{now}/replan"), 409)
    assert f"{TODAY} is over at the depot: its last shift ended at" in problem["detail"]


async def test_a_proposal_comes_into_force_when_it_is_accepted(api: Api) -> None:
    before = await saved_plan(api, a_round())
    answer = await post(api, f"/plans/{before}/replan", dry_run=True)
    proposal = answer.json()["plan_id"]
    assert_problem(await post(api, f"/plans/{proposal}/accept"), 409)
    await save(api, await running_plan(api, proposal), a_round(bins=1), proposed=True)
    shown = (await api.get(f"/plans/{proposal}")).json()
    assert (shown["status"], shown["bins_on_rounds"]) == ("proposed", 1)
    assert await in_force(api) == [str(before)]
    for _again in range(2):
        accepted = await post(api, f"/plans/{proposal}/accept")
        assert accepted.status_code == 200
        assert accepted.json()["status"] == "ready"
    assert await in_force(api) == [proposal]
    assert (await api.get(f"/plans/{before}")).json()["status"] == "superseded"


async def test_a_proposal_falls_when_another_plan_comes_into_force(api: Api) -> None:
    before = await saved_plan(api, a_round())
    answer = await post(api, f"/plans/{before}/replan", dry_run=True)
    proposal = answer.json()["plan_id"]
    await save(api, await running_plan(api, proposal), a_round(bins=1), proposed=True)
    await saved_plan(api, a_round())
    problem = assert_problem(await post(api, f"/plans/{proposal}/accept"), 409)
    assert "is superseded and waits for nobody to accept it" in problem["detail"]


async def test_a_replan_of_a_plan_that_is_no_longer_in_force_is_not_saved(api: Api) -> None:
    before = await saved_plan(api, a_round())
    late = await running_plan(api, (await post(api, f"/plans/{before}/replan")).json()["plan_id"])
    await saved_plan(api, a_round())
    with pytest.raises(ConflictError, match="not in force any more"):
        await save(api, late, a_round())


async def test_the_difference_says_what_changes(api: Api) -> None:
    before = await saved_plan(api, a_round(bins=2))
    out = left_out(2, LeftOutReason.NO_CAPACITY_LEFT)
    moved = replace(a_round(bins=1, vehicle_id="van", crew_id="other"), distance_m=9_000)
    after = await saved_plan(api, moved, left_out=(out,))
    found = (await api.get(f"/plans/{after}/difference")).json()
    assert found["before_plan_id"] == str(before)
    assert [(m["bin_id"], m["from_vehicle_id"], m["to_vehicle_id"]) for m in found["moved"]] == [
        ("bin-1", "lorry", "van")
    ]
    assert [(d["bin_id"], d["reason"]) for d in found["dropped"]] == [("bin-2", "no_capacity_left")]
    assert found["added"] == []
    assert (found["distance_before_m"], found["distance_after_m"]) == (12_000, 9_000)
    # by the depot's clock, in Auckland
    assert "van: goes out, 1 bin, 9.0 km, back 04:00" in found["words"]
    assert "1 stop moved from lorry to van: bin-1" in found["words"]
    back = (await api.get(f"/plans/{before}/difference", to=str(after))).json()
    assert [a["bin_id"] for a in back["added"]] == ["bin-2"]


async def test_what_cannot_be_compared_says_why(api: Api) -> None:
    first = await saved_plan(api, a_round())
    waiting = await asked(api)
    other_day = await saved_plan(api, a_round(), day=TODAY + timedelta(days=1))
    for plan_id, query, status, words in [
        (first, {}, 409, "came in the place of no other"),
        (waiting, {}, 409, "is requested: it has no rounds to compare"),
        (first, {"to": str(other_day)}, 422, "not of the same depot and day"),
        (first, {"to": str(uuid4())}, 404, "There is no plan"),
    ]:
        problem = assert_problem(await api.get(f"/plans/{plan_id}/difference", **query), status)
        assert words in problem["detail"]


async def test_a_whole_day_can_be_proposed_first(api: Api) -> None:
    answer = await post(api, "/plans", depot_id="depot", dry_run=True)
    assert answer.status_code == 202
    plan = await running_plan(api, answer.json()["plan_id"])
    assert plan.is_proposal
    await save(api, plan, a_round(), proposed=True)
    assert await in_force(api) == []
    # there was none before it to compare with
    assert_problem(await api.get(f"/plans/{plan.plan_id}/difference"), 409)
    assert (await post(api, f"/plans/{plan.plan_id}/accept")).json()["status"] == "ready"
    assert await in_force(api) == [str(plan.plan_id)]


async def test_a_replan_may_choose_in_another_way(api: Api) -> None:
    plan_id = await saved_plan(api, a_round())
    answer = await post(api, f"/plans/{plan_id}/replan", policy="due-only", dial_m=0)
    assert answer.status_code == 202, answer.text
    assert (answer.json()["policy"], answer.json()["dial_m"]) == ("due-only", 0)
