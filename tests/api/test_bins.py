from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

import store
from core.readings import Reading, Trust
from store import forecasts
from tests.api.parts import Api, assert_problem
from tests.store.make import NOON, add_readings, reading
from tests.store.test_forecasts import ONE

THREE_HOURS_LATER = "2026-03-02T07:30:00Z"


async def heard(api: Api, *readings: Reading) -> None:
    async with store.connect(api.database_url) as conn:
        await add_readings(conn, readings)


async def four_kinds(api: Api) -> None:
    """bin-1 fresh, bin-2 stale, bin-3 untrusted, bin-4 and bin-5 without level."""
    await heard(
        api,
        reading(1, at=NOON - timedelta(hours=1), fill_pct=87.5, battery_v=3.5),
        reading(2, at=NOON - timedelta(hours=49), fill_pct=90),
        reading(3, at=NOON - timedelta(hours=3), fill_pct=20),
        reading(
            3, at=NOON - timedelta(hours=2), fill_pct=None, raw_fill_pct=99, trust=Trust.TILTED
        ),
        reading(
            4, at=NOON - timedelta(hours=2), fill_pct=None, raw_fill_pct=99, trust=Trust.TILTED
        ),
    )


def ids(page: dict[str, Any]) -> list[str]:
    return [item["bin_id"] for item in page["items"]]


async def ask(api: Api, bin_id: str, who: str = "ops", **body: object) -> httpx.Response:
    return await api.client.put(f"/bins/{bin_id}/request", json=body, headers=api.bearer(who))


async def withdraw(api: Api, bin_id: str) -> httpx.Response:
    return await api.client.delete(f"/bins/{bin_id}/request", headers=api.bearer("ops"))


async def test_a_bin_shows_what_is_expected_of_it_and_what_somebody_asked_for(api: Api) -> None:
    bare = (await api.get("/bins/bin-1")).json()
    assert (bare["forecast"], bare["request"], bare["full_at"]) == (None, None, None)
    full_at = NOON + timedelta(days=2)
    async with store.connect(api.database_url) as conn, conn.transaction():
        await forecasts.save(conn, [replace(ONE, bin_id="bin-1", made_at=NOON, full_at=full_at)])
    asked = await ask(api, "bin-1", note=" market ")
    assert asked.status_code == 200
    assert asked.json()["note"] == "market"
    found = (await api.get("/bins/bin-1")).json()
    assert found["request"] == asked.json()
    forecast = found["forecast"]
    assert (forecast["grade"], forecast["overflow_probability"]) == ("medium", 0.25)
    assert len(forecast["bands"]) == 17  # three-hourly for two days
    assert forecast["bands"][1] == {
        "at": THREE_HOURS_LATER,
        "low_pct": 1.0,
        "median_pct": 2.0,
        "high_pct": 3.5,
    }
    listed = {item["bin_id"]: item for item in (await api.get("/bins")).json()["items"]}
    assert listed["bin-1"]["full_at"] == "2026-03-04T12:00:00Z"
    assert listed["bin-1"]["forecast_grade"] == "medium"
    assert listed["bin-2"]["full_at"] is None
    assert (await withdraw(api, "bin-1")).json() == {"bin_id": "bin-1", "was_open": True}
    assert (await api.get("/bins/bin-1")).json()["request"] is None


async def test_only_what_is_there_can_be_asked_for_and_only_by_ops(api: Api) -> None:
    assert_problem(await ask(api, "none"), 404)
    assert_problem(await ask(api, "bin-1", what=1), 422)
    assert_problem(await ask(api, "bin-1", note="x" * 501), 422)
    assert_problem(await withdraw(api, "none"), 404)
    assert_problem(await ask(api, "bin-1", "crew"), 403)


async def test_each_bin_has_its_level_with_age_and_trust(api: Api) -> None:
    await four_kinds(api)
    page = (await api.get("/bins")).json()
    assert page["next"] is None
    by_id = {item["bin_id"]: item for item in page["items"]}
    assert {bin_id: item["level"]["trust"] for bin_id, item in by_id.items()} == {
        "bin-1": "fresh",
        "bin-2": "stale",
        "bin-3": "untrusted",
        "bin-4": "no_level",
        "bin-5": "no_level",
    }
    assert by_id["bin-1"]["level"] == {
        "fill_pct": 87.5,
        "measured_at": "2026-03-02T11:00:00Z",
        "age_s": 3600,
        "trust": "fresh",
        "source": "sensor",
        "sensor_id": "sensor-1",
        "battery_v": 3.5,
        "heard_at": "2026-03-02T11:00:00Z",
    }
    # the last level that could be believed, and when something was heard at all
    assert by_id["bin-3"]["level"]["fill_pct"] == 20
    assert by_id["bin-3"]["level"]["heard_at"] == "2026-03-02T10:00:00Z"
    assert by_id["bin-4"]["level"]["fill_pct"] is None
    assert by_id["bin-4"]["level"]["age_s"] is None
    assert by_id["bin-1"]["position"] == {"lon": 14.401, "lat": 50.1}
    assert by_id["bin-5"]["position"] is None


async def test_a_level_becomes_stale_by_the_clock_alone(api: Api) -> None:
    await heard(api, reading(1, at=NOON))
    assert (await api.get("/bins/bin-1")).json()["level"]["trust"] == "fresh"
    api.clock.now += timedelta(hours=48, seconds=1)
    level = (await api.get("/bins/bin-1")).json()["level"]
    assert level["trust"] == "stale"
    assert level["age_s"] == 48 * 3600 + 1


async def test_a_level_from_a_clock_slightly_ahead_has_no_negative_age(api: Api) -> None:
    await heard(api, reading(1, at=NOON + timedelta(minutes=2)))
    assert (await api.get("/bins/bin-1")).json()["level"]["age_s"] == 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"trust": "fresh"}, ["bin-1"]),
        ({"trust": "no_level"}, ["bin-4", "bin-5"]),
        ({"stream": "glass"}, ["bin-5"]),
        ({"stream": "plastic"}, []),
        ({"depot_id": "depot"}, ["bin-1", "bin-2", "bin-3", "bin-4", "bin-5"]),
        ({"depot_id": "elsewhere"}, []),
        ({"min_fill_pct": 87.5}, ["bin-1", "bin-2"]),
        ({"min_fill_pct": 87.6}, ["bin-2"]),
        ({"min_fill_pct": 0}, ["bin-1", "bin-2", "bin-3"]),
        ({"min_fill_pct": 50, "trust": "stale"}, ["bin-2"]),
    ],
)
async def test_filters_hold_in_the_list_and_on_the_map(
    api: Api, query: dict[str, Any], expected: list[str]
) -> None:
    await four_kinds(api)
    assert ids((await api.get("/bins", **query)).json()) == expected
    on_map = (await api.get("/bins.geojson", **query)).json()
    shown = [feature["id"] for feature in on_map["features"]]
    assert shown == [bin_id for bin_id in expected if bin_id != "bin-5"]
    assert on_map["without_position"] == len(expected) - len(shown)


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 6])
async def test_pages_visit_every_bin_once_whatever_their_size(api: Api, limit: int) -> None:
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = (await api.get("/bins", limit=limit, **after)).json()
        assert 0 < len(page["items"]) <= limit
        seen += ids(page)
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert seen == [f"bin-{n}" for n in range(1, 6)]


async def test_the_map_is_geojson(api: Api) -> None:
    await four_kinds(api)
    response = await api.get("/bins.geojson")
    assert response.headers["content-type"] == "application/geo+json"
    collection = response.json()
    assert collection["type"] == "FeatureCollection"
    assert collection["without_position"] == 1
    assert len(collection["features"]) == 4
    for feature in collection["features"]:
        assert feature["type"] == "Feature"
        assert feature["geometry"]["type"] == "Point"
        lon, lat = feature["geometry"]["coordinates"]
        assert 14.4 < lon < 14.5
        assert lat == 50.1
        assert feature["properties"]["bin_id"] == feature["id"]
    assert collection["features"][0]["properties"] == {
        "bin_id": "bin-1",
        "name": "Street 1",
        "stream": "paper",
        "capacity_l": 1100,
        "threshold_pct": 80,
        "depot_id": "depot",
        "in_service": True,
        "fill_pct": 87.5,
        "measured_at": "2026-03-02T11:00:00Z",
        "age_s": 3600,
        "trust": "fresh",
        "source": "sensor",
    }


async def test_the_map_says_of_a_bin_what_the_list_says(api: Api) -> None:
    await four_kinds(api)
    ahead = NOON + timedelta(minutes=2, microseconds=250_000)
    await heard(api, reading(4, at=ahead, fill_pct=33.3))
    async with store.connect(api.database_url) as conn:
        await conn.execute(r"""UPDATE bins SET name = 'Ul. "U \ lípy"' WHERE bin_id = 'bin-4'""")
    listed = {one["bin_id"]: one for one in (await api.get("/bins")).json()["items"]}
    features = (await api.get("/bins.geojson")).json()["features"]
    assert [f["id"] for f in features] == ["bin-1", "bin-2", "bin-3", "bin-4"]
    for feature in features:
        one, told = listed[feature["id"]], feature["properties"]
        assert feature["geometry"]["coordinates"] == [*one["position"].values()]
        said = {**one, **one["level"]}
        at, told_at = said.pop("measured_at"), told.pop("measured_at")
        assert datetime.fromisoformat(told_at) == datetime.fromisoformat(at)
        assert told == {name: said[name] for name in told}
    assert listed["bin-4"]["name"] == 'Ul. "U \\ lípy"'
    assert features[-1]["properties"]["age_s"] == 0


async def test_a_bin_that_is_not_there_is_said_so(api: Api) -> None:
    assert "bin-99" in assert_problem(await api.get("/bins/bin-99"), 404)["detail"]
    assert_problem(await api.get("/bins/bin-99/readings"), 404)


async def test_the_last_week_before_until_is_the_default(api: Api) -> None:
    at = [NOON - timedelta(days=days) for days in (8, 20, 26, 28)]
    await heard(api, *(reading(1, at=moment) for moment in at))
    until = (NOON - timedelta(days=20)).strftime("%Y-%m-%dT%H:%M:%SZ")
    page = (await api.get("/bins/bin-1/readings", until=until)).json()
    assert [r["measured_at"] for r in page["items"]] == ["2026-02-04T12:00:00Z"]
    first = await api.get("/bins/bin-1/readings", until="0001-01-03T00:00:00Z")
    assert first.json() == {"items": [], "next": None}


async def test_history_shows_every_reading_with_trust_and_raw_values(api: Api) -> None:
    await heard(
        api,
        reading(1, at=NOON - timedelta(days=8)),
        reading(
            1, at=NOON - timedelta(hours=2), fill_pct=40, raw_fill_pct=None, raw_distance_mm=700
        ),
        reading(
            1,
            at=NOON - timedelta(hours=1),
            fill_pct=None,
            raw_fill_pct=99,
            tilted=True,
            trust=Trust.TILTED,
        ),
        reading(2, at=NOON - timedelta(hours=1)),
    )
    page = (await api.get("/bins/bin-1/readings", who="device_admin")).json()
    assert page["next"] is None
    assert [
        (r["measured_at"], r["fill_pct"], r["trust"], r["raw_fill_pct"], r["raw_distance_mm"])
        for r in page["items"]
    ] == [
        ("2026-03-02T10:00:00Z", 40, "trusted", None, 700),
        ("2026-03-02T11:00:00Z", None, "tilted", 99, None),
    ]
    # further back only when asked
    longer = await api.get("/bins/bin-1/readings", since="2026-02-01T00:00:00Z")
    assert len(longer.json()["items"]) == 3
    bounded = await api.get(
        "/bins/bin-1/readings", since="2026-03-02T10:00:00Z", until="2026-03-02T12:00:00+01:00"
    )
    assert [r["measured_at"] for r in bounded.json()["items"]] == ["2026-03-02T10:00:00Z"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
async def test_history_pages_visit_every_reading_once_also_of_two_sensors_at_one_moment(
    api: Api, limit: int
) -> None:
    times = [NOON - timedelta(microseconds=n) for n in (0, 1, 10, 11)]
    await heard(
        api,
        *(reading(1, at=at) for at in times),
        *(reading(1, at=at, sensor_id="second") for at in times[:3]),
    )
    seen: list[tuple[str, str]] = []
    after: dict[str, str] = {}
    while True:
        page = (await api.get("/bins/bin-1/readings", limit=limit, **after)).json()
        seen += [(r["measured_at"], r["sensor_id"]) for r in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert len(seen) == 7
    assert seen == sorted(set(seen))
