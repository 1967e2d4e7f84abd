import asyncio
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

import store
from core.errors import ConflictError, NotFoundError
from core.geo import Position
from core.levels import LevelSource
from core.plans import (
    DueReason,
    LeftOut,
    LeftOutReason,
    Outcome,
    Plan,
    PlanStatus,
    Round,
    SkipReason,
    Stop,
    StopKind,
    StopReport,
)
from store import plans, rounds
from store.levels import levels
from store.planner import give_back
from store.reports import emptyings_between, report_stop
from tests.store.make import NOON, add_readings, reading, registered

DAY = date(2026, 3, 2)
HOUR = timedelta(hours=1)
LEASE = timedelta(minutes=10)


def stop(seq: int, bin_id: str | None) -> Stop:
    return Stop(
        stop_id=uuid4(),
        seq=seq,
        kind=StopKind.BIN if bin_id else StopKind.DISPOSAL,
        position=Position(lon=14.4, lat=50.1),
        bin_id=bin_id,
        disposal_site_id=None if bin_id else "site",
        arrives_at=NOON,
        begins_at=NOON,
        service_s=60,
        expected_fill_pct=90.0 if bin_id else None,
        load_kg=70.0 if bin_id else None,
        due_reason=DueReason.OVER_THRESHOLD if bin_id else None,
    )


async def planned(conn: store.Connection) -> Plan:
    """A saved plan: one round over bin-1, bin-2 and the disposal site; bin-3 left out."""
    await plans.request_plan(conn, depot_id="depot", day=DAY, requested_by="t", now=NOON)
    claimed = await plans.claim_plan(conn, now=NOON, lease=LEASE)
    assert claimed is not None
    round_ = Round(
        round_id=uuid4(),
        vehicle_id="lorry",
        crew_id="crew",
        starts_at=NOON,
        ends_at=NOON + HOUR,
        distance_m=12_000,
        drive_s=1_800,
        load_kg=140,
        stops=(stop(1, "bin-1"), stop(2, "bin-2"), stop(3, None)),
    )
    out = LeftOut(bin_id="bin-3", reason=LeftOutReason.BELOW_THRESHOLD, detail="20 % full")
    plan = Plan(
        plan_id=claimed.plan_id,
        depot_id="depot",
        day=DAY,
        status=PlanStatus.READY,
        requested_at=claimed.requested_at,
        summary="1 round",
        travel_source="straight lines",
        bins_considered=3,
        bins_due=2,
        rounds=(round_,),
        left_out=(out,),
    )
    await plans.save_plan(conn, plan, now=NOON)
    return plan


async def the_stop(conn: store.Connection, seq: int = 1) -> UUID:
    found = await rounds.crew_round(conn, "crew", DAY)
    assert found is not None
    return found[1].stops[seq - 1].stop_id


def mark(stop_id: UUID, outcome: Outcome = Outcome.DONE, minutes: int = 0) -> StopReport:
    return StopReport(
        report_id=uuid4(),
        stop_id=stop_id,
        outcome=outcome,
        skip_reason=SkipReason.BLOCKED if outcome is Outcome.SKIPPED else None,
        note=None,
        reported_at=NOON + timedelta(minutes=minutes),
    )


async def say(conn: store.Connection, report: StopReport, crew_id: str = "crew") -> Stop:
    return await report_stop(
        conn, report, reported_by=crew_id, crew_id=crew_id, received_at=NOON + 2 * HOUR
    )


async def test_a_plan_is_read_back_as_it_was_saved(conn: store.Connection) -> None:
    await registered(conn)
    plan = await planned(conn)
    saved = await plans.plan(conn, plan.plan_id)
    assert saved is not None
    assert saved.status is PlanStatus.READY
    (round_,) = await rounds.rounds(conn, plan.plan_id)
    assert [(s.seq, s.bin_id, s.disposal_site_id) for s in round_.stops] == [
        (1, "bin-1", None),
        (2, "bin-2", None),
        (3, None, "site"),
    ]
    assert (round_.distance_m, round_.stops[0].name) == (12_000, "Street 1")
    assert list(await plans.left_out(conn, plan.plan_id)) == list(plan.left_out)


async def test_a_new_plan_supersedes_the_days_plan(conn: store.Connection) -> None:
    await registered(conn)
    first, second = await planned(conn), await planned(conn)
    ready = await plans.plans(conn, day=DAY, status=PlanStatus.READY)
    assert [p.plan_id for p in ready] == [second.plan_id]
    old = await plans.plan(conn, first.plan_id)
    assert old is not None
    assert old.status is PlanStatus.SUPERSEDED
    found = await rounds.crew_round(conn, "crew", DAY)
    assert found is not None
    assert found[0] == second.plan_id


async def test_asking_twice_is_one_request(conn: store.Connection) -> None:
    await registered(conn)
    one, two = [
        await plans.request_plan(conn, depot_id="depot", day=DAY, requested_by="t", now=NOON)
        for _ in range(2)
    ]
    assert one.plan_id == two.plan_id


async def test_two_planners_never_claim_the_same_plan(database_url: str) -> None:
    async with store.connect(database_url) as conn:
        await registered(conn)
        await plans.request_plan(conn, depot_id="depot", day=DAY, requested_by="t", now=NOON)

    async def claim() -> Plan | None:
        async with store.connect(database_url) as conn:
            return await plans.claim_plan(conn, now=NOON, lease=LEASE)

    claims = await asyncio.gather(*(claim() for _ in range(4)))
    assert len([c for c in claims if c]) == 1


async def test_a_plan_whose_planner_died_is_claimed_again_and_the_dead_cannot_save(
    conn: store.Connection,
) -> None:
    await registered(conn)
    await plans.request_plan(conn, depot_id="depot", day=DAY, requested_by="t", now=NOON)
    first = await plans.claim_plan(conn, now=NOON, lease=LEASE)
    assert await plans.claim_plan(conn, now=NOON + LEASE / 2, lease=LEASE) is None
    again = await plans.claim_plan(conn, now=NOON + 2 * LEASE, lease=LEASE)
    assert first is not None
    assert again is not None
    assert first.plan_id == again.plan_id
    await plans.fail_plan(conn, again.plan_id, summary="gave up", now=NOON)
    with pytest.raises(ConflictError, match="not running"):
        await plans.save_plan(conn, first, now=NOON)


async def test_a_plan_that_outlives_its_planners_is_given_up_in_words(
    conn: store.Connection,
) -> None:
    await registered(conn)
    await plans.request_plan(conn, depot_id="depot", day=DAY, requested_by="t", now=NOON)
    for n in range(plans.MOST_CLAIMS):
        assert await plans.claim_plan(conn, now=NOON + 2 * n * LEASE, lease=LEASE) is not None
    assert await plans.claim_plan(conn, now=NOON + 20 * LEASE, lease=LEASE) is None
    (plan,) = await plans.plans(conn)
    assert (plan.status, plan.summary.partition(":")[0]) == (PlanStatus.FAILED, "given up")


async def test_a_plan_given_back_was_not_the_planners_end(conn: store.Connection) -> None:
    await registered(conn)
    await plans.request_plan(conn, depot_id="depot", day=DAY, requested_by="t", now=NOON)
    for _ in range(2 * plans.MOST_CLAIMS):
        claimed = await plans.claim_plan(conn, now=NOON, lease=LEASE)
        assert claimed is not None
        await give_back(conn, claimed.plan_id)
    assert await plans.claim_plan(conn, now=NOON, lease=LEASE) is not None


async def test_done_empties_the_bin_once_however_often_it_is_said(conn: store.Connection) -> None:
    await registered(conn)
    await add_readings(conn, [reading(1, at=NOON - HOUR, fill_pct=85)])
    await planned(conn)
    done = mark(await the_stop(conn))
    assert (await say(conn, done)).outcome is Outcome.DONE
    assert (await say(conn, done)).outcome is Outcome.DONE
    assert await emptyings_between(conn, NOON, NOON + HOUR) == (1, 85)
    (level,) = await levels(conn, now=NOON, stale_after=48 * HOUR, bin_id="bin-1")
    assert (level.fill_pct, level.source, level.measured_at) == (0, LevelSource.CREW, NOON)


async def test_a_reading_measured_before_the_emptying_comes_too_late_to_fill_the_bin(
    conn: store.Connection,
) -> None:
    await registered(conn)
    await planned(conn)
    await say(conn, mark(await the_stop(conn)))
    await add_readings(conn, [reading(1, at=NOON - HOUR, fill_pct=85)])
    (level,) = await levels(conn, now=NOON, stale_after=48 * HOUR, bin_id="bin-1")
    assert level.fill_pct == 0
    await add_readings(conn, [reading(1, at=NOON + HOUR, fill_pct=7)])
    (level,) = await levels(conn, now=NOON + HOUR, stale_after=48 * HOUR, bin_id="bin-1")
    assert (level.fill_pct, level.source) == (7, LevelSource.SENSOR)


async def test_a_newer_mark_takes_the_emptying_back(conn: store.Connection) -> None:
    await registered(conn)
    await add_readings(conn, [reading(1, at=NOON - HOUR, fill_pct=85)])
    await planned(conn)
    stop_id = await the_stop(conn)
    await say(conn, mark(stop_id))
    assert (await say(conn, mark(stop_id, Outcome.SKIPPED, 5))).outcome is Outcome.SKIPPED
    assert await emptyings_between(conn, NOON, NOON + HOUR) == (0, None)
    (level,) = await levels(conn, now=NOON, stale_after=48 * HOUR, bin_id="bin-1")
    assert (level.fill_pct, level.source) == (85, LevelSource.SENSOR)


async def test_an_older_mark_that_arrives_later_changes_nothing(conn: store.Connection) -> None:
    await registered(conn)
    await planned(conn)
    stop_id = await the_stop(conn)
    await say(conn, mark(stop_id, minutes=5))
    assert (await say(conn, mark(stop_id, Outcome.SKIPPED, 0))).outcome is Outcome.DONE
    assert (await emptyings_between(conn, NOON, NOON + HOUR))[0] == 1


async def test_a_used_report_id_for_another_mark_is_refused(conn: store.Connection) -> None:
    await registered(conn)
    await planned(conn)
    first = mark(await the_stop(conn))
    await say(conn, first)
    other = StopReport(
        report_id=first.report_id,
        stop_id=first.stop_id,
        outcome=Outcome.SKIPPED,
        skip_reason=SkipReason.LOCKED,
        note=None,
        reported_at=NOON,
    )
    with pytest.raises(ConflictError, match="make a new id"):
        await say(conn, other)


async def test_a_crew_reaches_only_its_own_stops(conn: store.Connection) -> None:
    await registered(conn)
    await planned(conn)
    with pytest.raises(NotFoundError):
        await say(conn, mark(await the_stop(conn)), crew_id="another")


async def test_a_mark_made_before_a_replan_still_counts(conn: store.Connection) -> None:
    await registered(conn)
    await planned(conn)
    stop_id = await the_stop(conn)
    await planned(conn)
    assert (await say(conn, mark(stop_id))).outcome is Outcome.DONE
    assert (await emptyings_between(conn, NOON, NOON + HOUR))[0] == 1


async def test_a_disposal_stop_empties_no_bin(conn: store.Connection) -> None:
    await registered(conn)
    await planned(conn)
    assert (await say(conn, mark(await the_stop(conn, 3)))).outcome is Outcome.DONE
    assert (await emptyings_between(conn, NOON, NOON + HOUR))[0] == 0


async def test_one_mark_sent_by_two_requests_at_once_is_one(database_url: str) -> None:
    async with store.connect(database_url) as conn:
        await registered(conn)
        await planned(conn)
        done = mark(await the_stop(conn))

    async def send() -> Stop:
        async with store.connect(database_url) as conn:
            return await say(conn, done)

    sent = await asyncio.gather(*(send() for _ in range(5)))
    assert {s.outcome for s in sent} == {Outcome.DONE}
    async with store.connect(database_url) as conn:
        assert (await emptyings_between(conn, NOON, NOON + HOUR))[0] == 1
