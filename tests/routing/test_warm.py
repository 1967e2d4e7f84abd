"""The last plan's rounds as a beginning, and what crews call their own."""

import numpy as np
import pytest

from core.geo import Position
from core.rules.due import Wanted
from core.vehicles import Area
from routing.problem import ProblemVehicle
from routing.shifts import shifts
from routing.warm import from_last_rounds
from routing.wishes import compactness
from tests.routing.random_days import random_day
from tests.routing.worlds import DAY, EARLY, Planned, built, depot, due, vehicle

EAST, WEST = Position(lon=14.6, lat=50.1), Position(lon=14.2, lat=50.1)


@pytest.mark.parametrize("seed", range(20))
def test_whatever_they_were_the_routes_can_be_driven(seed: int) -> None:
    result = random_day(seed, stops=20, vehicles=3)
    chance = np.random.default_rng(seed)
    bins = [*(f"bin-{n}" for n in range(20)), "gone"]
    last = {f"lorry-{n}": [str(b) for b in chance.permutation(bins)] for n in range(3)}
    routes = from_last_rounds(result.problem, result.model, last)
    assert Planned(result, routes).faults() == ()


def test_they_go_the_old_way_without_what_is_not_wanted_again() -> None:
    wanted = [due(b, position=Position(lon=14.4 + i / 100, lat=50.1)) for i, b in enumerate("abc")]
    result = built(wanted, vehicles=[vehicle(capacity_kg=140)])
    routes = from_last_rounds(result.problem, result.model, {"lorry": ["c", "x", "a", "b"]})
    assert Planned(result, routes).kinds() == ["c", "a", "site", "b", "site"]


def test_what_is_too_much_today_is_left_to_the_search() -> None:
    wanted = [due(b, position=EAST if b == "c" else WEST, service_s=1800) for b in "abc"]
    result = built(wanted, vehicles=[vehicle(shift_s=4 * 3600)])
    (route,) = from_last_rounds(result.problem, result.model, {"lorry": ["a", "b", "c"]})
    assert [visit for visit in route if visit < 3] == [0, 1]


def lorries(**areas: Area | None) -> list[ProblemVehicle]:
    vehicles = [vehicle(vehicle_id, area=area) for vehicle_id, area in areas.items()]
    return [ProblemVehicle(shift=s) for s in shifts(depot(), vehicles, DAY, EARLY)]


def wishes(
    wanted: list[Wanted], vehicles: list[ProblemVehicle], **last: list[str]
) -> list[list[int]]:
    places = {w.level.bin.bin_id: w.level.bin.position for w in wanted}
    positions = {b: p for b, p in places.items() if p is not None}
    found: list[list[int]] = compactness(
        wanted, vehicles, last, positions, metres_per_km=10
    ).tolist()
    return found


def test_a_bin_outside_a_vehicles_area_costs_metres_by_the_kilometre() -> None:
    fleet = lorries(a=Area(centre=EAST, radius_m=1_000), b=None)
    inside, outside = due("inside", position=EAST), due("outside", position=WEST)
    (home, none), (away, free) = wishes([inside, outside], fleet)
    assert (home, none, free) == (0, 0, 0)
    # 28.5 km from east to west, less the radius
    assert away == pytest.approx(275, abs=2)


def test_without_a_registered_area_it_is_that_of_the_last_round() -> None:
    fleet = lorries(a=None, b=None)
    wanted = [due("e", position=EAST), due("w", position=WEST)]
    (e_a, e_b), (w_a, w_b) = wishes(wanted, fleet, a=["e", "gone"], b=["w"])
    assert (e_a, w_b) == (0, 0)
    assert e_b == w_a > 200
