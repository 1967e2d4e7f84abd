"""What leaving a visit out costs the search: a due one more than any detour, a prize its metres."""

import numpy as np

from core.plans import DueReason
from routing.model import Longs
from routing.problem.problem import Problem
from routing.problem.visits import ProblemBin, Visit

FASTEST_M_PER_S = 40.0
"""Nobody drives more metres in a second than that (144 km/h)."""


def penalties(problem: Problem, per_m: float, per_s: float) -> Longs:
    """Return (visits,) int64 in the metres of the cost; ``per_m``, ``per_s``: what one costs.

    A due bin costs more than everything the whole fleet can drive in its shifts, wishes, balance
    and every prize of the day: none is left out for a saving. A full one counts up to twice as
    much and one that somebody asked for another once, so that of two where one fits that is taken.
    """
    everything = 1 + _prizes(problem) + _most_driven(problem, per_m, per_s) + _soft(problem)
    return np.array([_penalty(visit, everything) for visit in problem.visits], dtype=np.int64)


def _penalty(visit: Visit, everything: int) -> int:
    return sum(
        round(everything * _weight(b)) if b.wanted.prize_m is None else b.wanted.prize_m
        for b in visit.bins
    )


def _weight(b: ProblemBin) -> float:
    asked = b.wanted.reason is DueReason.REQUESTED
    return 1 + b.wanted.expected_fill_pct / 100 + asked


def _prizes(problem: Problem) -> int:
    return sum(b.wanted.prize_m or 0 for visit in problem.visits for b in visit.bins)


def _most_driven(problem: Problem, per_m: float, per_s: float) -> int:
    per_second = per_m * FASTEST_M_PER_S + per_s
    return sum(int(1 + v.shift.longest_s * per_second) for v in problem.vehicles)


def _soft(problem: Problem) -> int:
    wishes = int(problem.wish_m.max(axis=1, initial=0).sum(dtype=np.int64))
    hours = (v.shift.longest_s / 3600 for v in problem.vehicles)
    return wishes + sum(int(1 + problem.rules.balance_m * h * h) for h in hours)
