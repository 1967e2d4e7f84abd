"""Judge routes by the rules of the file, from its figures and the routes alone.

Knows no solver and none of Brimful's model. A route is the list of the file's stop numbers in
order, depot and landfills included.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bench.kim.instance import FEET_IN_A_MILE, HOUR_S, Kim

LUNCH_FROM_S, LUNCH_UNTIL_S = 11 * HOUR_S, 12 * HOUR_S
"""The lunch begins within."""
_TOLERANCE = 1e-6
_NEVER = float("inf")

type Numbers = Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How far the routes are and every rule they break.

    Attributes:
        vehicles: routes that leave the depot.
        distance_miles: of all of them.
        faults: one line for each broken rule; empty: feasible.
    """

    vehicles: int
    distance_miles: float
    faults: tuple[str, ...]

    @property
    def is_feasible(self) -> bool:
        """Tell whether no rule is broken."""
        return not self.faults


def judge(kim: Kim, routes: Sequence[Numbers]) -> Verdict:
    """Return the verdict on a solution."""
    index = {number: i for i, number in enumerate(kim.number)}
    distance_ft = kim.distance_ft()
    times = Counter(number for route in routes for number in route)
    faults = [f"{n} is no stop of the file" for n in sorted(times) if n not in index]
    for stop in kim.stops:
        count = times[kim.number[stop]]
        if count != 1:
            faults.append(f"stop {kim.number[stop]} is visited {count} times")
    total_ft, vehicles = 0.0, 0
    for k, route in enumerate(routes, start=1):
        if not route:
            continue
        vehicles += 1
        if any(number not in index for number in route):
            continue
        places = [index[number] for number in route]
        total_ft += float(distance_ft[places[:-1], places[1:]].sum())
        found = [*_order_faults(kim, places), *_load_faults(kim, places)]
        found += [] if found else _clock_faults(kim, places, distance_ft)
        faults += [f"route {k}: {fault}" for fault in found]
    return Verdict(
        vehicles=vehicles, distance_miles=total_ft / FEET_IN_A_MILE, faults=tuple(faults)
    )


def _order_faults(kim: Kim, places: Sequence[int]) -> list[str]:
    faults = []
    if places[0] != kim.depot or places[-1] != kim.depot or len(places) < 2:
        faults.append("does not begin and end at the depot")
    if kim.depot in places[1:-1]:
        faults.append("is at the depot in between")
    stops = [i for i, place in enumerate(places) if place not in {kim.depot, *kim.landfills}]
    landfills = [i for i, place in enumerate(places) if place in kim.landfills]
    if stops and (not landfills or landfills[-1] < stops[-1]):
        faults.append("does not empty at a landfill before the depot")
    return faults


def _load_faults(kim: Kim, places: Sequence[int]) -> list[str]:
    on_board = day_load = 0.0
    fullest = 0.0
    for place in places:
        on_board = 0.0 if place in kim.landfills else on_board + float(kim.load_yd[place])
        day_load += float(kim.load_yd[place])
        fullest = max(fullest, on_board)
    day_stops = sum(place not in {kim.depot, *kim.landfills} for place in places)
    faults = []
    if fullest > kim.capacity_yd + _TOLERANCE:
        faults.append(f"{fullest:g} yards are on board, {kim.capacity_yd:g} fit")
    if day_load > kim.day_load_yd + _TOLERANCE:
        faults.append(f"{day_load:g} yards in the day, {kim.day_load_yd:g} are allowed")
    if day_stops > kim.day_stops:
        faults.append(f"{day_stops} stops in the day, {kim.day_stops} are allowed")
    return faults


def _clock_faults(kim: Kim, places: Sequence[int], distance_ft: NDArray[np.float64]) -> list[str]:
    """Walk with two clocks, each as early as it can be: lunch still to come, and lunch had.

    Lunch is had where the vehicle stands: on arrival before the service, or after it, and at the
    depot when it comes back; it begins within its hour. It is not owed by a vehicle that is back
    by eleven, or that leaves at noon or later.
    """
    early, late = kim.window_s[:, 0], kim.window_s[:, 1]
    drive_s = distance_ft / kim.feet_per_s
    to_come = float(early[kim.depot])
    had = max(to_come, float(LUNCH_UNTIL_S))
    for previous, place in pairwise(places):
        way_s = float(drive_s[previous, place])
        arrives, arrives_had = to_come + way_s, had + way_s
        had_here = _lunch(kim, arrives)
        if place == kim.depot:
            to_come = arrives if arrives <= LUNCH_FROM_S + _TOLERANCE else _NEVER
            had = min(arrives_had, had_here)
            back_s = min(to_come, had)
            if back_s == _NEVER:
                return [f"has no lunch that begins by noon, is back at {_hhmm(arrives)}"]
            return [_late(kim, place, back_s)] if back_s > late[place] + _TOLERANCE else []
        before = _served(kim, place, arrives)
        after = min(_served(kim, place, arrives_had), _served(kim, place, had_here))
        to_come, had = before, min(after, _lunch(kim, before))
        if min(to_come, had) == _NEVER:
            return [_late(kim, place, min(arrives, arrives_had))]
    return []


def _lunch(kim: Kim, clock_s: float) -> float:
    """Return when a lunch is over that is begun from this moment on; never, if too late for it."""
    if clock_s > LUNCH_UNTIL_S + _TOLERANCE:
        return _NEVER
    return max(clock_s, LUNCH_FROM_S) + kim.lunch_s


def _served(kim: Kim, place: int, clock_s: float) -> float:
    """Return when the service here is done; never, if the window has closed."""
    begin = max(clock_s, float(kim.window_s[place, 0]))
    if begin > kim.window_s[place, 1] + _TOLERANCE:
        return _NEVER
    return begin + float(kim.service_s[place])


def _late(kim: Kim, place: int, clock_s: float) -> str:
    name = "the depot" if place == kim.depot else f"{kim.number[place]}"
    closes_s = float(kim.window_s[place, 1])
    return f"is at {name} at {_hhmm(clock_s)}, lunch considered; it closes at {_hhmm(closes_s)}"


def _hhmm(clock_s: float) -> str:
    hours, rest = divmod(int(clock_s), HOUR_S)
    return f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
