"""Judge routes by the benchmark's own rules, from the file's figures and the routes alone.

Knows no solver and none of Brimful's model. A route is the list of places between leaving the depot
and coming back, as a .sol file has it: a depot's number inside of it is a reload.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.vrp.instance import Instance
from bench.vrp.rules import Floats, counted

_TOLERANCE = 1e-6
"""Of real-valued distances; whole ones are exact."""

type Visits = Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the routes cost by the set's rule, and every rule they break.

    Attributes:
        cost: distances, fixed costs, and prizes of customers left out, in counted units.
        vehicles: routes that leave the depot.
        left_out: customers on no route.
        faults: one line for each broken rule; empty: feasible.
    """

    cost: float
    vehicles: int
    left_out: tuple[int, ...]
    faults: tuple[str, ...]

    @property
    def is_feasible(self) -> bool:
        """Tell whether no rule is broken."""
        return not self.faults


def judge(instance: Instance, routes: Sequence[Visits]) -> Verdict:
    """Return the verdict on a solution.

    Vehicles that are all alike may drive any route; of a mixed fleet the first route is the first
    vehicle's, and an empty one leaves its vehicle at home.
    """
    fleet = instance.fleet
    driven = [(k, tuple(visits)) for k, visits in enumerate(routes) if visits]
    if fleet.is_uniform:
        driven = [(k, visits) for k, (_, visits) in enumerate(driven)]
    faults = _who_is_served(instance, [visits for _, visits in driven])
    count = max((k + 1 for k, _ in driven), default=0)
    if count > fleet.size and fleet.is_limited:
        faults.append(f"{count} vehicles, the file has {fleet.size}")
    cost, distance = 0.0, instance.counted_distance()
    for k, visits in driven:
        vehicle = min(k, fleet.size - 1)
        road = _Road(instance=instance, vehicle=vehicle, visits=visits, distance=distance)
        faults += [f"route {k + 1}: {fault}" for fault in road.faults()]
        cost += road.length() + float(counted(instance.rule, fleet.fixed_cost[vehicle]))
    served = {place for _, visits in driven for place in visits}
    left_out = tuple(c for c in instance.customers if c not in served)
    cost += float(counted(instance.rule, instance.prize[list(left_out)]).sum()) if left_out else 0.0
    return Verdict(cost=cost, vehicles=len(driven), left_out=left_out, faults=tuple(faults))


def _who_is_served(instance: Instance, routes: Sequence[Visits]) -> list[str]:
    times = Counter(place for visits in routes for place in visits)
    faults = [
        f"{place} is no place of the file"
        for place in sorted(times)
        if not 0 <= place < instance.n_places
    ]
    faults += [
        f"customer {c} is visited {times[c]} times" for c in instance.customers if times[c] > 1
    ]
    faults += [
        f"customer {c} is on no route"
        for c in instance.customers
        if not times[c] and not instance.prize[c]
    ]
    return faults


@dataclass(frozen=True, kw_only=True)
class _Road:
    """One vehicle's day."""

    instance: Instance
    vehicle: int
    visits: tuple[int, ...]
    distance: Floats

    def _is_known(self) -> bool:
        return all(0 <= place < self.instance.n_places for place in self.visits)

    def _trips(self) -> list[tuple[int, tuple[int, ...], int]]:
        """Return (from depot, customers, to depot) of each trip."""
        home = int(self.instance.fleet.depot[self.vehicle])
        trips, start = [], home
        customers: list[int] = []
        for place in (*self.visits, home):
            if place < self.instance.n_depots:
                trips.append((start, tuple(customers), place))
                start, customers = place, []
            else:
                customers.append(place)
        # the way home was added as if it were a visit: a reload as the last visit is an empty trip
        return trips

    def length(self) -> float:
        """Return the way of the whole day, counted."""
        if not self._is_known():
            return 0.0
        home = int(self.instance.fleet.depot[self.vehicle])
        nodes = [home, *self.visits, home]
        return float(self.distance[nodes[:-1], nodes[1:]].sum())

    def faults(self) -> list[str]:
        """Return every rule that the route breaks."""
        if not self._is_known():
            return []
        return [*self._load_faults(), *self._way_faults(), *self._clock_faults()]

    def _load_faults(self) -> list[str]:
        fleet, faults = self.instance.fleet, []
        trips = self._trips()
        for start, customers, _ in trips:
            load = float(self.instance.demand[list(customers)].sum())
            if load > fleet.capacity[self.vehicle] + _TOLERANCE:
                limit = fleet.capacity[self.vehicle]
                faults.append(f"a trip from depot {start} loads {load:g} of {limit:g}")
        for _, _, reload in trips[:-1]:
            if reload not in fleet.reloads[self.vehicle]:
                faults.append(f"this vehicle may not reload at depot {reload}")
        if len(trips) - 1 > fleet.max_reloads[self.vehicle]:
            faults.append(f"{len(trips) - 1} reloads are too many")
        faults += [
            f"this vehicle may not serve customer {place}"
            for place in self.visits
            if not fleet.allowed[self.vehicle, place]
        ]
        return faults

    def _way_faults(self) -> list[str]:
        limit = float(counted(self.instance.rule, self.instance.fleet.max_distance[self.vehicle]))
        if self.length() > limit + _TOLERANCE:
            return [f"the way is {self.length():g} of {limit:g}"]
        return []

    def _clock_faults(self) -> list[str]:
        """Walk the day at the earliest times; then ask how late the same day could have begun."""
        instance, rule, faults = self.instance, self.instance.rule, []
        window, service = counted(rule, instance.window), counted(rule, instance.service)
        release = counted(rule, instance.release)
        home = int(instance.fleet.depot[self.vehicle])
        begun = now = float(window[home, 0])
        waited, slack = 0.0, np.inf
        for start, customers, end in self._trips():
            ready = max((float(release[c]) for c in customers), default=now)
            waited += max(0.0, ready - now)
            now = max(now, ready)
            for previous, place in zip((start, *customers), (*customers, end), strict=True):
                now += float(self.distance[previous, place])
                early, late = window[place]
                if place < instance.n_depots:
                    early = now
                waited += max(0.0, float(early) - now)
                now = max(now, float(early))
                if now > late + _TOLERANCE:
                    name = "depot" if place < instance.n_depots else "customer"
                    faults.append(f"is at {name} {place} at {now:g}, it closes at {late:g}")
                slack = min(slack, float(late) - now + waited)
                now += float(service[place])
        lasts = now - begun - max(0.0, min(slack, waited))
        limit = float(counted(rule, instance.fleet.max_duration[self.vehicle]))
        if lasts > limit + _TOLERANCE:
            faults.append(f"lasts {lasts:g} of {limit:g}")
        return faults
