"""What can never be served is taken out with the first reason that applies."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from core.bins import Closure
from core.geo import Position
from core.plans import DueReason, LeftOut, LeftOutReason
from core.vehicles import Compartment, Vehicle, VehicleSize
from routing.problem import Built
from routing.travel import UNREACHABLE_S, TravelTable
from tests.routing.worlds import EARLY, TRAVEL, Planned, built, due, hours, site, vehicle

FAR = Position(lon=16.0, lat=50.1)
GLASS = frozenset({"glass"})


def only_reason(result: Built) -> LeftOut:
    assert result.problem.visits == ()
    (entry,) = result.never
    return entry


def test_a_bin_that_can_be_served_is_in_the_problem() -> None:
    result = built([due(fill_pct=50)], vehicles=[vehicle()])
    assert result.never == ()
    (visit,) = result.problem.visits
    assert visit.load_kg == pytest.approx(1_100 * 0.5 * 0.07)
    assert visit.loose_l == 550
    assert result.problem.allowed.tolist() == [[True]]


@pytest.mark.parametrize(
    ("vehicles", "hours_later", "text"),
    [
        ([], 0, "no vehicle is registered for this depot"),
        ([vehicle(in_service=False)], 0, "no vehicle is in service: lorry is marked"),
        ([vehicle()], 12, "the shifts of all vehicles are over"),
    ],
)
def test_no_vehicle(vehicles: list[Vehicle], hours_later: int, text: str) -> None:
    entry = only_reason(built([due()], vehicles=vehicles, now=EARLY + timedelta(hours=hours_later)))
    assert entry.reason is LeftOutReason.NO_VEHICLE
    assert text in entry.detail


def test_no_vehicle_for_the_stream() -> None:
    entry = only_reason(built([due(stream="glass")], vehicles=[vehicle()]))
    assert entry.reason is LeftOutReason.NO_VEHICLE_FOR_STREAM
    assert "no vehicle of this depot carries glass" in entry.detail


def test_the_only_vehicle_for_the_stream_is_out_of_service() -> None:
    glass = vehicle("glass-lorry", streams=GLASS, in_service=False)
    entry = only_reason(built([due(stream="glass")], vehicles=[vehicle(), glass]))
    assert entry.reason is LeftOutReason.NO_VEHICLE_FOR_STREAM
    assert "glass-lorry (out of service)" in entry.detail


def test_no_disposal_site_for_what_is_mixed_in_one_compartment() -> None:
    mixed = vehicle(streams=frozenset({"paper", "glass"}))
    sites = [site("p"), site("g", streams=GLASS)]
    entry = only_reason(built([due()], vehicles=[mixed], sites=sites))
    assert entry.reason is LeftOutReason.NO_DISPOSAL_SITE_FOR_STREAM
    assert "glass + paper" in entry.detail
    parts = (Compartment(streams=frozenset({"paper"})), Compartment(streams=GLASS))
    assert built([due()], vehicles=[replace(mixed, compartments=parts)], sites=sites).never == ()


def test_no_disposal_site_at_all() -> None:
    entry = only_reason(built([due()], vehicles=[vehicle()], sites=[]))
    assert entry.reason is LeftOutReason.NO_DISPOSAL_SITE_FOR_STREAM


def test_a_disposal_site_that_is_closed_all_shift() -> None:
    closed = site(opening_hours=(hours("15:00", "18:00"),))
    entry = only_reason(built([due()], vehicles=[vehicle()], sites=[closed]))
    assert entry.reason is LeftOutReason.NO_DISPOSAL_SITE_FOR_STREAM
    assert "check their opening_hours" in entry.detail


def test_a_load_over_the_capacity_of_the_largest_vehicle() -> None:
    heavy = due(capacity_l=50_000.0, fill_pct=100)
    vehicles = [vehicle("a", capacity_kg=1_000), vehicle("b", capacity_kg=3_499)]
    entry = only_reason(built([heavy], vehicles=vehicles))
    assert entry.reason is LeftOutReason.OVER_VEHICLE_CAPACITY
    assert "3,500 kg" in entry.detail
    assert "at most 3,499 kg" in entry.detail
    assert built([heavy], vehicles=[vehicle(capacity_kg=3_500)]).never == ()


def test_more_litres_than_any_body_has_room_for() -> None:
    def body(volume_l: float, ratio: float) -> Vehicle:
        part = Compartment(
            streams=frozenset({"paper"}), volume_l=volume_l, compaction={"paper": ratio}
        )
        return vehicle(compartments=(part,))

    full = due(fill_pct=100)
    entry = only_reason(built([full], vehicles=[body(1_099.9, 1.0)]))
    assert entry.reason is LeftOutReason.OVER_VEHICLE_CAPACITY
    assert "its 1,100 litres are more" in entry.detail
    assert built([full], vehicles=[body(1_100, 1.0)]).never == ()
    assert built([full], vehicles=[body(275, 4.0)]).never == ()


def test_pinned_to_a_vehicle_that_does_not_work() -> None:
    away = vehicle("away", in_service=False)
    entry = only_reason(built([due(pinned_vehicle_id="away")], vehicles=[vehicle(), away]))
    assert entry.reason is LeftOutReason.PINNED_VEHICLE_AWAY
    assert "only away may empty it, and that vehicle is out of service" in entry.detail


def test_forbidden_to_everybody_who_could() -> None:
    kept = due(forbidden_vehicle_ids=frozenset({"lorry"}))
    entry = only_reason(built([kept], vehicles=[vehicle()]))
    assert entry.reason is LeftOutReason.PINNED_VEHICLE_AWAY
    assert "kept from every vehicle that could take it (lorry)" in entry.detail


def test_no_vehicle_is_small_enough() -> None:
    narrow = due(max_vehicle_size=VehicleSize.SMALL)
    entry = only_reason(built([narrow], vehicles=[vehicle(size=VehicleSize.MEDIUM)]))
    assert entry.reason is LeftOutReason.VEHICLE_TOO_LARGE
    assert "no vehicle larger than small gets there: lorry is medium" in entry.detail
    assert built([narrow], vehicles=[vehicle(size=VehicleSize.SMALL)]).never == ()


def test_a_bin_out_of_reach_within_any_shift() -> None:
    entry = only_reason(built([due(position=FAR)], vehicles=[vehicle()]))
    assert entry.reason is LeftOutReason.OUT_OF_REACH
    assert "the longest time a suitable vehicle has is 8:00 h" in entry.detail
    assert built([due(position=FAR)], vehicles=[vehicle(shift_s=86_400)]).never == ()


def test_too_little_of_the_shift_is_left_for_this_bin() -> None:
    noon_ish = EARLY + timedelta(hours=9, minutes=10)
    entry = only_reason(built([due()], vehicles=[vehicle()], now=noon_ish))
    assert entry.reason is LeftOutReason.OUT_OF_REACH
    assert "has is 0:20 h" in entry.detail


def test_the_shift_is_enough_to_the_second() -> None:
    (round_,) = Planned(built([due()], vehicles=[vehicle()])).rounds
    alone_s = int((round_.ends_at - round_.starts_at).total_seconds())
    assert built([due()], vehicles=[vehicle(shift_s=alone_s)]).never == ()
    entry = only_reason(built([due()], vehicles=[vehicle(shift_s=alone_s - 1)]))
    assert entry.reason is LeftOutReason.OUT_OF_REACH


def test_no_site_is_open_on_the_way_home() -> None:
    noon = site(opening_hours=(hours("06:00", "06:10"),))
    entry = only_reason(built([due()], vehicles=[vehicle()], sites=[noon]))
    assert entry.reason is LeftOutReason.OUT_OF_REACH
    assert "by way of a disposal site that is open then" in entry.detail


def test_hours_outside_every_shift() -> None:
    evening = due(windows=(hours("18:00", "20:00"),))
    entry = only_reason(built([evening], vehicles=[vehicle()]))
    assert entry.reason is LeftOutReason.WINDOW_CLOSED
    assert "leave no time in the shifts (06:00-14:00)" in entry.detail


def test_hours_too_early_to_be_there() -> None:
    at_dawn = due(windows=(hours("06:00", "06:02"),))
    entry = only_reason(built([at_dawn], vehicles=[vehicle()]))
    assert entry.reason is LeftOutReason.WINDOW_CLOSED
    assert "no vehicle can be there in its hours (06:00-06:02)" in entry.detail


def test_a_street_that_is_shut_all_shift() -> None:
    works = Closure(
        closure_id="works", name="W", hours=(hours("00:00", "00:00"),), bin_ids=frozenset({"bin"})
    )
    entry = only_reason(built([due()], vehicles=[vehicle()], closures=[works]))
    assert entry.reason is LeftOutReason.WINDOW_CLOSED
    over = replace(works, last_day=EARLY.date() - timedelta(days=1))
    assert built([due()], vehicles=[vehicle()], closures=[over]).never == ()


def test_a_bin_no_way_leads_to() -> None:
    plain = built([due("island"), due("bin")], vehicles=[vehicle()])
    places = plain.problem.ground.places
    table = TRAVEL.table_now(places.positions)
    drive_s, island = table.drive_s.copy(), places.bins["island"]
    drive_s[island, :] = drive_s[:, island] = UNREACHABLE_S
    travel = TravelTable(drive_s=drive_s, distance_m=table.distance_m, source="test")
    result = built([due("island"), due("bin")], vehicles=[vehicle()], travel=travel)
    assert list(result.problem.bins) == ["bin"]
    (entry,) = result.never
    assert entry.reason is LeftOutReason.OUT_OF_REACH
    assert "no way leads there" in entry.detail


def test_leaving_a_due_bin_out_costs_more_than_all_driving_and_prizes_of_the_day() -> None:
    wanted = [
        due("a", fill_pct=80),
        due("b", fill_pct=95),
        due("asked", fill_pct=20, reason=DueReason.REQUESTED),
        due("prize", prize_m=900_000),
    ]
    model = built(wanted, vehicles=[vehicle(), vehicle("second")]).model
    a, b, asked, prize = model.stops.penalty.tolist()
    assert prize == 900_000
    driven = 2 * int(model.vehicles.duration_s[0]) * 40
    assert a > prize + driven
    assert a < b < asked


def test_whole_numbers_never_overload_a_vehicle() -> None:
    part = Compartment(streams=frozenset({"paper"}), volume_l=123.456)
    loads = built(
        [due(fill_pct=fill_pct) for fill_pct in (0.0, 33.3)],
        vehicles=[vehicle(capacity_kg=70.19, compartments=(part,))],
    ).model
    assert loads.vehicles.capacity.tolist() == [[701, 1234]]
    # nothing still weighs something; 33.3 % of 1,100 l are 366.3 l: 25.641 kg, a third of the room
    assert loads.stops.load.tolist() == [[[1, 0], [257, 1221]]]
    assert np.array_equal(loads.stops.allowed, np.ones((2, 1), dtype=np.bool_))
