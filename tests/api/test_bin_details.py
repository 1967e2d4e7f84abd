from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import store
from core.forecasts import BAND_STEPS
from core.plans import LeftOutReason, SkipReason
from store import forecasts
from tests.api.parts import TODAY, Api, a_round, assert_problem, left_out, saved_plan
from tests.store.make import NOON
from tests.store.test_forecasts import ONE

PHOTO = "0d9b1b86-6f3c-4c25-9c43-8c8d7ea9a1a4"
RISING = tuple(float(n) for n in range(BAND_STEPS))


async def forecast_made(api: Api, made_at: datetime, *, step_h: int = 1, entries: int = 73) -> None:
    one = replace(
        ONE,
        bin_id="bin-1",
        made_at=made_at,
        band_from=made_at,
        band_step=timedelta(hours=step_h),
        low_pct=RISING[:entries],
        median_pct=RISING[:entries],
        high_pct=RISING[:entries],
    )
    async with store.connect(api.database_url) as conn, conn.transaction():
        await forecasts.save(conn, [one])


async def band(api: Api) -> dict[str, Any]:
    answer: dict[str, Any] = (await api.get("/bins/bin-1/forecast")).json()
    return answer


async def test_a_forecast_is_given_hour_by_hour_for_two_days_from_now(api: Api) -> None:
    made_at = NOON - timedelta(hours=9, minutes=30)
    await forecast_made(api, made_at)
    found = await band(api)
    # the entry in force began half an hour ago; the last one is within two days of now
    assert found["at"][0] == "2026-03-02T11:30:00Z"
    assert found["median_pct"] == list(RISING[9:58])
    assert found["at"][-1] == "2026-03-04T11:30:00Z"
    assert len(found["at"]) == len(found["low_pct"]) == len(found["high_pct"]) == 49
    assert (found["grade"], found["error_pct"], found["checks"]) == ("medium", 7.5, 30)
    assert found["emptied_at"] is None


async def test_what_an_older_planner_left_is_given_at_its_own_steps(api: Api) -> None:
    await forecast_made(api, NOON - timedelta(hours=12), step_h=3, entries=17)
    found = await band(api)
    assert found["at"][:2] == ["2026-03-02T12:00:00Z", "2026-03-02T15:00:00Z"]
    assert found["median_pct"] == list(RISING[4:17])
    whole = (await api.get("/bins/bin-1")).json()["forecast"]["bands"]
    assert [one["median_pct"] for one in whole] == list(RISING[:17])


async def test_of_a_forecast_that_is_over_nothing_is_left(api: Api) -> None:
    await forecast_made(api, NOON - timedelta(days=4))
    assert (await band(api))["at"] == []


async def test_before_the_first_plan_there_is_no_band(api: Api) -> None:
    found = await band(api)
    assert (found["made_at"], found["grade"], found["at"]) == (None, None, [])
    assert_problem(await api.get("/bins/none/forecast"), 404)


async def test_a_forecast_says_that_the_bin_was_emptied_since(api: Api) -> None:
    await forecast_made(api, NOON - timedelta(hours=2))
    round_ = a_round()
    await saved_plan(api, round_)
    early = NOON - timedelta(hours=3)
    await api.report(round_.stops[0].stop_id, reported_at=early.isoformat())
    assert (await band(api))["emptied_at"] is None
    api.clock.now += timedelta(minutes=5)
    await api.report(round_.stops[0].stop_id)
    found = await band(api)
    assert found["emptied_at"] == "2026-03-02T12:05:00Z"
    assert found["at"]


async def visits(
    api: Api,
    bin_id: str,
    **query: Any,  # noqa: ANN401 - any query parameter
) -> list[dict[str, Any]]:
    answer = await api.get(f"/bins/{bin_id}/visits", **query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_a_bin_shows_its_place_in_the_days_plans(api: Api) -> None:
    yesterday = a_round()
    await saved_plan(api, yesterday, day=TODAY - timedelta(days=1))
    today = a_round(bins=1)
    await saved_plan(api, today, left_out=(left_out(2, LeftOutReason.NOT_WORTH_DETOUR),))
    whole = (await api.get("/bins/bin-2/visits")).json()
    assert (whole["today"], whole["timezone"]) == ("2026-03-03", "Pacific/Auckland")
    now, before = whole["items"]
    assert (now["day"], now["on_round"]) == ("2026-03-03", None)
    assert now["left_out"] == {"reason": "not_worth_detour", "detail": "because"}
    assert (before["day"], before["left_out"]) == ("2026-03-02", None)
    stop = before["on_round"]
    assert (stop["vehicle_id"], stop["crew_id"], stop["seq"]) == ("lorry", "crew", 2)
    assert (stop["due_reason"], stop["outcome"]) == ("over_threshold", None)
    assert await visits(api, "bin-3") == []
    assert_problem(await api.get("/bins/none/visits"), 404)


async def test_a_visit_shows_what_the_crew_said_and_what_it_took_back(api: Api) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    at = NOON.isoformat()
    await api.report(
        round_.stops[0].stop_id,
        outcome="skipped",
        skip_reason=SkipReason.BLOCKED,
        note="van",
        photo_ids=[PHOTO],
        reported_at=at,
    )
    stop = (await visits(api, "bin-1"))[0]["on_round"]
    assert (stop["outcome"], stop["skip_reason"], stop["note"]) == ("skipped", "blocked", "van")
    assert (stop["photo_ids"], stop["reported_by"]) == ([PHOTO], "token of crew")
    api.clock.now += timedelta(minutes=1)
    await api.report(round_.stops[0].stop_id)
    stop = (await visits(api, "bin-1"))[0]["on_round"]
    assert stop["photo_ids"] == []
    assert (stop["outcome"], stop["skip_reason"], stop["note"]) == ("done", None, None)
    assert stop["reported_at"] == "2026-03-02T12:01:00Z"


async def test_of_a_superseded_plan_only_what_was_marked_is_shown(api: Api) -> None:
    first = a_round()
    await saved_plan(api, first)
    await api.report(first.stops[0].stop_id)
    second = replace(a_round(bins=3), round_id=uuid4())
    second = replace(second, stops=second.stops[2:])
    await saved_plan(api, second)
    assert [one["on_round"]["outcome"] for one in await visits(api, "bin-1")] == ["done"]
    assert await visits(api, "bin-2") == []
    assert [one["on_round"]["outcome"] for one in await visits(api, "bin-3")] == [None]


async def test_visits_go_so_many_days_back(api: Api) -> None:
    for days in (3, 20):
        await saved_plan(api, a_round(), day=TODAY - timedelta(days=days))
    assert [one["day"] for one in await visits(api, "bin-1")] == ["2026-02-28"]
    assert len(await visits(api, "bin-1", days=20)) == 2
    assert_problem(await api.get("/bins/bin-1/visits", days=93), 422)


async def test_a_bin_shows_all_that_sat_in_it_and_when_it_may_be_emptied(api: Api) -> None:
    moved = datetime(2026, 2, 1, tzinfo=UTC)
    async with store.connect(api.database_url) as conn:
        await conn.execute(
            "UPDATE mountings SET unmounted_at = %s WHERE bin_id IN ('bin-1', 'bin-2')", (moved,)
        )
        await conn.execute(
            "INSERT INTO mountings (sensor_id, bin_id, mounted_at) "
            "SELECT sensor_id, 'bin-1', %s FROM mountings WHERE bin_id = 'bin-2'",
            (moved + timedelta(days=1),),
        )
        await conn.execute(
            "UPDATE bins SET windows = "
            """'[{"begins": "06:00", "ends": "10:00", "days": ["mon", "fri"]}]' """
            "WHERE bin_id = 'bin-1'"
        )
    found = (await api.get("/bins/bin-1")).json()
    assert [(m["sensor_id"], m["unmounted_at"]) for m in found["mountings"]] == [
        ("sensor-1", "2026-02-01T00:00:00Z"),
        ("sensor-2", None),
    ]
    assert found["windows"] == ["mon,fri 06:00-10:00"]
