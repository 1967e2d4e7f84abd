"""Good rounds met during a search, for a solver that chooses the best set of them."""

from dataclasses import dataclass

import numpy as np

from routing.model import Model, Route, Routes
from routing.search.kernel import layout as at
from routing.search.kernel.layout import Day, State
from routing.search.prepare import present_routes

MOST_COLUMNS = 6_000
"""Above so many the cheapest for what they serve stay."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One round that a vehicle of a class can drive; ``stops`` sorted."""

    vehicle_class: int
    route: Route
    cost: int
    stops: tuple[int, ...]


class Pool:
    """Rounds by class and stops, each in the cheapest order met."""

    def __init__(self, model: Model, day: Day) -> None:
        self._n_stops = model.n_stops
        self.class_of: list[int] = day.fleet[:, at.V_CLASS].tolist()
        self._columns: dict[tuple[int, tuple[int, ...]], Column] = {}

    def __len__(self) -> int:
        return len(self._columns)

    def note(self, model: Model, state: State) -> None:
        """Take in the present routes of a state."""
        costs = state.sums[:, at.COST].tolist()
        for vehicle, route in enumerate(present_routes(model, state)):
            if route:
                self._add(self.class_of[vehicle], route, costs[vehicle])
        if len(self._columns) > 2 * MOST_COLUMNS:
            self._forget()

    def _add(self, vehicle_class: int, route: Route, cost: int) -> None:
        stops = tuple(sorted(visit for visit in route if visit < self._n_stops))
        key = (vehicle_class, stops)
        known = self._columns.get(key)
        if known is None or cost < known.cost:
            self._columns[key] = Column(
                vehicle_class=vehicle_class, route=route, cost=cost, stops=stops
            )

    def _forget(self) -> None:
        """Keep the columns met last: the search is hot at first, and they were poor."""
        keys = list(self._columns)
        for key in keys[: len(keys) - MOST_COLUMNS]:
            del self._columns[key]

    def columns(self) -> list[Column]:
        """Return the columns, those met last at most."""
        return list(self._columns.values())[-MOST_COLUMNS:]

    def routes(self, chosen: list[Column]) -> Routes:
        """Return columns as the routes of vehicles of their classes."""
        waiting = list(chosen)
        routes: list[Route] = [()] * len(self.class_of)
        for vehicle, vehicle_class in enumerate(self.class_of):
            for i, column in enumerate(waiting):
                if column.vehicle_class == vehicle_class:
                    routes[vehicle] = column.route
                    del waiting[i]
                    break
        return tuple(routes)


def class_sizes(pool: Pool) -> list[int]:
    """Return how many vehicles each class has."""
    return np.bincount(np.array(pool.class_of, dtype=np.int64)).tolist()
