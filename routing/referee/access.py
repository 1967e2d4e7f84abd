"""A vehicle empties only what it carries, gets to, and may."""

from collections.abc import Iterator

from core.plans import Round
from routing.problem import Problem, ProblemVehicle


def access(problem: Problem, vehicle: ProblemVehicle, round_: Round) -> Iterator[str]:
    """Yield the bins it must not empty."""
    lorry = vehicle.vehicle
    promised = {b: v.vehicle_id for v in problem.vehicles for b in v.promised}
    for stop in round_.stops:
        if stop.bin_id is None:
            continue
        bin_ = problem.bins[stop.bin_id].wanted.level.bin
        if not any(bin_.stream in part.streams for part in lorry.body):
            yield f"bin {bin_.bin_id} is {bin_.stream}, which it does not carry"
        if not lorry.size.fits(bin_.max_vehicle_size):
            largest = bin_.max_vehicle_size
            yield f"it is {lorry.size}, and bin {bin_.bin_id} takes at most {largest} vehicles"
        if bin_.pinned_vehicle_id not in {None, lorry.vehicle_id} and bin_.bin_id not in promised:
            yield f"bin {bin_.bin_id} is pinned to {bin_.pinned_vehicle_id}"
        if promised.get(bin_.bin_id, lorry.vehicle_id) != lorry.vehicle_id:
            yield f"bin {bin_.bin_id} is promised to {promised[bin_.bin_id]}"
        if lorry.vehicle_id in bin_.forbidden_vehicle_ids:
            yield f"bin {bin_.bin_id} is forbidden to it"
