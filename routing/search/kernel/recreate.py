"""Put stops back, one after the other, each where it costs least: the greedy half of the search.

Greedy insertion with blinks (Christiaens, Vanden Berghe 2020, Slack Induction by String Removals),
but only next to a stop's nearest neighbours, at the begins and ends of routes and on one empty
vehicle of each class, so that its effort hardly grows with the day.
"""

from routing.search.kernel.breaks import add_owed_breaks
from routing.search.kernel.chance import below, draw
from routing.search.kernel.evaluate import may_take, try_place
from routing.search.kernel.jit import compiled, never
from routing.search.kernel.layout import (
    B_AFTER,
    B_DELTA,
    B_VEH,
    B_WINDOW,
    C_AFTER,
    C_DELTA,
    C_MODE,
    C_OPTION,
    C_VEH,
    C_WINDOW,
    CLASSES,
    COUNT,
    DISPOSAL_THEN_STOP,
    EDGES,
    FINE,
    NEAR,
    NEVER,
    NXT,
    PRV,
    STOP_THEN_DISPOSAL,
    T_ABSENT,
    TOO_LATE,
    VEH,
    Day,
    State,
    V,
    W,
)
from routing.search.kernel.routes import (
    add_disposal,
    add_stop,
    end_of,
    remove,
    start_of,
    update,
)
from routing.search.kernel.undo import touch

BLINK = 0.01
"""How often a place is overlooked."""


@compiled
def find_place(day: Day, state: State, stop: int, blink: float, everywhere: bool) -> None:
    """Leave the best place for a stop in ``state.cand``; its delta is NEVER where there is none.

    ``everywhere``: every place of the day is looked at when there is none among the likely ones.
    """
    link, cand, chance, places = state.link, state.cand, state.chance, state.places
    cand[C_DELTA] = NEVER
    cand[B_DELTA] = NEVER
    for stage in range(2 if everywhere else 1):
        if stage == 0:
            count = _likely_places(day, state, stop)
        elif cand[C_DELTA] == NEVER:
            count = _all_places(day, state, stop)
            blink = 0.0
        else:
            break
        for i in range(count):
            if blink > 0.0 and draw(chance) < blink:
                continue
            before = places[i]
            try_place(day, state, stop, before, link[before, NXT], link[before, VEH])


@compiled
def _likely_places(day: Day, state: State, stop: int) -> int:
    """List the nodes a stop may well be put behind; return how many."""
    link, places = state.link, state.places
    count = 0
    for i in range(day.size[NEAR]):
        other = day.near[stop, i]
        vehicle = link[other, VEH]
        if vehicle >= 0 and may_take(day, state, stop, vehicle):
            places[count] = other
            places[count + 1] = link[other, PRV]
            count += 2
    if day.size[EDGES] or day.edge[stop] or count == 0:
        for vehicle in range(day.size[V]):
            if state.sums[vehicle, COUNT] > 0 and may_take(day, state, stop, vehicle):
                places[count] = start_of(day, vehicle)
                places[count + 1] = link[end_of(day, vehicle), PRV]
                count += 2
    for i in range(day.size[CLASSES]):
        for at in range(day.member_at[i], day.member_at[i + 1]):
            vehicle = day.member[at]
            if state.sums[vehicle, COUNT] == 0:
                if may_take(day, state, stop, vehicle):
                    places[count] = start_of(day, vehicle)
                    count += 1
                break
    return count


@compiled
def _all_places(day: Day, state: State, stop: int) -> int:
    """List every node a stop may be put behind; return how many."""
    link, places = state.link, state.places
    count = 0
    for vehicle in range(day.size[V]):
        if state.sums[vehicle, COUNT] == 0 or not may_take(day, state, stop, vehicle):
            continue
        node, end = start_of(day, vehicle), end_of(day, vehicle)
        while node != end:
            places[count] = node
            count += 1
            node = link[node, NXT]
    return count


@compiled
def _put(
    day: Day, state: State, stop: int, before: int, window: int, mode: int, option: int
) -> int:
    """Insert as found; return the verdict on the route."""
    vehicle = state.link[before, VEH]
    if mode == DISPOSAL_THEN_STOP:
        before = add_disposal(day, state, option, before)
    add_stop(day, state, stop, before, window)
    if mode == STOP_THEN_DISPOSAL:
        add_disposal(day, state, option, stop)
    return update(day, state, vehicle)


@compiled
def _take_out(day: Day, state: State, stop: int, mode: int) -> None:
    """Undo ``_put``."""
    vehicle = state.link[stop, VEH]
    if mode == DISPOSAL_THEN_STOP:
        remove(day, state, state.link[stop, PRV])
    if mode == STOP_THEN_DISPOSAL:
        remove(day, state, state.link[stop, NXT])
    remove(day, state, stop)
    update(day, state, vehicle)


@compiled
def insert_found(day: Day, state: State, stop: int, limit: int) -> bool:
    """Insert a stop where ``find_place`` found it cheaper than ``limit``; return whether it is in.

    Where the cheapest place needs a break that would be owed, that is tried first.
    """
    cand = state.cand
    if cand[B_DELTA] < cand[C_DELTA] and cand[B_DELTA] < limit:
        vehicle = cand[B_VEH]
        code = cand[B_WINDOW]
        window, mode, option = (
            code % day.size[W],
            code // day.size[W] % 3,
            code // day.size[W] // 3,
        )
        touch(day, state, vehicle)
        verdict = _put(day, state, stop, cand[B_AFTER], window, mode, option)
        if verdict == TOO_LATE:
            verdict = add_owed_breaks(day, state, vehicle)
        if verdict == FINE:
            return True
        _take_out(day, state, stop, mode)
    if cand[C_DELTA] >= limit:
        return False
    vehicle = cand[C_VEH]
    touch(day, state, vehicle)
    if _put(day, state, stop, cand[C_AFTER], cand[C_WINDOW], cand[C_MODE], cand[C_OPTION]) == FINE:
        return True
    _take_out(day, state, stop, cand[C_MODE])
    return False


@compiled
def sort_todo(state: State, count: int) -> None:
    """Sort the stops to insert by their keys, smallest first."""
    todo, key = state.todo, state.key
    # Shell 1959: no memory besides, and few stops at a time
    gap = 1
    while gap < count:
        gap = 3 * gap + 1
    while gap > 1:
        gap //= 3
        for i in range(gap, count):
            stop, value = todo[i], key[i]
            j = i - gap
            while j >= 0 and key[j] > value:
                todo[j + gap], key[j + gap] = todo[j], key[j]
                j -= gap
            todo[j + gap], key[j + gap] = stop, value


@compiled
def order_todo(day: Day, state: State, count: int) -> None:
    """Bring the stops to insert into one of several orders, drawn anew each time."""
    draw_of = below(state.chance, 13)
    for i in range(count):
        stop = state.todo[i]
        if draw_of < 4:
            state.key[i] = draw(state.chance)
        elif draw_of < 8:
            state.key[i] = -day.weight[stop]
        elif draw_of < 10:
            state.key[i] = -day.far[stop]
        elif draw_of < 11:
            state.key[i] = day.far[stop]
        elif draw_of < 12:
            state.key[i] = day.tight[stop]
        else:
            state.key[i] = -day.penalty[stop] / (1.0 + day.weight[stop])
    sort_todo(state, count)


@compiled
def recreate(day: Day, state: State, count: int, everywhere: bool) -> None:
    """Insert the first ``count`` of ``state.todo``, each unless leaving it out is cheaper."""
    order_todo(day, state, count)
    for i in range(count):
        stop = state.todo[i]
        find_place(day, state, stop, BLINK, everywhere)
        insert_found(day, state, stop, day.penalty[stop])


@compiled
def open_vehicle(day: Day, state: State) -> int:
    """Send an empty vehicle to an absent stop, whatever that costs.

    Stops may pay only together: the absent ones near it are left in ``state.todo`` to follow.
    Returns how many they are.
    """
    cand = state.cand
    stop = state.absent[below(state.chance, state.total[T_ABSENT])]
    cand[C_DELTA] = NEVER
    cand[B_DELTA] = NEVER
    for i in range(day.size[CLASSES]):
        for at in range(day.member_at[i], day.member_at[i + 1]):
            vehicle = day.member[at]
            if state.sums[vehicle, COUNT] == 0:
                if may_take(day, state, stop, vehicle):
                    start = start_of(day, vehicle)
                    try_place(day, state, stop, start, state.link[start, NXT], vehicle)
                break
    if not insert_found(day, state, stop, never()):
        return 0
    waiting = 0
    for i in range(day.size[NEAR]):
        other = day.near[stop, i]
        if state.absent_at[other] >= 0:
            state.todo[waiting] = other
            waiting += 1
    return waiting
