"""The planner's present search: a problem in whole numbers, one trip for each vehicle.

It makes room for ``routing.model``, which knows several trips, windows, breaks and prizes.

Nodes: 0 is the depot at the start, 1..n are the stops, n+1.. are ends. An end stands for "from
the last stop by the best disposal site back to the depot"; vehicles that may use the same sites
share an end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Routes = tuple[tuple[int, ...], ...]
"""For each vehicle its stops (0-based) in order; a stop that is nowhere is not served."""

type Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """n stops, v vehicles, e ends.

    Attributes:
        cost_s: (1+n+e, 1+n+e); driving seconds, into an end with the disposal's service and the
            way home. From the depot straight into an end: 0, the vehicle stays.
        service_s: (n,) seconds at each stop.
        load_hg: (n,) load in units of 100 g, rounded up.
        penalty_s: (n,) what leaving the stop out costs in the objective.
        capacity_hg: (v,) rounded down, so that whole numbers never overload a vehicle.
        limit_s: (v,) seconds from leaving the depot to being back.
        end: (v,) the node each vehicle ends at.
        allowed: (n, v) which vehicle may serve which stop.
    """

    cost_s: Ints
    service_s: Ints
    load_hg: Ints
    penalty_s: Ints
    capacity_hg: Ints
    limit_s: Ints
    end: Ints
    allowed: NDArray[np.bool_]

    @property
    def n_stops(self) -> int:
        """Number of stops."""
        return len(self.service_s)

    @property
    def n_vehicles(self) -> int:
        """Number of vehicles."""
        return len(self.limit_s)

    def route_cost_s(self, vehicle: int, route: Sequence[int]) -> int:
        """Return the driving (and disposal) seconds of one vehicle's route."""
        nodes = [0, *(stop + 1 for stop in route), int(self.end[vehicle])]
        return int(self.cost_s[nodes[:-1], nodes[1:]].sum())

    def objective(self, routes: Routes) -> int:
        """Return what a search makes small: driving, and the penalties of what is left out."""
        served = np.zeros(self.n_stops, dtype=np.bool_)
        for route in routes:
            served[list(route)] = True
        driving = sum(self.route_cost_s(v, route) for v, route in enumerate(routes))
        return driving + int(self.penalty_s[~served].sum())


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """A share of a model that can be solved alone, and which stops and vehicles it holds."""

    model: Model
    stops: tuple[int, ...]
    vehicles: tuple[int, ...]


def split(model: Model) -> list[Part]:
    """Return the independent parts: vehicles belong together when some stop may go on either.

    Streams usually partition the day (a paper lorry never meets a glass bin). Vehicles that may
    serve no stop are in no part.
    """
    group = list(range(model.n_vehicles))
    for choices in np.unique(model.allowed, axis=0):
        together = {group[v] for v in np.flatnonzero(choices)}
        if together:
            group = [min(together) if g in together else g for g in group]
    parts = []
    for leader in sorted(set(group)):
        vehicles = [v for v, g in enumerate(group) if g == leader]
        stops = np.flatnonzero(model.allowed[:, vehicles].any(axis=1))
        if len(stops):
            parts.append(_part(model, [int(s) for s in stops], vehicles))
    return parts


def _part(model: Model, stops: list[int], vehicles: list[int]) -> Part:
    ends = sorted({int(model.end[v]) for v in vehicles})
    nodes = [0, *(s + 1 for s in stops), *ends]
    new_end = {end: 1 + len(stops) + i for i, end in enumerate(ends)}
    return Part(
        stops=tuple(stops),
        vehicles=tuple(vehicles),
        model=Model(
            cost_s=model.cost_s[np.ix_(nodes, nodes)],
            service_s=model.service_s[stops],
            load_hg=model.load_hg[stops],
            penalty_s=model.penalty_s[stops],
            capacity_hg=model.capacity_hg[vehicles],
            limit_s=model.limit_s[vehicles],
            end=np.array([new_end[int(model.end[v])] for v in vehicles], dtype=np.int64),
            allowed=model.allowed[np.ix_(stops, vehicles)],
        ),
    )


def join(model: Model, parts: Sequence[Part], routes: Sequence[Routes]) -> Routes:
    """Return the whole model's routes from those of its parts, in the parts' order."""
    whole: list[tuple[int, ...]] = [()] * model.n_vehicles
    for part, part_routes in zip(parts, routes, strict=True):
        for vehicle, route in zip(part.vehicles, part_routes, strict=True):
            whole[vehicle] = tuple(part.stops[stop] for stop in route)
    return tuple(whole)
