"""From routes to rounds: where the vehicle is when, and which disposal site it ends at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from core.plans import LeftOut, LeftOutReason, Round, Stop, StopKind
from core.rules.due import Wanted
from routing import reasons
from routing.one_trip import Routes
from routing.problem import Problem, ProblemVehicle


def schedule(problem: Problem, routes: Routes) -> tuple[Round, ...]:
    """Return the round of every vehicle that has stops, with times in UTC."""
    return tuple(
        _round(problem, vehicle, route)
        for vehicle, route in zip(problem.vehicles, routes, strict=True)
        if route
    )


def _round(problem: Problem, vehicle: ProblemVehicle, route: Sequence[int]) -> Round:
    travel = problem.travel
    clock, node, drive_s, distance_m = vehicle.shift.starts_at, 0, 0, 0
    stops: list[Stop] = []

    def drive_to(next_node: int) -> None:
        nonlocal clock, node, drive_s, distance_m
        leg_s = int(travel.drive_s[node, next_node])
        drive_s += leg_s
        distance_m += int(travel.distance_m[node, next_node])
        clock += timedelta(seconds=leg_s)
        node = next_node

    for seq, number in enumerate(route, start=1):
        stop = problem.stops[number]
        drive_to(stop.node)
        stops.append(
            Stop(
                stop_id=uuid4(),
                seq=seq,
                kind=StopKind.BIN,
                position=stop.position,
                bin_id=stop.bin_id,
                disposal_site_id=None,
                arrives_at=clock,
                begins_at=clock,
                service_s=stop.service_s,
                expected_fill_pct=stop.expected_fill_pct,
                load_kg=stop.load_kg,
                due_reason=stop.due_reason,
            )
        )
        clock += timedelta(seconds=stop.service_s)
    site_number = int(problem.way_home(vehicle).site[node])
    site = problem.sites[site_number]
    drive_to(problem.site_node(site_number))
    stops.append(
        Stop(
            stop_id=uuid4(),
            seq=len(stops) + 1,
            kind=StopKind.DISPOSAL,
            position=site.position,
            bin_id=None,
            disposal_site_id=site.disposal_site_id,
            arrives_at=clock,
            begins_at=clock,
            service_s=site.service_s,
        )
    )
    clock += timedelta(seconds=site.service_s)
    drive_to(0)
    return Round(
        round_id=uuid4(),
        vehicle_id=vehicle.shift.vehicle.vehicle_id,
        crew_id=vehicle.shift.vehicle.crew_id,
        starts_at=vehicle.shift.starts_at,
        ends_at=clock,
        distance_m=distance_m,
        drive_s=drive_s,
        load_kg=sum(problem.stops[number].load_kg for number in route),
        stops=tuple(stops),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Used:
    load_kg: float
    capacity_kg: float
    used_s: int
    shift_s: int


def dropped(
    problem: Problem, rounds: Sequence[Round], due: Sequence[Wanted]
) -> tuple[LeftOut, ...]:
    """Return the problem's stops that are on no round, with how full their vehicles are."""
    on_rounds = {stop.bin_id for round_ in rounds for stop in round_.stops}
    by_vehicle = {round_.vehicle_id: round_ for round_ in rounds}
    by_bin = {d.level.bin.bin_id: d for d in due}
    used = [_used(v, by_vehicle.get(v.shift.vehicle.vehicle_id)) for v in problem.vehicles]
    return tuple(
        reasons.left_out(
            by_bin[stop.bin_id],
            LeftOutReason.NO_CAPACITY_LEFT,
            reasons.no_capacity_left(
                stop.stream, [used[v] for v in problem.suitable[number].nonzero()[0]]
            ),
        )
        for number, stop in enumerate(problem.stops)
        if stop.bin_id not in on_rounds
    )


def _used(vehicle: ProblemVehicle, round_: Round | None) -> _Used:
    return _Used(
        load_kg=0.0 if round_ is None else round_.load_kg,
        capacity_kg=vehicle.shift.vehicle.capacity_kg,
        used_s=0 if round_ is None else int((round_.ends_at - round_.starts_at).total_seconds()),
        shift_s=vehicle.shift.length_s,
    )
