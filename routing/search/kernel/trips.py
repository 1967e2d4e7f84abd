"""Disposals between the trips of a shift: drop those that became needless, move the others."""

from routing.search.kernel.clock import then_part, then_visit
from routing.search.kernel.jit import compiled, never
from routing.search.kernel.layout import (
    BREAK,
    BROKEN,
    COST,
    D_CLOSE,
    D_COST,
    D_DUR,
    D_ENTER,
    D_LEAVE,
    D_OPEN,
    DISPOSAL,
    END,
    ENTER,
    EVER,
    FINE,
    LEAVE,
    N_DISPOSALS,
    NXT,
    OPTION,
    P_DUR,
    P_EARLY,
    P_LATE,
    PRV,
    RELEASE,
    S_DUR,
    S_EARLY,
    S_LATE_MAX,
    TIMED,
    TRIP,
    V_DUR,
    WHAT,
    Day,
    M,
    O,
    State,
)
from routing.search.kernel.routes import add_disposal, end_of, remove, start_of, update


@compiled
def drop_needless(day: Day, state: State, vehicle: int) -> None:
    """Take off disposals that nothing is brought to, or whose two trips fit into one."""
    link = state.link
    opener = start_of(day, vehicle)
    node, end = link[opener, NXT], end_of(day, vehicle)
    while node != end:
        behind = link[node, NXT]
        if link[node, WHAT] == DISPOSAL:
            trip = link[behind, TRIP]
            last = link[trip, WHAT] == END
            # a trip of both would wait for what only the second one takes
            released = link[opener, RELEASE]
            needless = link[node, RELEASE] <= released or released == EVER
            for m in range(day.size[M]):
                room = day.room_end[vehicle, m] if last else day.room[vehicle, m]
                if state.arrives[node, m] + state.arrives[trip, m] > room:
                    needless = False
            if needless:
                for m in range(day.size[M]):
                    state.arrives[trip, m] += state.arrives[node, m]
                link[opener, RELEASE] = max(released, link[node, RELEASE])
                remove(day, state, node)
            else:
                opener = node
        node = behind


@compiled
def add_best_disposal(
    day: Day, state: State, vehicle: int, first: int, last: int, worth: int
) -> bool:
    """Put a disposal between two nodes where it costs least and less than ``worth``.

    The sums must be there; the route is not summed up again. Returns whether there is a place.
    """
    link, span = state.link, state.span
    best, best_at, best_option = worth, -1, -1
    trip = link[last, TRIP]
    final = link[trip, WHAT] == END
    node = first
    while node != last:
        behind = link[node, NXT]
        fits = True
        for m in range(day.size[M]):
            room = day.room_end[vehicle, m] if final else day.room[vehicle, m]
            on_board = state.on_board[node, m]
            if on_board > day.room[vehicle, m] or state.arrives[trip, m] - on_board > room:
                fits = False
        if fits:
            then = behind
            while link[then, WHAT] == BREAK:
                then = link[then, NXT]
            away, to = link[node, LEAVE], link[then, ENTER]
            for option in range(day.size[O]):
                if not day.site_ok[option, vehicle]:
                    continue
                enter, leave = day.site[option, D_ENTER], day.site[option, D_LEAVE]
                delta = (
                    day.cost[away, enter]
                    + day.site[option, D_COST]
                    + day.cost[leave, to]
                    - day.cost[away, to]
                )
                if delta >= best:
                    continue
                if day.size[TIMED]:
                    duration, early, late = then_visit(
                        span[node, P_DUR],
                        span[node, P_EARLY],
                        span[node, P_LATE],
                        day.drive[away, enter],
                        day.site[option, D_OPEN],
                        day.site[option, D_CLOSE],
                        day.site[option, D_DUR],
                    )
                    if duration < 0:
                        continue
                    if then == behind:
                        whole = then_part(
                            duration,
                            early,
                            late,
                            day.drive[leave, to],
                            span[then, S_DUR],
                            span[then, S_EARLY],
                            span[then, S_LATE_MAX],
                        )
                        if whole < 0 or whole > day.fleet[vehicle, V_DUR]:
                            continue
                best, best_at, best_option = delta, node, option
        node = behind
    if best_at < 0:
        return False
    add_disposal(day, state, best_option, best_at)
    return True


@compiled
def settle_disposals(day: Day, state: State, vehicle: int) -> None:
    """Move each disposal of a route to the best place and site between its neighbours."""
    link = state.link
    if state.sums[vehicle, N_DISPOSALS] == 0:
        return
    node, end = link[start_of(day, vehicle), NXT], end_of(day, vehicle)
    while node != end:
        behind = link[node, NXT]
        if link[node, WHAT] == DISPOSAL:
            before, option, old = link[node, PRV], link[node, OPTION], state.sums[vehicle, COST]
            first = before
            while link[first, WHAT] != DISPOSAL and first != start_of(day, vehicle):
                first = link[first, PRV]
            last = link[behind, TRIP]
            remove(day, state, node)
            moved = False
            if update(day, state, vehicle) != BROKEN:
                worth = old - state.sums[vehicle, COST]
                moved = add_best_disposal(day, state, vehicle, first, last, worth)
                if moved and update(day, state, vehicle) != FINE:
                    node = first
                    while node != last:
                        then = link[node, NXT]
                        if link[node, WHAT] == DISPOSAL and node != first:
                            remove(day, state, node)
                        node = then
                    moved = False
            if not moved:
                add_disposal(day, state, option, before)
                update(day, state, vehicle)
        node = behind


@compiled
def divide(day: Day, state: State, vehicle: int) -> bool:
    """Put disposals where trips are too heavy; return whether every trip can be kept."""
    link = state.link
    for _ in range(state.sums[vehicle, N_DISPOSALS] + 1 + day.size[O] * 8):
        first = start_of(day, vehicle)
        end = end_of(day, vehicle)
        heavy, last = False, end
        while not heavy:
            last = link[link[first, NXT], TRIP]
            for m in range(day.size[M]):
                final = link[last, WHAT] == END
                room = day.room_end[vehicle, m] if final else day.room[vehicle, m]
                if state.arrives[last, m] > room:
                    heavy = True
            if heavy or last == end:
                break
            first = last
        if not heavy:
            return True
        if not add_best_disposal(day, state, vehicle, first, last, never()):
            return False
        if update(day, state, vehicle) == BROKEN:
            return False
    return False
