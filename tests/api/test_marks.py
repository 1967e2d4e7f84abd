"""Marks taken back, weighed, contradicted and decided; and how a phone hears that it changed."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

import store
from store import audit
from store.reports import CHANGED_CHANNEL
from tests.api.parts import TODAY, Api, a_round, assert_problem, saved_plan
from tests.store.make import NOON, add_readings, reading

MINE, OTHER = str(uuid4()), str(uuid4())
SKIPPED: dict[str, Any] = {"outcome": "skipped", "skip_reason": "blocked"}


async def level(api: Api) -> tuple[float | None, str | None]:
    found = (await api.get("/bins/bin-1")).json()["level"]
    return found["fill_pct"], found["source"]


async def emptyings(api: Api) -> int:
    async with store.connect(api.database_url) as conn:
        row = await (await conn.execute("SELECT count(*) AS n FROM emptyings")).fetchone()
    assert row is not None
    return int(row["n"])


async def said(
    api: Api,
    stop_id: UUID,
    minutes: int = 0,
    **mark: Any,  # noqa: ANN401 - any field of a mark
) -> dict[str, Any]:
    """Mark a stop by a phone so many minutes after noon, and return the mark with its answer."""
    at = (NOON - timedelta(hours=1) + timedelta(minutes=minutes)).isoformat()
    body: dict[str, Any] = {
        "report_id": str(uuid4()),
        "device_id": MINE,
        "follows": None,
        "reported_at": at,
        **mark,
    }
    response = await api.report(stop_id, **body)
    assert response.status_code == 200, response.text
    return {"report_id": body["report_id"], "stop": response.json()}


async def resolve(
    api: Api,
    stop_id: UUID,
    **body: Any,  # noqa: ANN401 - any field of a decision
) -> httpx.Response:
    return await api.client.post(
        f"/conflicts/{stop_id}/resolve", json=body, headers=api.bearer("ops")
    )


async def on_a_round(api: Api) -> UUID:
    round_ = a_round()
    await saved_plan(api, round_)
    async with store.connect(api.database_url) as conn:
        await add_readings(conn, [reading(1, at=NOON - timedelta(hours=2), fill_pct=90)])
    return round_.stops[0].stop_id


async def test_an_undo_takes_the_emptying_back_and_the_stop_is_open_again(api: Api) -> None:
    stop_id = await on_a_round(api)
    done = await said(api, stop_id)
    assert await level(api) == (0, "crew")
    undone = await said(api, stop_id, 1, outcome="open", follows=done["report_id"])
    assert undone["stop"]["outcome"] is None
    assert undone["stop"]["report"]["outcome"] == "open"
    assert await level(api) == (90, "sensor")
    assert await emptyings(api) == 0
    found = (await api.get("/crew/round", who="crew")).json()
    assert found["progress"] == {"done": 0, "skipped": 0, "open": 3}
    again = await said(api, stop_id, 2, follows=undone["report_id"])
    assert again["stop"]["outcome"] == "done"
    assert await level(api) == (0, "crew")
    assert await emptyings(api) == 1


async def test_an_undo_that_arrives_before_its_done_ends_right_too(api: Api) -> None:
    stop_id, first = await on_a_round(api), str(uuid4())
    undone = await said(api, stop_id, 1, outcome="open", follows=first)
    assert undone["stop"]["outcome"] is None
    late = await said(api, stop_id, 0, report_id=first)
    assert late["stop"]["outcome"] is None
    assert late["stop"]["report"]["report_id"] == undone["report_id"]
    assert await level(api) == (90, "sensor")
    assert await emptyings(api) == 0


async def test_an_undo_of_a_phone_that_says_nothing_of_itself_goes_by_the_clock(api: Api) -> None:
    stop_id = await on_a_round(api)
    await api.report(stop_id, reported_at="2026-03-02T11:00:00Z")
    undone = await api.report(stop_id, outcome="open", reported_at="2026-03-02T11:01:00Z")
    assert undone.json()["outcome"] is None
    assert undone.json()["conflict"] is False
    assert await emptyings(api) == 0


async def test_a_mark_comes_back_with_all_that_it_says(api: Api) -> None:
    stop_id, photo = await on_a_round(api), str(uuid4())
    mark = await said(api, stop_id, **SKIPPED, note="a van", photo_ids=[photo])
    assert mark["stop"]["report"] == {
        "report_id": mark["report_id"],
        "outcome": "skipped",
        "skip_reason": "blocked",
        "note": "a van",
        "weight_kg": None,
        "photos": [photo],
        "reported_at": "2026-03-02T11:00:00Z",
        "reported_by": "token of crew",
        "device_id": MINE,
    }
    plan_id = (await api.get("/crew/round", who="crew")).json()["plan_id"]
    whole = (await api.get(f"/plans/{plan_id}")).json()
    assert whole["rounds"][0]["stops"][0]["report"] == mark["stop"]["report"]


async def test_a_weight_stands_on_disposal_stops_and_nowhere_else(api: Api) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    weighed = await api.report(round_.stops[-1].stop_id, weight_kg=4120.5)
    assert weighed.json()["report"]["weight_kg"] == 4120.5
    refused = assert_problem(await api.report(round_.stops[0].stop_id, weight_kg=80), 422)
    assert "weight_kg" in refused["detail"]
    assert "which is a bin" in refused["detail"]
    skipped = await api.report(round_.stops[-1].stop_id, **SKIPPED, weight_kg=80)
    assert assert_problem(skipped, 422)["errors"][0]["pointer"] == "#/weight_kg"
    assert (await api.get("/crew/round", who="crew")).json()["progress"]["done"] == 1


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"weight_kg": -1}, "#/weight_kg"),
        ({"weight_kg": 60_001}, "#/weight_kg"),
        ({"weight_kg": "4 t"}, "#/weight_kg"),
        ({"weight_kg": True}, "#/weight_kg"),
        ({"photo_ids": [str(uuid4()) for _ in range(5)]}, "#/photo_ids"),
        ({"photo_ids": ["a"]}, "#/photo_ids/0"),
        ({"device_id": "my phone"}, "#/device_id"),
        ({"follows": "1"}, "#/follows"),
        ({"outcome": "open", "skip_reason": "blocked"}, "#/skip_reason"),
    ],
)
async def test_a_field_that_cannot_be_is_told_where(
    api: Api, wrong: dict[str, Any], pointer: str
) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    problem = assert_problem(await api.report(round_.stops[-1].stop_id, **wrong), 422)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


async def test_what_a_mark_says_is_part_of_what_its_id_stands_for(api: Api) -> None:
    stop_id = await on_a_round(api)
    first = await said(api, stop_id)
    same = {"report_id": first["report_id"], "reported_at": "2026-03-02T11:00:00Z"}
    assert_problem(await api.report(stop_id, **same, device_id=OTHER), 409)
    assert_problem(await api.report(stop_id, **same, device_id=MINE, follows=str(uuid4())), 409)
    assert (await api.report(stop_id, **same, device_id=MINE)).status_code == 200


async def test_two_phones_that_contradict_each_other_are_seen_and_decided(api: Api) -> None:
    stop_id = await on_a_round(api)
    done = await said(api, stop_id, 0)
    skipped = await said(api, stop_id, 5, **SKIPPED, device_id=OTHER, note="a van")
    assert skipped["stop"]["conflict"] is True
    assert skipped["stop"]["outcome"] == "skipped"
    assert (await api.get("/crew/round", who="crew")).json()["stops"][0]["conflict"] is True
    assert await emptyings(api) == 0

    (conflict,) = (await api.get("/conflicts")).json()["items"]
    assert conflict["stop_id"] == str(stop_id)
    assert (conflict["state"], conflict["decided"]) == ("open", None)
    assert (conflict["bin_id"], conflict["crew_id"]) == ("bin-1", "crew")
    assert (conflict["vehicle_id"], conflict["day"]) == ("lorry", TODAY.isoformat())
    assert [
        (m["report_id"], m["outcome"], m["device_id"], m["note"], m["in_force"], m["disputed"])
        for m in conflict["marks"]
    ] == [
        (done["report_id"], "done", MINE, None, False, True),
        (skipped["report_id"], "skipped", OTHER, "a van", True, True),
    ]

    decided = await resolve(api, stop_id, report_id=done["report_id"], note="asked both")
    assert decided.status_code == 200, decided.text
    assert decided.json()["state"] == "decided"
    assert decided.json()["decided"] == {
        "report_id": done["report_id"],
        "decided_at": "2026-03-02T12:00:00Z",
        "decided_by": "token of ops",
        "note": "asked both",
    }
    stop = (await api.get("/crew/round", who="crew")).json()["stops"][0]
    assert (stop["outcome"], stop["conflict"]) == ("done", False)
    assert stop["report"]["report_id"] == done["report_id"]
    assert await level(api) == (0, "crew")
    assert (await api.get("/conflicts")).json() == {"items": [], "next": None}
    (over,) = (await api.get("/conflicts", state="all", day=TODAY.isoformat())).json()["items"]
    assert over == decided.json()
    assert (await api.get("/conflicts", state="all", day="2026-03-01")).json()["items"] == []

    async with store.connect(api.database_url) as conn:
        (entry,) = await audit.entries(conn, what="conflict")
    assert (entry.who, entry.what) == ("token of ops", "conflict.decided")
    assert entry.detail == {"report_id": done["report_id"], "note": "asked both"}

    # again is nothing new; the other way is another decision
    again = await resolve(api, stop_id, report_id=done["report_id"], note="asked both")
    assert again.json() == decided.json()
    otherwise = await resolve(api, stop_id, report_id=skipped["report_id"])
    assert otherwise.json()["decided"]["report_id"] == skipped["report_id"]
    assert await emptyings(api) == 0


async def test_a_crew_that_knows_both_settles_it_itself(api: Api) -> None:
    stop_id = await on_a_round(api)
    await said(api, stop_id, 0)
    skipped = await said(api, stop_id, 5, **SKIPPED, device_id=OTHER)
    settled = await said(api, stop_id, 9, follows=skipped["report_id"])
    assert (settled["stop"]["outcome"], settled["stop"]["conflict"]) == ("done", False)
    assert (await api.get("/conflicts")).json()["items"] == []
    (over,) = (await api.get("/conflicts", state="all")).json()["items"]
    assert (over["state"], len(over["marks"])) == ("settled", 3)


async def test_only_what_is_disputed_can_be_decided(api: Api) -> None:
    stop_id = await on_a_round(api)
    assert_problem(await resolve(api, uuid4(), report_id=str(uuid4())), 404)
    assert_problem(await resolve(api, stop_id, report_id=str(uuid4())), 409)
    done = await said(api, stop_id)
    assert_problem(await resolve(api, stop_id, report_id=done["report_id"]), 409)
    await said(api, stop_id, 5, **SKIPPED, device_id=OTHER)
    problem = assert_problem(await resolve(api, stop_id, report_id=str(uuid4())), 422)
    assert done["report_id"] in problem["detail"]
    assert_problem(await resolve(api, stop_id, report_id=done["report_id"], why="x"), 422)
    assert_problem(await resolve(api, stop_id, report_id=done["report_id"], note="x" * 1001), 422)


async def test_conflicts_come_in_pages_the_newest_first(api: Api) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    for stop in round_.stops[:2]:
        await said(api, stop.stop_id)
        await said(api, stop.stop_id, 1, **SKIPPED, device_id=OTHER)
        api.clock.now += timedelta(minutes=1)
    first = (await api.get("/conflicts", limit=1)).json()
    assert [one["bin_id"] for one in first["items"]] == ["bin-2"]
    second = (await api.get("/conflicts", limit=1, after=first["next"])).json()
    assert [one["bin_id"] for one in second["items"]] == ["bin-1"]
    assert second["next"] is None


async def test_every_mark_of_a_stop_can_be_read(api: Api) -> None:
    stop_id = await on_a_round(api)
    assert (await api.get(f"/stops/{stop_id}/reports")).json()["items"] == []
    assert_problem(await api.get(f"/stops/{uuid4()}/reports"), 404)
    done = await said(api, stop_id)
    await said(api, stop_id, 1, outcome="open", follows=done["report_id"])
    items = (await api.get(f"/stops/{stop_id}/reports")).json()["items"]
    assert [(m["outcome"], m["in_force"], m["disputed"]) for m in items] == [
        ("done", False, False),
        ("open", True, False),
    ]
    assert items[1]["follows"] == done["report_id"]


async def test_the_round_says_whose_it_is_and_how_full_its_bins_are(api: Api) -> None:
    await on_a_round(api)
    found = (await api.get("/crew/round", who="crew")).json()
    assert found["depot"]["timezone"] == "Pacific/Auckland"
    assert found["depot"]["position"] == {"lon": 14.4, "lat": 50.1}
    assert found["crew"] == {"crew_id": "crew", "name": "Crew"}
    assert found["vehicle"] == {"vehicle_id": "lorry", "name": "Lorry"}
    full, unknown, disposal = found["stops"]
    assert full["has_sensor"] is unknown["has_sensor"] is True
    assert full["level"] == {
        "fill_pct": 90,
        "measured_at": "2026-03-02T10:00:00Z",
        "age_s": 7200,
        "trust": "fresh",
    }
    assert unknown["level"] is None
    assert (disposal["has_sensor"], disposal["level"]) == (False, None)


async def test_the_revision_changes_with_each_mark_and_plan_and_not_otherwise(api: Api) -> None:
    stop_id = await on_a_round(api)
    seen: list[str] = []

    async def changed() -> bool:
        etag = seen[-1] if seen else ""
        answer = await api.client.get(
            "/crew/round", headers={**api.bearer("crew"), "If-None-Match": f'"x", {etag}'}
        )
        if answer.status_code == 304:
            assert answer.content == b""
            assert answer.headers["etag"] == etag
            return False
        assert answer.json()["revision"] in answer.headers["etag"]
        assert answer.headers["etag"] not in seen
        seen.append(answer.headers["etag"])
        return True

    assert await changed()
    assert not await changed()
    mark = await said(api, stop_id)
    assert await changed()
    await said(api, stop_id, report_id=mark["report_id"])
    async with store.connect(api.database_url) as conn:
        await add_readings(conn, [reading(2, at=NOON, fill_pct=40)])
    api.clock.now += timedelta(minutes=5)
    assert not await changed()
    await said(api, stop_id, 1, outcome="open", follows=mark["report_id"])
    assert await changed()
    await said(api, stop_id, 2, **SKIPPED, device_id=OTHER)
    assert await changed()
    await resolve(api, stop_id, report_id=mark["report_id"])
    assert not await changed(), "that mark was taken back and is no side"
    (conflict,) = (await api.get("/conflicts")).json()["items"]
    side = next(m["report_id"] for m in conflict["marks"] if m["disputed"])
    await resolve(api, stop_id, report_id=side)
    assert await changed()
    await saved_plan(api, a_round())
    assert await changed()
    assert not await changed()


async def test_whoever_listens_hears_which_stop_of_whose_round_changed(api: Api) -> None:
    before, round_ = a_round(), a_round()
    await saved_plan(api, before)
    plan_id = await saved_plan(api, round_)
    async with await psycopg.AsyncConnection.connect(api.database_url, autocommit=True) as conn:
        await conn.execute(f"LISTEN {CHANGED_CHANNEL}")
        # the new round's stop is the same visit as the old one, and that is told
        mark = await said(api, before.stops[0].stop_id)
        await said(api, before.stops[0].stop_id, report_id=mark["report_id"])
        await said(api, round_.stops[2].stop_id)
        heard = [json.loads(n.payload) async for n in conn.notifies(timeout=5, stop_after=2)]
    assert heard == [
        {
            "plan_id": str(plan_id),
            "round_id": str(round_.round_id),
            "stop_id": str(round_.stops[n].stop_id),
            "crew_id": "crew",
        }
        for n in (0, 2)
    ]
