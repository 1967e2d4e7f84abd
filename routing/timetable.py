"""When one vehicle is where: the exact timetable of a route, or what about it cannot be kept.

Plain Python, slow, without a line in common with the compiled search: its judge in the tests, and
where the times of a round come from.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from routing.model import Model, Route


_EVER_S = -(1 << 40)
"""Before any time of a model."""


class InfeasibleError(ValueError):
    """The vehicle cannot drive this route; the text says what is broken."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Timetable:
    """Times in seconds from the model's zero.

    begin_s: when each visit of the route begins, in its order; trip_load: (trips, m) what is on
    board at the end of each trip, the one that ends at the end place last.
    """

    departure_s: int
    begin_s: tuple[int, ...]
    return_s: int
    trip_load: tuple[tuple[int, ...], ...]

    @property
    def duration_s(self) -> int:
        """Seconds from departure to return."""
        return self.return_s - self.departure_s


@dataclass(frozen=True, slots=True)
class _Visit:
    """One leg and what follows it: service begins in one of the windows.

    The leg begins no earlier than ``leaves_s``.
    """

    drive_s: int
    windows: tuple[tuple[int, int], ...]
    service_s: int
    name: str
    leaves_s: int


def timetable(model: "Model", vehicle: int, route: "Route") -> Timetable:
    """Return the timetable with the shortest duration, and of those the one that is back first.

    A stop with several windows is served in the window that makes this possible. Raises
    InfeasibleError for a visit that does not belong on this vehicle, a load, a number of stops, a
    window, a break or a limit that cannot be kept.
    """
    _check_visits(model, vehicle, route)
    trip_load = _check_loads(model, vehicle, route)
    visits = _visits(model, vehicle, route)
    latest_s = _latest_return_s(model, vehicle, route)
    begins = _shortest(
        visits,
        start_s=(int(model.vehicles.start_s[vehicle, 0]), int(model.vehicles.start_s[vehicle, 1])),
        latest_s=latest_s,
        duration_s=int(model.vehicles.duration_s[vehicle]),
    )
    return Timetable(
        departure_s=begins[0],
        begin_s=begins[1:-1],
        return_s=begins[-1],
        trip_load=trip_load,
    )


def _check_visits(model: "Model", vehicle: int, route: "Route") -> None:
    n, o, b = model.n_stops, model.n_disposals, model.n_breaks
    seen: set[int] = set()
    for visit in route:
        if not 0 <= visit < n + o + b:
            raise InfeasibleError(f"visit {visit} is not in the model")
        if not n <= visit < n + o and visit in seen:
            raise InfeasibleError(f"visit {visit} stands twice on the route")
        seen.add(visit)
        if visit < n:
            if not model.stops.allowed[visit, vehicle]:
                raise InfeasibleError(f"stop {visit} is not for vehicle {vehicle}")
        elif visit < n + o:
            if not model.disposals.allowed[visit - n, vehicle]:
                raise InfeasibleError(f"disposal {visit - n} is not for vehicle {vehicle}")
        elif model.vehicles.break_s[vehicle, visit - n - o, 2] == 0:
            raise InfeasibleError(f"vehicle {vehicle} has no break {visit - n - o}")
    stops = sum(visit < n for visit in route)
    if stops > model.vehicles.max_stops[vehicle]:
        raise InfeasibleError(f"{stops} stops are too many for vehicle {vehicle}")


def _check_loads(model: "Model", vehicle: int, route: "Route") -> tuple[tuple[int, ...], ...]:
    vehicles, n, o = model.vehicles, model.n_stops, model.n_disposals
    kind = int(vehicles.kind[vehicle])
    on_board = vehicles.start_load[vehicle].astype(np.int64)
    day = np.zeros_like(on_board)
    trips = []
    for visit in route:
        if visit < n:
            load = model.stops.load[kind, visit].astype(np.int64)
            on_board = on_board + load
            day = day + load
        if (on_board > vehicles.capacity[vehicle]).any():
            raise InfeasibleError(f"vehicle {vehicle} is overloaded at visit {visit}")
        if n <= visit < n + o:
            trips.append(tuple(int(load) for load in on_board))
            on_board = np.zeros_like(on_board)
    trips.append(tuple(int(load) for load in on_board))
    if (day > vehicles.day_capacity[vehicle]).any():
        raise InfeasibleError(f"vehicle {vehicle} takes on more than its day's share")
    if vehicles.ends_empty[vehicle] and on_board.any() and route:
        raise InfeasibleError(f"vehicle {vehicle} does not end empty")
    return tuple(trips)


def _visits(model: "Model", vehicle: int, route: "Route") -> list[_Visit]:
    n, o = model.n_stops, model.n_disposals
    place = int(model.vehicles.start_place[vehicle])
    visits = []
    leaves = _releases(model, route)
    for i, visit in enumerate(route):
        if visit < n:
            windows = tuple(
                (int(begin), int(end)) for begin, end in model.stops.window_s[visit] if begin <= end
            )
            enter = leave = int(model.stops.place[visit])
            service_s, name = int(model.stops.service_s[visit]), f"stop {visit}"
        elif visit < n + o:
            first, last = model.disposals.window_s[visit - n]
            windows = ((int(first), int(last)),)
            enter = int(model.disposals.enter[visit - n])
            leave = int(model.disposals.leave[visit - n])
            service_s = int(model.disposals.duration_s[visit - n])
            name = f"disposal {visit - n}"
        else:
            first, last, service_s, _ = map(int, model.vehicles.break_s[vehicle, visit - n - o])
            windows, enter, leave = ((first, last),), place, place
            name = f"break {visit - n - o}"
        drive_s = 0 if visit >= n + o else int(model.drive_s[place, enter])
        visits.append(_Visit(drive_s, windows, service_s, name, leaves[i]))
        place = leave
    drive_s = int(model.drive_s[place, int(model.vehicles.end_place[vehicle])]) if route else 0
    visits.append(_Visit(drive_s, (), 0, "the end", _EVER_S))
    return visits


def _releases(model: "Model", route: "Route") -> list[int]:
    """Return when the leg to each visit may begin: the first of a trip waits for them all."""
    n, o, release_s = model.n_stops, model.n_disposals, model.stops.release_s
    leaves = [_EVER_S] * len(route)
    if release_s is None:
        return leaves
    first, latest = 0, _EVER_S
    for i, visit in enumerate(route):
        if visit < n:
            latest = max(latest, int(release_s[visit]))
        if n <= visit < n + o or i == len(route) - 1:
            leaves[first] = max(leaves[first], latest)
            first, latest = min(i + 1, len(route) - 1), _EVER_S
    return leaves


def _latest_return_s(model: "Model", vehicle: int, route: "Route") -> int:
    """Return the latest return: a break that is not on the route must not become owed."""
    latest_s = int(model.vehicles.end_s[vehicle])
    for number, (_, _, duration_s, moment_s) in enumerate(model.vehicles.break_s[vehicle]):
        if duration_s and model.n_stops + model.n_disposals + number not in route:
            latest_s = min(latest_s, int(moment_s))
    return latest_s


def _shortest(
    visits: Sequence[_Visit], *, start_s: tuple[int, int], latest_s: int, duration_s: int
) -> tuple[int, ...]:
    """Return departure, begins and return of the shortest timetable.

    The duration as a function of the departure falls until some visit begins without waiting, at
    its window's opening or the latest moment that still reaches its window: only such departures
    (and the earliest and the latest) need to be tried. Each is driven through with the clock.
    """
    tries = {start_s[0], start_s[1]}
    offset_s = 0
    for visit in visits[:-1]:
        tries.add(visit.leaves_s - offset_s)
        offset_s += visit.drive_s
        for window in visit.windows:
            tries.update(moment_s - offset_s for moment_s in window)
        offset_s += visit.service_s
    best: tuple[int, ...] | None = None
    broken: str | None = None
    for departure_s in sorted(t for t in tries if start_s[0] <= t <= start_s[1]):
        begins: list[int] = [departure_s]
        problem = _drive(visits, begins.append, departure_s)
        if problem is None and begins[-1] > latest_s:
            problem = f"back at {begins[-1]} s, later than {latest_s} s"
        if problem is None and begins[-1] - departure_s > duration_s:
            problem = f"{begins[-1] - departure_s} s on the way, more than {duration_s} s"
        if problem is not None:
            broken = broken or problem
        elif best is None or (begins[-1] - begins[0], begins[-1]) < (best[-1] - best[0], best[-1]):
            best = tuple(begins)
    if best is None:
        raise InfeasibleError(broken or "the departure window is empty")
    return best


def _drive(visits: Sequence[_Visit], note: Callable[[int], None], clock_s: int) -> str | None:
    """Note when each visit begins, as early as it can; return what cannot be kept."""
    for visit in visits:
        clock_s = max(clock_s, visit.leaves_s) + visit.drive_s
        if visit.windows:
            open_ = [begin for begin, end in visit.windows if clock_s <= end]
            if not open_:
                return f"{visit.name} is reached at {clock_s} s, after its last window"
            clock_s = max(clock_s, open_[0])
        elif visit.name != "the end":
            return f"{visit.name} has no window"
        note(clock_s)
        clock_s += visit.service_s
    return None
