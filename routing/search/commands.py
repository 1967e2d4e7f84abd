"""The compiled search as Python uses it."""

import numpy as np
from numpy.typing import NDArray

from routing.search.kernel.entry import BEGIN, CONSTRUCT, FINISH, WALK, run
from routing.search.kernel.handles import table
from routing.search.kernel.layout import Day, State

FAR, TIGHT, LIGHT, DEAR, CHAIN = range(5)
"""Orders of first insertion: far stops first, those with short windows, light ones, those with a
high penalty for their load; or next what is nearest to the last."""
_NONE = np.zeros(0, dtype=np.int64)


def walk(day: Day, state: State, iterations: int, hot: float, cold: float) -> None:
    """Do so many iterations while the temperature falls from ``hot`` to ``cold``."""
    _run(WALK, day, state, iterations, hot=hot, cold=cold)


def construct(day: Day, state: State, order: int = FAR) -> None:
    """Build first routes, and keep them where they are the best ones."""
    _run(CONSTRUCT, day, state, order)


def begin(day: Day, state: State, visits: NDArray[np.int64], begins: NDArray[np.int64]) -> None:
    """Take over given routes, add what is missing, and keep the result where it is the best.

    visits: those of all routes; begins (v + 1,): where each vehicle's begin among them.
    """
    _run(BEGIN, day, state, FAR, visits=visits, begins=begins)


def finish(day: Day, state: State) -> None:
    """Make the best routes the present ones, without breaks that are not owed."""
    _run(FINISH, day, state, 0)


def _run(
    command: int,
    day: Day,
    state: State,
    count: int,
    *,
    hot: float = 1.0,
    cold: float = 1.0,
    visits: NDArray[np.int64] = _NONE,
    begins: NDArray[np.int64] = _NONE,
) -> None:
    day_table, state_table = table(day), table(state)
    run(
        command,
        day_table.ctypes.data,
        state_table.ctypes.data,
        count,
        float(hot),
        float(cold),
        visits,
        begins,
    )
