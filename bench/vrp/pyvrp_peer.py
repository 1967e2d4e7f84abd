"""PyVRP on the same instance (Wouda, Lan, Kool 2024), as its own reader would state it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyvrp
from pyvrp.constants import MAX_SIZE

from bench.vrp.contenders import Clock, Found
from bench.vrp.instance import Instance
from bench.vrp.rules import Rule, counted, whole_scale
from bench.vrp.whole import FAR, decimals

_UNLIMITED = int(np.iinfo(np.int64).max)
_TENTHS = 10
_CLOSED = FAR
"""Distance to a place that a vehicle may not serve."""


def solve_with_pyvrp(instance: Instance, *, limit_s: float, seed: int) -> Found:
    """Search with PyVRP's own settings for the whole time."""
    clock = Clock(limit_s)
    data, vehicles = problem(instance)
    result = pyvrp.solve(data, clock, seed=seed, collect_stats=False, display=False)
    return Found(
        routes=_routes(instance, result.best, vehicles),
        elapsed_s=clock.elapsed_s,
        iterations=result.num_iterations,
    )


def problem(instance: Instance) -> tuple[pyvrp.ProblemData, list[list[int]]]:
    """Return PyVRP's problem, and for each of its vehicle types our vehicles."""
    fleet, rule, scale = instance.fleet, instance.rule, whole_scale(instance.rule)
    # its reader multiplies loads as it does distances
    factor = decimals(instance.demand, fleet.capacity) * (_TENTHS if rule is Rule.DIMACS else 1)
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for vehicle in range(fleet.size):
        groups[_alike(instance, vehicle)].append(vehicle)
    window = counted(rule, instance.window) * scale
    service = counted(rule, instance.service) * scale
    release = counted(rule, instance.release) * scale
    prize = counted(rule, instance.prize) * scale
    profiles = sorted({tuple(fleet.allowed[own[0]]) for own in groups.values()}, reverse=True)
    # Any: the library's stub asks for an array type that numpy does not have
    matrices: Any = [_matrix(instance, np.array(allowed), scale) for allowed in profiles]
    position = instance.position if instance.position is not None else np.zeros((len(prize), 2))
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(x=float(x), y=float(y)) for x, y in position],
        clients=[
            pyvrp.Client(
                location=place,
                delivery=[_whole(instance.demand[place] * factor)],
                service_duration=_whole(service[place]),
                tw_early=_whole(window[place, 0]),
                tw_late=_whole(window[place, 1]),
                release_time=_whole(release[place]),
                prize=_whole(prize[place]),
                required=bool(prize[place] == 0),
            )
            for place in instance.customers
        ],
        depots=[pyvrp.Depot(location=depot) for depot in range(instance.n_depots)],
        vehicle_types=[
            pyvrp.VehicleType(
                num_available=len(own),
                capacity=[_whole(fleet.capacity[own[0]] * factor)],
                start_depot=int(fleet.depot[own[0]]),
                end_depot=int(fleet.depot[own[0]]),
                fixed_cost=_whole(counted(rule, fleet.fixed_cost[own[0]]) * scale),
                tw_early=_whole(window[fleet.depot[own[0]], 0]),
                tw_late=_whole(window[fleet.depot[own[0]], 1]),
                shift_duration=_whole(counted(rule, fleet.max_duration[own[0]]) * scale),
                max_distance=_whole(counted(rule, fleet.max_distance[own[0]]) * scale),
                profile=profiles.index(tuple(fleet.allowed[own[0]])),
                reload_depots=list(fleet.reloads[own[0]]),
                max_reloads=_most_reloads(float(fleet.max_reloads[own[0]])),
            )
            for own in groups.values()
        ],
        distance_matrices=matrices,
        duration_matrices=matrices,
    )
    return data, list(groups.values())


def _most_reloads(most: float) -> int:
    return int(most) if np.isfinite(most) else MAX_SIZE


def _alike(instance: Instance, vehicle: int) -> tuple[object, ...]:
    fleet = instance.fleet
    return (
        fleet.capacity[vehicle],
        fleet.depot[vehicle],
        fleet.reloads[vehicle],
        fleet.max_reloads[vehicle],
        fleet.max_duration[vehicle],
        fleet.max_distance[vehicle],
        fleet.fixed_cost[vehicle],
        tuple(fleet.allowed[vehicle]),
    )


def _matrix(
    instance: Instance, allowed: np.ndarray[tuple[int], np.dtype[np.bool_]], scale: int
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    matrix = np.round(instance.counted_distance() * scale).astype(np.int64)
    matrix[:, ~allowed] = matrix[~allowed, :] = _CLOSED
    np.fill_diagonal(matrix, 0)
    return matrix


def _whole(figure: Any) -> int:  # noqa: ANN401 - a number of numpy's or Python's
    return round(float(figure)) if np.isfinite(figure) else _UNLIMITED


def _routes(
    instance: Instance, best: pyvrp.Solution, vehicles: Sequence[Sequence[int]]
) -> tuple[tuple[int, ...], ...]:
    free = [list(own) for own in vehicles]
    routes: list[tuple[int, ...]] = [()] * instance.fleet.size
    for route in best.routes():
        places = [a.idx if a.is_depot() else a.idx + instance.n_depots for a in route]
        routes[free[route.vehicle_type()].pop(0)] = tuple(places[1:-1])
    return tuple(routes)
