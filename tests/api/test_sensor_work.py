import csv
import io
from typing import Any

import pytest

import store
from core.rules.advice import WHAT_TO_DO
from core.rules.health_state import HealthState
from core.rules.track import Track
from store import audit, tracks
from tests.api.parts import Api, assert_problem
from tests.api.test_sensors import HOUR, remembered
from tests.store.make import NOON


async def seen(api: Api, sensor_id: str = "sensor-2", **changes: Any) -> Any:  # noqa: ANN401 - JSON
    body = {
        "health": "silent",
        "note": "Jana goes on Tuesday",
        "until": (NOON + 48 * HOUR).isoformat(),
        **changes,
    }
    return await api.client.put(
        f"/sensors/{sensor_id}/seen", json=body, headers=api.bearer("device_admin")
    )


async def listed(api: Api, **query: Any) -> list[str]:  # noqa: ANN401 - any parameter
    page = (await api.get("/work/sensors", **query)).json()
    return [item["sensor_id"] for item in page["items"]]


async def test_who_needs_somebody_worst_first_counted_with_what_to_do(api: Api) -> None:
    await remembered(api)
    page = (await api.get("/work/sensors", who="device_admin")).json()
    assert [i["sensor_id"] for i in page["items"]] == ["sensor-3", "sensor-4", "sensor-2"]
    assert [(c["health"], c["sensors"], c["seen"]) for c in page["counts"]] == [
        ("never_heard", 2, 0),
        ("silent", 1, 0),
        ("ok", 1, 0),
    ]
    assert page["counts"][1]["what_to_do"] == WHAT_TO_DO[HealthState.SILENT]
    assert page["counts"][1]["needs_somebody"]
    assert (page["total"], page["streams"], page["depots"]) == (3, ["paper"], ["depot"])
    assert page["items"][2]["position"]["lon"] == pytest.approx(14.402)


async def test_filters_search_order_and_parts(api: Api) -> None:
    await remembered(api)
    assert await listed(api, health="silent") == ["sensor-2"]
    assert await listed(api, health="ok") == ["sensor-1"]
    assert await listed(api, search="STREET 3") == ["sensor-3"]
    assert await listed(api, search="bin-4") == ["sensor-4"]
    assert await listed(api, stream="glass") == []
    assert await listed(api, device="native", sort="sensor", descending=True) == [
        "sensor-4",
        "sensor-3",
        "sensor-2",
    ]
    # of two nothing was ever heard: they come last, whichever way round
    for descending in (True, False):
        assert (await listed(api, sort="heard", descending=descending))[0] == "sensor-2"
    assert await listed(api, skip=1, limit=1) == ["sensor-4"]
    only = (await api.get("/work/sensors", search="sensor-2")).json()
    assert [c["health"] for c in only["counts"]] == ["silent"]


async def test_what_somebody_has_seen_rests_until_its_time(api: Api) -> None:
    await remembered(api)
    answer = await seen(api)
    assert answer.status_code == 200, answer.text
    assert answer.json()["noted_by"] == "token of device_admin"
    async with store.connect(api.database_url) as conn:
        (entry,) = await audit.entries(conn, what="sensor.seen")
    assert (entry.who, entry.subject) == ("token of device_admin", "sensor sensor-2")
    assert entry.detail["note"] == "Jana goes on Tuesday"
    assert await listed(api) == ["sensor-3", "sensor-4"]
    (item,) = (await api.get("/work/sensors", seen="seen")).json()["items"]
    assert (item["seen"]["note"], item["seen"]["since"]) == (
        "Jana goes on Tuesday",
        "2026-02-26T08:00:00Z",
    )
    counts = (await api.get("/work/sensors")).json()["counts"]
    assert [c["seen"] for c in counts if c["health"] == "silent"] == [1]
    api.clock.now += 48 * HOUR
    assert "sensor-2" in await listed(api, health="silent")
    whole = (await api.get("/sensors/sensor-2")).json()
    assert whole["seen"] is None
    assert [n["note"] for n in whole["notes"]] == ["Jana goes on Tuesday"]
    assert whole["what_to_do"] == WHAT_TO_DO[HealthState.SILENT]


async def test_it_comes_back_when_its_trouble_is_another_one(api: Api) -> None:
    await remembered(api)
    await seen(api)
    async with store.connect(api.database_url) as conn:
        held = await tracks.lock(conn, ["sensor-2"])
        low = Track(
            bin_id="bin-2", newest_at=NOON, level_at=NOON, level_pct=4, battery_at=NOON,
            battery_v=2.1, battery_low_since=NOON,
        )  # fmt: skip
        await tracks.save(conn, dict.fromkeys(held, low))
    assert await listed(api, health="battery_low") == ["sensor-2"]
    # silent again later: not the silence that was seen
    api.clock.now += 40 * HOUR
    assert await listed(api, health="silent") == ["sensor-1", "sensor-2"]


async def test_a_note_takes_the_place_of_the_one_before_and_can_be_taken_back(api: Api) -> None:
    await remembered(api)
    await seen(api)
    await seen(api, note="Petr instead")
    back = await api.client.delete("/sensors/sensor-2/seen", headers=api.bearer("ops"))
    assert back.json() == {"sensor_id": "sensor-2", "was_open": True}
    again = await api.client.delete("/sensors/sensor-2/seen", headers=api.bearer("ops"))
    assert again.json()["was_open"] is False
    assert "sensor-2" in await listed(api)
    notes = (await api.get("/sensors/sensor-2")).json()["notes"]
    assert {n["note"]: n["ended_by"] for n in notes} == {
        "Jana goes on Tuesday": "token of device_admin",
        "Petr instead": "token of ops",
    }


async def test_only_what_is_the_matter_now_can_be_seen(api: Api) -> None:
    await remembered(api)
    problem = assert_problem(await seen(api, health="stuck"), 409)
    assert problem["detail"] == "sensor-2 is silent now, not stuck: look again."
    assert_problem(await seen(api, "sensor-1", health="ok"), 409)
    assert_problem(await seen(api, "ghost"), 404)
    for wrong in (NOON, NOON + 367 * 24 * HOUR):
        problem = assert_problem(await seen(api, until=wrong.isoformat()), 422)
        assert problem["errors"][0]["pointer"] == "#/until"
    assert_problem(await seen(api, note="  "), 422)


async def test_the_csv_is_the_list(api: Api) -> None:
    await remembered(api)
    async with store.connect(api.database_url) as conn:
        await conn.execute("UPDATE bins SET name = '=cmd|x, \"y\"' WHERE bin_id = 'bin-4'")
    answer = await api.get("/work/sensors.csv", sort="sensor", descending=True)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert answer.text.count("\r\n") == 4
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    shown = (await api.get("/work/sensors", sort="sensor", descending=True)).json()["items"]
    assert [r["sensor_id"] for r in rows] == [i["sensor_id"] for i in shown]
    assert [r["since"] for r in rows] == [i["health"]["since"] for i in shown]
    assert [r["why"] for r in rows] == [i["health"]["why"] for i in shown]
    assert rows[0]["bin_name"] == '\'=cmd|x, "y"'
    assert_problem(await api.get("/work/sensors.csv", who="crew"), 403)
