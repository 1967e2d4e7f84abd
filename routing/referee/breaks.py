"""Every break that is owed is taken in its time and whole, and no other stop calls itself one."""

from collections.abc import Iterator

from core.plans import Round, StopKind
from routing.problem import ProblemVehicle


def breaks(vehicle: ProblemVehicle, round_: Round) -> Iterator[str]:
    """Yield breaks that are owed and not taken, and those that are none of the crew's."""
    taken = [stop for stop in round_.stops if stop.kind is StopKind.BREAK]
    for owed in sorted(vehicle.shift.breaks, key=lambda b: b.latest):
        match = next(
            (
                stop
                for stop in taken
                if owed.earliest <= stop.begins_at <= owed.latest
                and stop.service_s == owed.length_s
            ),
            None,
        )
        if match is not None:
            taken.remove(match)
        elif round_.ends_at > owed.owed_after:
            yield (
                f"back at {round_.ends_at:%H:%M:%S} it owes a break of {owed.length_s} s between "
                f"{owed.earliest:%H:%M:%S} and {owed.latest:%H:%M:%S}"
            )
    for stop in taken:
        yield f"stop {stop.seq} is a break that is not one of its crew's"
