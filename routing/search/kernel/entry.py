"""What Python calls of the compiled search; days and states come as addresses of their tables."""

import numpy as np
from numpy.typing import NDArray

from routing.search.kernel.begin import take_over
from routing.search.kernel.handles import open_day, open_state
from routing.search.kernel.jit import compiled
from routing.search.kernel.layout import T_BEST, T_COST, V
from routing.search.kernel.routes import clear, update
from routing.search.kernel.undo import note_present, remember_best, return_to_best
from routing.search.kernel.walk import build, step, tidy

WALK, CONSTRUCT, BEGIN, FINISH = 0, 1, 2, 3


@compiled
def run(
    command: int,
    day_at: int,
    state_at: int,
    count: int,
    hot: float,
    cold: float,
    visits: NDArray[np.int64],
    begins: NDArray[np.int64],
) -> None:
    """Do one thing; one function, because each is optimised with all it calls.

    WALK: so many iterations while the temperature falls from ``hot`` to ``cold``. CONSTRUCT: first
    routes, in the order ``count``. BEGIN: the same from given routes; both go back to the best
    routes where they are not better. FINISH: return to the best routes and tidy them up.
    """
    day, state = open_day(day_at), open_state(state_at)
    if command == WALK:
        step(day, state, count, hot, cold)
        note_present(day, state)
        return
    if command == FINISH:
        return_to_best(day, state)
        tidy(day, state)
        return
    for vehicle in range(day.size[V]):
        clear(day, state, vehicle)
        update(day, state, vehicle)
    if command == BEGIN:
        take_over(day, state, visits, begins)
    build(day, state, count, command == CONSTRUCT)
    if state.total[T_COST] < state.total[T_BEST]:
        remember_best(day, state)
    else:
        return_to_best(day, state)
