"""What store.report reads of a plan that was driven, on the real database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

import store
from core.plans import Outcome, Plan, PlanStatus, Round, StopKind
from store import plans
from store.full_times import full_times
from store.report import bins_in_service, driven_rounds
from tests.store.make import NOON, add_readings, reading, registered
from tests.store.test_plans import DAY, HOUR, mark, planned, say, the_stop

SPAN: dict[str, Any] = {
    "timezone": "UTC",
    "first": DAY,
    "last": DAY,
    "since": NOON - 12 * HOUR,
    "until": NOON + 12 * HOUR,
    "fresh": timedelta(hours=48),
    "full_pct": 100.0,
}


async def test_rounds_come_with_what_crews_said_of_their_stops(conn: store.Connection) -> None:
    await registered(conn)
    await add_readings(conn, [reading(1, at=NOON - HOUR, fill_pct=93)])
    await planned(conn)
    await say(conn, mark(await the_stop(conn, 1), minutes=5))
    await say(conn, mark(await the_stop(conn, 2), Outcome.SKIPPED, minutes=9))
    (round_,) = await driven_rounds(conn, "depot", first=DAY, last=DAY)
    assert (round_.status, round_.distance_m, round_.day) == (PlanStatus.READY, 12_000, DAY)
    one, two, disposal = round_.stops
    assert (one.outcome, one.fill_before_pct) == (Outcome.DONE, 93)
    assert one.reported_at == NOON + timedelta(minutes=5)
    assert (two.outcome, two.skip_reason) == (Outcome.SKIPPED, "blocked")
    assert (disposal.kind, disposal.outcome) == (StopKind.DISPOSAL, None)
    assert (
        await driven_rounds(conn, "depot", first=DAY + timedelta(1), last=DAY + timedelta(9)) == []
    )


async def planned_again(conn: store.Connection, first: Plan, rounds: tuple[Round, ...]) -> None:
    await plans.request_plan(conn, depot_id="depot", day=DAY, requested_by="t", now=NOON)
    claimed = await plans.claim_plan(conn, now=NOON, lease=HOUR)
    assert claimed is not None
    again = replace(first, plan_id=claimed.plan_id, rounds=rounds, left_out=())
    await plans.save_plan(conn, again, now=NOON)


async def test_a_superseded_plan_counts_where_somebody_drove_it(conn: store.Connection) -> None:
    await registered(conn)
    first = await planned(conn)
    stop_id = await the_stop(conn, 1)
    await planned_again(conn, first, ())
    assert not await driven_rounds(conn, "depot", first=DAY, last=DAY)
    await say(conn, mark(stop_id))
    (round_,) = await driven_rounds(conn, "depot", first=DAY, last=DAY)
    assert round_.status is PlanStatus.SUPERSEDED
    assert [s.outcome for s in round_.stops] == [Outcome.DONE, None, None]


async def test_a_visit_that_the_new_plan_holds_too_is_told_there(conn: store.Connection) -> None:
    await registered(conn)
    await planned(conn)
    stop_id = await the_stop(conn, 1)
    await planned(conn)
    await say(conn, mark(stop_id))
    (round_,) = await driven_rounds(conn, "depot", first=DAY, last=DAY)
    assert round_.status is PlanStatus.READY
    assert [s.outcome for s in round_.stops] == [Outcome.DONE, None, None]


async def test_a_bin_is_full_from_the_reading_that_says_so_to_the_next_or_the_emptying(
    conn: store.Connection,
) -> None:
    await registered(conn)
    await add_readings(
        conn,
        [
            reading(1, at=NOON - 6 * HOUR, fill_pct=80),
            reading(1, at=NOON - 4 * HOUR, fill_pct=100),
            reading(1, at=NOON + 4 * HOUR, fill_pct=3),
            reading(2, at=NOON, fill_pct=100),
        ],
    )
    await planned(conn)
    await say(conn, mark(await the_stop(conn, 1), minutes=-60))
    (day,) = await full_times(conn, "depot", **SPAN)
    # bin 1: from -4 h to the crew's mark at -1 h; bin 2: from noon to midnight
    assert day.full_h == pytest.approx(3 + 12)
    assert day.known_h == pytest.approx(18 + 12)
    assert day.bins == 2


async def test_a_level_counts_no_longer_than_it_is_fresh_and_days_are_the_depots(
    conn: store.Connection,
) -> None:
    await registered(conn)
    await add_readings(conn, [reading(1, at=NOON - 14 * HOUR, fill_pct=100)])
    (short,) = await full_times(conn, "depot", **{**SPAN, "fresh": timedelta(hours=6)})
    assert short.full_h == pytest.approx(4)
    (long,) = await full_times(conn, "depot", **{**SPAN, "fresh": timedelta(hours=72)})
    assert long.full_h == pytest.approx(24)
    prague = {**SPAN, "timezone": "Europe/Prague", "since": NOON - 13 * HOUR}
    (cut,) = await full_times(conn, "depot", **prague)
    assert cut.full_h == pytest.approx(24)
    assert await bins_in_service(conn, "depot") == 3


async def test_days_without_anything_are_there_and_empty(conn: store.Connection) -> None:
    await registered(conn)
    found = await full_times(conn, "depot", **{**SPAN, "last": DAY + timedelta(days=2)})
    assert [(d.full_h, d.known_h, d.bins) for d in found] == [(0, 0, 0)] * 3


async def test_a_stop_that_a_new_plan_keeps_is_told_once(conn: store.Connection) -> None:
    await registered(conn)
    first = await planned(conn)
    await say(conn, mark(await the_stop(conn, 1), minutes=5))
    (old,) = first.rounds
    kept = tuple(replace(stop, kept=True) for stop in old.stops)
    await planned_again(conn, first, (replace(old, round_id=uuid4(), stops=kept, legs=()),))
    (round_,) = await driven_rounds(conn, "depot", first=DAY, last=DAY)
    assert round_.status is PlanStatus.READY
    assert [s.outcome for s in round_.stops] == [Outcome.DONE, None, None]
