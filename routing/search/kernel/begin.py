"""Given routes as a beginning: what of them can still be driven is taken over."""

import numpy as np
from numpy.typing import NDArray

from routing.search.kernel.evaluate import may_take
from routing.search.kernel.jit import compiled
from routing.search.kernel.layout import (
    BROKEN,
    LEAVE,
    P_DUR,
    P_EARLY,
    PRV,
    R_DUR,
    TIMED,
    V_KIND,
    B,
    Day,
    M,
    N,
    O,
    State,
    V,
    W,
)
from routing.search.kernel.routes import add_stop, end_of, remove, update
from routing.search.kernel.ruin import mend
from routing.search.kernel.undo import add_visit


@compiled
def take_over(day: Day, state: State, visits: NDArray[np.int64], begins: NDArray[np.int64]) -> None:
    """Put given visits on the vehicles' routes, leaving out what does not fit any more.

    Every vehicle stands in its depot. visits: of all routes one after the other; begins (v + 1,):
    where each route begins among them.
    """
    for vehicle in range(day.size[V]):
        for at in range(begins[vehicle], begins[vehicle + 1]):
            _append(day, state, vehicle, visits[at])
        mend(day, state, vehicle)


@compiled
def _append(day: Day, state: State, vehicle: int, visit: int) -> None:
    n, o, b = day.size[N], day.size[O], day.size[B]
    before = state.link[end_of(day, vehicle), PRV]
    window = 0
    if visit < 0 or visit >= n + o + b:
        return
    if visit < n:
        if state.absent_at[visit] < 0 or not may_take(day, state, visit, vehicle):
            return
        kind = day.fleet[vehicle, V_KIND]
        for m in range(day.size[M]):
            load = state.on_board[before, m] + day.load[kind, visit, m]
            if load > day.room[vehicle, m]:
                return
        window = _first_window(day, state, visit, before)
        if window < 0:
            return
        add_stop(day, state, visit, before, window)
        node = visit
    elif visit < n + o:
        if not day.site_ok[visit - n, vehicle]:
            return
        node = add_visit(day, state, visit, window, before)
    else:
        number = visit - n - o
        if day.rest[vehicle, number, R_DUR] == 0 or state.has_break[vehicle, number]:
            return
        node = add_visit(day, state, visit, window, before)
    if update(day, state, vehicle) == BROKEN:
        remove(day, state, node)
        update(day, state, vehicle)


@compiled
def _first_window(day: Day, state: State, stop: int, before: int) -> int:
    """Return the first window that is still open when the stop is reached; -1: none is."""
    reached = 0
    if day.size[TIMED]:
        drive = day.drive[state.link[before, LEAVE], state.link[stop, LEAVE]]
        reached = state.span[before, P_EARLY] + state.span[before, P_DUR] + drive
    for window in range(day.size[W]):
        opens, closes = day.window[stop, window, 0], day.window[stop, window, 1]
        if opens <= closes and (reached <= closes or not day.size[TIMED]):
            return window
    return -1
