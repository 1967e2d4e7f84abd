"""A routing problem as its file states it, in the file's own units."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.vrp.rules import Floats, Rule, counted


class InstanceError(ValueError):
    """A file that cannot be read as a routing problem; the text names file, line and field."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Fleet:
    """v vehicles.

    Attributes:
        capacity: (v,) largest load of one trip; inf: unlimited.
        depot: (v,) the place it starts from and returns to.
        reloads: for each vehicle the places where it may reload between two trips.
        max_reloads: (v,) how often it may; inf: as often as it likes.
        allowed: (v, p) the places it may serve.
        max_duration: (v,) longest time from departure to return; inf: unlimited.
        max_distance: (v,) longest way; inf: unlimited.
        fixed_cost: (v,) cost of using it at all.
        is_limited: whether the file says how many there are; if not, v is only an upper bound.
    """

    capacity: Floats
    depot: NDArray[np.int64]
    reloads: tuple[tuple[int, ...], ...]
    max_reloads: Floats
    allowed: NDArray[np.bool_]
    max_duration: Floats
    max_distance: Floats
    fixed_cost: Floats
    is_limited: bool

    @property
    def size(self) -> int:
        """Number of vehicles."""
        return len(self.capacity)

    @property
    def is_uniform(self) -> bool:
        """Tell whether any vehicle may stand for any other."""
        arrays = (
            self.capacity,
            self.depot,
            self.max_reloads,
            self.max_duration,
            self.max_distance,
            self.fixed_cost,
        )
        return (
            all((array == array[0]).all() for array in arrays)
            and len(set(self.reloads)) == 1
            and bool((self.allowed == self.allowed[0]).all())
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Instance:
    """p places: first d depots, then the customers; a customer's number is its place's.

    Attributes:
        name: as the file gives it.
        rule: how the set counts.
        n_depots: d.
        position: (p, 2) coordinates, or None where the file has only a matrix.
        distance: (p, p) uncounted.
        demand: (p,).
        service: (p,) time at a customer.
        window: (p, 2) service begins within; of a depot: departure and return. (0, inf): any time.
        release: (p,) the trip that brings it leaves no earlier.
        prize: (p,) what leaving it out costs; 0: it has to be served.
        fleet: the vehicles.
    """

    name: str
    rule: Rule
    n_depots: int
    position: Floats | None
    distance: Floats
    demand: Floats
    service: Floats
    window: Floats
    release: Floats
    prize: Floats
    fleet: Fleet

    @property
    def n_places(self) -> int:
        """Number of places, depots included."""
        return len(self.demand)

    @property
    def customers(self) -> range:
        """The customers' numbers."""
        return range(self.n_depots, self.n_places)

    @property
    def has_windows(self) -> bool:
        """Tell whether time matters beyond a limit of the whole route."""
        return bool((self.window[:, 0] > 0).any() or np.isfinite(self.window[:, 1]).any())

    @property
    def has_prizes(self) -> bool:
        """Tell whether a customer may be left out."""
        return bool((self.prize > 0).any())

    @property
    def has_reloads(self) -> bool:
        """Tell whether a vehicle may drive several trips."""
        return any(self.fleet.reloads)

    @property
    def kind(self) -> str:
        """Name the kind: cvrp, vrptw, pcvrptw (prizes), mtvrptw (several trips), and so on."""
        base = "vrptw" if self.has_windows else "cvrp"
        trips = "mt" if self.has_reloads else ""
        return ("pc" if self.has_prizes else "") + trips + base

    def counted_distance(self) -> Floats:
        """Return the distances as the set counts them; (p, p)."""
        return counted(self.rule, self.distance)
