import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

import store
from core.plans import StopKind
from tests.api.parts import TODAY, Api, a_round, assert_problem, saved_plan
from tests.store.make import NOON, add_readings, reading


async def level(api: Api, bin_id: str = "bin-1") -> tuple[float | None, str | None]:
    found = (await api.get(f"/bins/{bin_id}")).json()["level"]
    return found["fill_pct"], found["source"]


async def marks(api: Api) -> int:
    async with store.connect(api.database_url) as conn:
        row = await (await conn.execute("SELECT count(*) AS n FROM stop_reports")).fetchone()
    assert row is not None
    return int(row["n"])


async def test_a_crew_reads_its_own_round_of_the_depots_today(api: Api) -> None:
    mine = a_round()
    plan_id = await saved_plan(api, mine, a_round(crew_id="other", vehicle_id="van", bins=1))
    found = (await api.get("/crew/round", who="crew")).json()
    assert found["plan_id"] == str(plan_id)
    assert found["day"] == TODAY.isoformat()
    assert found["round_id"] == str(mine.round_id)
    assert [s["stop_id"] for s in found["stops"]] == [str(s.stop_id) for s in mine.stops]
    assert found["progress"] == {"done": 0, "skipped": 0, "open": 3}
    assert found == (await api.get("/crew/round", who="crew", day=TODAY.isoformat())).json()


async def test_without_a_round_the_crew_reads_why(api: Api) -> None:
    problem = assert_problem(await api.get("/crew/round", who="crew"), 404)
    assert "has no round on 2026-03-03" in problem["detail"]
    await saved_plan(api, a_round())
    assert_problem(await api.get("/crew/round", who="other"), 404)
    assert_problem(await api.get("/crew/round", who="crew", day="2026-03-02"), 404)
    carless = assert_problem(await api.get("/crew/round", who="carless"), 404)
    assert "no vehicle" in carless["detail"]


async def test_a_mark_is_stored_and_the_stop_comes_back_as_it_stands(api: Api) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    async with store.connect(api.database_url) as conn:
        await add_readings(conn, [reading(1, at=NOON - timedelta(hours=1), fill_pct=90)])
    response = await api.report(round_.stops[0].stop_id)
    assert response.status_code == 200
    stop = response.json()
    assert (stop["outcome"], stop["skip_reason"]) == ("done", None)
    assert stop["reported_at"] == "2026-03-02T12:00:00Z"
    found = (await api.get("/crew/round", who="crew")).json()
    assert found["stops"][0] == stop
    assert found["progress"] == {"done": 1, "skipped": 0, "open": 2}
    assert await level(api) == (0, "crew")
    # at the disposal site there is no bin to empty
    assert (await api.report(round_.stops[2].stop_id)).json()["outcome"] == "done"


async def test_the_same_mark_again_changes_nothing_also_at_the_same_time(api: Api) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    stop_id, report_id = round_.stops[0].stop_id, str(uuid4())
    mark = {
        "report_id": report_id,
        "outcome": "skipped",
        "skip_reason": "other",
        "note": "caf\u00e9",
        "reported_at": "2026-03-02T12:00:00.123+01:00",
    }
    answers = await asyncio.gather(*(api.report(stop_id, **mark) for _ in range(6)))
    api.clock.now += timedelta(hours=5)
    answers.append(await api.report(stop_id, **mark))
    assert [answer.status_code for answer in answers] == [200] * 7
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert await marks(api) == 1


async def test_a_repetition_answers_with_the_newest_state_not_its_own(api: Api) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    stop_id = round_.stops[0].stop_id
    first = {"report_id": str(uuid4()), "reported_at": "2026-03-02T11:00:00Z"}
    await api.report(stop_id, **first)
    await api.report(stop_id, outcome="skipped", skip_reason="locked")
    again = await api.report(stop_id, **first)
    assert again.status_code == 200
    assert again.json()["outcome"] == "skipped"


async def test_a_report_id_stands_for_one_mark(api: Api) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    first, second = round_.stops[0].stop_id, round_.stops[1].stop_id
    mark = {"report_id": str(uuid4()), "reported_at": "2026-03-02T12:00:00Z"}
    assert (await api.report(first, **mark)).status_code == 200
    assert_problem(await api.report(second, **mark), 409)
    assert_problem(await api.report(first, **mark | {"note": "other"}), 409)
    assert_problem(await api.report(first, **mark, outcome="skipped", skip_reason="blocked"), 409)
    assert await marks(api) == 1
    assert (await api.get("/crew/round", who="crew")).json()["progress"]["done"] == 1


async def test_two_marks_with_one_report_id_at_the_same_time_are_one_and_a_conflict(
    api: Api,
) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    mark = {"report_id": str(uuid4()), "reported_at": "2026-03-02T12:00:00Z"}
    answers = await asyncio.gather(
        *(api.report(stop.stop_id, **mark) for stop in round_.stops for _ in range(2))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 409, 409, 409, 409]
    assert await marks(api) == 1


async def test_a_newer_skipped_takes_the_emptying_back(api: Api) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    async with store.connect(api.database_url) as conn:
        await add_readings(conn, [reading(1, at=NOON - timedelta(hours=1), fill_pct=90)])
    stop_id = round_.stops[0].stop_id
    await api.report(stop_id)
    assert await level(api) == (0, "crew")
    api.clock.now += timedelta(minutes=5)
    stop = (await api.report(stop_id, outcome="skipped", skip_reason="blocked")).json()
    assert (stop["outcome"], stop["skip_reason"]) == ("skipped", "blocked")
    assert await level(api) == (90, "sensor")
    assert await marks(api) == 2


async def test_an_older_offline_mark_does_not_overturn_a_newer_one(api: Api) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    stop_id = round_.stops[0].stop_id
    await api.report(stop_id, reported_at="2026-03-02T11:30:00Z")
    late = await api.report(
        stop_id, outcome="skipped", skip_reason="locked", reported_at="2026-03-02T11:00:00Z"
    )
    assert late.status_code == 200
    assert late.json()["outcome"] == "done"
    assert await level(api) == (0, "crew")
    assert await marks(api) == 2


async def test_a_mark_from_a_clock_far_ahead_is_overturned_by_the_next(api: Api) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    stop_id = round_.stops[0].stop_id
    ahead = await api.report(stop_id, reported_at="2099-01-01T00:00:00Z")
    assert ahead.json()["outcome"] == "done"
    emptied = (await api.get("/bins/bin-1")).json()["level"]
    assert emptied["measured_at"] == "2026-03-02T12:00:00Z"
    api.clock.now += timedelta(minutes=1)
    mended = await api.report(stop_id, outcome="skipped", skip_reason="not_out")
    assert mended.json()["outcome"] == "skipped"


@pytest.mark.parametrize(
    "at",
    [
        "1970-01-01T00:00:00Z",
        "2199-12-31T23:59:59.999999+14:00",
        "2026-03-02T12:00Z",  # what Java writes where the seconds are zero
        "2026-03-02T12:00:00.123456789Z",
        "2026-03-02 12:00:00+01:00",
    ],
)
async def test_a_phone_without_the_time_or_with_its_own_spelling_is_heard(
    api: Api, at: str
) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    response = await api.report(round_.stops[0].stop_id, reported_at=at)
    assert response.json()["outcome"] == "done"
    assert (await api.get("/crew/round", who="crew")).status_code == 200


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("gate\0 locked\0", "gate locked"),
        ("bin \ud83d", "bin \ufffd"),  # half of an emoji
        ("\U0001f5d1\ufe0f r\u00e9serv\u00e9", "\U0001f5d1\ufe0f r\u00e9serv\u00e9"),
        ("x" * 1000, "x" * 1000),
        ("", ""),
    ],
)
async def test_whatever_text_a_phone_sends_as_note_is_kept(api: Api, sent: str, kept: str) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    report_id = str(uuid4())
    for _ in range(2):
        response = await api.report(
            round_.stops[0].stop_id,
            report_id=report_id,
            note=sent,
            reported_at="2026-03-02T12:00:00Z",
        )
        assert response.status_code == 200, response.text
    async with store.connect(api.database_url) as conn:
        row = await (await conn.execute("SELECT note FROM stop_reports")).fetchone()
    assert row == {"note": kept}


async def test_stops_of_a_superseded_plan_still_take_marks(api: Api) -> None:
    before = a_round()
    await saved_plan(api, before)
    await saved_plan(api, a_round())
    response = await api.report(before.stops[0].stop_id)
    assert response.status_code == 200
    assert await level(api) == (0, "crew")


async def test_only_the_own_stops_take_marks(api: Api) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    assert_problem(await api.report(round_.stops[0].stop_id, who="other"), 404)
    assert_problem(await api.report(uuid4()), 404)
    assert_problem(await api.report(round_.stops[0].stop_id, who="ops"), 403)
    assert await marks(api) == 0


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"outcome": "emptied"}, "#/outcome"),
        ({"outcome": "skipped"}, "#/skip_reason"),
        ({"outcome": "skipped", "skip_reason": "tired"}, "#/skip_reason"),
        ({"outcome": "done", "skip_reason": "blocked"}, "#/skip_reason"),
        ({"note": "x" * 1001}, "#/note"),
        ({"note": 7}, "#/note"),
        ({"report_id": "1"}, "#/report_id"),
        ({"report_id": None}, "#/report_id"),
        ({"reported_at": "2026-03-02T12:00:00"}, "#/reported_at"),
        ({"reported_at": "noon"}, "#/reported_at"),
        ({"reported_at": 0}, "#/reported_at"),
        ({"reported_at": 1772452800.5}, "#/reported_at"),
        ({"reported_at": "1772452800"}, "#/reported_at"),
        ({"reported_at": True}, "#/reported_at"),
        ({"reported_at": None}, "#/reported_at"),
        ({"reported_at": "2026-03-02"}, "#/reported_at"),
        ({"reported_at": "0001-01-01T00:00:00+14:00"}, "#/reported_at"),
        ({"reported_at": "9999-12-31T23:59:59-14:00"}, "#/reported_at"),
    ],
)
async def test_a_mark_no_phone_should_send_is_told_what_is_wrong(
    api: Api, wrong: dict[str, Any], pointer: str
) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    problem = assert_problem(await api.report(round_.stops[0].stop_id, **wrong), 422)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert await marks(api) == 0


async def test_fields_of_newer_phones_are_passed_over(api: Api) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    assert (await api.report(round_.stops[0].stop_id, photo="later")).status_code == 200


async def test_a_crew_reads_and_marks_breaks_and_disposals_on_the_way(api: Api) -> None:
    first, second, last = a_round().stops
    resting = replace(
        first,
        stop_id=uuid4(),
        kind=StopKind.BREAK,
        bin_id=None,
        expected_fill_pct=None,
        load_kg=None,
        due_reason=None,
        arrives_at=first.begins_at + timedelta(minutes=1),
        begins_at=first.begins_at + timedelta(minutes=30),
        service_s=1800,
    )
    emptied = replace(last, stop_id=uuid4())
    stops = [first, resting, emptied, second, last]
    numbered = tuple(replace(stop, seq=seq) for seq, stop in enumerate(stops, start=1))
    await saved_plan(api, replace(a_round(), stops=numbered))
    found = (await api.get("/crew/round", who="crew")).json()
    kinds = [stop["kind"] for stop in found["stops"]]
    assert kinds == ["bin", "break", "disposal", "bin", "disposal"]
    rest = found["stops"][1]
    assert (rest["bin_id"], rest["name"], rest["service_s"]) == (None, None, 1800)
    assert rest["begins_at"] > rest["arrives_at"]
    assert found["end_depot_id"] is None
    response = await api.report(resting.stop_id)
    assert (response.status_code, response.json()["outcome"]) == (200, "done")
    # a rest empties nothing
    assert await level(api) == (None, None)
