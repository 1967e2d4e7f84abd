"""VROOM on the same instance, where it can state it: one trip each, everything mandatory."""

from datetime import timedelta

import numpy as np
import vroom

from bench.vrp.contenders import Clock, Found, UnableError
from bench.vrp.instance import Instance
from bench.vrp.rules import counted, whole_scale
from bench.vrp.whole import FAR, decimals, down, nearest, up

_MOST_THOROUGH = 5
_PROFILE = "car"
_SECONDS_IN_AN_HOUR = 3600
"""A vehicle that costs so much an hour costs one for each second: the cost is the way."""


def solve_with_vroom(instance: Instance, *, limit_s: float, seed: int) -> Found:  # noqa: ARG001 - VROOM takes no seed
    """Search at VROOM's most thorough level; it may end before the limit by itself.

    Raises:
        UnableError: VROOM has no word for something in the instance.
    """
    lacks = lacking(instance)
    if lacks:
        raise UnableError(lacks)
    clock = Clock(limit_s)
    problem = _problem(instance)
    solution = problem.solve(
        exploration_level=_MOST_THOROUGH, nb_threads=1, timeout=timedelta(seconds=clock.left_s)
    )
    elapsed_s = clock.elapsed_s
    routes: list[list[int]] = [[] for _ in range(instance.fleet.size)]
    frame = solution.routes
    jobs = frame[frame["type"] == "job"]
    for vehicle, place in zip(jobs["vehicle_id"], jobs["location_index"], strict=True):
        routes[int(vehicle)].append(int(place))
    return Found(routes=tuple(map(tuple, routes)), elapsed_s=elapsed_s, iterations=None)


def lacking(instance: Instance) -> str:
    """Return what of the instance VROOM cannot state; empty: nothing."""
    if instance.has_prizes:
        return "VROOM weighs no prize against the way: a job has a priority, not a price"
    if instance.has_reloads:
        return "VROOM drives one trip for each vehicle: no reloads"
    if not instance.fleet.allowed.all():
        return "here VROOM is not told which vehicle may serve whom"
    if instance.release.any():
        return "VROOM has no release times"
    if np.isfinite(instance.fleet.max_duration).any() and instance.service.any():
        return "VROOM limits the time of travel, not travel and service together"
    return ""


def _problem(instance: Instance) -> vroom.Input:
    fleet, rule, scale = instance.fleet, instance.rule, whole_scale(instance.rule)
    factor = decimals(instance.demand, fleet.capacity)
    window = counted(rule, instance.window) * scale
    service = up(counted(rule, instance.service) * scale)
    demand, capacity = up(instance.demand * factor), down(fleet.capacity * factor)
    way = nearest(instance.counted_distance() * scale)
    longest = down(
        np.minimum(counted(rule, fleet.max_duration), counted(rule, fleet.max_distance)) * scale
    )
    fixed = nearest(counted(rule, fleet.fixed_cost) * scale)
    problem = vroom.Input()
    problem.set_durations_matrix(_PROFILE, way.astype(np.uint32))
    problem.set_distances_matrix(_PROFILE, way.astype(np.uint32))
    early, late = up(window[:, 0]), down(window[:, 1])
    problem.add_vehicle(
        [
            vroom.Vehicle(
                vehicle,
                start=int(fleet.depot[vehicle]),
                end=int(fleet.depot[vehicle]),
                capacity=[int(capacity[vehicle])],
                time_window=(int(early[fleet.depot[vehicle]]), int(late[fleet.depot[vehicle]])),
                costs=vroom.VehicleCosts(fixed=int(fixed[vehicle]), per_hour=_SECONDS_IN_AN_HOUR),
                **({} if longest[vehicle] >= FAR else {"max_travel_time": int(longest[vehicle])}),
            )
            for vehicle in range(fleet.size)
        ]
    )
    problem.add_job(
        [
            vroom.Job(
                place,
                location=place,
                default_service=int(service[place]),
                delivery=[int(demand[place])],
                time_windows=[vroom.TimeWindow(int(early[place]), int(late[place]))],
            )
            for place in instance.customers
        ]
    )
    return problem
