"""Soft wishes and the price of time: each shifts the rounds when it is turned up."""

import numpy as np
import pytest

from core.geo import Position
from core.rules.due import Wanted
from core.vehicles import Area, Vehicle
from routing.problem import Built, Places, ProblemVehicle, Rules, build
from routing.shifts import shifts
from routing.travel import TravelTable
from routing.wishes import compactness
from tests.routing.worlds import (
    DAY,
    EARLY,
    STREAMS,
    TRAVEL,
    Planned,
    built,
    depot,
    due,
    site,
    vehicle,
)

EAST, WEST = Position(lon=14.6, lat=50.1), Position(lon=14.2, lat=50.1)


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


def crowd() -> list[Wanted]:
    """Ten bins at one place, so that one vehicle alone is the shortest."""
    return [
        due(f"b{n}", position=Position(lon=14.42 + n / 2_000, lat=50.1), service_s=900)
        for n in range(10)
    ]


def by_vehicle(found: Planned) -> dict[str, int]:
    assert found.faults() == ()
    return {r.vehicle_id: sum(s.bin_id is not None for s in r.stops) for r in found.rounds}


def test_balance_makes_two_like_rounds_of_a_long_one() -> None:
    fleet = [vehicle("a"), vehicle("b")]
    assert len(by_vehicle(Planned(built(crowd(), vehicles=fleet)))) == 1
    wished = Rules(balance_m=100_000)
    both = by_vehicle(Planned(built(crowd(), vehicles=fleet, rules=wished)))
    assert sorted(both.values()) == [5, 5]


def test_compactness_gives_a_bin_to_the_crew_that_is_at_home_there() -> None:
    areas = {"a": Area(centre=WEST, radius_m=2_000), "b": Area(centre=crowd_at(), radius_m=2_000)}
    for at_home, away in (("b", "a"), ("a", "b")):
        homes = {at_home: areas["b"], away: areas["a"]}
        fleet = lorries(a=homes["a"], b=homes["b"])
        assert by_vehicle(Planned(with_wishes(crowd(), fleet, metres_per_km=500))) == {at_home: 10}


def crowd_at() -> Position:
    return Position(lon=14.422, lat=50.1)


def with_wishes(
    wanted: list[Wanted], fleet: list[ProblemVehicle], *, metres_per_km: float
) -> Built:
    places = Places.of(
        depots=[depot()], vehicles=[v.vehicle for v in fleet], sites=[site()], wanted=wanted
    )
    return build(
        day=DAY,
        depot=depot(),
        vehicles=[v.vehicle for v in fleet],
        available=fleet,
        sites=[site()],
        wanted=wanted,
        streams=STREAMS,
        places=places,
        travel=TRAVEL.table_now(places.positions),
        wish_m=compactness(wanted, fleet, {}, {}, metres_per_km=metres_per_km),
    )


def two_ways(time_share: float) -> list[str]:
    """Two disposal sites, one nearer and one sooner; which one is driven to."""
    sites = [site("nearer"), site("sooner", position=Position(lon=14.46, lat=50.13))]
    lorry: list[Vehicle] = [vehicle()]
    places = Places.of(depots=[depot()], vehicles=lorry, sites=sites, wanted=[due()])
    n = len(places.positions)
    # 10 km in an hour to and from all places, but by the motorway 20 km in half an hour
    drive_s, distance_m = np.full((n, n), 3_600), np.full((n, n), 10_000)
    fast = places.sites["sooner"]
    drive_s[fast, :] = drive_s[:, fast] = 1_800
    distance_m[fast, :] = distance_m[:, fast] = 20_000
    np.fill_diagonal(drive_s, 0)
    np.fill_diagonal(distance_m, 0)
    travel = TravelTable(
        drive_s=drive_s.astype(np.int32), distance_m=distance_m.astype(np.int32), source="test"
    )
    rules = Rules(time_share=time_share)
    return Planned(built([due()], vehicles=lorry, sites=sites, travel=travel, rules=rules)).kinds()


def test_time_counts_as_far_as_it_is_said_to() -> None:
    assert two_ways(0.0) == ["bin", "nearer"]
    assert two_ways(1.0) == ["bin", "sooner"]


def test_a_detour_costs_its_length_whatever_the_share_of_time() -> None:
    for time_share in (0.0, 0.5, 1.0):
        result = built([due()], vehicles=[vehicle()], rules=Rules(time_share=time_share))
        distance_m = result.problem.travel.distance_m[0, 2]
        assert result.model.cost[0, 2] == pytest.approx(distance_m, rel=0.01)
