"""A published problem as the planner's model, and the planner's routes as the problem's.

What is delivered in the file is collected in the model: for a trip that begins or ends with an
empty body the two are the same. A reload is a disposal at the depot that takes no time.
"""

from dataclasses import dataclass

import numpy as np

from bench.vrp.instance import Instance, InstanceError
from bench.vrp.rules import Floats, counted, whole_scale
from bench.vrp.whole import FAR, decimals, down, nearest, up
from routing.model import Disposals, Model, Routes, Stops, Vehicles


@dataclass(frozen=True, kw_only=True, eq=False)
class Built:
    """A model, and what its visits are called in the file."""

    model: Model
    first_customer: int
    reloads: tuple[int, ...]

    def in_file(self, routes: Routes) -> tuple[tuple[int, ...], ...]:
        """Return the routes as places of the file, one for each vehicle."""
        return tuple(self._one(route) for route in routes)

    def _one(self, route: tuple[int, ...]) -> tuple[int, ...]:
        n = self.model.n_stops
        visits: list[int] = []
        for visit in route:
            place = visit + self.first_customer if visit < n else self.reloads[visit - n]
            is_reload = visit >= n
            if is_reload and (not visits or visits[-1] < self.first_customer):
                continue  # nothing was loaded since the last one
            visits.append(place)
        if visits and visits[-1] < self.first_customer:
            visits.pop()
        return tuple(visits)


def build(instance: Instance) -> Built:
    """Return the model of an instance.

    Raises:
        InstanceError: the planner has no word for something in it.
    """
    _check_words(instance)
    n = instance.n_places - instance.n_depots
    fleet, rule, scale = instance.fleet, instance.rule, whole_scale(instance.rule)
    reloads = tuple(sorted({depot for depots in fleet.reloads for depot in depots}))
    cost = nearest(instance.counted_distance() * scale)
    drive = up(instance.counted_distance() * scale)
    window = counted(rule, instance.window) * scale
    customers = slice(instance.n_depots, None)
    demand = instance.demand[customers]
    factor = decimals(demand, fleet.capacity)
    release = counted(rule, instance.release[customers]) * scale
    prize = counted(rule, instance.prize[customers]) * scale
    too_much = 2 * int(cost.max()) * (n + 1)
    stops = Stops(
        place=np.arange(instance.n_depots, instance.n_places, dtype=np.int32),
        service_s=up(counted(rule, instance.service[customers]) * scale),
        penalty=np.where(prize > 0, nearest(prize), too_much).astype(np.int64),
        window_s=_windows(window[customers])[:, None, :],
        load=up(demand * factor)[None, :, None],
        allowed=np.ascontiguousarray(fleet.allowed[:, customers].T),
        wish=np.zeros((n, fleet.size), dtype=np.int32),
        release_s=up(release) if release.any() else None,
    )
    homes = _windows(window)[fleet.depot]
    vehicles = Vehicles(
        kind=np.zeros(fleet.size, dtype=np.int32),
        start_place=fleet.depot.astype(np.int32),
        end_place=fleet.depot.astype(np.int32),
        start_s=homes,
        end_s=homes[:, 1].copy(),
        duration_s=_durations(instance, scale),
        capacity=down(fleet.capacity * factor)[:, None],
        start_load=np.zeros((fleet.size, 1), dtype=np.int32),
        day_capacity=np.full((fleet.size, 1), FAR, dtype=np.int64),
        max_stops=np.full(fleet.size, n, dtype=np.int32),
        fixed_cost=nearest(counted(rule, fleet.fixed_cost) * scale).astype(np.int64),
        ends_empty=np.zeros(fleet.size, dtype=np.bool_),
        break_s=np.zeros((fleet.size, 0, 4), dtype=np.int32),
    )
    disposals = Disposals(
        enter=np.array(reloads, dtype=np.int32),
        leave=np.array(reloads, dtype=np.int32),
        duration_s=np.zeros(len(reloads), dtype=np.int32),
        cost=np.zeros(len(reloads), dtype=np.int64),
        window_s=_windows(window[list(reloads)].reshape(-1, 2)),
        allowed=np.array(
            [[depot in own for own in fleet.reloads] for depot in reloads], dtype=np.bool_
        ).reshape(len(reloads), fleet.size),
    )
    same = np.array_equal(cost, drive)
    model = Model(
        drive_s=cost if same else drive,
        cost=cost,
        stops=stops,
        vehicles=vehicles,
        disposals=disposals,
    )
    return Built(model=model, first_customer=instance.n_depots, reloads=reloads)


def _check_words(instance: Instance) -> None:
    fleet = instance.fleet
    if np.isfinite(fleet.max_reloads).any():
        raise InstanceError(f"{instance.name}: the planner has no limit on how often to reload")
    if np.isfinite(fleet.max_distance).any() and (instance.has_windows or instance.service.any()):
        raise InstanceError(f"{instance.name}: the planner has no limit on a route's distance")


def _durations(instance: Instance, scale: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Without windows and service a route's time is its way: then the limits are one."""
    fleet = instance.fleet
    longest = np.minimum(
        counted(instance.rule, fleet.max_duration), counted(instance.rule, fleet.max_distance)
    )
    return down(longest * scale)


def _windows(window: Floats) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    return np.stack([up(window[:, 0]), down(window[:, 1])], axis=1)
