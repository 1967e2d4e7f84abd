"""Wanted bins that the rounds do not take: why, and what would change it."""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from core.plans import LeftOut, LeftOutReason, Round
from routing import reasons
from routing.gaps import Chance, Place, chances
from routing.model import Model, Routes
from routing.problem import Problem
from routing.problem.measures import DL_PER_L, HG_PER_KG


def leftover(
    problem: Problem, model: Model, routes: Routes, rounds: Sequence[Round]
) -> tuple[LeftOut, ...]:
    """Return an entry for each bin of a visit that is on no route."""
    on_routes = {visit for route in routes for visit in route if visit < model.n_stops}
    left = [n for n in range(model.n_stops) if n not in on_routes]
    out_s = {r.vehicle_id: int((r.ends_at - r.starts_at).total_seconds()) for r in rounds}
    return tuple(
        entry
        for n, chance in zip(left, chances(model, routes, left), strict=True)
        for entry in _of_visit(problem, n, chance, out_s)
    )


def _of_visit(
    problem: Problem, n: int, chance: Chance, out_s: Mapping[str, int]
) -> Iterator[LeftOut]:
    visit = problem.visits[n]
    for b in visit.bins:
        if visit.is_due:
            busy = _busy(problem, n, out_s)
            detail = "; ".join(part for part in (busy, _missing(problem, chance)) if part)
            yield reasons.left_out(b.wanted, LeftOutReason.NO_CAPACITY_LEFT, detail)
        else:
            yield reasons.left_out(
                b.wanted, LeftOutReason.NOT_WORTH_DETOUR, _not_worth(problem, n, chance)
            )


def _busy(problem: Problem, n: int, out_s: Mapping[str, int]) -> str:
    """Say how busy the vehicles are that could have taken it."""
    could = [problem.vehicles[v] for v in np.flatnonzero(problem.allowed[n]).tolist()]
    used_s = sum(out_s.get(v.vehicle_id, 0) for v in could)
    shift_s = sum(v.shift.longest_s for v in could)
    stream = problem.visits[n].stream
    which = (
        f"the {stream} vehicle is" if len(could) == 1 else f"the {len(could)} {stream} vehicles are"
    )
    return f"{which} out for {reasons.clock(used_s)} of {reasons.clock(shift_s)} h"


def _missing(problem: Problem, chance: Chance) -> str:
    """Say what would make it possible: minutes on a vehicle, or room in one."""
    time, room = chance.by_time, chance.by_room
    found = []
    if time is not None and time.lacks_s > 0:
        minutes = math.ceil(time.lacks_s / 60)
        more = "minute" if minutes == 1 else "minutes"
        found.append(f"{minutes} more {more} on {_name(problem, time)}")
    if room is not None:
        found.append(f"room for {_amounts(room)} more in {_name(problem, room)}")
    if time is not None and time.lacks_s <= 0:
        return (
            f"{_name(problem, time)} has time and room for it, but the search found no place "
            "within all hours and breaks: search longer (--limit-s)"
        )
    return f"it needs {' or '.join(found)}" if found else ""


def _amounts(place: Place) -> str:
    kg, *dl = place.lacks
    parts = [f"{math.ceil(kg / HG_PER_KG):,} kg"] if kg else []
    parts += [f"{math.ceil(part / DL_PER_L):,} l" for part in dl if part]
    return " and ".join(parts)


def _not_worth(problem: Problem, n: int, chance: Chance) -> str:
    """Say what emptying it today is worth to us, and what the way there would cost."""
    visit = problem.visits[n]
    prize_m = sum(b.wanted.prize_m or 0 for b in visit.bins)
    overflow_pct = 100 * max(b.wanted.overflow_probability for b in visit.bins)
    worth = f"{overflow_pct:.0f} % likely to overflow before its next chance, worth {prize_m:,} m"
    if chance.by_detour is None:
        return f"{worth}; no vehicle has room for it"
    detour = f"the shortest detour costs {chance.by_detour.detour:,} m"
    if chance.by_detour.detour < prize_m and (missing := _missing(problem, chance)):
        return f"{worth}; {detour}, but {missing}"
    return f"{worth}; {detour} ({_name(problem, chance.by_detour)})"


def _name(problem: Problem, place: Place) -> str:
    return problem.vehicles[place.vehicle].vehicle_id
