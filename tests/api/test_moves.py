"""Moves over HTTP: what is asked for, and what is refused before the planner hears of it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from core.plans import LeftOutReason
from tests.api.parts import Api, a_round, assert_problem, left_out, saved_plan
from tests.store.make import NOON


async def post(api: Api, plan_id: object, **body: Any) -> Any:  # noqa: ANN401 - JSON
    return await api.client.post(f"/plans/{plan_id}/moves", json=body, headers=api.bearer("ops"))


async def test_a_move_is_a_request_of_its_own_kind(api: Api) -> None:
    round_ = a_round(bins=3)
    plan_id = await saved_plan(api, round_)
    stop, ahead = round_.stops[2], round_.stops[0]
    answer = await post(
        api,
        plan_id,
        stop_id=str(stop.stop_id),
        to_round_id=str(round_.round_id),
        before_stop_id=str(ahead.stop_id),
    )
    assert answer.status_code == 202, answer.text
    plan = answer.json()
    assert answer.headers["location"] == f"/plans/{plan['plan_id']}"
    assert (plan["status"], plan["replaces_plan_id"]) == ("requested", str(plan_id))
    assert plan["replan"]["dry_run"] is True
    assert plan["replan"]["move"] == {
        "stop_id": str(stop.stop_id),
        "bin_id": None,
        "to_vehicle_id": "lorry",
        "before_stop_id": str(ahead.stop_id),
    }
    trail = await api.get("/audit")
    assert "stop.moved" in [entry["what"] for entry in trail.json()["items"]]


async def test_a_stop_is_taken_off_and_a_bin_put_on(api: Api) -> None:
    round_ = a_round()
    plan_id = await saved_plan(api, round_, left_out=(left_out(3, LeftOutReason.BELOW_THRESHOLD),))
    off = (await post(api, plan_id, stop_id=str(round_.stops[0].stop_id))).json()
    assert off["replan"]["taken_off"] == ["bin-1"]
    on = (await post(api, plan_id, bin_id="bin-3", to_round_id=str(round_.round_id))).json()
    assert on["replan"]["urgent"] == ["bin-3"]
    assert on["replan"]["move"]["bin_id"] == "bin-3"


async def refused(api: Api, plan_id: object, field: str, **body: Any) -> str:  # noqa: ANN401 - JSON
    problem = assert_problem(await post(api, plan_id, **body), 422)
    (error,) = problem["errors"]
    assert error["pointer"] == f"#/{field}"
    detail: str = error["detail"]
    return detail


async def test_what_makes_no_sense_is_refused_at_once(api: Api) -> None:
    round_ = a_round()
    plan_id = await saved_plan(api, round_)
    own = {"to_round_id": str(round_.round_id)}
    first, second, disposal = (str(s.stop_id) for s in round_.stops)
    api.clock.now = NOON + timedelta(minutes=12)
    await api.report(first)
    # twelve minutes past one in the morning in Auckland
    assert await refused(api, plan_id, "stop_id", stop_id=first, **own) == (
        "Street 1 was marked done at 01:12: what is done stays where it was done"
    )
    assert "what is done stays in front" in await refused(
        api, plan_id, "before_stop_id", stop_id=second, before_stop_id=first, **own
    )
    assert "no such stop" in await refused(api, plan_id, "stop_id", stop_id=str(uuid4()), **own)
    assert "belongs to lorry" in await refused(api, plan_id, "stop_id", stop_id=disposal)
    assert "on the round of lorry" in await refused(api, plan_id, "bin_id", bin_id="bin-2", **own)
    assert "there is no bin" in await refused(api, plan_id, "bin_id", bin_id="bin-9", **own)
    assert "where bin bin-5 stands" in await refused(api, plan_id, "bin_id", bin_id="bin-5", **own)
    assert "give stop_id" in await refused(api, plan_id, "stop_id", **own)
    assert "no such round" in await refused(
        api, plan_id, "to_round_id", stop_id=second, to_round_id=str(uuid4())
    )
    assert "which round" in await refused(api, plan_id, "to_round_id", bin_id="bin-4")
    assert "before itself" in await refused(
        api, plan_id, "before_stop_id", stop_id=second, before_stop_id=second, **own
    )


async def test_only_the_plan_in_force_on_its_day_is_changed(api: Api) -> None:
    first = a_round()
    old_id = await saved_plan(api, first)
    second = a_round()
    plan_id = await saved_plan(api, second)
    stop_id = str(first.stops[0].stop_id)
    assert_problem(await post(api, old_id, stop_id=stop_id), 409)
    assert_problem(await post(api, uuid4(), stop_id=stop_id), 404)
    api.clock.now = NOON + timedelta(days=2)
    late = assert_problem(await post(api, plan_id, stop_id=str(second.stops[0].stop_id)), 409)
    assert "is over at the depot" in late["detail"]


@pytest.mark.parametrize("field", ["round_id", "vehicle_id"])
async def test_a_misspelt_field_is_told(api: Api, field: str) -> None:
    plan_id = await saved_plan(api, a_round())
    assert_problem(await post(api, plan_id, **{field: "x"}), 422)
