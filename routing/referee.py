"""Checks a plan against its problem before it is saved. Knows no solver and no routes.

Everything is worked out again from the rounds as the crews will read them.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from core.plans import LeftOut, Round, Stop, StopKind
from routing.problem import Problem, ProblemStop, ProblemVehicle

_KG_TOLERANCE = 1e-6


def check(
    problem: Problem,
    *,
    due: Collection[str],
    rounds: Sequence[Round],
    left_out: Sequence[LeftOut],
) -> tuple[str, ...]:
    """Return what is wrong with a plan; empty for a good one.

    ``due`` holds the bin_ids of all due bins, ``left_out`` the entries for those on no round.
    """
    return (
        *_accounted_for(due, rounds, left_out),
        *_vehicles_once(rounds),
        *(fault for round_ in rounds for fault in _round(problem, round_)),
    )


def _accounted_for(
    due: Collection[str], rounds: Sequence[Round], left_out: Sequence[LeftOut]
) -> Iterator[str]:
    served = [s.bin_id for r in rounds for s in r.stops if s.bin_id is not None]
    entries = Counter([*served, *(entry.bin_id for entry in left_out)])
    for bin_id, times in sorted(entries.items()):
        if bin_id not in due:
            yield f"bin {bin_id} is in the plan and was not due"
        elif times > 1:
            yield f"bin {bin_id} is in the plan {times} times"
    for bin_id in sorted(set(due) - entries.keys()):
        yield f"bin {bin_id} was due and is neither on a round nor left out"


def _vehicles_once(rounds: Sequence[Round]) -> Iterator[str]:
    for vehicle_id, times in Counter(r.vehicle_id for r in rounds).items():
        if times > 1:
            yield f"vehicle {vehicle_id} has {times} rounds"


def _round(problem: Problem, round_: Round) -> Iterator[str]:
    vehicle = next(
        (v for v in problem.vehicles if v.shift.vehicle.vehicle_id == round_.vehicle_id), None
    )
    if vehicle is None:
        yield f"vehicle {round_.vehicle_id} cannot work on this day"
        return
    name = f"vehicle {round_.vehicle_id}:"
    known = {stop.bin_id: stop for stop in problem.stops}
    unknown = [s.bin_id for s in round_.stops if s.bin_id is not None and s.bin_id not in known]
    if unknown:
        yield f"{name} bin {unknown[0]} cannot be served"
        return
    if [s.seq for s in round_.stops] != list(range(1, len(round_.stops) + 1)):
        yield f"{name} its stops are not numbered from 1"
    for stop in round_.stops:
        if stop.bin_id is not None and not _is_as_due(stop, known[stop.bin_id]):
            yield f"{name} bin {stop.bin_id} has another place or load than it was due with"
    bins = [known[s.bin_id] for s in round_.stops if s.bin_id is not None]
    shape = _shape(round_)
    if shape:
        yield f"{name} {shape}"
        return
    yield from (f"{name} {fault}" for fault in _load(vehicle, round_, bins))
    yield from (f"{name} {fault}" for fault in _disposal(problem, round_.stops[-1], bins))
    yield from (f"{name} {fault}" for fault in _clock(problem, vehicle, round_, known))


def _shape(round_: Round) -> str | None:
    kinds = [stop.kind for stop in round_.stops]
    if len(kinds) < 2 or kinds[-1] is not StopKind.DISPOSAL:
        return "the round does not end with bins emptied at a disposal site"
    if StopKind.DISPOSAL in kinds[:-1]:
        return "the round has more than one disposal stop"
    return None


def _is_as_due(stop: Stop, due: ProblemStop) -> bool:
    return (
        stop.position == due.position
        and stop.load_kg is not None
        and abs(stop.load_kg - due.load_kg) <= _KG_TOLERANCE
    )


def _load(vehicle: ProblemVehicle, round_: Round, bins: Sequence[ProblemStop]) -> Iterator[str]:
    lorry = vehicle.shift.vehicle
    load_kg = sum(stop.load_kg for stop in bins)
    for stop in bins:
        if stop.stream not in lorry.streams:
            yield f"bin {stop.bin_id} is {stop.stream}, which it does not carry"
    if load_kg > lorry.capacity_kg + _KG_TOLERANCE:
        yield f"load {load_kg:.1f} kg is over its capacity of {lorry.capacity_kg:.1f} kg"
    if abs(round_.load_kg - load_kg) > _KG_TOLERANCE:
        yield f"load is given as {round_.load_kg:.1f} kg and is {load_kg:.1f} kg"
    if round_.crew_id != lorry.crew_id:
        yield f"crew {round_.crew_id} is not its crew"


def _disposal(problem: Problem, last: Stop, bins: Sequence[ProblemStop]) -> Iterator[str]:
    site = next((s for s in problem.sites if s.disposal_site_id == last.disposal_site_id), None)
    if site is None:
        yield f"disposal site {last.disposal_site_id} does not exist"
    elif refused := {stop.stream for stop in bins} - site.streams:
        yield f"disposal site {site.disposal_site_id} does not take {', '.join(sorted(refused))}"


def _clock(
    problem: Problem, vehicle: ProblemVehicle, round_: Round, known: dict[str, ProblemStop]
) -> Iterator[str]:
    """Drive the round once more, by the travel table alone."""
    travel, clock, node = problem.travel, round_.starts_at, 0
    drive_s = distance_m = 0
    if clock < vehicle.shift.starts_at:
        yield "it leaves before its shift"
    legs = [_leg(problem, stop, known) for stop in round_.stops]
    for stop, (next_node, service_s) in zip(round_.stops, legs, strict=True):
        drive_s += int(travel.drive_s[node, next_node])
        distance_m += int(travel.distance_m[node, next_node])
        clock += timedelta(seconds=int(travel.drive_s[node, next_node]))
        if stop.arrives_at != clock:
            yield f"stop {stop.seq} is reached at {_hms(clock)}, not {_hms(stop.arrives_at)}"
        if stop.service_s != service_s:
            yield f"stop {stop.seq} takes {service_s} s, not {stop.service_s} s"
        clock += timedelta(seconds=service_s)
        node = next_node
    drive_s += int(travel.drive_s[node, 0])
    distance_m += int(travel.distance_m[node, 0])
    clock += timedelta(seconds=int(travel.drive_s[node, 0]))
    if round_.ends_at != clock:
        yield f"it is back at {_hms(clock)}, not {_hms(round_.ends_at)}"
    if clock > vehicle.shift.ends_by:
        yield f"it is back at {_hms(clock)}, after its shift ends at {_hms(vehicle.shift.ends_by)}"
    if (round_.drive_s, round_.distance_m) != (drive_s, distance_m):
        yield f"driving is given as {round_.drive_s} s, {round_.distance_m} m and is {drive_s} s, "
        f"{distance_m} m"


def _leg(problem: Problem, stop: Stop, known: dict[str, ProblemStop]) -> tuple[int, int]:
    """Return a stop's node in the travel table and the time it takes there."""
    if stop.bin_id is not None:
        return known[stop.bin_id].node, known[stop.bin_id].service_s
    for number, site in enumerate(problem.sites):
        if site.disposal_site_id == stop.disposal_site_id:
            return problem.site_node(number), site.service_s
    # an unknown site was reported already: stand still
    return 0, stop.service_s


def _hms(at: datetime) -> str:
    return f"{at:%H:%M:%S}"
