"""Where roads end: a bin in a field, one on an island, a closed street, no roads at all."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import store
from tests.routing.roads.maps import at, ladder
from tests.routing.towns import bin_, fill, lorry, site, town
from tests.services.command import brimful

pytestmark = pytest.mark.journey
ON_ROADS = {"south": (1.5, -0.02), "north": (2.5, 1.02)}
OFF_ROADS = {"field": (1.5, -3.0), "island": (0.5, 11.0)}


async def registered(database_url: str) -> None:
    """Full bins in a town of seven streets; the depot at its corner, the site at the other."""
    places = {**ON_ROADS, **OFF_ROADS}
    bins = [bin_(name, lon=at(*p).lon, lat=at(*p).lat) for name, p in places.items()]
    around_the_clock = lorry(shift_start=clock(0), shift_s=86_400)
    here = town(
        bins,
        vehicles=[around_the_clock],
        sites=[site(lon=at(3, 1).lon, lat=at(3, 1).lat)],
        lon=at(0, 0).lon,
        lat=at(0, 0).lat,
    )
    async with store.open_pool(database_url, application="test") as pool:
        now = datetime.now(UTC) - timedelta(minutes=5)
        await fill(pool, here, dict.fromkeys(places, 95.0), at=now)


async def planned(database_url: str, geojson: Path, **settings: str) -> tuple[Any, str]:
    """Plan tomorrow; return the plan and the streets of its rounds' ways, as drawn."""
    day = (datetime.now(UTC).date() + timedelta(days=1)).isoformat()
    arguments = ["--date", day, "--limit-s", "1", "--json", "--geojson", str(geojson)]
    code, out, err = await brimful(database_url, "plan", *arguments, **settings)
    assert code == 0, err
    (plan,) = json.loads(out)["plans"]
    return plan, geojson.read_text("utf-8")  # noqa: ASYNC240 - nothing waits for it


def on_rounds(plan: Any) -> set[str]:  # noqa: ANN401 - a document
    return {s["bin_id"] for r in plan["rounds"] for s in r["stops"] if s["bin_id"]}


def drives_past(drawn: str, column: float, row: float) -> bool:
    """Whether a way leads through a place, within a few metres."""
    place = at(column, row)
    lines = [
        f["geometry"]["coordinates"]
        for f in json.loads(drawn)["features"]
        if f["geometry"]["type"] == "LineString"
    ]
    return any(
        abs(lon - place.lon) < 1e-4 and min(a[1], b[1]) <= place.lat <= max(a[1], b[1])
        for line in lines
        for a, b in pairwise(line)
        for lon in [(a[0] + b[0]) / 2]
    )


async def test_every_bin_has_its_round_or_its_reason_whatever_the_roads(
    database_url: str, tmp_path: Path
) -> None:
    await registered(database_url)
    extract, roads, drawn = (
        ladder(tmp_path / "town.osm"),
        tmp_path / "roads",
        tmp_path / "x.geojson",
    )
    code, _, err = await brimful(database_url, "roads", "build", str(extract), "--out", str(roads))
    assert code == 0, err

    # on roads: what they reach is on a round, the rest says why it is not
    plan, way = await planned(database_url, drawn, BRIMFUL_ROADS=str(roads))
    assert plan["travel_source"].startswith("roads of town.osm for lorry")
    assert on_rounds(plan) == set(ON_ROADS)
    reasons = {entry["bin_id"]: entry for entry in plan["left_out"]}
    assert reasons["field"]["reason"] == "no_road_near"
    assert "m away, more than 100 m" in reasons["field"]["detail"]
    assert reasons["island"]["reason"] == "out_of_reach"
    assert json.loads(way)["attribution"] == "© OpenStreetMap contributors"
    assert drives_past(way, 3, 0.5)
    # the low underpass is no way for a lorry
    assert not drives_past(way, 1, 0.5)

    # East Lane is closed: another way, the same bins
    closed = tmp_path / "closed.csv"
    closed.write_text("way_id,note\n113,burst pipe\n", "utf-8")
    plan, way = await planned(
        database_url, drawn, BRIMFUL_ROADS=str(roads), BRIMFUL_ROADS_CLOSED=str(closed)
    )
    assert on_rounds(plan) == set(ON_ROADS)
    assert "1 closed street(s) left out" in plan["travel_source"]
    assert not drives_past(way, 3, 0.5)
    assert drives_past(way, 2, 0.5)

    # the roads are gone: rounds all the same, and nobody takes them for driven ones
    shutil.rmtree(roads)
    plan, way = await planned(database_url, drawn, BRIMFUL_ROADS=str(roads))
    assert plan["travel_source"].startswith("STRAIGHT LINES")
    assert str(roads) in plan["travel_source"]
    assert on_rounds(plan) == set(ON_ROADS) | set(OFF_ROADS)
    assert json.loads(way)["attribution"] is None
