"""The search itself: ruin, recreate, accept or take back, many thousand times a second.

Simulated annealing with exponential cooling, as in Christiaens, Vanden Berghe 2020.
"""

import numpy as np

from routing.search.kernel.breaks import settle_breaks
from routing.search.kernel.chance import below, draw
from routing.search.kernel.jit import compiled, never
from routing.search.kernel.layout import (
    COST,
    COUNT,
    ENTER,
    LEAVE,
    NEAR,
    NEVER,
    NXT,
    PRV,
    STOP,
    T_ABSENT,
    T_BEST,
    T_COST,
    T_TOUCHED,
    T_USED,
    TIMED,
    WHAT,
    B,
    Day,
    N,
    O,
    State,
    V,
)
from routing.search.kernel.recreate import (
    find_place,
    insert_found,
    open_vehicle,
    recreate,
    sort_todo,
)
from routing.search.kernel.routes import clear, end_of, remove, start_of, update
from routing.search.kernel.ruin import mend, ruin, ruin_route
from routing.search.kernel.trips import settle_disposals
from routing.search.kernel.undo import keep, remember_best, undo

OPEN = 0.05
"""How often an empty vehicle is sent to absent stops, when there are any."""
WHOLE_ROUTE = 0.01
PROMISING = 2.0
"""Up to so many temperatures worse, it is tried whether better disposals make routes acceptable."""


@compiled
def step(day: Day, state: State, iterations: int, hot: float, cold: float) -> None:
    """Do so many iterations while the temperature falls from ``hot`` to ``cold``."""
    total, chance = state.total, state.chance
    if day.size[N] == 0 or day.size[V] == 0:
        return
    cooling = (cold / hot) ** (1.0 / max(1, iterations))
    temperature = hot
    for _ in range(iterations):
        temperature *= cooling
        cost = total[T_COST]
        waiting = 0
        if total[T_ABSENT] > 0 and draw(chance) < OPEN:
            waiting = open_vehicle(day, state)
        elif total[T_USED] > 1 and draw(chance) < WHOLE_ROUTE:
            vehicle = below(chance, day.size[V])
            while state.sums[vehicle, COUNT] == 0:
                vehicle = below(chance, day.size[V])
            if state.sums[vehicle, COUNT] <= 30:
                waiting = ruin_route(day, state, vehicle)
        if waiting == 0:
            waiting = ruin(day, state, below(chance, day.size[N]))
        recreate(day, state, waiting, draw(chance) < 0.1)
        if day.size[O] and total[T_COST] < cost + PROMISING * temperature:
            for order in range(total[T_TOUCHED]):
                settle_disposals(day, state, state.touched[order])
        if total[T_COST] < cost - temperature * np.log(1.0 - draw(chance)):
            keep(state)
            if total[T_COST] < total[T_BEST]:
                remember_best(day, state)
        else:
            undo(day, state)


@compiled
def build(day: Day, state: State, order: int, all_in: bool) -> None:
    """Insert what is absent, one after the other: by distance, tightness, load or penalty.

    With ``all_in`` stops are inserted as if none might be left out, and then what does not pay is
    taken off again; without it only what pays by itself is inserted.
    """
    count = state.total[T_ABSENT]
    if order == 4:
        _insert_along_a_chain(day, state)
        count = 0
    for i in range(count):
        stop = state.absent[i]
        state.todo[i] = stop
        if order == 0:
            state.key[i] = -day.far[stop]
        elif order == 1:
            state.key[i] = day.tight[stop]
        elif order == 2:
            state.key[i] = day.weight[stop]
        else:
            state.key[i] = -day.penalty[stop] / (1.0 + day.weight[stop])
    sort_todo(state, count)
    for i in range(count):
        stop = state.todo[i]
        find_place(day, state, stop, 0.0, count > 0)
        limit = day.penalty[stop]
        if all_in:
            limit = never()
        insert_found(day, state, stop, limit)
        keep(state)
    if day.size[O]:
        for vehicle in range(day.size[V]):
            settle_disposals(day, state, vehicle)
    if all_in:
        prune(day, state)
    keep(state)


@compiled
def _insert_along_a_chain(day: Day, state: State) -> None:
    """Insert next what is nearest to the last one; where all near ones are served, the farthest."""
    count = state.total[T_ABSENT]
    todo = state.todo
    for i in range(count):
        todo[i] = state.absent[i]
        state.key[i] = -day.far[todo[i]]
    sort_todo(state, count)
    # from here on a key says whether a stop was tried
    state.key[:] = 0.0
    at, stop = 0, -1
    while True:
        found = -1
        if stop >= 0:
            for i in range(day.size[NEAR]):
                other = day.near[stop, i]
                if state.absent_at[other] >= 0 and state.key[other] == 0.0:
                    found = other
                    break
        while found < 0 and at < count:
            if state.absent_at[todo[at]] >= 0 and state.key[todo[at]] == 0.0:
                found = todo[at]
            at += 1
        if found < 0:
            return
        stop = found
        state.key[stop] = 1.0
        find_place(day, state, stop, 0.0, count > 0)
        insert_found(day, state, stop, never())
        keep(state)


@compiled
def prune(day: Day, state: State) -> None:
    """Take off the stops and whole routes that cost more than leaving them out."""
    link = state.link
    for vehicle in range(day.size[V]):
        changed = False
        node, end = link[start_of(day, vehicle), NXT], end_of(day, vehicle)
        prizes = 0
        while node != end:
            behind = link[node, NXT]
            if link[node, WHAT] == STOP:
                away, to = link[link[node, PRV], LEAVE], link[behind, ENTER]
                saved = (
                    day.cost[away, link[node, ENTER]]
                    + day.cost[link[node, LEAVE], to]
                    - day.cost[away, to]
                    + day.wish[node, vehicle]
                )
                if saved > day.penalty[node]:
                    remove(day, state, node)
                    changed = True
                else:
                    prizes = min(NEVER, prizes + day.penalty[node])
            node = behind
        if changed:
            mend(day, state, vehicle)
        if state.sums[vehicle, COST] > prizes:
            clear(day, state, vehicle)
            update(day, state, vehicle)
    keep(state)


@compiled
def tidy(day: Day, state: State) -> None:
    """Drop breaks that are not owed and remember the present routes as the best."""
    if day.size[TIMED] and day.size[B]:
        for vehicle in range(day.size[V]):
            settle_breaks(day, state, vehicle)
    remember_best(day, state)
