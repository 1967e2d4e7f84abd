"""Take back what an iteration did: only the routes it touched are copied."""

import numpy as np
from numpy.typing import NDArray

from routing.search.kernel.jit import compiled
from routing.search.kernel.layout import (
    BREAK,
    NXT,
    OPTION,
    STOP,
    T_BEST,
    T_COST,
    T_SAVED,
    T_TOUCHED,
    WHAT,
    WINDOW,
    Day,
    N,
    O,
    State,
    V,
)
from routing.search.kernel.routes import (
    add_break,
    add_disposal,
    add_stop,
    clear,
    end_of,
    start_of,
    update,
)


@compiled
def visit_of(day: Day, state: State, node: int) -> int:
    """Return a node as the model numbers visits."""
    what = state.link[node, WHAT]
    if what == STOP:
        return node
    if what == BREAK:
        return day.size[N] + day.size[O] + state.link[node, OPTION]
    return day.size[N] + state.link[node, OPTION]


@compiled
def add_visit(day: Day, state: State, visit: int, window: int, before: int) -> int:
    """Put a visit behind a node and return its node."""
    if visit < day.size[N]:
        add_stop(day, state, visit, before, window)
        return visit
    if visit < day.size[N] + day.size[O]:
        return add_disposal(day, state, visit - day.size[N], before)
    return add_break(day, state, visit - day.size[N] - day.size[O], before)


@compiled
def touch(day: Day, state: State, vehicle: int) -> None:
    """Remember a route as it is, unless that was done in this iteration."""
    if state.is_touched[vehicle]:
        return
    state.is_touched[vehicle] = 1
    order, at = state.total[T_TOUCHED], state.total[T_SAVED]
    state.touched[order] = vehicle
    state.saved_at[order, 0] = at
    node, end = state.link[start_of(day, vehicle), NXT], end_of(day, vehicle)
    while node != end:
        state.saved[at, 0] = visit_of(day, state, node)
        state.saved[at, 1] = state.link[node, WINDOW]
        at += 1
        node = state.link[node, NXT]
    state.saved_at[order, 1] = at
    state.total[T_SAVED] = at
    state.total[T_TOUCHED] = order + 1


@compiled
def keep(state: State) -> None:
    """Let what was done stand."""
    for order in range(state.total[T_TOUCHED]):
        state.is_touched[state.touched[order]] = 0
    state.total[T_TOUCHED] = 0
    state.total[T_SAVED] = 0


@compiled
def undo(day: Day, state: State) -> None:
    """Restore every route that was touched."""
    for order in range(state.total[T_TOUCHED]):
        clear(day, state, state.touched[order])
    for order in range(state.total[T_TOUCHED]):
        vehicle = state.touched[order]
        before = start_of(day, vehicle)
        for at in range(state.saved_at[order, 0], state.saved_at[order, 1]):
            before = add_visit(day, state, state.saved[at, 0], state.saved[at, 1], before)
        update(day, state, vehicle)
    keep(state)


@compiled
def remember_best(day: Day, state: State) -> None:
    """Copy the routes as they are to the best ones."""
    _copy(day, state, state.best, state.best_at)
    state.total[T_BEST] = state.total[T_COST]


@compiled
def note_present(day: Day, state: State) -> None:
    """Copy the routes as they are for whoever wants to read them."""
    _copy(day, state, state.now, state.now_at)


@compiled
def _copy(day: Day, state: State, visits: NDArray[np.int64], begins: NDArray[np.int64]) -> None:
    at = 0
    for vehicle in range(day.size[V]):
        begins[vehicle] = at
        node, end = state.link[start_of(day, vehicle), NXT], end_of(day, vehicle)
        while node != end:
            visits[at, 0] = visit_of(day, state, node)
            visits[at, 1] = state.link[node, WINDOW]
            at += 1
            node = state.link[node, NXT]
    begins[day.size[V]] = at


@compiled
def return_to_best(day: Day, state: State) -> None:
    """Make the best routes the present ones."""
    for vehicle in range(day.size[V]):
        clear(day, state, vehicle)
    for vehicle in range(day.size[V]):
        before = start_of(day, vehicle)
        for at in range(state.best_at[vehicle], state.best_at[vehicle + 1]):
            before = add_visit(day, state, state.best[at, 0], state.best[at, 1], before)
        update(day, state, vehicle)
    keep(state)
