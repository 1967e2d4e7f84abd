from datetime import timedelta
from typing import Any

import store
from core.readings import Rejection, RejectReason
from core.rules.track import Track
from store import rejected, tracks
from tests.api.parts import Api, assert_problem
from tests.store.make import NOON

HOUR = timedelta(hours=1)


async def remembered(api: Api) -> None:
    """sensor-1 well, sensor-2 silent, the others never heard."""
    async with store.connect(api.database_url) as conn:
        held = await tracks.lock(conn, ["sensor-1", "sensor-2"])
        ago = {"sensor-1": 1, "sensor-2": 100}
        await tracks.save(
            conn,
            {
                sensor_id: Track(
                    bin_id=sensor_id.replace("sensor", "bin"),
                    newest_at=NOON - ago[sensor_id] * HOUR,
                    interval_s=3_600,
                    level_at=NOON - ago[sensor_id] * HOUR,
                    level_pct=40,
                    battery_at=NOON - ago[sensor_id] * HOUR,
                    battery_v=3.5,
                )
                for sensor_id in held
            },
        )


def states(page: dict[str, Any]) -> dict[str, str]:
    return {item["sensor_id"]: item["health"]["state"] for item in page["items"]}


async def test_each_sensor_with_how_it_does(api: Api) -> None:
    await remembered(api)
    page = (await api.get("/sensors", who="device_admin")).json()
    assert states(page) == {
        "sensor-1": "ok",
        "sensor-2": "silent",
        "sensor-3": "never_heard",
        "sensor-4": "never_heard",
    }
    first = page["items"][0]
    assert (first["bin_id"], first["bin_name"], first["depot_id"]) == ("bin-1", "Street 1", "depot")
    assert (first["heard_at"], first["age_s"]) == ("2026-03-02T11:00:00Z", 3600)
    assert (first["battery_v"], first["battery_pct"], first["device"]) == (3.5, None, "native")
    silent = page["items"][1]["health"]
    assert silent["since"] == "2026-02-26T08:00:00Z"
    assert silent["why"].startswith("nothing heard for 4 days")


async def test_one_that_sends_what_nobody_can_read_is_not_called_never_heard(api: Api) -> None:
    async with store.connect(api.database_url) as conn:
        await rejected.set_aside(
            conn,
            [
                Rejection(
                    topic="v3/town/devices/x/up",
                    payload=str(n).encode(),
                    received_at=NOON - n * HOUR,
                    reason=RejectReason.UNREADABLE_FRAME,
                    detail="port 85: no table for 3 bytes",
                    sensor_id="sensor-3",
                )
                for n in (1, 2)
            ],
        )
    found = (await api.get("/sensors/sensor-3")).json()
    assert found["health"] == {
        "state": "unreadable",
        "since": "2026-03-02T10:00:00Z",
        "why": "sends, and nothing of it can be read: 2 messages since 2 March 2026 10:00 UTC, the "
        "last: unreadable_frame (port 85: no table for 3 bytes)",
    }
    assert found["heard_at"] is None
    page = (await api.get("/sensors", health="unreadable")).json()
    assert list(states(page)) == ["sensor-3"]


async def test_filters_and_pages(api: Api) -> None:
    await remembered(api)
    only = (await api.get("/sensors", health="never_heard", limit=1)).json()
    assert (list(states(only)), only["next"]) == (["sensor-3"], "sensor-3")
    rest = (await api.get("/sensors", health="never_heard", after="sensor-3")).json()
    assert (list(states(rest)), rest["next"]) == (["sensor-4"], None)
    assert (await api.get("/sensors", depot_id="elsewhere")).json()["items"] == []
    assert list(states((await api.get("/sensors", bin_id="bin-2")).json())) == ["sensor-2"]


async def test_one_sensor_with_every_bin_it_sat_in(api: Api) -> None:
    found = (await api.get("/sensors/sensor-1")).json()
    assert found["health"]["state"] == "never_heard"
    assert found["mountings"] == [
        {"bin_id": "bin-1", "mounted_at": "2025-03-02T12:00:00Z", "unmounted_at": None}
    ]
    problem = assert_problem(await api.get("/sensors/ghost"), 404)
    assert problem["detail"] == "There is no sensor ghost."


async def test_a_bin_names_its_sensors(api: Api) -> None:
    await remembered(api)
    found = (await api.get("/bins/bin-2")).json()
    assert [(s["sensor_id"], s["health"]["state"]) for s in found["sensors"]] == [
        ("sensor-2", "silent")
    ]
    assert (await api.get("/bins/bin-5")).json()["sensors"] == []


async def test_crews_may_not(api: Api) -> None:
    assert_problem(await api.get("/sensors", who="crew"), 403)
    assert_problem(await api.get("/sensors/sensor-1", who="crew"), 403)


async def test_a_wrong_state_is_told_the_right_ones(api: Api) -> None:
    problem = assert_problem(await api.get("/sensors", health="bad"), 422)
    assert problem["errors"][0]["parameter"] == "health"
    assert "silent" in problem["detail"]
    assert_problem(await api.get("/sensors", state="silent"), 422)
