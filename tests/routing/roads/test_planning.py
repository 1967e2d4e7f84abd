"""A plan on real roads: which bins they reach, and the way of each round as it is kept."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import store
from core.fleet import Depot
from core.geo import Position, haversine_m
from core.plans import LeftOutReason, Plan, PlanStatus, Round
from core.registry import BinRecord
from core.ways import Leg
from routing.request import plan_day
from store import rounds
from tests.routing.roads.maps import at
from tests.routing.towns import DAY, NOW, bin_, fill, settings, site
from tests.routing.towns import town as registry_of

DEPOT = Depot(depot_id="depot", name="Depot", position=at(0, 0))


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[store.Pool]:
    async with store.open_pool(database_url, application="test") as opened:
        yield opened


def standing(bin_id: str, place: Position) -> BinRecord:
    return bin_(bin_id, lon=place.lon, lat=place.lat)


async def planned(
    pool: store.Pool,
    database_url: str,
    bins: list[BinRecord],
    roads: str,
) -> Plan:
    """Plan a day on which all of the bins are full; the depot is a corner of the town."""
    registry = registry_of(
        bins,
        sites=[site(lon=at(3, 1).lon, lat=at(3, 1).lat)],
        lon=DEPOT.position.lon,
        lat=DEPOT.position.lat,
    )
    await fill(pool, registry, {b.bin_id: 95 for b in bins})
    return await plan_day(
        pool,
        settings(database_url, roads=roads),
        depot=DEPOT,
        day=DAY,
        now=NOW,
    )


def streets(legs: tuple[Leg, ...]) -> set[str]:
    return {step.street for leg in legs for step in leg.steps}


async def test_each_round_carries_its_way_and_keeps_it(
    pool: store.Pool, database_url: str, town: Path
) -> None:
    bins = [standing("south", at(2.5, -0.02)), standing("north", at(0.5, 1.02))]
    plan = await planned(pool, database_url, bins, str(town))
    assert plan.status is PlanStatus.READY
    assert plan.travel_source is not None
    assert plan.travel_source.startswith("roads of ladder.osm")
    (round_,) = plan.rounds
    assert len(round_.legs) == len(round_.stops) + 1
    # what is driven is what was planned
    assert sum(leg.drive_s for leg in round_.legs) == round_.drive_s
    assert abs(sum(leg.distance_m for leg in round_.legs) - round_.distance_m) <= len(round_.legs)
    # from the depot, past each stop, and home
    for leg, stop in zip(round_.legs, round_.stops, strict=False):
        end = Position(lon=leg.line[-1][0], lat=leg.line[-1][1])
        assert haversine_m(end, stop.position) < 10
    assert round_.legs[0].line[0] == pytest.approx((at(0, 0).lon, at(0, 0).lat), abs=1e-5)
    assert round_.legs[-1].line[-1] == pytest.approx((at(0, 0).lon, at(0, 0).lat), abs=1e-5)
    assert "Low Lane" not in streets(round_.legs)
    assert {"South Street", "North Street"} <= streets(round_.legs)
    async with store.transaction(pool) as conn:
        (kept,) = await rounds.rounds(conn, plan.plan_id, ways=True)
        (light,) = await rounds.rounds(conn, plan.plan_id)
        found = await rounds.crew_round(conn, "crew-lorry", DAY)
    assert kept.legs == round_.legs
    assert light.legs == ()
    assert found is not None
    assert found[1].legs == round_.legs


async def test_a_bin_far_from_every_road_is_left_out_with_the_metres(
    pool: store.Pool, database_url: str, town: Path
) -> None:
    far = at(1.5, -1)
    bins = [standing("near", at(1.5, -0.02)), standing("field", far)]
    plan = await planned(pool, database_url, bins, str(town))
    (entry,) = plan.left_out
    assert (entry.bin_id, entry.reason) == ("field", LeftOutReason.NO_ROAD_NEAR)
    told = re.search(r"(\d+) m away, more than 100 m", entry.detail)
    assert told is not None
    assert float(told[1]) == pytest.approx(haversine_m(far, at(1.5, 0)), rel=0.01)
    assert "BRIMFUL_ROADS_SNAP_LIMIT_M" in entry.detail
    # with a longer walk it is served
    wider = settings(database_url, roads=str(town), roads_snap_limit_m=400.0)
    again = await plan_day(pool, wider, depot=DEPOT, day=DAY, now=NOW)
    assert again.left_out == ()


async def test_a_bin_on_an_island_without_a_bridge_is_left_out(
    pool: store.Pool, database_url: str, town: Path
) -> None:
    bins = [standing("here", at(1.5, -0.02)), standing("island", at(0.5, 11))]
    plan = await planned(pool, database_url, bins, str(town))
    (entry,) = plan.left_out
    assert (entry.bin_id, entry.reason) == ("island", LeftOutReason.OUT_OF_REACH)
    assert _bins(plan.rounds) == {"here"}


async def test_a_town_without_its_roads_is_planned_on_straight_lines_loudly(
    pool: store.Pool, database_url: str, tmp_path: Path
) -> None:
    plan = await planned(pool, database_url, [standing("a", at(1, 0))], str(tmp_path / "gone"))
    assert plan.status is PlanStatus.READY
    assert plan.travel_source is not None
    assert plan.travel_source.startswith("STRAIGHT LINES")
    assert "there is no such folder" in plan.travel_source
    assert _bins(plan.rounds) == {"a"}


def _bins(planned_rounds: tuple[Round, ...]) -> set[str]:
    return {s.bin_id for r in planned_rounds for s in r.stops if s.bin_id is not None}
