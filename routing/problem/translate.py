"""A problem in whole numbers: places, metres, seconds, hectograms, decilitres."""

from collections.abc import Sequence

import numpy as np

from core.hours import Span
from routing.model import Disposals, Flags, Ints, Model, Stops, Vehicles
from routing.problem import measures
from routing.problem.ground import Ground
from routing.problem.prizes import penalties
from routing.problem.problem import Problem, ProblemVehicle
from routing.travel import UNREACHABLE_S

_UNUSED = (1, 0)


def translate(problem: Problem) -> Model:
    """Return the model of a problem.

    Its places are the rows of the travel table that depots, starts and disposal sites have, then
    one for each visit, which is entered at its first bin and left at its last.
    """
    fixed = len(problem.ground.places.positions) - len(problem.ground.places.bins)
    enter = np.array([*range(fixed), *(v.bins[0].node for v in problem.visits)], dtype=np.int64)
    leave = np.array([*range(fixed), *(v.bins[-1].node for v in problem.visits)], dtype=np.int64)
    drive_s = problem.travel.drive_s[np.ix_(leave, enter)].astype(np.int32)
    np.fill_diagonal(drive_s, 0)
    price = Price.of(problem)
    cost = price.of_arcs(problem.travel.distance_m[np.ix_(leave, enter)], drive_s)
    np.fill_diagonal(cost, 0)
    return Model(
        drive_s=drive_s,
        cost=cost,
        stops=_stops(problem, fixed, price),
        vehicles=_vehicles(problem),
        disposals=_disposals(problem, price),
        balance_cost=problem.rules.balance_m,
    )


class Price:
    """What driving and waiting cost, in metres.

    A second counts as the metres that are driven in it on the average of the travel table, so
    that a detour costs about its length however much of the cost is time.
    """

    def __init__(self, time_share: float, metres_per_s: float) -> None:
        self.per_m = 1 - time_share
        self.per_s = time_share * metres_per_s

    @classmethod
    def of(cls, problem: Problem) -> "Price":
        """Read it off a problem."""
        drive_s, distance_m = problem.travel.drive_s, problem.travel.distance_m
        real = drive_s < UNREACHABLE_S
        seconds = int(drive_s.sum(where=real, dtype=np.int64))
        metres = int(distance_m.sum(where=real, dtype=np.int64))
        return cls(problem.rules.time_share, metres / seconds if seconds else 0.0)

    def of_arcs(self, distance_m: Ints, drive_s: Ints) -> Ints:
        """Return what driving costs; where there is no way, more than any day."""
        # single precision is exact to 16,000 km, and a table of thousands of places is large
        cost = distance_m * np.float32(self.per_m)
        cost += drive_s * np.float32(self.per_s)
        whole: Ints = np.rint(cost, out=cost).astype(np.int32)
        whole[drive_s >= UNREACHABLE_S] = UNREACHABLE_S
        return whole

    def of_stay(self, distance_m: int, drive_s: int, service_s: int) -> int:
        """Return what a way and the work on it cost."""
        return round(self.per_m * distance_m + self.per_s * (drive_s + service_s))


def _stops(problem: Problem, fixed: int, price: Price) -> Stops:
    n, visits = len(problem.visits), problem.visits
    return Stops(
        place=np.arange(fixed, fixed + n, dtype=np.int32),
        service_s=np.array([v.takes_s for v in visits], dtype=np.int32),
        penalty=penalties(problem, price.per_m, price.per_s),
        window_s=_windows([v.spans for v in visits], problem.ground),
        load=_loads(problem),
        allowed=problem.allowed,
        wish=problem.wish_m,
    )


def _windows(spans: Sequence[Sequence[Span]], ground: Ground) -> Ints:
    most = max(1, *(len(s) for s in spans)) if spans else 1
    windows = np.full((len(spans), most, 2), _UNUSED, dtype=np.int32)
    for n, several in enumerate(spans):
        for i, (begin, end) in enumerate(several):
            windows[n, i] = ground.seconds(begin), ground.seconds(end)
    return windows


def _kinds(problem: Problem) -> tuple[list[int], list[ProblemVehicle]]:
    """Return each vehicle's kind, and a vehicle of each kind."""
    numbers: dict[object, int] = {}
    kinds, examples = [], []
    for vehicle in problem.vehicles:
        key = measures.kind(vehicle.vehicle)
        if key not in numbers:
            numbers[key] = len(numbers)
            examples.append(vehicle)
        kinds.append(numbers[key])
    return kinds, examples


def _most_measures(problem: Problem) -> int:
    return max((measures.measures(v.vehicle) for v in problem.vehicles), default=1)


def _loads(problem: Problem) -> Ints:
    _, examples = _kinds(problem)
    visits = problem.visits
    load = np.zeros((len(examples), len(visits), _most_measures(problem)), dtype=np.int32)
    for k, example in enumerate(examples):
        _, taken = measures.loads(
            example.vehicle,
            of=[v.stream for v in visits],
            load_kg=np.array([v.load_kg for v in visits]),
            loose_l=np.array([v.loose_l for v in visits]),
            streams=problem.streams,
        )
        load[k, :, : taken.shape[1]] = taken
    return load


def _vehicles(problem: Problem) -> Vehicles:
    v, m, seconds = len(problem.vehicles), _most_measures(problem), problem.ground.seconds
    kinds, _ = _kinds(problem)
    most_breaks = max((len(vehicle.shift.breaks) for vehicle in problem.vehicles), default=0)
    capacity = np.zeros((v, m), dtype=np.int32)
    start_load = np.zeros((v, m), dtype=np.int32)
    break_s = np.zeros((v, most_breaks, 4), dtype=np.int32)
    for i, vehicle in enumerate(problem.vehicles):
        room = measures.capacity(vehicle.vehicle)
        capacity[i, : len(room)] = room
        on_board = measures.on_board(vehicle.start_load_kg, vehicle.start_load_l)
        start_load[i, : len(on_board)] = on_board
        for j, owed in enumerate(vehicle.shift.breaks):
            break_s[i, j] = (
                seconds(owed.earliest),
                seconds(owed.latest),
                owed.length_s,
                seconds(owed.owed_after),
            )
    shifts = [vehicle.shift for vehicle in problem.vehicles]
    return Vehicles(
        kind=np.array(kinds, dtype=np.int32),
        start_place=np.array([problem.start_of(x) for x in problem.vehicles], dtype=np.int32),
        end_place=np.array([problem.end_of(x) for x in problem.vehicles], dtype=np.int32),
        start_s=np.array(
            [(seconds(s.starts_at), seconds(s.latest_start)) for s in shifts],
            dtype=np.int32,
        ).reshape(v, 2),
        end_s=np.array([seconds(s.ends_by) for s in shifts], dtype=np.int32),
        duration_s=np.array([s.longest_s for s in shifts], dtype=np.int32),
        capacity=capacity,
        start_load=start_load,
        day_capacity=np.full((v, m), np.iinfo(np.int64).max // 4, dtype=np.int64),
        max_stops=np.full(v, np.iinfo(np.int32).max // 4, dtype=np.int32),
        fixed_cost=np.zeros(v, dtype=np.int64),
        ends_empty=np.ones(v, dtype=np.bool_),
        break_s=break_s,
    )


def _disposals(problem: Problem, price: Price) -> Disposals:
    ways, seconds = problem.ways, problem.ground.seconds
    allowed: Flags = np.array(
        [[v.vehicle_id in way.vehicle_ids for v in problem.vehicles] for way in ways],
        dtype=np.bool_,
    ).reshape(len(ways), len(problem.vehicles))
    return Disposals(
        enter=np.array([way.nodes[0] for way in ways], dtype=np.int32),
        leave=np.array([way.nodes[-1] for way in ways], dtype=np.int32),
        duration_s=np.array([way.takes_s for way in ways], dtype=np.int32),
        cost=np.array(
            [price.of_stay(way.distance_m, way.drive_s, way.takes_s - way.drive_s) for way in ways],
            dtype=np.int64,
        ),
        window_s=np.array(
            [[seconds(at) for at in way.begin] for way in ways], dtype=np.int32
        ).reshape(len(ways), 2),
        allowed=allowed,
    )
