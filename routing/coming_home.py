"""Vehicles that are out already come home, whether or not there is anything left for them to do.

The search takes a vehicle without stops as one that stays in and costs nothing. One that stands in
the town, perhaps with a load, has to drive home over a disposal site in any case: for each of them
the model gets one more stop, where the vehicle stands, that takes no time, is for this vehicle
alone and is worth more than anything else. So the way home is part of what the search compares.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from routing.model import Model, Routes

_WORTH = 1_000_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class ComingHome:
    """A model with a stop more for each vehicle in ``out``; those stops come after the others."""

    model: Model
    n_stops: int
    out: tuple[int, ...]

    @classmethod
    def of(cls, model: Model, out: Sequence[int]) -> "ComingHome":
        """Add the stops; ``out`` are numbers of vehicles."""
        return cls(model=_with_starts(model, out), n_stops=model.n_stops, out=tuple(out))

    def asked(self, routes: Routes) -> Routes:
        """Return routes of the model as it was as routes of this one, the new stops in front."""
        more = len(self.out)
        first = {vehicle: (self.n_stops + i,) for i, vehicle in enumerate(self.out)}
        return tuple(
            (*first.get(v, ()), *(x if x < self.n_stops else x + more for x in route))
            for v, route in enumerate(routes)
        )

    def answered(self, routes: Routes) -> Routes:
        """Return routes of this model as routes of the model as it was."""
        more = len(self.out)
        return tuple(
            tuple(
                x if x < self.n_stops else x - more
                for x in route
                if not self.n_stops <= x < self.n_stops + more
            )
            for route in routes
        )


def _with_starts(model: Model, out: Sequence[int]) -> Model:
    if not out:
        return model
    stops, vehicles, n = model.stops, model.vehicles, len(out)
    kinds, _, measures = stops.load.shape
    window_s = np.tile(np.array([1, 0], dtype=np.int32), (n, max(1, stops.window_s.shape[1]), 1))
    window_s[:, 0] = (0, int(vehicles.end_s.max()))
    allowed = np.zeros((n, model.n_vehicles), dtype=np.bool_)
    allowed[np.arange(n), list(out)] = True
    worth = max(_WORTH, 2 * int(stops.penalty.max(initial=0)))

    def longer[T: np.generic](
        array: np.ndarray[tuple[int, ...], np.dtype[T]], more: object, axis: int = 0
    ) -> np.ndarray[tuple[int, ...], np.dtype[T]]:
        return np.concatenate([array, np.asarray(more, dtype=array.dtype)], axis=axis)

    return replace(
        model,
        stops=replace(
            stops,
            place=longer(stops.place, vehicles.start_place[list(out)]),
            service_s=longer(stops.service_s, np.zeros(n)),
            penalty=longer(stops.penalty, np.full(n, worth)),
            window_s=longer(stops.window_s, window_s),
            load=longer(stops.load, np.zeros((kinds, n, measures)), axis=1),
            allowed=longer(stops.allowed, allowed),
            wish=longer(stops.wish, np.zeros((n, model.n_vehicles))),
        ),
    )
