"""What Python calls of the compiled search."""

import numpy as np
from numpy.typing import NDArray

from routing.search.kernel import begin as begin_
from routing.search.kernel import undo as undo_
from routing.search.kernel import walk as walk_
from routing.search.kernel.handles import open_day, open_state
from routing.search.kernel.jit import compiled
from routing.search.kernel.layout import T_BEST, T_COST, Day, State, V
from routing.search.kernel.routes import update

_take_over = begin_.take_over
_walk = walk_.walk
_construct = walk_.construct
_tidy = walk_.tidy
_return_to_best = undo_.return_to_best
_remember_best = undo_.remember_best


@compiled
def walk(day: Day, state: State, iterations: int, hot: float, cold: float) -> None:
    """Do so many iterations while the temperature falls."""
    _walk(open_day(day), open_state(state), iterations, hot, cold)


@compiled
def construct(day: Day, state: State, order: int) -> None:
    """Build first routes, and make them the best ones."""
    d, s = open_day(day), open_state(state)
    for vehicle in range(day.size[V]):
        update(d, s, vehicle)
    _construct(d, s, order)
    _remember_best(d, s)


@compiled
def begin(
    day: Day, state: State, visits: NDArray[np.int32], begins: NDArray[np.int32], order: int
) -> None:
    """Take over given routes, add what is missing, and keep the result where it is the best."""
    d, s = open_day(day), open_state(state)
    _take_over(d, s, visits, begins)
    _construct(d, s, order)
    if s.total[T_COST] < s.total[T_BEST]:
        _remember_best(d, s)
    else:
        _return_to_best(d, s)


@compiled
def finish(day: Day, state: State) -> None:
    """Make the best routes the present ones and tidy them up."""
    d, s = open_day(day), open_state(state)
    _return_to_best(d, s)
    _tidy(d, s)
