"""From readings in a database to a saved plan, and back."""

import asyncio
import re
from collections import Counter
from datetime import date, datetime, timedelta

import pytest

import store
from core.fleet import Depot
from core.geo import Position
from core.plans import DueReason, LeftOutReason, Plan, PlanStatus, Policy, StopKind
from core.readings import Trust
from core.registry import VehicleRecord
from routing.planner import Means
from routing.request import carry_out, lease, plan_day
from store import fleet, forecasts, plans, replans, requests, rounds
from store import planner as planner_store
from tests.routing.towns import DAY, NOW, bin_, fill, lorry, reading, settings, site, town
from tests.store.make import add_readings

DEPOT = Depot(depot_id="depot", name="Depot", position=Position(lon=14.4, lat=50.1))


async def planned(
    pool: store.Pool, database_url: str, *, now: datetime = NOW, day: date = DAY
) -> Plan:
    by_threshold = settings(database_url, plan_policy=Policy.THRESHOLD)
    return await plan_day(pool, by_threshold, depot=DEPOT, day=day, now=now)


async def stored(pool: store.Pool, plan: Plan) -> Plan:
    async with store.transaction(pool) as conn:
        found = await plans.plan(conn, plan.plan_id)
    assert found is not None
    return found


def reasons(plan: Plan) -> dict[str, LeftOutReason]:
    return {entry.bin_id: entry.reason for entry in plan.left_out}


async def test_due_bins_are_on_rounds_and_the_plan_reads_back_as_it_was_made(
    pool: store.Pool, database_url: str
) -> None:
    await fill(pool, town([bin_("a"), bin_("b"), bin_("low")]), {"a": 85, "b": 100, "low": 30})
    plan = await planned(pool, database_url)
    assert plan.status is PlanStatus.READY
    (round_,) = plan.rounds
    assert {s.bin_id for s in round_.stops if s.kind is StopKind.BIN} == {"a", "b"}
    assert round_.stops[-1].disposal_site_id == "site"
    assert round_.crew_id == "crew-lorry"
    assert round_.starts_at == NOW.replace(hour=6, minute=0)
    # a little more than was measured: they go on filling until the round
    assert round_.load_kg == pytest.approx(1_100 * 1.85 * 0.07, rel=0.01)
    assert reasons(plan) == {"low": LeftOutReason.BELOW_THRESHOLD}
    assert (plan.bins_considered, plan.bins_due) == (3, 2)
    assert plan.travel_source == (
        "STRAIGHT LINES x 1.4 at 25 km/h (no road engine, BRIMFUL_ROADS is not set)"
    )
    assert plan.summary == f"1 round, 2 bins, {round_.distance_m / 1000:.1f} km"

    again = await stored(pool, plan)
    async with store.transaction(pool) as conn:
        stored_rounds = await rounds.rounds(conn, plan.plan_id)
        left_out = await plans.left_out(conn, plan.plan_id)
    assert (again.status, again.summary, again.bins_due) == (plan.status, plan.summary, 2)
    assert [s.stop_id for s in stored_rounds[0].stops] == [s.stop_id for s in round_.stops]
    assert [s.arrives_at for s in stored_rounds[0].stops] == [s.arrives_at for s in round_.stops]
    assert [e.reason for e in left_out] == [LeftOutReason.BELOW_THRESHOLD]


async def test_a_bin_that_will_be_full_before_the_next_round_is_due(
    pool: store.Pool, database_url: str
) -> None:
    await fill(pool, town([bin_("fast"), bin_("slow")]), {})
    async with store.transaction(pool) as conn:
        history = [
            reading("fast", fill_pct, at=NOW - timedelta(hours=hours))
            for hours, fill_pct in [(24 * n, 20 * ((3 - n) % 4)) for n in range(23, -1, -1)]
        ]
        history += [reading("slow", 60 - n, at=NOW - timedelta(days=n)) for n in range(20, -1, -1)]
        await add_readings(conn, history)
    plan = await planned(pool, database_url)
    (stop,) = [s for r in plan.rounds for s in r.stops if s.bin_id is not None]
    assert (stop.bin_id, stop.due_reason) == ("fast", DueReason.EXPECTED_OVER_THRESHOLD)
    # 20 % a day, and the round leaves one and a half hours after the reading
    assert stop.expected_fill_pct == pytest.approx(60 + 20 * 1.5 / 24, abs=0.3)
    # in an hour it is not yet
    sooner = settings(database_url, plan_round_interval_h=1, plan_policy=Policy.THRESHOLD)
    plan = await plan_day(pool, sooner, depot=DEPOT, day=DAY, now=NOW)
    assert reasons(plan)["fast"] is LeftOutReason.BELOW_THRESHOLD


async def test_every_reason_for_leaving_out(pool: store.Pool, database_url: str) -> None:
    bins = [
        bin_("served"),
        bin_("low"),
        bin_("silent"),
        bin_("stale"),
        bin_("untrusted"),
        bin_("gone", in_service=False),
        bin_("nowhere", lon=None, lat=None),
        bin_("glass", stream="glass"),
        bin_("plastic", stream="plastic"),
        bin_("heavy", capacity_l=60_000),
        bin_("far", lon=17.5),
        bin_("elsewhere", depot_id="other"),
    ]
    vehicles = [lorry(capacity_kg=3_000), lorry("plastic-lorry", streams=["plastic"])]
    registry = town(bins, vehicles=vehicles, sites=[site()])
    other = registry.depots[0].model_copy(update={"depot_id": "other"})
    registry = registry.model_copy(update={"depots": [*registry.depots, other]})
    full = {b.bin_id: 90.0 for b in bins} | {"low": 20.0}
    for silent in ("silent", "stale", "untrusted"):
        del full[silent]
    await fill(pool, registry, full)
    async with store.transaction(pool) as conn:
        await add_readings(
            conn,
            [
                reading("stale", 10, at=NOW - timedelta(days=5)),
                reading("untrusted", 50, at=NOW - timedelta(hours=2)),
                reading("untrusted", 95, at=NOW - timedelta(hours=1), trust=Trust.TILTED),
                reading("silent", 95, at=NOW, trust=Trust.TILTED),
            ],
        )
    plan = await planned(pool, database_url)
    assert reasons(plan) == {
        "low": LeftOutReason.BELOW_THRESHOLD,
        "silent": LeftOutReason.NO_LEVEL,
        "stale": LeftOutReason.STALE_LEVEL,
        "untrusted": LeftOutReason.STALE_LEVEL,
        "gone": LeftOutReason.OUT_OF_SERVICE,
        "nowhere": LeftOutReason.NO_POSITION,
        "glass": LeftOutReason.NO_VEHICLE_FOR_STREAM,
        "plastic": LeftOutReason.NO_DISPOSAL_SITE_FOR_STREAM,
        "heavy": LeftOutReason.OVER_VEHICLE_CAPACITY,
        "far": LeftOutReason.OUT_OF_REACH,
    }
    assert plan.bins_on_rounds == 1
    assert (plan.bins_considered, plan.bins_due) == (11, 5)
    assert "4 due bins left out" in plan.summary


async def test_an_overfull_day_serves_what_it_can_and_says_what_it_cannot(
    pool: store.Pool, database_url: str
) -> None:
    fills = {f"b{n}": 80.0 + n for n in range(20)}
    short = lorry(shift_s=60 * 60)
    await fill(pool, town([bin_(b) for b in fills], vehicles=[short]), fills)
    plan = await planned(pool, database_url)
    left = len(plan.left_out)
    assert 5 < left < 15
    assert Counter(reasons(plan).values()) == {LeftOutReason.NO_CAPACITY_LEFT: left}
    assert plan.bins_on_rounds == 20 - left
    assert f"{left} due bins left out: {left} no capacity left" in plan.summary
    detail = plan.left_out[0].detail
    assert "the paper vehicle is out for 0:5" in detail
    assert " of 1:00 h; it needs " in detail
    assert re.search(r" more minutes? on lorry", detail)


async def test_without_time_there_are_still_rounds(pool: store.Pool, database_url: str) -> None:
    fills = {f"b{n}": 90.0 for n in range(30)}
    await fill(pool, town([bin_(b) for b in fills]), fills)
    plan = await plan_day(
        pool, settings(database_url), depot=DEPOT, day=DAY, now=NOW, means=Means(limit_s=0.001)
    )
    assert plan.bins_on_rounds == 30


async def test_rounds_the_referee_refuses_are_replaced_by_the_first_ones(
    pool: store.Pool, database_url: str
) -> None:
    fills = {f"b{n}": 90.0 for n in range(20)}
    await fill(pool, town([bin_(b) for b in fills], vehicles=[lorry(capacity_kg=500)]), fills)
    async with store.transaction(pool) as conn:
        await plans.request_plan(conn, depot_id="depot", day=DAY, requested_by="t", now=NOW)
        claimed = await plans.claim_plan(conn, now=NOW, lease=timedelta(minutes=5))
    assert claimed is not None
    means = Means(search="tests.routing.overloaded:search", limit_s=10)
    plan = await carry_out(pool, claimed, settings(database_url), now=NOW, means=means)
    assert plan.status is PlanStatus.READY
    assert plan.bins_on_rounds == 20
    # 69 kg each
    assert plan.rounds[0].trips == 3


@pytest.mark.parametrize(
    ("fills", "vehicles", "summary"),
    [
        ({}, None, "nothing is due on 2026-03-02 (1 bin considered)"),
        ({"a": 20.0}, None, "nothing is due on 2026-03-02 (1 bin considered)"),
        ({"a": 90.0}, [], "no vehicle is registered for this depot: register one; 1 due bin left"),
        (
            {"a": 90.0},
            [lorry(in_service=False)],
            "no vehicle is in service: lorry is marked out of service; 1 due bin left out",
        ),
    ],
)
async def test_a_day_without_rounds_says_why(
    pool: store.Pool,
    database_url: str,
    fills: dict[str, float],
    vehicles: list[VehicleRecord] | None,
    summary: str,
) -> None:
    await fill(pool, town([bin_("a")], vehicles=vehicles), fills)
    plan = await planned(pool, database_url)
    assert plan.status is PlanStatus.READY
    assert plan.rounds == ()
    assert plan.summary.startswith(summary)
    assert len(plan.left_out) == 1


async def test_a_depot_without_bins(pool: store.Pool, database_url: str) -> None:
    await fill(pool, town([]), {})
    assert (await planned(pool, database_url)).summary == "no bins are registered for this depot"


async def test_in_the_middle_of_a_shift_the_round_starts_now_and_after_it_nobody_drives(
    pool: store.Pool, database_url: str
) -> None:
    await fill(pool, town([bin_("a")]), {"a": 90})
    at_nine = NOW.replace(hour=9, minute=0)
    (round_,) = (await planned(pool, database_url, now=at_nine)).rounds
    assert round_.starts_at == at_nine
    evening = await planned(pool, database_url, now=NOW.replace(hour=14, minute=30))
    assert reasons(evening) == {"a": LeftOutReason.NO_VEHICLE}
    assert "the shifts of all vehicles are over" in evening.summary


async def test_a_later_day_is_planned_from_its_shift_on(
    pool: store.Pool, database_url: str
) -> None:
    await fill(pool, town([bin_("a")], timezone="Europe/Prague"), {"a": 90})
    async with store.transaction(pool) as conn:
        (depot,) = await fleet.depots(conn)
    tomorrow = DAY + timedelta(days=1)
    plan = await plan_day(pool, settings(database_url), depot=depot, day=tomorrow, now=NOW)
    assert plan.rounds[0].starts_at == NOW.replace(day=3, hour=5, minute=0)


async def test_planning_again_supersedes(pool: store.Pool, database_url: str) -> None:
    await fill(pool, town([bin_("a")]), {"a": 90})
    first = await planned(pool, database_url)
    second = await planned(pool, database_url)
    assert (await stored(pool, first)).status is PlanStatus.SUPERSEDED
    assert (await stored(pool, second)).status is PlanStatus.READY


async def test_two_planners_and_one_request_make_one_plan(
    pool: store.Pool, database_url: str
) -> None:
    await fill(pool, town([bin_("a")]), {"a": 90})
    async with store.transaction(pool) as conn:
        asked = await plans.request_plan(conn, depot_id="depot", day=DAY, requested_by="t", now=NOW)

    async def one_planner() -> Plan | None:
        async with store.transaction(pool) as conn:
            claimed = await plans.claim_plan(
                conn, now=NOW, lease=lease(settings(database_url), Means())
            )
        if claimed is None:
            return None
        return await carry_out(
            pool, claimed, settings(database_url), now=NOW, means=Means(limit_s=0.3)
        )

    made = [plan for plan in await asyncio.gather(one_planner(), one_planner()) if plan]
    assert [plan.plan_id for plan in made] == [asked.plan_id]
    async with store.transaction(pool) as conn:
        assert len(await plans.plans(conn)) == 1
        assert len(await rounds.rounds(conn, asked.plan_id)) == 1


async def test_planning_the_same_day_twice_at_once_leaves_one_ready_plan(
    pool: store.Pool, database_url: str
) -> None:
    await fill(pool, town([bin_("a")]), {"a": 90})
    made = await asyncio.gather(*(planned(pool, database_url) for _planner in range(3)))
    assert len({plan.plan_id for plan in made}) == 3
    async with store.transaction(pool) as conn:
        statuses = Counter(plan.status for plan in await plans.plans(conn))
    assert statuses == {PlanStatus.READY: 1, PlanStatus.SUPERSEDED: 2}


async def test_what_nobody_expected_makes_a_failed_plan_that_says_so(
    pool: store.Pool, database_url: str
) -> None:
    await fill(pool, town([bin_("a")]), {"a": 90})
    async with store.transaction(pool) as conn:
        # a zone no registry file can hold: somebody wrote to the table
        await conn.execute("UPDATE depots SET timezone = 'Mars/Olympus'")
    plan = await planned(pool, database_url)
    assert plan.status is PlanStatus.FAILED
    assert plan.summary.startswith("the plan could not be made: ZoneInfoNotFoundError: ")
    assert (await stored(pool, plan)).summary == plan.summary


async def test_whoever_stops_their_own_plan_has_cancelled_it(
    pool: store.Pool, database_url: str
) -> None:
    fills = {f"b{n}": 90.0 for n in range(30)}
    await fill(pool, town([bin_(b) for b in fills]), fills)
    planning = asyncio.create_task(
        plan_day(
            pool, settings(database_url), depot=DEPOT, day=DAY, now=NOW, means=Means(limit_s=600)
        )
    )
    await asyncio.sleep(1.5)
    assert not planning.done()
    planning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await planning
    async with store.transaction(pool) as conn:
        (plan,) = await plans.plans(conn)
    assert plan.status is PlanStatus.CANCELLED


async def test_the_daily_plan_is_requested_once(pool: store.Pool) -> None:
    await fill(pool, town([bin_("a")]), {"a": 90})

    async def ask(now: datetime) -> Plan | None:
        async with store.transaction(pool) as conn:
            return await planner_store.request_daily_plan(
                conn,
                depot_id="depot",
                day=DAY,
                retry_failed_before=now - timedelta(minutes=15),
                now=now,
            )

    asked = await asyncio.gather(*(ask(NOW) for _planner in range(4)))
    (first,) = [plan for plan in asked if plan is not None]
    async with store.transaction(pool) as conn:
        await plans.claim_plan(conn, now=NOW, lease=timedelta(minutes=5))
        assert await ask(NOW) is None
        await plans.fail_plan(conn, first.plan_id, summary="no", now=NOW)
    assert await ask(NOW + timedelta(minutes=14)) is None
    assert await ask(NOW + timedelta(minutes=16)) is not None


async def test_the_next_plan_knows_the_last_rounds_of_each_vehicle(
    pool: store.Pool, database_url: str
) -> None:
    await fill(pool, town([bin_("a"), bin_("b")]), {"a": 85, "b": 100})
    plan = await planned(pool, database_url)
    order = [s.bin_id for s in plan.rounds[0].stops if s.bin_id is not None]
    async with store.transaction(pool) as conn:
        assert await planner_store.last_rounds(conn, "depot", until=DAY) == {"lorry": order}
        before = DAY - timedelta(days=1)
        assert await planner_store.last_rounds(conn, "depot", until=before) == {}


async def test_a_plan_keeps_its_policy_and_what_is_expected_and_serves_what_is_asked_for(
    pool: store.Pool, database_url: str
) -> None:
    await fill(pool, town([bin_("a"), bin_("full"), bin_("low")]), {"a": 5, "full": 95, "low": 5})
    async with store.transaction(pool) as conn:
        await requests.request(conn, "a", requested_by="ops", note=None, now=NOW)
    plan = await plan_day(
        pool,
        settings(database_url),
        depot=DEPOT,
        day=DAY,
        now=NOW,
        policy=Policy.DUE_ONLY,
        dial_m=7_000,
    )
    due = {s.bin_id: s.due_reason for r in plan.rounds for s in r.stops if s.bin_id is not None}
    assert due == {"a": DueReason.REQUESTED, "full": DueReason.OVER_THRESHOLD}
    read = await stored(pool, plan)
    assert (read.policy, read.dial_m) == (Policy.DUE_ONLY, 7_000)
    async with store.transaction(pool) as conn:
        kept = {one.bin_id: one for one in await forecasts.forecasts(conn, ["a", "full", "low"])}
    assert kept["full"].overflow_probability > 0.5 > kept["low"].overflow_probability
    assert kept["low"].made_at == NOW


async def test_by_iterations_the_same_seed_and_day_give_the_same_rounds(
    pool: store.Pool, database_url: str
) -> None:
    fills = {f"b{n}": 90.0 for n in range(25)}
    await fill(pool, town([bin_(b) for b in fills], vehicles=[lorry(), lorry("second")]), fills)
    means = Means(iterations=300, limit_s=60, seed=7)
    orders = []
    for day in (DAY, DAY + timedelta(days=1)):
        async with store.transaction(pool) as conn:
            # without a plan before it, so that both begin alike
            await conn.execute("DELETE FROM stops")
            await plans.request_plan(conn, depot_id="depot", day=day, requested_by="t", now=NOW)
            claimed = await plans.claim_plan(conn, now=NOW, lease=timedelta(minutes=5))
        assert claimed is not None
        plan = await carry_out(pool, claimed, settings(database_url), now=NOW, means=means)
        orders.append([[s.bin_id for s in r.stops] for r in plan.rounds])
    assert orders[0] == orders[1]


async def test_a_whole_day_is_proposed_and_in_force_when_it_is_accepted(
    pool: store.Pool, database_url: str
) -> None:
    await fill(pool, town([bin_("a"), bin_("b")]), {"a": 90, "b": 90})
    async with store.transaction(pool) as conn:
        await plans.request_plan(
            conn, depot_id="depot", day=DAY, requested_by="ops", now=NOW, dry_run=True
        )
        claimed = await plans.claim_plan(conn, now=NOW, lease=timedelta(minutes=5))
    assert claimed is not None
    made = await carry_out(pool, claimed, settings(database_url), now=NOW, means=Means(limit_s=1.0))
    assert made.status is PlanStatus.PROPOSED
    async with store.transaction(pool) as conn:
        assert await replans.in_force(conn, "depot", DAY) is None
        # a proposal that nobody accepts must not leave the day without its daily plan
        daily = await planner_store.request_daily_plan(
            conn, depot_id="depot", day=DAY, retry_failed_before=NOW, now=NOW
        )
        assert daily is not None
        accepted = await replans.accept_plan(conn, made.plan_id, now=NOW)
        again = await replans.accept_plan(conn, made.plan_id, now=NOW)
    assert accepted.status is PlanStatus.READY
    assert again == accepted
    assert len(made.rounds) == 1
