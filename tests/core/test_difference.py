"""What changes from one plan to another, in numbers and words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from core.geo import Position
from core.plans import (
    DueReason,
    LeftOut,
    LeftOutReason,
    Outcome,
    Plan,
    PlanStatus,
    Round,
    Stop,
    StopKind,
)
from core.rules.difference import difference
from core.rules.difference_told import in_words

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PRAGUE = ZoneInfo("Europe/Prague")


def stop(bin_id: str, seq: int, **fields: Any) -> Stop:  # noqa: ANN401 - any of its fields
    at = NOON + timedelta(minutes=10 * seq)
    plain = Stop(
        stop_id=uuid4(),
        seq=seq,
        kind=StopKind.BIN,
        position=Position(lon=14.4, lat=50.1),
        bin_id=bin_id,
        disposal_site_id=None,
        arrives_at=at,
        begins_at=at,
        service_s=60,
        due_reason=DueReason.OVER_THRESHOLD,
    )
    return replace(plain, **fields)


def round_(
    vehicle_id: str, bins: Sequence[str | Stop], *, km: float = 10, minutes: int = 0
) -> Round:
    stops = [b if isinstance(b, Stop) else stop(b, n) for n, b in enumerate(bins, start=1)]
    return Round(
        round_id=uuid4(),
        vehicle_id=vehicle_id,
        crew_id=None,
        starts_at=NOON,
        ends_at=NOON + timedelta(hours=2, minutes=minutes),
        distance_m=round(km * 1000),
        drive_s=3_600,
        load_kg=100.0,
        stops=tuple(stops),
    )


def plan(*rounds: Round, left_out: Sequence[LeftOut] = (), at: datetime = NOON) -> Plan:
    return Plan(
        plan_id=uuid4(),
        depot_id="depot",
        day=date(2026, 3, 2),
        status=PlanStatus.READY,
        requested_at=at,
        rounds=rounds,
        left_out=tuple(left_out),
    )


def test_the_same_rounds_are_no_difference() -> None:
    found = difference(
        plan(round_("a", ["1", "2"]), round_("b", ["3"])),
        plan(round_("a", ["1", "2"]), round_("b", ["3"])),
    )
    assert found.is_nothing
    assert found.order_kept == 1
    assert in_words(found, PRAGUE) == (
        "nothing changes: every vehicle has the same bins in the same order",
    )


def test_moved_added_and_dropped_stops_are_told_with_reasons() -> None:
    full = LeftOut(bin_id="3", reason=LeftOutReason.NO_CAPACITY_LEFT, detail="the lorry is full")
    before = plan(round_("a", ["1", "2", "3", "5"], km=20), round_("b", ["4"], km=5))
    after = plan(
        round_("a", ["1"], km=8, minutes=-30),
        round_("b", ["2", "4", stop("6", 3, due_reason=DueReason.REQUESTED)], km=9.5, minutes=5),
        left_out=[full],
    )
    found = difference(before, after)
    assert [(m.bin_id, m.from_vehicle_id, m.to_vehicle_id) for m in found.moved] == [
        ("2", "a", "b")
    ]
    assert found.moved[0].arrived_at == NOON + timedelta(minutes=20)
    assert found.moved[0].arrives_at == NOON + timedelta(minutes=10)
    assert [(a.bin_id, a.vehicle_id) for a in found.added] == [("6", "b")]
    assert [(d.bin_id, d.reason) for d in found.dropped] == [
        ("3", LeftOutReason.NO_CAPACITY_LEFT),
        ("5", None),
    ]
    assert (found.bins_before, found.bins_after) == (5, 4)
    assert (found.distance_before_m, found.distance_after_m) == (25_000, 17_500)
    assert in_words(found, PRAGUE) == (
        "1 stop moved from a to b: 2",
        "1 stop added for b: 6 (13:30, requested)",
        "dropped from a: 3 (no capacity left: the lorry is full)",
        "dropped from a: 5 (it is not considered)",
        "a: 3 bins fewer, 12.0 km less, back 14:30 instead of 15:00",
        "b: 2 bins more, 4.5 km more, back 15:05 instead of 15:00",
        (
            "in all: 4 bins on rounds instead of 5, 17.5 km instead of 25.0 km, "
            "100 % of the stops that stay keep their order"
        ),
    )


def test_the_share_of_the_order_that_is_kept() -> None:
    # of 1 2 3 4 5 driven as 5 1 2 3 4, four are in order; b's one is
    found = difference(
        plan(round_("a", ["1", "2", "3", "4", "5"]), round_("b", ["6"])),
        plan(round_("a", ["5", "1", "2", "3", "4"]), round_("b", ["6"])),
    )
    assert [(v.stays, v.in_order) for v in found.vehicles] == [(5, 4), (1, 1)]
    assert found.order_kept == 5 / 6
    assert "a: 1 of its stops in another order" in in_words(found, PRAGUE)


def test_what_was_done_before_does_not_count_for_the_order() -> None:
    done = [
        stop(b, 9, outcome=Outcome.DONE, reported_at=NOON - timedelta(minutes=m))
        for b, m in [("2", 50), ("1", 40)]
    ]
    before = plan(round_("a", ["1", "2", "3"]), at=NOON - timedelta(hours=3))
    found = difference(before, plan(round_("a", [*done, "3"])))
    assert [(v.stays, v.in_order) for v in found.vehicles] == [(1, 1)]
    # what was done after the new plan was asked for was open in it
    later = replace(done[0], reported_at=NOON + timedelta(minutes=1))
    found = difference(before, plan(round_("a", [later, "3"])))
    assert found.vehicles[0].stays == 2


def test_a_vehicle_that_goes_out_or_stays_in() -> None:
    found = difference(plan(round_("a", ["1"], km=4)), plan(round_("b", ["1"], km=6)))
    assert in_words(found, PRAGUE)[1:3] == (
        "a: stays in, 1 bin fewer",
        "b: goes out, 1 bin, 6.0 km, back 15:00",
    )


def test_a_bin_visited_twice_is_matched_by_the_visit() -> None:
    first: UUID = uuid4()
    before = plan(
        round_("a", [stop("1", 1, stop_id=first, outcome=Outcome.DONE, reported_at=NOON)])
    )
    after = plan(
        round_("a", [stop("1", 1, stop_id=first, outcome=Outcome.DONE, reported_at=NOON)]),
        round_("b", [stop("1", 1, due_reason=DueReason.REQUESTED)]),
    )
    found = difference(before, after)
    assert not found.moved
    assert [(a.bin_id, a.vehicle_id) for a in found.added] == [("1", "b")]


def test_many_names_are_counted() -> None:
    bins = [f"bin-{n}" for n in range(9)]
    found = difference(plan(round_("a", bins)), plan(round_("b", bins)))
    assert in_words(found, PRAGUE)[0] == (
        "9 stops moved from a to b: bin-0, bin-1, bin-2, bin-3, bin-4, bin-5 and 3 more"
    )
