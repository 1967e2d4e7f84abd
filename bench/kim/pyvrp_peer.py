"""PyVRP on the same instance, with landfills as depots where a vehicle may empty in between.

What its model has no word for, and what stands for it here:

- The last visit before the depot is a landfill: a vehicle ends at a place of its own, as far from a
  stop as the depot by the best landfill, emptying included. When that landfill closes is not seen.
- Lunch: the hour from eleven is cut out of the day. A vehicle that is on the way or at work at
  eleven has its lunch a little later in truth, with the same clock afterwards; a window that closes
  within the hour closes at eleven.
- Yards of a whole day: as many full trips as fit into them; where that is one, two smaller trips.
- Stops of a whole day: nothing.

It gets as many vehicles as the best published result has, where there is one: it finds better
rounds with few to choose from.

The referee judges its routes by the file's rules all the same.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyvrp
from numpy.typing import NDArray

from bench.kim.building import VEHICLE_MILES, enough_vehicles
from bench.kim.instance import FEET_IN_A_MILE, Kim
from bench.kim.published import best, published
from bench.kim.referee import LUNCH_FROM_S
from bench.vrp.contenders import Clock, Found
from bench.vrp.whole import decimals, down, up

LACKS = (
    "the hours of the last landfill",
    "yards of a day beyond whole trips",
    "stops of a day",
    "a lunch that moves within its hour",
)
_TENTHS = 10


def solve_with_pyvrp(kim: Kim, *, limit_s: float, seed: int) -> Found:
    """Search with PyVRP's own settings for the whole time."""
    clock = Clock(limit_s)
    known = best(published(kim.name))
    data = problem(kim, vehicles=enough_vehicles(kim) if known is None else known.vehicles)
    result = pyvrp.solve(data, clock, seed=seed, collect_stats=False, display=False)
    home = _ways_home(kim)
    return Found(
        routes=tuple(_in_file(kim, route, home) for route in result.best.routes()),
        elapsed_s=clock.elapsed_s,
        iterations=result.num_iterations,
        lacks=LACKS,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Home:
    """For each place the best landfill (an index of the file), and the way home by it."""

    landfill: NDArray[np.int64]
    way_ft: NDArray[np.float64]
    service_s: NDArray[np.float64]


def _ways_home(kim: Kim) -> _Home:
    """Return the ways home; from a landfill straight, from the depot none."""
    distance_ft, landfills = kim.distance_ft(), np.array(kim.landfills)
    by_each = distance_ft[:, landfills] + distance_ft[landfills, kim.depot]
    chosen = by_each.argmin(axis=1)
    way_ft = by_each.min(axis=1)
    service_s = kim.service_s[landfills][chosen]
    way_ft[landfills] = distance_ft[landfills, kim.depot]
    way_ft[kim.depot] = 0.0
    service_s[[*kim.landfills, kim.depot]] = 0.0
    return _Home(landfill=landfills[chosen], way_ft=way_ft, service_s=service_s)


def problem(kim: Kim, *, vehicles: int) -> pyvrp.ProblemData:
    """Return PyVRP's problem: locations are depot, landfills, stops, and the end, in this order."""
    places = [kim.depot, *kim.landfills, *kim.stops]
    way, drive = _matrices(kim, places)
    opens = up(_without_lunch(kim, kim.window_s[:, 0]) * _TENTHS)
    closes = down(_without_lunch(kim, kim.window_s[:, 1]) * _TENTHS)
    service = up(kim.service_s * _TENTHS)
    trips, trip_yd = _trips(kim)
    unit = decimals(kim.load_yd, trip_yd)
    load = up(kim.load_yd * unit)
    end = len(places)
    sites = [
        pyvrp.Depot(
            location=number,
            tw_early=int(opens[place]),
            tw_late=int(closes[place]),
            service_duration=int(service[place]),
        )
        for number, place in enumerate(places[: 1 + len(kim.landfills)])
    ]
    return pyvrp.ProblemData(
        locations=[
            pyvrp.Location(x=float(x), y=float(y)) for x, y in kim.position_ft[[*places, kim.depot]]
        ],
        clients=[
            pyvrp.Client(
                location=number,
                pickup=[int(load[stop])],
                service_duration=int(service[stop]),
                tw_early=int(opens[stop]),
                tw_late=int(closes[stop]),
            )
            for number, stop in enumerate(kim.stops, start=len(sites))
        ],
        depots=[*sites, pyvrp.Depot(location=end)],
        vehicle_types=[
            pyvrp.VehicleType(
                num_available=vehicles,
                capacity=[int(down(trip_yd * unit))],
                start_depot=0,
                end_depot=len(sites),
                fixed_cost=VEHICLE_MILES * FEET_IN_A_MILE * _TENTHS,
                tw_early=int(opens[kim.depot]),
                tw_late=int(closes[kim.depot]),
                reload_depots=list(range(1, len(sites))),
                max_reloads=trips - 1,
            )
        ],
        distance_matrices=[way],
        duration_matrices=[drive],
    )


def _matrices(kim: Kim, places: list[int]) -> tuple[Any, Any]:
    """Return ways and times with the end as one more place.

    Any: the library's stub asks for an array type that numpy does not have.
    """
    size, home = len(places), _ways_home(kim)
    way_ft, emptying_s = np.zeros((size + 1, size + 1)), np.zeros((size + 1, size + 1))
    way_ft[:size, :size] = kim.distance_ft()[np.ix_(places, places)]
    way_ft[:size, size] = home.way_ft[places]
    emptying_s[:size, size] = home.service_s[places]
    way_ft[size, :size] = way_ft[0, :size]
    way = np.round(way_ft * _TENTHS).astype(np.int64)
    drive = up((way_ft / kim.feet_per_s + emptying_s) * _TENTHS).astype(np.int64)
    return way, drive


def _trips(kim: Kim) -> tuple[int, float]:
    """Return trips of a day and yards of a trip, so that the day's yards are kept."""
    whole = math.floor(kim.day_load_yd / kim.capacity_yd)
    if whole >= 2:
        return whole, kim.capacity_yd
    return 2, min(kim.capacity_yd, kim.day_load_yd / 2)


def _without_lunch(kim: Kim, clock_s: NDArray[np.float64]) -> NDArray[np.float64]:
    after_s = np.maximum(clock_s - kim.lunch_s, LUNCH_FROM_S)
    return np.where(clock_s <= LUNCH_FROM_S, clock_s, after_s)


def _in_file(kim: Kim, route: pyvrp.Route, home: _Home) -> tuple[int, ...]:
    sites = (kim.depot, *kim.landfills)
    places = [sites[a.idx] if a.is_depot() else kim.stops[a.idx] for a in list(route)[:-1]]
    if places[-1] not in sites:
        places.append(int(home.landfill[places[-1]]))
    return tuple(kim.number[place] for place in (*places, kim.depot))
