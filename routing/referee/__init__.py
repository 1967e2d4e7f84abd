"""Checks a plan against its problem before it is saved. Knows no search, no model and no routes.

Everything is worked out again from the rounds as the crews will read them, and from what the
registry says: a file for each kind of rule.
"""

from collections.abc import Collection, Iterator, Sequence

from core.plans import LeftOut, Round
from routing.problem import Problem, ProblemVehicle
from routing.referee.access import access
from routing.referee.accounts import accounted_for, vehicles_once
from routing.referee.body import body
from routing.referee.breaks import breaks
from routing.referee.clock import clock
from routing.referee.hours import hours
from routing.referee.stops import stops
from routing.referee.together import together

__all__ = ["check"]


def check(
    problem: Problem,
    *,
    wanted: Collection[str],
    rounds: Sequence[Round],
    left_out: Sequence[LeftOut],
) -> tuple[str, ...]:
    """Return what is wrong with a plan; empty for a good one.

    ``wanted`` holds the bin_ids of all wanted bins, ``left_out`` the entries for those on no round.
    """
    return (
        *accounted_for(wanted, rounds, left_out),
        *vehicles_once(rounds),
        *together(problem, rounds),
        *(
            f"vehicle {round_.vehicle_id}: {fault}"
            for round_ in rounds
            for fault in _round(problem, round_)
        ),
    )


def _round(problem: Problem, round_: Round) -> Iterator[str]:
    vehicle = next((v for v in problem.vehicles if v.vehicle_id == round_.vehicle_id), None)
    if vehicle is None:
        yield "cannot work on this day"
        return
    wrong = list(stops(problem, vehicle, round_))
    yield from wrong
    if not wrong:
        yield from _driven(problem, vehicle, round_)


def _driven(problem: Problem, vehicle: ProblemVehicle, round_: Round) -> Iterator[str]:
    """Yield what is wrong with a round whose stops all exist."""
    yield from access(problem, vehicle, round_)
    yield from body(problem, vehicle, round_)
    yield from clock(problem, vehicle, round_)
    yield from hours(problem, round_)
    yield from breaks(vehicle, round_)
