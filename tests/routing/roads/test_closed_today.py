"""A street is closed in the middle of the day: the rest is planned around it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

import store
from core.geo import Position
from core.plans import Outcome, Plan, PlanStatus, Round, Stop, StopKind, StopReport
from core.replan import Replan
from routing.planner import Means
from routing.request import replan_day
from store import plans, replans
from store.reports import report_stop
from tests.routing.roads.maps import at
from tests.routing.roads.test_planning import standing, streets
from tests.routing.towns import DAY, NOW, fill, settings, site
from tests.routing.towns import town as town_of

SEVEN = NOW.replace(hour=7, minute=0)
ONE_LANE = "way_id,note\n112,burst pipe\n"


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[store.Pool]:
    async with store.open_pool(database_url, application="test") as opened:
        yield opened


def stop(seq: int, name: str, place: Position) -> Stop:
    is_bin = name != "site"
    return Stop(
        stop_id=uuid4(),
        seq=seq,
        kind=StopKind.BIN if is_bin else StopKind.DISPOSAL,
        position=place,
        bin_id=name if is_bin else None,
        disposal_site_id=None if is_bin else name,
        arrives_at=SEVEN,
        begins_at=SEVEN,
        service_s=60,
        expected_fill_pct=95 if is_bin else None,
        load_kg=70 if is_bin else None,
    )


async def morning(pool: store.Pool) -> Plan:
    """One bin is done in the south; another one and the site are in the north, up One Lane."""
    places = {"south": at(1.7, -0.02), "north": at(2.3, 1.02), "site": at(2.6, 1)}
    registry = town_of(
        [standing(name, places[name]) for name in ("south", "north")],
        sites=[site(lon=places["site"].lon, lat=places["site"].lat)],
        lon=at(0, 0).lon,
        lat=at(0, 0).lat,
    )
    await fill(pool, registry, {"south": 95, "north": 95})
    stops = tuple(stop(n, *item) for n, item in enumerate(places.items(), start=1))
    made = Round(
        round_id=uuid4(),
        vehicle_id="lorry",
        crew_id="crew-lorry",
        starts_at=SEVEN - timedelta(minutes=30),
        ends_at=SEVEN + timedelta(hours=1),
        distance_m=4_000,
        drive_s=600,
        load_kg=140,
        stops=stops,
    )
    report = StopReport(
        report_id=uuid4(),
        stop_id=stops[0].stop_id,
        outcome=Outcome.DONE,
        skip_reason=None,
        note=None,
        reported_at=SEVEN - timedelta(minutes=5),
    )
    async with store.transaction(pool) as conn:
        asked = await plans.request_plan(conn, depot_id="depot", day=DAY, requested_by="t", now=NOW)
        claimed = await plans.claim_plan(conn, now=NOW, lease=timedelta(hours=1))
        assert claimed is not None
        await plans.save_plan(conn, replace(claimed, rounds=(made,)), now=NOW)
        await report_stop(conn, report, reported_by="t", crew_id="crew-lorry", received_at=SEVEN)
        before = await replans.whole(conn, asked.plan_id)
    assert before is not None
    return before


async def replanned(
    pool: store.Pool, database_url: str, before: Plan, roads: str | None, closed: str | None
) -> Plan:
    return await replan_day(
        pool,
        settings(database_url, roads=roads),
        before=before,
        replan=Replan(closed=closed),
        now=SEVEN,
        means=Means(limit_s=0.5),
    )


async def test_the_rest_is_driven_around_a_street_that_was_closed_today(
    pool: store.Pool, database_url: str, town: Path
) -> None:
    before = await morning(pool)
    plain = await replanned(pool, database_url, before, str(town), None)
    assert "One Lane" in streets(plain.rounds[0].legs)
    plan = await replanned(pool, database_url, plain, str(town), ONE_LANE)
    assert plan.status is PlanStatus.READY, plan.summary
    (round_,) = plan.rounds
    assert [s.bin_id for s in round_.stops] == ["south", "north", None]
    assert len(round_.legs) == len(round_.stops) + 1
    assert "One Lane" not in streets(round_.legs)
    assert plan.travel_source is not None
    assert "1 closed street(s) left out" in plan.travel_source
    # what was closed today stays closed today
    again = await replanned(pool, database_url, plan, str(town), None)
    assert "One Lane" not in streets(again.rounds[0].legs)


async def test_straight_lines_know_no_streets_to_close(pool: store.Pool, database_url: str) -> None:
    before = await morning(pool)
    plan = await replanned(pool, database_url, before, None, ONE_LANE)
    assert plan.status is PlanStatus.FAILED
    assert "no street can be closed: no road engine is set (BRIMFUL_ROADS)" in plan.summary
    server = await replanned(pool, database_url, before, "http://localhost:1", ONE_LANE)
    assert "is a road server, which has closures of its own" in server.summary
