"""How many vehicles: the file does not say, so the search is asked twice.

First briefly with more vehicles than anybody needs: that shows how far it is. Then with as few as
the work of that first answer fills, and one; where not everything is served after a while, with one
more. With many to choose from the search opens routes early and does not find its way back.
"""

import math
from dataclasses import dataclass

from bench.kim.building import Built, build, enough_vehicles, least_vehicles, shift_s
from bench.kim.instance import Kim
from bench.vrp.brimful import run
from bench.vrp.contenders import Clock
from routing.model import Routes

FIRST_SHARE = 0.08
"""Of the time: for the first answer."""
PATIENCE_SHARE = 0.25
"""Of the time that is left: until then everything has to be served, or the fleet is too small."""
_SPARE = 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """The best routes, in the file's numbers."""

    routes: tuple[tuple[int, ...], ...]
    iterations: int


def search(kim: Kim, clock: Clock, *, seed: int) -> Answer:
    """Return routes with few vehicles and few miles, within the clock's time."""
    built, routes, done = _first(kim, clock, seed=seed)
    used = sum(bool(route) for route in routes)
    for vehicles in range(_filled(kim, built, routes) + _SPARE, used):
        fewer = build(kim, vehicles=vehicles)
        patience_s = clock.elapsed_s + PATIENCE_SHARE * clock.left_s
        found, iterations = run(fewer.model, clock, seed=seed, served_by_s=patience_s)
        done += iterations
        if _serves_all(fewer, found):
            return Answer(routes=fewer.in_file(found), iterations=done)
        if clock.is_over:
            return Answer(routes=built.in_file(routes), iterations=done)
    same = build(kim, vehicles=max(1, used))
    start = tuple(route for route in routes if route) or ((),)
    found, iterations = run(same.model, clock, seed=seed, start=start)
    return Answer(routes=same.in_file(found), iterations=done + iterations)


def _first(kim: Kim, clock: Clock, *, seed: int) -> tuple[Built, Routes, int]:
    """Return a first answer that serves everything, if any number of vehicles can."""
    vehicles, done = enough_vehicles(kim), 0
    while True:
        built = build(kim, vehicles=vehicles)
        routes, iterations = run(built.model, clock.share(FIRST_SHARE), seed=seed)
        done += iterations
        if _serves_all(built, routes) or vehicles >= len(kim.stops) or clock.is_over:
            return built, routes, done
        vehicles = min(2 * vehicles, len(kim.stops))


def _serves_all(built: Built, routes: Routes) -> bool:
    n = built.model.n_stops
    return sum(visit < n for route in routes for visit in route) == n


def _filled(kim: Kim, built: Built, routes: Routes) -> int:
    """Return how many vehicles' days the work of these routes fills."""
    index = {number: place for place, number in enumerate(kim.number)}
    drive_s, work_s = kim.distance_ft() / kim.feet_per_s, 0.0
    for route in built.in_file(routes):
        places = [index[number] for number in route]
        work_s += float(drive_s[places[:-1], places[1:]].sum())
        work_s += float(kim.service_s[places].sum())
    return max(least_vehicles(kim), math.ceil(work_s / shift_s(kim)))
