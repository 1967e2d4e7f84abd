"""Stops moved by hand, on a database: proposed where they can be driven, refused in words."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

import store
from core.plans import LeftOutReason, Outcome, Plan, PlanStatus, Round, Stop, StopKind
from core.replan import Move
from core.rules.moves import Wish, move_of
from routing.planner import Means
from routing.request import carry_out
from store import plans, replans, rounds
from tests.routing.test_replan import (
    TEN,
    at,
    bins_of,
    mark,
    morning,
    replanned,
    round_of,
    whole,
)
from tests.routing.towns import settings

EIGHT = at(8)


async def asked(
    pool: store.Pool, database_url: str, before: Plan, move: Move, *, now: datetime = TEN
) -> Plan:
    """Ask for a move and carry it out, as the planner does."""
    async with store.transaction(pool) as conn:
        wanted = await replans.request_move(
            conn, before=before, move=move, requested_by="ops", now=now
        )
        claimed = await plans.claim_plan(
            conn, now=now, lease=timedelta(minutes=5), plan_id=wanted.plan_id
        )
    assert claimed is not None
    made = await carry_out(pool, claimed, settings(database_url), now=now, means=Means(limit_s=0.1))
    return await whole(pool, made.plan_id)


def moving(before: Plan, stop: Stop, to: Round | None, ahead: Stop | None = None) -> Move:
    return move_of(
        Wish(
            stop_id=stop.stop_id,
            to_round_id=None if to is None else to.round_id,
            before_stop_id=None if ahead is None else ahead.stop_id,
        ),
        before,
    )


def to_do(round_: Round) -> list[Stop]:
    return [stop for stop in round_.stops if stop.outcome is None]


async def accepted(pool: store.Pool, plan: Plan) -> Plan:
    async with store.transaction(pool) as conn:
        await replans.accept_plan(conn, plan.plan_id, now=TEN)
    return await whole(pool, plan.plan_id)


async def test_a_stop_goes_to_another_vehicle_and_nothing_else_changes(
    pool: store.Pool, database_url: str
) -> None:
    before = await morning(pool, lorries=3, bins=12)
    one, two, three = (round_of(before, f"lorry-{n}") for n in (1, 2, 3))
    await mark(pool, "lorry-1", one.stops[:1], until=at(9, 50))
    await mark(pool, "lorry-2", two.stops[:2], until=at(9, 55))
    await mark(pool, "lorry-3", three.stops[:1], until=at(9, 45))
    stop, ahead = one.stops[2], two.stops[3]
    made = await asked(pool, database_url, before, moving(before, stop, two, ahead))

    assert made.status is PlanStatus.PROPOSED, made.summary
    assert made.summary.startswith(f"Street {stop.bin_id} moved from lorry-1 to lorry-2; lorry-")
    mine, other, idle = (round_of(made, f"lorry-{n}") for n in (1, 2, 3))
    assert bins_of(mine.stops) == bins_of(s for s in one.stops if s is not stop)
    assert bins_of(other.stops) == bins_of((*two.stops[:3], stop, *two.stops[3:]))
    # what stays is the same stop for the phones, disposal too
    assert [s.stop_id for s in mine.stops] == [s.stop_id for s in one.stops if s is not stop]
    (new,) = [s for s in other.stops if s.bin_id == stop.bin_id]
    assert (new.stop_id == stop.stop_id, new.visit_id) == (False, stop.stop_id)
    assert {s.stop_id for s in other.stops} - {new.stop_id} == {s.stop_id for s in two.stops}
    # whose round it does not concern drives on as if nothing had been
    assert [(s.stop_id, s.arrives_at) for s in idle.stops] == [
        (s.stop_id, s.arrives_at) for s in three.stops
    ]
    assert (idle.ends_at, idle.distance_m) == (three.ends_at, three.distance_m)
    assert [s.outcome for s in other.stops[:2]] == [Outcome.DONE, Outcome.DONE]
    # times are real ones again: from where the vehicle stands, one after the other
    moments = [s.arrives_at for s in to_do(other)]
    assert moments == sorted(moments)
    assert moments[0] >= TEN


async def test_a_crews_mark_holds_before_and_after_it_is_accepted(
    pool: store.Pool, database_url: str
) -> None:
    before = await morning(pool, bins=8)
    one, two = (round_of(before, f"lorry-{n}") for n in (1, 2))
    stop = one.stops[2]
    made = await asked(pool, database_url, before, moving(before, stop, two))
    # the crew that had it was quicker
    await mark(pool, "lorry-1", [stop], until=at(10, 5))
    await accepted(pool, made)
    async with store.transaction(pool) as conn:
        found = await rounds.crew_round(conn, "crew-lorry-2", before.day)
    assert found is not None
    (there,) = [s for s in found[1].stops if s.bin_id == stop.bin_id]
    assert there.outcome is Outcome.DONE


async def test_the_order_of_a_round_is_changed(pool: store.Pool, database_url: str) -> None:
    before = await morning(pool, lorries=1, bins=6)
    (one,) = before.rounds
    made = await asked(
        pool, database_url, before, moving(before, one.stops[4], one, one.stops[0]), now=at(8)
    )
    assert made.status is PlanStatus.PROPOSED, made.summary
    order = [one.stops[4], *one.stops[:4], *one.stops[5:]]
    (after,) = made.rounds
    assert [s.stop_id for s in after.stops] == [s.stop_id for s in order]
    # its shift has begun and it has not: it leaves now
    assert after.starts_at == EIGHT


async def test_a_stop_is_taken_off_and_stays_off(pool: store.Pool, database_url: str) -> None:
    before = await morning(pool, lorries=1, bins=6)
    stop = before.rounds[0].stops[1]
    made = await asked(pool, database_url, before, moving(before, stop, None), now=at(8))
    assert made.status is PlanStatus.PROPOSED, made.summary
    assert stop.bin_id not in bins_of(made.rounds[0].stops)
    (out,) = made.left_out
    assert (out.bin_id, out.reason) == (stop.bin_id, LeftOutReason.TAKEN_OFF)
    in_force = await accepted(pool, made)
    # 90 % full, so that a search would take it; a hand's decision holds for the day
    again = await replanned(pool, database_url, in_force, now=at(8, 30))
    assert stop.bin_id not in bins_of(again.rounds[0].stops)
    assert [e.reason for e in again.left_out if e.bin_id == stop.bin_id] == [
        LeftOutReason.TAKEN_OFF
    ]
    # put on again by hand it is to be emptied, and stays so
    (now_on,) = again.rounds
    back = await asked(
        pool,
        database_url,
        again,
        Move(bin_id=stop.bin_id, to_vehicle_id=now_on.vehicle_id),
        now=at(8, 40),
    )
    assert back.status is PlanStatus.PROPOSED, back.summary
    assert stop.bin_id in bins_of(back.rounds[0].stops)
    assert stop.bin_id not in [e.bin_id for e in back.left_out]
    third = await replanned(pool, database_url, await accepted(pool, back), now=at(8, 50))
    assert stop.bin_id in bins_of(third.rounds[0].stops)


async def test_without_its_last_bin_a_vehicle_stays_in(pool: store.Pool, database_url: str) -> None:
    before = await morning(pool, bins=2)
    one, two = (round_of(before, f"lorry-{n}") for n in (1, 2))
    made = await asked(pool, database_url, before, moving(before, one.stops[0], two), now=at(8))
    assert made.status is PlanStatus.PROPOSED, made.summary
    assert [r.vehicle_id for r in made.rounds] == ["lorry-2"]
    assert [s.kind for s in made.rounds[0].stops] == [
        StopKind.BIN,
        StopKind.BIN,
        StopKind.DISPOSAL,
    ]


async def refused(
    pool: store.Pool, database_url: str, before: Plan, move: Move, *, now: datetime = EIGHT
) -> str:
    made = await asked(pool, database_url, before, move, now=now)
    assert made.status is PlanStatus.FAILED, made.summary
    async with store.transaction(pool) as conn:
        in_force = await replans.in_force(conn, before.depot_id, before.day)
    assert in_force is not None
    assert in_force.plan_id == before.plan_id
    return made.summary


async def change(pool: store.Pool, sql: str, *values: Any) -> None:  # noqa: ANN401 - any column's
    async with store.transaction(pool) as conn:
        await conn.execute(sql.encode(), values)


async def test_the_end_of_the_shift_is_a_verdict_in_minutes(
    pool: store.Pool, database_url: str
) -> None:
    before = await morning(pool, bins=8)
    one, two = (round_of(before, f"lorry-{n}") for n in (1, 2))
    fits = await asked(pool, database_url, before, moving(before, one.stops[0], two), now=at(8))
    back = round_of(fits, "lorry-2").ends_at
    # one minute less than it would need; without the stop it is in time
    shift_s = (back - at(6)).total_seconds() - 60
    await change(pool, "UPDATE vehicles SET shift_s = %s WHERE vehicle_id = 'lorry-2'", shift_s)
    verdict = await refused(pool, database_url, before, moving(before, one.stops[0], two))
    ends = back - timedelta(minutes=1)
    assert verdict == (
        f"lorry-2: it is back at {back:%H:%M}, 1 min after its shift ends at {ends:%H:%M}"
    )


async def test_a_stream_that_it_does_not_carry(pool: store.Pool, database_url: str) -> None:
    before = await morning(pool, bins=4)
    one, two = (round_of(before, f"lorry-{n}") for n in (1, 2))
    await change(pool, "UPDATE vehicles SET streams = '{glass}' WHERE vehicle_id = 'lorry-2'")
    verdict = await refused(pool, database_url, before, moving(before, one.stops[0], two))
    assert f"lorry-2: bin {one.stops[0].bin_id} is paper, which it does not carry" in verdict


async def test_more_than_the_body_holds(pool: store.Pool, database_url: str) -> None:
    before = await morning(pool, bins=8, capacity_kg=300)
    one, two = (round_of(before, f"lorry-{n}") for n in (1, 2))
    verdict = await refused(pool, database_url, before, moving(before, one.stops[0], two))
    assert "over its capacity of 300.0 kg" in verdict


async def test_hours_that_cannot_be_kept(pool: store.Pool, database_url: str) -> None:
    before = await morning(pool, lorries=1, bins=4)
    (one,) = before.rounds
    first = one.stops[0]
    # first on the round it is reached at once, last after eight minutes
    windows = '[{"begins": "06:00", "ends": "08:05", "days": ["mon"]}]'
    await change(
        pool, "UPDATE bins SET windows = %s::jsonb WHERE bin_id = %s", windows, first.bin_id
    )
    verdict = await refused(pool, database_url, before, moving(before, first, one))
    assert f"bin {first.bin_id} is emptied at" in verdict
    assert "outside its hours" in verdict


async def test_a_crew_that_is_late_anyway_may_be_helped(
    pool: store.Pool, database_url: str
) -> None:
    before = await morning(pool, bins=12)
    one, two = (round_of(before, f"lorry-{n}") for n in (1, 2))
    # an hour is left of the shift of lorry-1, and it has more to do than that
    await mark(pool, "lorry-1", one.stops[:1], until=at(9, 50))
    await change(
        pool, "UPDATE vehicles SET shift_s = %s WHERE vehicle_id = 'lorry-1'", 4 * 3600 + 20 * 60
    )
    made = await asked(pool, database_url, before, moving(before, one.stops[3], two))
    assert made.status is PlanStatus.PROPOSED, made.summary
    assert "lorry-1 is late in any case" in made.summary
    # the other way round it would be later still
    verdict = await refused(pool, database_url, before, moving(before, two.stops[3], one), now=TEN)
    assert "min after its shift ends at 10:20" in verdict
    assert "lorry-1 is late in any case" in verdict


async def test_what_was_done_meanwhile_does_not_move(pool: store.Pool, database_url: str) -> None:
    before = await morning(pool, bins=6)
    one, two = (round_of(before, f"lorry-{n}") for n in (1, 2))
    await mark(pool, "lorry-1", one.stops[:2], until=at(9, 50))
    verdict = await refused(pool, database_url, before, moving(before, one.stops[1], two), now=TEN)
    assert verdict == (
        f"Street {one.stops[1].bin_id} was marked done at 09:50 meanwhile: "
        "what is done stays where it was done"
    )
    # nor does another come before what is done
    verdict = await refused(
        pool, database_url, before, moving(before, two.stops[0], one, one.stops[0]), now=TEN
    )
    assert verdict == "the stop it was to come before is marked, or on that round no more"


async def test_a_vehicle_that_broke_down_takes_nothing(pool: store.Pool, database_url: str) -> None:
    before = await morning(pool, bins=8)
    one, two = (round_of(before, f"lorry-{n}") for n in (1, 2))
    await mark(pool, "lorry-1", one.stops[:1], until=at(9, 50))
    after = await replanned(pool, database_url, before, broken=("lorry-1",))
    going = round_of(after, "lorry-2")
    assert two.vehicle_id == going.vehicle_id
    verdict = await refused(
        pool,
        database_url,
        after,
        moving(after, to_do(going)[0], round_of(after, "lorry-1")),
        now=at(10, 10),
    )
    assert verdict == "lorry-1 cannot work any more today"


@pytest.mark.parametrize("where", ["front", "end"])
async def test_a_break_stays_valid_or_finds_another_place(
    pool: store.Pool, database_url: str, where: str
) -> None:
    noon = '[{"earliest": "06:00", "latest": "09:30", "length_s": 1800, "owed_after_s": 60}]'
    before = await morning(pool, lorries=1, bins=6)
    await change(pool, "UPDATE vehicles SET breaks = %s::jsonb", noon)
    before = await replanned(pool, database_url, before, now=at(5), keep="all")
    (one,) = before.rounds
    assert [s.kind for s in one.stops].count(StopKind.BREAK) == 1
    bins = [s for s in one.stops if s.kind is StopKind.BIN]
    ahead = bins[0] if where == "front" else None
    made = await asked(
        pool, database_url, before, moving(before, bins[2], one, ahead), now=at(5, 10)
    )
    assert made.status is PlanStatus.PROPOSED, made.summary
    (rest,) = [s for s in made.rounds[0].stops if s.kind is StopKind.BREAK]
    assert at(6) <= rest.begins_at <= at(9, 30)


async def test_a_request_for_a_move_of_nothing_fails_in_words(
    pool: store.Pool, database_url: str
) -> None:
    before = await morning(pool, lorries=1, bins=2)
    gone = Move(stop_id=UUID(int=1), to_vehicle_id="lorry-1")
    assert await refused(pool, database_url, before, gone) == "the stop is on no round any more"
