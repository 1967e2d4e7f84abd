"""The search's view of a day: whole numbers in arrays. Knows bins, lorries and law only as figures.

Places are rows of the matrices: depots, disposal sites, stops, where a vehicle stands now. Units of
``cost`` are the caller's (metres for a plan, a benchmark's own rule); times are seconds from the
model's zero.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.timetable import timetable

type Route = tuple[int, ...]
"""One vehicle's visits in order, without its start and end: 0..n-1 a stop, n..n+o-1 a disposal,
n+o..n+o+b-1 a break."""
type Routes = tuple[Route, ...]
"""A route for each vehicle (empty: it stays in). A stop that is nowhere is left out."""

type Ints = NDArray[np.int32]
type Longs = NDArray[np.int64]
type Flags = NDArray[np.bool_]

HOUR_S = 3600


class ModelError(ValueError):
    """A model that contradicts itself; the text names the array."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Stops:
    """n stops.

    place (n,) int32; service_s (n,) int32; penalty (n,) int64: what leaving it out costs.
    window_s (n, w, 2) int32: service begins within one of them, both ends included; sorted, unused
    ones are (1, 0). A stop whose windows are all unused can be served by nobody.
    load (k, n, m) int32: what the stop takes of each measure in a vehicle of kind k.
    allowed (n, v) bool; wish (n, v) int32 >= 0: added to the objective when this vehicle serves it.
    release_s (n,) int32, or None: any time. The trip that takes it leaves the start, or the
    disposal before it, no earlier; a break right behind them counts as left.
    """

    place: Ints
    service_s: Ints
    penalty: Longs
    window_s: Ints
    load: Ints
    allowed: Flags
    wish: Ints
    release_s: Ints | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Vehicles:
    """v vehicles of k kinds, m measures (each body compartment's volume, the weight).

    kind (v,) int32; start_place, end_place (v,) int32;
    start_s (v, 2) int32: earliest and latest departure; end_s (v,) int32: latest return;
    duration_s (v,) int32: longest time from departure to return;
    capacity (v, m) int32; start_load (v, m) int32: on board at departure;
    day_capacity (v, m) int64: most it may take on over the day (start_load not counted);
    max_stops (v,) int32: most stops of a day;
    fixed_cost (v,) int64: for leaving the depot at all;
    ends_empty (v,) bool: a load on board has to go to a disposal before the end.
    break_s (v, b, 4) int32: earliest begin, latest begin, duration, and the moment: the break is
    owed when the vehicle returns later than that; duration 0: unused. Taken where the vehicle
    stands between two visits (before the first: at its start place), never inside a service.
    """

    kind: Ints
    start_place: Ints
    end_place: Ints
    start_s: Ints
    end_s: Ints
    duration_s: Ints
    capacity: Ints
    start_load: Ints
    day_capacity: Longs
    max_stops: Ints
    fixed_cost: Longs
    ends_empty: Flags
    break_s: Ints


@dataclass(frozen=True, kw_only=True, eq=False)
class Disposals:
    """o ways to empty the whole body: one site, or several sites one after the other.

    enter, leave (o,) int32: places; duration_s (o,) int32 and cost (o,) int64 inside;
    window_s (o, 2) int32: begins within; allowed (o, v) bool.
    """

    enter: Ints
    leave: Ints
    duration_s: Ints
    cost: Longs
    window_s: Ints
    allowed: Flags


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """The whole: drive_s (p, p) int32, cost (p, p) int32, stops, vehicles, disposals,
    balance_cost int: added for each vehicle times (hours from departure to return) squared,
    rounded down.

    ``cost`` and ``drive_s`` may be one and the same array. Raises ModelError where shapes, types or
    places contradict one another.
    """  # noqa: D205 - one sentence

    drive_s: Ints
    cost: Ints
    stops: Stops
    vehicles: Vehicles
    disposals: Disposals
    balance_cost: int = 0

    def __post_init__(self) -> None:
        check_shapes(self)

    @property
    def n_stops(self) -> int:
        """Number of stops."""
        return len(self.stops.place)

    @property
    def n_vehicles(self) -> int:
        """Number of vehicles."""
        return len(self.vehicles.kind)

    @property
    def n_disposals(self) -> int:
        """Number of ways to empty."""
        return len(self.disposals.enter)

    @property
    def n_breaks(self) -> int:
        """Number of breaks a vehicle may have."""
        return int(self.vehicles.break_s.shape[1])

    def route_cost(self, vehicle: int, route: Route) -> int:
        """Return what one vehicle's route adds to the objective; 0 when it stays in.

        Raises InfeasibleError where a balance cost is asked for a route without a timetable.
        """
        if not route:
            return 0
        n, first_break = self.n_stops, self.n_stops + self.n_disposals
        place = int(self.vehicles.start_place[vehicle])
        total = int(self.vehicles.fixed_cost[vehicle])
        for visit in route:
            if visit < n:
                enter = leave = int(self.stops.place[visit])
                total += int(self.stops.wish[visit, vehicle])
            elif visit < first_break:
                enter = int(self.disposals.enter[visit - n])
                leave = int(self.disposals.leave[visit - n])
                total += int(self.disposals.cost[visit - n])
            else:
                continue
            total += int(self.cost[place, enter])
            place = leave
        total += int(self.cost[place, int(self.vehicles.end_place[vehicle])])
        if self.balance_cost:
            duration_s = timetable(self, vehicle, route).duration_s
            total += balance(self.balance_cost, duration_s)
        return total

    def objective(self, routes: Routes) -> int:
        """Return arcs + disposals + fixed + wishes + balance + penalties of what is left out."""
        served = np.zeros(self.n_stops, dtype=np.bool_)
        for route in routes:
            served[[visit for visit in route if visit < self.n_stops]] = True
        driven = sum(self.route_cost(v, route) for v, route in enumerate(routes))
        return driven + int(self.stops.penalty[~served].sum())


def balance(balance_cost: int, duration_s: int) -> int:
    """Return the balance part of one vehicle: cost times hours squared, rounded down."""
    return balance_cost * duration_s * duration_s // (HOUR_S * HOUR_S)


def _check_array(
    name: str, array: NDArray[np.generic], shape: tuple[int, ...], dtype: type[np.generic]
) -> None:
    if array.shape != shape or array.dtype != dtype:
        raise ModelError(
            f"{name} is {array.shape} of {array.dtype}, not {shape} of {np.dtype(dtype)}"
        )


def check_shapes(model: Model) -> None:
    """Raise ModelError where the arrays do not belong together."""
    stops, vehicles, disposals = model.stops, model.vehicles, model.disposals
    p, n, v, o = len(model.cost), model.n_stops, model.n_vehicles, model.n_disposals
    m, b, w = vehicles.capacity.shape[1], model.n_breaks, stops.window_s.shape[1]
    k = len(stops.load)
    wanted = (
        ("drive_s", model.drive_s, (p, p), np.int32),
        ("cost", model.cost, (p, p), np.int32),
        ("stops.place", stops.place, (n,), np.int32),
        ("stops.service_s", stops.service_s, (n,), np.int32),
        ("stops.penalty", stops.penalty, (n,), np.int64),
        ("stops.window_s", stops.window_s, (n, w, 2), np.int32),
        ("stops.load", stops.load, (k, n, m), np.int32),
        ("stops.allowed", stops.allowed, (n, v), np.bool_),
        ("stops.wish", stops.wish, (n, v), np.int32),
        ("vehicles.kind", vehicles.kind, (v,), np.int32),
        ("vehicles.start_place", vehicles.start_place, (v,), np.int32),
        ("vehicles.end_place", vehicles.end_place, (v,), np.int32),
        ("vehicles.start_s", vehicles.start_s, (v, 2), np.int32),
        ("vehicles.end_s", vehicles.end_s, (v,), np.int32),
        ("vehicles.duration_s", vehicles.duration_s, (v,), np.int32),
        ("vehicles.capacity", vehicles.capacity, (v, m), np.int32),
        ("vehicles.start_load", vehicles.start_load, (v, m), np.int32),
        ("vehicles.day_capacity", vehicles.day_capacity, (v, m), np.int64),
        ("vehicles.max_stops", vehicles.max_stops, (v,), np.int32),
        ("vehicles.fixed_cost", vehicles.fixed_cost, (v,), np.int64),
        ("vehicles.ends_empty", vehicles.ends_empty, (v,), np.bool_),
        ("vehicles.break_s", vehicles.break_s, (v, b, 4), np.int32),
        ("disposals.enter", disposals.enter, (o,), np.int32),
        ("disposals.leave", disposals.leave, (o,), np.int32),
        ("disposals.duration_s", disposals.duration_s, (o,), np.int32),
        ("disposals.cost", disposals.cost, (o,), np.int64),
        ("disposals.window_s", disposals.window_s, (o, 2), np.int32),
        ("disposals.allowed", disposals.allowed, (o, v), np.bool_),
    )
    if stops.release_s is not None:
        _check_array("stops.release_s", stops.release_s, (n,), np.int32)
    for name, array, shape, dtype in wanted:
        _check_array(name, array, shape, dtype)
    indices = (
        ("stops.place", stops.place, p),
        ("vehicles.kind", vehicles.kind, k),
        ("vehicles.start_place", vehicles.start_place, p),
        ("vehicles.end_place", vehicles.end_place, p),
        ("disposals.enter", disposals.enter, p),
        ("disposals.leave", disposals.leave, p),
    )
    for name, index, size in indices:
        if len(index) and not 0 <= index.min() <= index.max() < size:
            raise ModelError(f"{name} has a value that is not in 0..{size - 1}")
    for name, figures in (
        ("drive_s", model.drive_s),
        ("stops.service_s", stops.service_s),
        ("stops.penalty", stops.penalty),
        ("stops.load", stops.load),
        ("stops.wish", stops.wish),
        ("vehicles.fixed_cost", vehicles.fixed_cost),
    ):
        if figures.size and figures.min() < 0:
            raise ModelError(f"{name} has a value below zero")
