"""First rounds by parallel cheapest insertion: always an answer, and where the search begins."""

import numpy as np
from numpy.typing import NDArray

from routing.one_trip import Ints, Model, Routes

_NEVER = np.iinfo(np.int64).max // 4


def construct(model: Model) -> Routes:
    """Return feasible routes; a stop that fits nowhere any more is on none.

    Parallel cheapest insertion (Rosenkrantz, Stearns, Lewis 1977, for several vehicles): again
    and again the stop and place with the least additional driving. After an insertion only the
    two new places of that route and the stops whose best place was taken are looked at, so 2,000
    stops take under a second. Where that leaves stops out it is done again with light stops
    preferred, and the better result counts. Deterministic.
    """
    routes = _Insertion(model, weigh_load=False).run()
    if sum(map(len, routes)) == model.n_stops:
        return routes
    return min(routes, _Insertion(model, weigh_load=True).run(), key=model.objective)


class _Insertion:
    """The state of one construction.

    ``delta[u, v]``: least additional cost of stop u on vehicle v; ``after[u, v]``: behind which
    node. ``following[v][node]``: the node that comes next on v's route. ``handicap[u, v]``: the
    share of the vehicle's body that the stop takes, as that share of its shift in seconds.
    """

    def __init__(self, model: Model, *, weigh_load: bool) -> None:
        n, vehicles = model.n_stops, model.n_vehicles
        self.model = model
        self.room_hg: Ints = model.capacity_hg.copy()
        self.time_left_s: Ints = model.limit_s.copy()
        self.following = [{0: int(model.end[v])} for v in range(vehicles)]
        self.open: NDArray[np.bool_] = np.ones(n, dtype=np.bool_)
        self.after = np.zeros((n, vehicles), dtype=np.int64)
        self.delta = np.full((n, vehicles), _NEVER, dtype=np.int64)
        self.handicap = np.zeros((n, vehicles), dtype=np.int64)
        if weigh_load:
            full_hg = np.maximum(1, model.capacity_hg)
            self.handicap += model.load_hg[:, None] * model.limit_s[None, :] // full_hg[None, :]
        nodes = np.arange(n) + 1
        for v in range(vehicles):
            self.delta[:, v] = self._delta(nodes, 0, int(model.end[v]))
        self.delta[~model.allowed] = _NEVER
        for v in range(vehicles):
            self._drop_what_does_not_fit(v)

    def run(self) -> Routes:
        while self.delta.size:
            best = int((self.delta + self.handicap).argmin())
            stop, vehicle = divmod(best, self.model.n_vehicles)
            if self.delta[stop, vehicle] >= _NEVER:
                break
            self._insert(stop, vehicle)
        return tuple(self._route(v) for v in range(self.model.n_vehicles))

    def _insert(self, stop: int, vehicle: int) -> None:
        node, before = stop + 1, int(self.after[stop, vehicle])
        behind = self.following[vehicle][before]
        self.following[vehicle][before] = node
        self.following[vehicle][node] = behind
        self.room_hg[vehicle] -= self.model.load_hg[stop]
        self.time_left_s[vehicle] -= self.delta[stop, vehicle] + self.model.service_s[stop]
        self.delta[stop] = _NEVER
        self._look_again(vehicle, before, node)
        self._drop_what_does_not_fit(vehicle)

    def _look_again(self, vehicle: int, before: int, node: int) -> None:
        """Bring the vehicle's column up to date after ``node`` came behind ``before``."""
        column, after = self.delta[:, vehicle], self.after[:, vehicle]
        waiting = column < _NEVER
        taken = np.flatnonzero(waiting & (after == before))
        if len(taken):
            tails = np.array(list(self.following[vehicle]), dtype=np.int64)
            heads = np.array(list(self.following[vehicle].values()), dtype=np.int64)
            costs = self._delta(taken[:, None] + 1, tails[None, :], heads[None, :])
            best = costs.argmin(axis=1)
            column[taken] = costs[np.arange(len(taken)), best]
            after[taken] = tails[best]
        others = np.flatnonzero(waiting & (after != before))
        for tail in (before, node):
            costs = self._delta(others + 1, tail, self.following[vehicle][tail])
            better = costs < column[others]
            column[others[better]] = costs[better]
            after[others[better]] = tail

    def _delta(self, nodes: Ints, tail: int | Ints, head: int | Ints) -> Ints:
        cost_s = self.model.cost_s
        added: Ints = cost_s[tail, nodes] + cost_s[nodes, head] - cost_s[tail, head]
        return added

    def _drop_what_does_not_fit(self, vehicle: int) -> None:
        """Take out what this vehicle cannot take even at the best place."""
        column = self.delta[:, vehicle]
        too_much = (self.model.load_hg > self.room_hg[vehicle]) | (
            column + self.model.service_s > self.time_left_s[vehicle]
        )
        column[too_much] = _NEVER

    def _route(self, vehicle: int) -> tuple[int, ...]:
        route, end = [], int(self.model.end[vehicle])
        node = self.following[vehicle][0]
        while node != end:
            route.append(node - 1)
            node = self.following[vehicle][node]
        return tuple(route)
