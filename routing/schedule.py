"""From routes to rounds: where each vehicle is when, what it does there, how far it drove."""

from datetime import datetime, timedelta
from itertools import pairwise
from uuid import uuid4

from core.plans import Round, Stop, StopKind
from core.replan import BestRound
from routing.model import Model, Route, Routes
from routing.problem import Problem, ProblemVehicle, Visit
from routing.problem.disposals import Way
from routing.shifts import OwedBreak
from routing.timetable import timetable


def schedule(problem: Problem, model: Model, routes: Routes) -> tuple[Round, ...]:
    """Return the round of every vehicle that leaves, with times in UTC.

    Raises InfeasibleError for a route that nobody can drive.
    """
    return tuple(
        _Scheduled(problem, model, number, route).round()
        for number, route in enumerate(routes)
        if route
    )


def in_numbers(problem: Problem, routes: Routes) -> tuple[BestRound, ...]:
    """Return how many bins each round has and how far it is, without its times."""
    n, o = len(problem.visits), len(problem.ways)
    found = []
    for vehicle, route in zip(problem.vehicles, routes, strict=True):
        nodes, bins = [problem.start_of(vehicle)], 0
        for number in route:
            if number < n:
                bins += len(problem.visits[number].bins)
                nodes += [b.node for b in problem.visits[number].bins]
            elif number < n + o:
                nodes += problem.ways[number - n].nodes
        nodes.append(problem.end_of(vehicle))
        if route:
            distance_m = sum(int(problem.travel.distance_m[leg]) for leg in pairwise(nodes))
            found.append(BestRound(vehicle_id=vehicle.vehicle_id, bins=bins, distance_m=distance_m))
    return tuple(found)


class _Scheduled:
    """One vehicle's round as it is put together, stop by stop."""

    def __init__(self, problem: Problem, model: Model, number: int, route: Route) -> None:
        self._problem, self._model, self._route = problem, model, route
        self._vehicle: ProblemVehicle = problem.vehicles[number]
        self._times = timetable(model, number, route)
        self._node = problem.start_of(self._vehicle)
        self._clock = self._at(self._times.departure_s)
        self._drive_s = self._distance_m = 0
        self._stops: list[Stop] = []

    def round(self) -> Round:
        """Return it."""
        problem, n, o = self._problem, self._model.n_stops, self._model.n_disposals
        starts_at = self._clock
        load_kg = 0.0
        for number, begin_s in zip(self._route, self._times.begin_s, strict=True):
            begins_at = self._at(begin_s)
            if number < n:
                load_kg += problem.visits[number].load_kg
                self._empty_bins(problem.visits[number], begins_at)
            elif number < n + o:
                self._dispose(problem.ways[number - n], begins_at)
            else:
                self._rest(self._vehicle.shift.breaks[number - n - o], begins_at)
        self._drive_to(problem.end_of(self._vehicle))
        lorry = self._vehicle.vehicle
        return Round(
            round_id=uuid4(),
            vehicle_id=lorry.vehicle_id,
            crew_id=lorry.crew_id,
            starts_at=starts_at,
            ends_at=self._clock,
            distance_m=self._distance_m,
            drive_s=self._drive_s,
            load_kg=load_kg,
            stops=tuple(self._stops),
            end_depot_id=None if lorry.end_depot_id == lorry.depot_id else lorry.end_depot_id,
        )

    def _empty_bins(self, visit: Visit, begins_at: datetime) -> None:
        for b, after_s in zip(visit.bins, visit.after_s, strict=True):
            self._drive_to(b.node)
            self._stop(
                Stop(
                    stop_id=uuid4(),
                    seq=1 + len(self._stops),
                    kind=StopKind.BIN,
                    position=self._problem.ground.places.positions[b.node],
                    bin_id=b.bin_id,
                    disposal_site_id=None,
                    arrives_at=self._clock,
                    begins_at=begins_at + timedelta(seconds=after_s),
                    service_s=b.service_s,
                    expected_fill_pct=b.wanted.expected_fill_pct,
                    load_kg=b.load_kg,
                    due_reason=b.wanted.reason,
                )
            )

    def _dispose(self, way: Way, begins_at: datetime) -> None:
        for site, node, after_s in zip(way.sites, way.nodes, way.after_s, strict=True):
            self._drive_to(node)
            self._stop(
                Stop(
                    stop_id=uuid4(),
                    seq=1 + len(self._stops),
                    kind=StopKind.DISPOSAL,
                    position=site.position,
                    bin_id=None,
                    disposal_site_id=site.disposal_site_id,
                    arrives_at=self._clock,
                    begins_at=begins_at + timedelta(seconds=after_s),
                    service_s=site.service_s,
                )
            )

    def _rest(self, owed: OwedBreak, begins_at: datetime) -> None:
        self._stop(
            Stop(
                stop_id=uuid4(),
                seq=1 + len(self._stops),
                kind=StopKind.BREAK,
                position=self._problem.ground.places.positions[self._node],
                bin_id=None,
                disposal_site_id=None,
                arrives_at=self._clock,
                begins_at=begins_at,
                service_s=owed.length_s,
            )
        )

    def _stop(self, stop: Stop) -> None:
        self._stops.append(stop)
        self._clock = stop.begins_at + timedelta(seconds=stop.service_s)

    def _drive_to(self, node: int) -> None:
        travel = self._problem.travel
        leg_s = int(travel.drive_s[self._node, node])
        self._drive_s += leg_s
        self._distance_m += int(travel.distance_m[self._node, node])
        self._clock += timedelta(seconds=leg_s)
        self._node = node

    def _at(self, second: int) -> datetime:
        return self._problem.ground.zero + timedelta(seconds=second)
