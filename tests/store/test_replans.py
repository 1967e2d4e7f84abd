"""Stops through re-plans: the same stop, the same visit, and marks that come late."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

import store
from core.errors import NotFoundError
from core.plans import Outcome, Plan, PlanStatus, Round, Stop
from core.registry import CrewRecord, Registry, VehicleRecord
from core.replan import Replan
from core.rules.trust_limits import TrustLimits
from store import emptying_account, plans, replans, rounds
from store.reports import emptyings_between, report_stop
from tests.store.make import NOON, add_readings, reading, registered, town
from tests.store.test_plans import DAY, HOUR, LEASE, mark, stop


def two_lorries() -> Registry:
    plain = town(bins=4)
    van = plain.vehicles[0].model_copy(update={"vehicle_id": "van"})
    assert isinstance(van, VehicleRecord)
    return plain.model_copy(
        update={
            "vehicles": [*plain.vehicles, van],
            "crews": [*plain.crews, CrewRecord(crew_id="other", name="O", vehicle_id="van")],
        }
    )


def round_of(vehicle_id: str, stops: Sequence[Stop]) -> Round:
    return Round(
        round_id=uuid4(),
        vehicle_id=vehicle_id,
        crew_id="crew" if vehicle_id == "lorry" else "other",
        starts_at=NOON,
        ends_at=NOON + HOUR,
        distance_m=12_000,
        drive_s=1_800,
        load_kg=140,
        stops=tuple(replace(s, seq=n) for n, s in enumerate(stops, start=1)),
    )


async def saved(
    conn: store.Connection, *made: Round, before: Plan | None = None, replan: Replan | None = None
) -> Plan:
    asked = await plans.request_plan(
        conn,
        depot_id="depot",
        day=DAY,
        requested_by="t",
        now=NOON,
        replaces_plan_id=before.plan_id if before else None,
        replan=(replan or Replan()) if before else None,
    )
    claimed = await plans.claim_plan(conn, now=NOON, lease=LEASE, plan_id=asked.plan_id)
    assert claimed is not None
    proposed = replan is not None and replan.dry_run
    status = PlanStatus.PROPOSED if proposed else PlanStatus.READY
    await plans.save_plan(conn, replace(claimed, rounds=made, status=status), now=NOON)
    found = await replans.whole(conn, asked.plan_id)
    assert found is not None
    return found


async def say(
    conn: store.Connection,
    stop_id: UUID,
    crew_id: str,
    *,
    outcome: str = "done",
    minutes: int = 0,
) -> Stop:
    report = mark(stop_id, Outcome(outcome), minutes)
    return await report_stop(
        conn, report, reported_by=crew_id, crew_id=crew_id, received_at=NOON + 2 * HOUR
    )


async def morning(conn: store.Connection) -> Plan:
    """lorry: bin-1, bin-2 and the site; van: bin-3."""
    await registered(conn, two_lorries())
    return await saved(
        conn,
        round_of("lorry", [stop(1, "bin-1"), stop(2, "bin-2"), stop(3, None)]),
        round_of("van", [stop(1, "bin-3"), stop(2, None)]),
    )


def stop_of(plan: Plan, bin_id: str) -> Stop:
    (found,) = [s for r in plan.rounds for s in r.stops if s.bin_id == bin_id]
    return found


async def afternoon(conn: store.Connection, before: Plan) -> Plan:
    """bin-1 stays with the lorry, later; bin-2 moves to the van."""
    kept = replace(stop_of(before, "bin-1"), kept=True, arrives_at=NOON + HOUR, load_kg=50.0)
    kept = replace(kept, begins_at=NOON + HOUR)
    moved = replace(stop(1, "bin-2"), visit_id=stop_of(before, "bin-2").stop_id)
    return await saved(
        conn,
        round_of("lorry", [stop(1, None), kept]),
        round_of("van", [moved, replace(stop_of(before, "bin-3"), kept=True)]),
        before=before,
    )


async def test_a_stop_that_stays_is_the_same_stop_at_another_place(conn: store.Connection) -> None:
    before = await morning(conn)
    after = await afternoon(conn, before)
    was, now = stop_of(before, "bin-1"), stop_of(after, "bin-1")
    assert (now.stop_id, now.kept, now.seq) == (was.stop_id, True, 2)
    assert (now.arrives_at, now.load_kg) == (NOON + HOUR, 50)
    # in the plan before it stands where it stood
    old = await replans.whole(conn, before.plan_id)
    assert old is not None
    assert old.status is PlanStatus.SUPERSEDED
    assert (stop_of(old, "bin-1").seq, stop_of(old, "bin-1").load_kg) == (1, 70)
    # a mark answers with the stop as the plan in force has it
    answer = await say(conn, was.stop_id, "crew")
    assert (answer.outcome, answer.seq, answer.arrives_at) == (Outcome.DONE, 2, NOON + HOUR)


async def test_a_late_mark_on_the_stop_before_settles_the_one_that_moved(
    conn: store.Connection,
) -> None:
    before = await morning(conn)
    after = await afternoon(conn, before)
    await say(conn, stop_of(before, "bin-2").stop_id, "crew")
    found = await rounds.crew_round(conn, "other", DAY)
    assert found is not None
    (moved,) = [s for s in found[1].stops if s.bin_id == "bin-2"]
    assert (moved.stop_id, moved.outcome) == (stop_of(after, "bin-2").stop_id, Outcome.DONE)
    # once emptied is once emptied
    assert await emptyings_between(conn, NOON, NOON + HOUR) == (1, None)


@pytest.mark.parametrize("first", ["crew", "other"])
async def test_done_counts_whatever_the_other_crew_found(
    conn: store.Connection, first: str
) -> None:
    before = await morning(conn)
    after = await afternoon(conn, before)
    ids = {"crew": stop_of(before, "bin-2").stop_id, "other": stop_of(after, "bin-2").stop_id}
    second = "other" if first == "crew" else "crew"
    await say(conn, ids[first], first, minutes=5)
    await say(conn, ids[second], second, outcome="skipped", minutes=30)
    shown = await replans.whole(conn, after.plan_id)
    assert shown is not None
    assert stop_of(shown, "bin-2").outcome is Outcome.DONE
    # but each crew has said what it said
    own = {s.vehicle_id: s.stop.outcome for s in await replans.settled(conn, after)}
    lorry_first = {"lorry": Outcome.DONE, "van": Outcome.SKIPPED}
    assert own == (
        lorry_first if first == "crew" else {"van": Outcome.DONE, "lorry": Outcome.SKIPPED}
    )


async def test_whoever_did_it_can_take_it_back(conn: store.Connection) -> None:
    before = await morning(conn)
    after = await afternoon(conn, before)
    for outcome, minutes in [("done", 1), ("skipped", 5)]:
        await say(conn, stop_of(before, "bin-1").stop_id, "crew", outcome=outcome, minutes=minutes)
    shown = await replans.whole(conn, after.plan_id)
    assert shown is not None
    assert stop_of(shown, "bin-1").outcome is Outcome.SKIPPED
    assert await emptyings_between(conn, NOON, NOON + HOUR) == (0, None)


async def test_crews_mark_their_own_stops_of_both_plans_and_no_others(
    conn: store.Connection,
) -> None:
    before = await morning(conn)
    after = await afternoon(conn, before)
    await say(conn, stop_of(after, "bin-2").stop_id, "other")
    with pytest.raises(NotFoundError):
        await say(conn, stop_of(after, "bin-2").stop_id, "crew")


async def test_what_is_settled_is_known_of_the_whole_day_in_order(conn: store.Connection) -> None:
    before = await morning(conn)
    await say(conn, stop_of(before, "bin-3").stop_id, "other", minutes=20)
    after = await afternoon(conn, before)
    # late, for the stop that moved: the lorry has it on board, not the van
    await say(conn, stop_of(before, "bin-2").stop_id, "crew", minutes=10)
    found = await replans.settled(conn, after)
    assert [(s.stop.bin_id, s.vehicle_id, s.continued) for s in found] == [
        ("bin-2", "lorry", True),
        ("bin-3", "van", True),
    ]
    assert found[0].marked_at == NOON + timedelta(minutes=10)
    # a plan of the whole day begins anew
    fresh = await saved(conn, round_of("lorry", [stop(1, "bin-4"), stop(2, None)]))
    assert [s.continued for s in await replans.settled(conn, fresh)] == [False, False]
    assert await replans.settled(conn, replace(fresh, day=DAY + timedelta(days=1))) == []


async def test_a_new_plan_of_the_day_goes_on_with_open_visits_too(conn: store.Connection) -> None:
    before = await morning(conn)
    await say(conn, stop_of(before, "bin-3").stop_id, "other")
    asked = await plans.request_plan(
        conn, depot_id="depot", day=DAY, requested_by="t", now=NOON + 3 * HOUR
    )
    claimed = await plans.claim_plan(conn, now=NOON + 3 * HOUR, lease=LEASE, plan_id=asked.plan_id)
    assert claimed is not None
    made = round_of("van", [stop(1, "bin-2"), stop(2, "bin-3"), stop(3, None)])
    await plans.save_plan(conn, replace(claimed, rounds=(made,)), now=NOON + 3 * HOUR)
    after = await replans.whole(conn, asked.plan_id)
    assert after is not None
    # bin-3 was emptied before it was planned again: that is over
    assert stop_of(after, "bin-3").outcome is None
    await say(conn, stop_of(before, "bin-2").stop_id, "crew")
    shown = await replans.whole(conn, after.plan_id)
    assert shown is not None
    assert stop_of(shown, "bin-2").outcome is Outcome.DONE


async def test_emptyings_are_accounted_for_once_through_replans(conn: store.Connection) -> None:
    before = await morning(conn)
    await add_readings(conn, [reading(n, at=NOON - HOUR, fill_pct=90) for n in (1, 2, 3)])
    after = await afternoon(conn, before)
    await say(conn, stop_of(before, "bin-2").stop_id, "crew", minutes=10)
    late = NOON + timedelta(days=1)
    found = await emptying_account.account(
        conn,
        since=NOON - 5 * HOUR,
        until=late,
        now=late,
        limits=TrustLimits(),
        tolerance=HOUR,
        round_slack=8 * HOUR,
    )
    # bin-2 is known once, by the crew that was there; the van has not missed it
    assert [e.bin_id for e in found.emptyings] == ["bin-2"]
    missed = {d.disagreement.bin_id for d in found.disagreements}
    # kept and never marked: missed, though the plan it was made for is superseded
    assert missed == {"bin-1", "bin-3"}
    assert after.status is PlanStatus.READY


async def test_what_is_taken_back_is_open_for_whoever_has_it_now(conn: store.Connection) -> None:
    before = await morning(conn)
    after = await afternoon(conn, before)
    for bin_id in ("bin-1", "bin-2"):
        for outcome, minutes in [("done", 1), ("open", 5)]:
            stop_id = stop_of(before, bin_id).stop_id
            await say(conn, stop_id, "crew", outcome=outcome, minutes=minutes)
    shown = await replans.whole(conn, after.plan_id)
    assert shown is not None
    kept, moved = stop_of(shown, "bin-1"), stop_of(shown, "bin-2")
    assert (kept.outcome, moved.outcome) == (None, None)
    assert kept.report is not None
    assert kept.report.outcome is Outcome.OPEN
    assert moved.report is None
    assert await replans.settled(conn, after) == []
    assert await emptyings_between(conn, NOON, NOON + HOUR) == (0, None)
    # and done again by the other crew
    await say(conn, stop_of(after, "bin-2").stop_id, "other", minutes=30)
    assert await emptyings_between(conn, NOON, NOON + HOUR) == (1, None)


@pytest.mark.parametrize(
    ("said", "joined"),
    [([], True), (["done"], False), (["done", "open"], True), (["done", "open", "skipped"], False)],
)
async def test_a_plan_of_the_day_goes_on_with_stops_that_were_open_when_it_was_begun(
    conn: store.Connection, said: list[str], joined: bool
) -> None:
    before = await morning(conn)
    stop_id = stop_of(before, "bin-2").stop_id
    for n, outcome in enumerate(said):
        at = NOON - HOUR + timedelta(minutes=n)
        report = replace(mark(stop_id, Outcome(outcome)), reported_at=at)
        await report_stop(conn, report, reported_by="crew", crew_id="crew", received_at=at)
    await saved(conn, round_of("van", [stop(1, "bin-2"), stop(2, None)]))
    (found,) = await plans.plans(conn, status=PlanStatus.READY)
    now = await replans.whole(conn, found.plan_id)
    assert now is not None
    assert stop_of(now, "bin-2").visit_id == (stop_id if joined else None)
