"""Where the search may begin: the last plan's rounds, as far as they are wanted again."""

from collections.abc import Mapping, Sequence

import numpy as np

from routing.model import Ints, Model, Route, Routes
from routing.problem import Problem
from routing.timetable import InfeasibleError, timetable


def from_last_rounds(
    problem: Problem, model: Model, last_rounds: Mapping[str, Sequence[str]]
) -> Routes:
    """Return routes that everybody can drive, in the order each vehicle went the last time.

    ``last_rounds``: bin_ids in order, by vehicle_id. What was not on them, or does not fit any
    more, is on no route: the search has to place it.
    """
    visit_of = {b.bin_id: n for n, visit in enumerate(problem.visits) for b in visit.bins}
    taken: set[int] = set()
    routes = []
    for v, vehicle in enumerate(problem.vehicles):
        wanted = [
            visit_of[bin_id]
            for bin_id in last_rounds.get(vehicle.vehicle_id, ())
            if bin_id in visit_of
        ]
        stops = [n for n in dict.fromkeys(wanted) if n not in taken and model.stops.allowed[n, v]]
        route = _longest_that_fits(model, v, stops)
        taken.update(n for n in route if n < model.n_stops)
        routes.append(route)
    return tuple(routes)


def emptied(model: Model, routes: Routes) -> Routes:
    """Return the routes, with a way to empty the body for each vehicle that has a load on board
    and nothing else to do; one that cannot be back in time stays as it is.
    """  # noqa: D205 - one sentence
    loaded = model.vehicles.start_load.any(axis=1)
    return tuple(
        route or (_drivable(model, v, ()) or () if loaded[v] else ())
        for v, route in enumerate(routes)
    )


def _longest_that_fits(model: Model, vehicle: int, stops: Sequence[int]) -> Route:
    """Return as many of the stops, from the first on, as the vehicle can serve; halving."""
    fits, too_many = 0, len(stops) + 1
    best: Route = ()
    while fits + 1 < too_many:
        # all of them first: most days differ little from the one before
        tried = len(stops) if too_many == len(stops) + 1 else (fits + too_many) // 2
        route = _drivable(model, vehicle, stops[:tried])
        if route is None:
            too_many = tried
        else:
            fits, best = tried, route
    return best


def _drivable(model: Model, vehicle: int, stops: Sequence[int]) -> Route | None:
    """Return a route with disposals, and the breaks where they are owed; None: there is none."""
    trips = _with_disposals(model, vehicle, stops)
    if trips is None:
        return None
    for route in (trips, _with_breaks(model, vehicle, trips)):
        try:
            timetable(model, vehicle, route)
        except InfeasibleError:
            continue
        return route
    return None


def _with_disposals(model: Model, vehicle: int, stops: Sequence[int]) -> Route | None:
    """Empty the body before it would be too full, and at the end, at the nearest way."""
    vehicles, disposals = model.vehicles, model.disposals
    load = model.stops.load[int(vehicles.kind[vehicle])].astype(np.int64)
    on_board = vehicles.start_load[vehicle].astype(np.int64)
    ways = np.flatnonzero(disposals.allowed[:, vehicle])
    route: list[int] = []
    here, end = int(vehicles.start_place[vehicle]), int(vehicles.end_place[vehicle])

    def empty_before(place: int) -> bool:
        nonlocal here, on_board
        if not len(ways):
            return False
        detour_s = (
            model.drive_s[here, disposals.enter[ways]].astype(np.int64)
            + disposals.duration_s[ways]
            + model.drive_s[disposals.leave[ways], place]
        )
        way = int(ways[detour_s.argmin()])
        route.append(model.n_stops + way)
        here, on_board = int(disposals.leave[way]), np.zeros_like(on_board)
        return True

    for stop in stops:
        place = int(model.stops.place[stop])
        full = (on_board + load[stop] > vehicles.capacity[vehicle]).any()
        if full and not empty_before(place):
            return None
        route.append(stop)
        here, on_board = place, on_board + load[stop]
    if on_board.any() and not empty_before(end):
        return None
    return tuple(route)


def _with_breaks(model: Model, vehicle: int, trips: Route) -> Route:
    """Put each break where the vehicle stands when its time has come."""
    n, o = model.n_stops, model.n_disposals
    rest = sorted(
        (int(latest), int(earliest), n + o + j, int(length_s))
        for j, (earliest, latest, length_s, _) in enumerate(model.vehicles.break_s[vehicle])
        if length_s
    )
    route: list[int] = []
    clock_s = int(model.vehicles.start_s[vehicle, 0])
    here = int(model.vehicles.start_place[vehicle])
    for visit in trips:
        if visit < n:
            enter = leave = int(model.stops.place[visit])
            takes_s, windows = int(model.stops.service_s[visit]), model.stops.window_s[visit]
        else:
            enter = int(model.disposals.enter[visit - n])
            leave = int(model.disposals.leave[visit - n])
            takes_s = int(model.disposals.duration_s[visit - n])
            windows = model.disposals.window_s[visit - n : visit - n + 1]
        there_s = clock_s + int(model.drive_s[here, enter])
        next_s = _begin(there_s, windows) + takes_s
        while rest and (rest[0][1] <= clock_s or next_s > rest[0][0]):
            _, earliest_s, number, length_s = rest.pop(0)
            route.append(number)
            clock_s = max(clock_s, earliest_s) + length_s
            there_s = clock_s + int(model.drive_s[here, enter])
            next_s = _begin(there_s, windows) + takes_s
        route.append(visit)
        clock_s, here = next_s, leave
    return (*route, *(number for _, _, number, _ in rest))


def _begin(there_s: int, windows: Ints) -> int:
    """Return when a visit begins that is reached at a moment; too late for all: at once."""
    open_s = [int(first) for first, last in windows if first <= last and there_s <= last]
    return max(there_s, open_s[0]) if open_s else there_s
