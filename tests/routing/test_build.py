from datetime import timedelta

import numpy as np
import pytest

from core.geo import Position
from core.plans import LeftOut, LeftOutReason
from core.vehicles import Vehicle
from routing.build import Built, places
from routing.problem import capacity_hg, load_hg
from routing.travel import UNREACHABLE_S, TravelTable
from tests.routing.worlds import EARLY, TRAVEL, built, depot, due, site, vehicle

FAR = Position(lon=16.0, lat=50.1)


def only_reason(result: Built) -> LeftOut:
    assert result.problem.stops == ()
    (entry,) = result.never
    return entry


def test_a_bin_that_can_be_served_is_in_the_problem() -> None:
    result = built([due(fill_pct=50)], vehicles=[vehicle()])
    assert result.never == ()
    (stop,) = result.problem.stops
    assert stop.load_kg == pytest.approx(1_100 * 0.5 * 0.07)
    assert result.problem.suitable.tolist() == [[True]]


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
    glass = vehicle("glass-lorry", streams=frozenset({"glass"}), in_service=False)
    entry = only_reason(built([due(stream="glass")], vehicles=[vehicle(), glass]))
    assert entry.reason is LeftOutReason.NO_VEHICLE_FOR_STREAM
    assert "glass-lorry (out of service)" in entry.detail


def test_no_disposal_site_for_all_that_the_vehicle_may_carry() -> None:
    both = vehicle(streams=frozenset({"paper", "glass"}))
    sites = [site("p"), site("g", streams=frozenset({"glass"}))]
    entry = only_reason(built([due()], vehicles=[both], sites=sites))
    assert entry.reason is LeftOutReason.NO_DISPOSAL_SITE_FOR_STREAM
    assert "glass + paper" in entry.detail
    assert built([due()], vehicles=[vehicle()], sites=sites).never == ()


def test_no_disposal_site_at_all() -> None:
    entry = only_reason(built([due()], vehicles=[vehicle()], sites=[]))
    assert entry.reason is LeftOutReason.NO_DISPOSAL_SITE_FOR_STREAM


def test_a_load_over_the_capacity_of_the_largest_vehicle() -> None:
    heavy = due(capacity_l=50_000.0, fill_pct=100)
    vehicles = [vehicle("a", capacity_kg=1_000), vehicle("b", capacity_kg=3_499)]
    entry = only_reason(built([heavy], vehicles=vehicles))
    assert entry.reason is LeftOutReason.OVER_VEHICLE_CAPACITY
    assert "3,500 kg" in entry.detail
    assert "at most 3,499 kg" in entry.detail
    assert built([heavy], vehicles=[vehicle(capacity_kg=3_500)]).never == ()


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
    problem = built([due()], vehicles=[vehicle()]).problem
    alone_s = int(problem.model.route_cost_s(0, (0,)) + problem.stops[0].service_s)
    assert built([due()], vehicles=[vehicle(shift_s=alone_s)]).never == ()
    entry = only_reason(built([due()], vehicles=[vehicle(shift_s=alone_s - 1)]))
    assert entry.reason is LeftOutReason.OUT_OF_REACH


def test_a_bin_no_way_leads_to() -> None:
    dues = [due("island"), due("bin")]
    table = TRAVEL.table_now(places(depot(), [site()], dues))
    drive_s = table.drive_s.copy()
    drive_s[2, :] = drive_s[:, 2] = UNREACHABLE_S
    travel = TravelTable(drive_s=drive_s, distance_m=table.distance_m, source="test")
    result = built(dues, vehicles=[vehicle()], travel=travel)
    assert [stop.bin_id for stop in result.problem.stops] == ["bin"]
    (entry,) = result.never
    assert entry.reason is LeftOutReason.OUT_OF_REACH
    assert "no way leads there" in entry.detail


def test_the_way_home_leads_over_the_best_site_from_each_place() -> None:
    near, far = Position(lon=14.4, lat=50.2), Position(lon=14.6, lat=50.1)
    sites = [site("near", position=near), site("far", position=far)]
    beside_far = due("beside-far", position=Position(lon=14.599, lat=50.1))
    problem = built([due("at-depot"), beside_far], vehicles=[vehicle()], sites=sites).problem
    home = problem.way_home(problem.vehicles[0])
    assert [int(home.site[stop.node]) for stop in problem.stops] == [0, 1]


def test_whole_numbers_never_overload_a_vehicle() -> None:
    assert load_hg(70.01) == 701
    assert load_hg(70.1) == 701
    assert capacity_hg(70.19) == 701
    assert load_hg(0.0) == 0


def test_leaving_a_bin_out_costs_more_than_the_whole_days_driving_and_a_fuller_one_more() -> None:
    result = built([due("a", fill_pct=80), due("b", fill_pct=95)], vehicles=[vehicle()])
    model = result.problem.model
    assert model.penalty_s.min() > model.limit_s.sum()
    assert model.penalty_s[1] > model.penalty_s[0]
    assert np.array_equal(model.allowed, result.problem.suitable)
