"""Take stops off routes that are near each other: strings of visits, now and then whole trips.

Adjacent string removal (Christiaens, Vanden Berghe 2020), over disposals where a trip is short.
"""

from routing.search.kernel.breaks import add_owed_breaks, settle_breaks
from routing.search.kernel.chance import below, draw
from routing.search.kernel.jit import compiled
from routing.search.kernel.layout import (
    COUNT,
    END,
    FINE,
    N_DISPOSALS,
    NEAR,
    NXT,
    PRV,
    START,
    STOP,
    T_ABSENT,
    T_SERVED,
    T_TOUCHED,
    T_USED,
    TOO_LATE,
    TOO_MUCH,
    TRIP,
    VEH,
    WHAT,
    B,
    Day,
    O,
    State,
)
from routing.search.kernel.routes import clear, remove, start_of, update
from routing.search.kernel.trips import divide, drop_needless
from routing.search.kernel.undo import touch

LONGEST_STRING = 10
MEAN_REMOVED = 10
SPLIT = 0.5
"""How often a string keeps some of its visits in the middle."""
SPLIT_GROWS = 0.01
"""How often one more is kept."""


@compiled
def _take_string(day: Day, state: State, stop: int, length: int) -> None:
    """Remove ``length`` stops of a route around one of them."""
    link, row = state.link, state.row
    vehicle = link[stop, VEH]
    count = state.sums[vehicle, COUNT]
    kept = 0
    if length > 1 and length < count and draw(state.chance) < SPLIT:
        kept = 1
        while length + kept < count and draw(state.chance) < SPLIT_GROWS:
            kept += 1
    total = length + kept
    # from a random number of stops before it on
    back = below(state.chance, total)
    node = stop
    while back > 0:
        before = link[node, PRV]
        while link[before, WHAT] > END:
            before = link[before, PRV]
        if link[before, WHAT] == START:
            break
        node = before
        back -= 1
    found = 0
    first = node
    while found < total and link[node, WHAT] != END:
        if link[node, WHAT] == STOP:
            row[found] = node
            found += 1
        node = link[node, NXT]
    node = link[first, PRV]
    # the start is met where another string of the same route was taken before
    while found < total and link[node, WHAT] != START:
        if link[node, WHAT] == STOP:
            row[found] = node
            found += 1
        node = link[node, PRV]
    skip = length
    if kept:
        skip = below(state.chance, length + 1)
    for i in range(found):
        if i < skip or i >= skip + kept:
            remove(day, state, row[i])


@compiled
def mend(day: Day, state: State, vehicle: int) -> None:
    """Make a route that was ruined drivable again, with fewer stops if need be."""
    verdict = update(day, state, vehicle)
    if state.sums[vehicle, COUNT] == 0:
        clear(day, state, vehicle)
        update(day, state, vehicle)
        return
    if day.size[O] and state.sums[vehicle, N_DISPOSALS]:
        drop_needless(day, state, vehicle)
        verdict = update(day, state, vehicle)
    while verdict != FINE:
        if verdict == TOO_LATE and day.size[B]:
            verdict = add_owed_breaks(day, state, vehicle)
        elif verdict == TOO_MUCH and day.size[O] and divide(day, state, vehicle):
            verdict = update(day, state, vehicle)
            if verdict == TOO_MUCH:
                verdict = _shorten(day, state, vehicle)
            continue
        if verdict == FINE:
            break
        verdict = _shorten(day, state, vehicle)


@compiled
def _shorten(day: Day, state: State, vehicle: int) -> int:
    """Remove one stop by chance, or all that is left when it was the last."""
    node = state.link[start_of(day, vehicle), NXT]
    skip = below(state.chance, max(1, state.sums[vehicle, COUNT]))
    while state.link[node, WHAT] != END:
        behind = state.link[node, NXT]
        if state.link[node, WHAT] == STOP:
            if skip == 0:
                remove(day, state, node)
                break
            skip -= 1
        node = behind
    verdict = update(day, state, vehicle)
    if state.sums[vehicle, COUNT] == 0:
        clear(day, state, vehicle)
        verdict = update(day, state, vehicle)
    return verdict


@compiled
def ruin(day: Day, state: State, seed: int) -> int:
    """Remove strings of stops near a seed; return how many stops wait in ``state.todo``.

    Among them are absent ones near the seed, so that they can be exchanged.
    """
    link, chance = state.link, state.chance
    absent_before = state.total[T_ABSENT]
    used = max(1, state.total[T_USED])
    longest = min(LONGEST_STRING, max(1, state.total[T_SERVED] // used))
    most = 4.0 * MEAN_REMOVED / (1.0 + longest) - 1.0
    strings = int(1.0 + draw(chance) * most)
    near = day.size[NEAR]
    waiting = 0
    taken = 0
    i = -1
    while i < near and taken < strings:
        stop = seed if i < 0 else day.near[seed, i]
        i += 1
        vehicle = link[stop, VEH]
        if vehicle < 0 or _is_among(state, link[stop, TRIP], taken):
            continue
        # one string of each trip: two trips of a vehicle have as much to exchange as two vehicles
        state.places[taken] = link[stop, TRIP]
        taken += 1
        touch(day, state, vehicle)
        length = 1 + below(chance, min(state.sums[vehicle, COUNT], longest))
        _take_string(day, state, stop, length)
    for order in range(state.total[T_TOUCHED]):
        vehicle = state.touched[order]
        mend(day, state, vehicle)
        if day.size[B]:
            settle_breaks(day, state, vehicle)
    # the stops that came off are the youngest of the absent
    for at in range(absent_before, state.total[T_ABSENT]):
        state.todo[waiting] = state.absent[at]
        waiting += 1
    if absent_before > 0:
        waiting = _join_absent(day, state, seed, absent_before, waiting)
    return waiting


@compiled
def _is_among(state: State, trip: int, count: int) -> bool:
    """Tell whether a trip is one of the first ``count`` noted in ``state.places``."""
    for i in range(count):  # noqa: SIM110 - numba knows no any()
        if state.places[i] == trip:
            return True
    return False


@compiled
def _join_absent(day: Day, state: State, seed: int, old: int, waiting: int) -> int:
    """Add some that were absent before: near the seed, and a few from anywhere."""
    added = 0
    for i in range(-1, day.size[NEAR]):
        stop = seed if i < 0 else day.near[seed, i]
        at = state.absent_at[stop]
        if 0 <= at < old and added < 10:
            state.todo[waiting] = stop
            waiting += 1
            added += 1
    for _ in range(2):
        stop = state.absent[below(state.chance, old)]
        new = True
        for j in range(waiting):
            if state.todo[j] == stop:
                new = False
        if new:
            state.todo[waiting] = stop
            waiting += 1
    return waiting


@compiled
def ruin_route(day: Day, state: State, vehicle: int) -> int:
    """Remove a whole route; return how many stops wait in ``state.todo``."""
    absent_before = state.total[T_ABSENT]
    touch(day, state, vehicle)
    clear(day, state, vehicle)
    update(day, state, vehicle)
    waiting = 0
    for at in range(absent_before, state.total[T_ABSENT]):
        state.todo[waiting] = state.absent[at]
        waiting += 1
    return waiting
