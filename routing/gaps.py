"""Where on finished routes a visit could still go, and what is missing for it: time, room."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.model import Model, Route, Routes
from routing.timetable import timetable

type Numbers = NDArray[np.int64]
_NOWHERE = np.iinfo(np.int64).max // 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The best place for a visit on one vehicle's day.

    Attributes:
        vehicle: its number.
        lacks_s: how much longer the vehicle would have to be allowed out; 0 or less: there is time.
        lacks: of each measure, how much more it would have to hold; zeros: there is room.
        detour: what the way there costs beside all that is driven anyway.
    """

    vehicle: int
    lacks_s: int
    lacks: tuple[int, ...]
    detour: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Chance:
    """For one visit: the place that lacks the least time, given room; the one that lacks the least
    room, given time; the shortest detour given room. None: no vehicle has one.
    """  # noqa: D205 - one sentence

    by_time: Place | None
    by_room: Place | None
    by_detour: Place | None


def chances(model: Model, routes: Routes, visits: Sequence[int]) -> tuple[Chance, ...]:
    """Say of each visit (stops of the model that are on no route) what it would take.

    Hours of others, and breaks that would become owed, are not looked at: it is for people.
    """
    found: list[list[tuple[Place, bool]]] = [[] for _visit in visits]
    for vehicle, route in enumerate(routes):
        may = [i for i, visit in enumerate(visits) if model.stops.allowed[visit, vehicle]]
        if may:
            day = _Day(model, vehicle, route)
            for i, places in zip(may, day.places([visits[i] for i in may]), strict=True):
                found[i] += places
    return tuple(_best(places) for places in found)


def _best(places: Sequence[tuple[Place, bool]]) -> Chance:
    roomy = [place for place, has_room in places if has_room]
    tight = [place for place, has_room in places if not has_room and place.lacks_s <= 0]
    return Chance(
        by_time=min(roomy, key=lambda p: p.lacks_s, default=None),
        by_room=min(tight, key=lambda p: p.lacks, default=None),
        by_detour=min(roomy, key=lambda p: p.detour, default=None),
    )


class _Day:
    """The gaps between one vehicle's visits, by trip, and the time and room it has left."""

    def __init__(self, model: Model, vehicle: int, route: Route) -> None:
        self._model, self._vehicle = model, vehicle
        n, o = model.n_stops, model.n_disposals
        vehicles = model.vehicles
        self._load = model.stops.load[int(vehicles.kind[vehicle])].astype(np.int64)
        room = [vehicles.capacity[vehicle] - vehicles.start_load[vehicle].astype(np.int64)]
        here, before, after, trips = int(vehicles.start_place[vehicle]), [], [], []
        for visit in route:
            if visit >= n + o:
                continue
            is_stop = visit < n
            enter = model.stops.place[visit] if is_stop else model.disposals.enter[visit - n]
            before.append(here)
            after.append(int(enter))
            trips.append(len(room) - 1)
            if is_stop:
                room[-1] = room[-1] - self._load[visit]
                here = int(enter)
            else:
                room.append(vehicles.capacity[vehicle].astype(np.int64))
                here = int(model.disposals.leave[visit - n])
        self._before, self._after = np.array(before, np.int64), np.array(after, np.int64)
        self._trips, self._room = np.array(trips, dtype=np.int64), np.array(room)
        self._last, self._end = here, int(vehicles.end_place[vehicle])
        self._left_s = self._time_left_s(route)

    def _time_left_s(self, route: Route) -> int:
        vehicles, v = self._model.vehicles, self._vehicle
        longest_s, ends_s = int(vehicles.duration_s[v]), int(vehicles.end_s[v])
        if not route:
            return min(longest_s, ends_s - int(vehicles.start_s[v, 0]))
        times = timetable(self._model, v, route)
        return min(longest_s - times.duration_s, ends_s - times.return_s)

    def places(self, visits: Sequence[int]) -> Iterator[list[tuple[Place, bool]]]:
        """Yield for each visit its best places here: in a trip with room, in one without, alone."""
        stops = np.array(visits, dtype=np.int64)
        extra_s, extra_cost = self._as_a_trip(stops)
        inside_s, inside_cost = self._inside(stops)
        lacks = np.maximum(0, self._load[stops][:, None, :] - self._room[self._trips][None, :, :])
        has_room = ~lacks.any(axis=2)
        nothing = tuple(0 for _measure in self._room[0])
        for i in range(len(visits)):
            found = []
            if extra_s[i] < _NOWHERE:
                found.append((self._place(extra_s[i], nothing, extra_cost[i]), True))
            for roomy in (True, False):
                gaps = np.flatnonzero(has_room[i] == roomy)
                if len(gaps):
                    gap = gaps[inside_s[i, gaps].argmin()]
                    missing = tuple(int(part) for part in lacks[i, gap])
                    found.append(
                        (self._place(inside_s[i, gap], missing, inside_cost[i, gap]), roomy)
                    )
            yield found

    def _place(self, takes_s: int, lacks: tuple[int, ...], cost: int) -> Place:
        return Place(
            vehicle=self._vehicle,
            lacks_s=int(takes_s) - self._left_s,
            lacks=lacks,
            detour=int(cost),
        )

    def _inside(self, stops: Numbers) -> tuple[Numbers, Numbers]:
        """Return seconds and cost of each visit in each gap."""
        places = self._model.stops.place[stops][:, None]
        before, after = self._before[None, :], self._after[None, :]

        def added(table: NDArray[np.int32]) -> Numbers:
            there = table[before, places].astype(np.int64) + table[places, after]
            return there - table[before, after]

        service_s = self._model.stops.service_s[stops][:, None]
        return added(self._model.drive_s) + service_s, added(self._model.cost)

    def _as_a_trip(self, stops: Numbers) -> tuple[Numbers, Numbers]:
        """Return seconds and cost of each visit as one more trip at the end of the day."""
        model, disposals = self._model, self._model.disposals
        ways = np.flatnonzero(disposals.allowed[:, self._vehicle])
        if not len(ways):
            nowhere = np.full(len(stops), _NOWHERE)
            return nowhere, nowhere
        places = model.stops.place[stops]

        def added(table: NDArray[np.int32], inside: NDArray[np.int64]) -> Numbers:
            to_site = table[places[:, None], disposals.enter[ways][None, :]].astype(np.int64)
            home = inside + table[disposals.leave[ways], self._end]
            there = table[self._last, places].astype(np.int64)
            shortest: Numbers = there + (to_site + home[None, :]).min(axis=1)
            return shortest - int(table[self._last, self._end])

        takes_s = added(model.drive_s, disposals.duration_s[ways].astype(np.int64))
        return takes_s + model.stops.service_s[stops], added(model.cost, disposals.cost[ways])
