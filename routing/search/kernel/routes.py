"""Routes as linked lists: link, unlink, and sum up what holds along them."""

from routing.search.kernel.clock import then_visit, then_wait
from routing.search.kernel.jit import compiled
from routing.search.kernel.layout import (
    BALANCE,
    BREAK,
    BROKEN,
    CLOSE,
    COST,
    COUNT,
    D_CLOSE,
    D_COST,
    D_DUR,
    D_ENTER,
    D_LEAVE,
    D_OPEN,
    DISPOSAL,
    DUR,
    ENTER,
    EVER,
    FINE,
    LEAVE,
    N_DISPOSALS,
    NXT,
    OPEN,
    OPTION,
    P_DUR,
    P_EARLY,
    P_LATE,
    PRV,
    R_CLOSE,
    R_DUR,
    R_MOMENT,
    R_OPEN,
    RELEASE,
    S_DUR,
    S_EARLY,
    S_LATE,
    S_LATE_MAX,
    SERVICE,
    STOP,
    T_ABSENT,
    T_COST,
    T_FREE,
    T_SERVED,
    T_USED,
    TIMED,
    TOO_LATE,
    TOO_MUCH,
    TRIP,
    V_DUR,
    V_EARLY,
    V_END,
    V_FIXED,
    V_KIND,
    V_LATE,
    V_STOPS,
    VEH,
    WHAT,
    WINDOW,
    B,
    Day,
    M,
    N,
    State,
    V,
)


@compiled
def start_of(day: Day, vehicle: int) -> int:
    """Return the node a vehicle starts at."""
    return day.size[N] + vehicle


@compiled
def end_of(day: Day, vehicle: int) -> int:
    """Return the node a vehicle ends at."""
    return day.size[N] + day.size[V] + vehicle


@compiled
def link_after(state: State, node: int, before: int) -> None:
    """Put a node behind another one on its route."""
    behind = state.link[before, NXT]
    state.link[node, PRV] = before
    state.link[node, NXT] = behind
    state.link[node, VEH] = state.link[before, VEH]
    state.link[before, NXT] = node
    state.link[behind, PRV] = node


@compiled
def add_stop(day: Day, state: State, stop: int, before: int, window: int) -> None:
    """Put an absent stop behind a node, to be served in one of its windows."""
    link_after(state, stop, before)
    state.link[stop, WINDOW] = window
    state.span[stop, OPEN] = day.window[stop, window, 0]
    state.span[stop, CLOSE] = day.window[stop, window, 1]
    last = state.absent[state.total[T_ABSENT] - 1]
    at = state.absent_at[stop]
    state.absent[at] = last
    state.absent_at[last] = at
    state.absent_at[stop] = -1
    state.total[T_ABSENT] -= 1
    state.total[T_SERVED] += 1
    state.total[T_COST] -= day.penalty[stop]


@compiled
def add_disposal(day: Day, state: State, option: int, before: int) -> int:
    """Put a new disposal behind a node and return it."""
    state.total[T_FREE] -= 1
    node = state.free[state.total[T_FREE]]
    link_after(state, node, before)
    state.link[node, WHAT] = DISPOSAL
    state.link[node, OPTION] = option
    state.link[node, ENTER] = day.site[option, D_ENTER]
    state.link[node, LEAVE] = day.site[option, D_LEAVE]
    state.span[node, OPEN] = day.site[option, D_OPEN]
    state.span[node, CLOSE] = day.site[option, D_CLOSE]
    state.span[node, SERVICE] = day.site[option, D_DUR]
    return node


@compiled
def add_break(day: Day, state: State, number: int, before: int) -> int:
    """Put a break of the vehicle behind a node and return it."""
    state.total[T_FREE] -= 1
    node = state.free[state.total[T_FREE]]
    link_after(state, node, before)
    vehicle = state.link[before, VEH]
    state.link[node, WHAT] = BREAK
    state.link[node, OPTION] = number
    state.link[node, ENTER] = state.link[before, LEAVE]
    state.link[node, LEAVE] = state.link[before, LEAVE]
    state.span[node, OPEN] = day.rest[vehicle, number, R_OPEN]
    state.span[node, CLOSE] = day.rest[vehicle, number, R_CLOSE]
    state.span[node, SERVICE] = day.rest[vehicle, number, R_DUR]
    state.has_break[vehicle, number] = 1
    return node


@compiled
def remove(day: Day, state: State, node: int) -> None:
    """Take a stop, disposal or break off its route; a stop becomes absent."""
    before, behind = state.link[node, PRV], state.link[node, NXT]
    state.link[before, NXT] = behind
    state.link[behind, PRV] = before
    vehicle = state.link[node, VEH]
    state.link[node, VEH] = -1
    if state.link[node, WHAT] == STOP:
        at = state.total[T_ABSENT]
        state.absent[at] = node
        state.absent_at[node] = at
        state.total[T_ABSENT] += 1
        state.total[T_SERVED] -= 1
        state.total[T_COST] += day.penalty[node]
    else:
        if state.link[node, WHAT] == BREAK:
            state.has_break[vehicle, state.link[node, OPTION]] = 0
        state.free[state.total[T_FREE]] = node
        state.total[T_FREE] += 1


@compiled
def clear(day: Day, state: State, vehicle: int) -> None:
    """Take everything off a route."""
    node = state.link[start_of(day, vehicle), NXT]
    end = end_of(day, vehicle)
    while node != end:
        behind = state.link[node, NXT]
        remove(day, state, node)
        node = behind


@compiled
def balance_of(day: Day, duration: int) -> int:
    """Return the balance part of one vehicle."""
    return day.size[BALANCE] * duration * duration // 12960000


@compiled
def latest_return(day: Day, state: State, vehicle: int) -> int:
    """Return the latest return that leaves no break owed that is not on the route."""
    latest = day.fleet[vehicle, V_END]
    for number in range(day.size[B]):
        if day.rest[vehicle, number, R_DUR] > 0 and state.has_break[vehicle, number] == 0:
            latest = min(latest, day.rest[vehicle, number, R_MOMENT])
    return latest


@compiled
def update(day: Day, state: State, vehicle: int) -> int:
    """Sum up a route that was changed, and return whether it can be driven.

    FINE; TOO_MUCH: loads, stops or the day's share; TOO_LATE: back too late, too long or with a
    break owed; BROKEN: a window is missed, the sums from there on are missing.
    """
    link, measures, kind = state.link, day.size[M], day.fleet[vehicle, V_KIND]
    start, end = start_of(day, vehicle), end_of(day, vehicle)
    count, cost, sites, verdict = 0, day.fleet[vehicle, V_FIXED], 0, FINE
    for m in range(measures):
        state.on_board[start, m] = day.begin_load[vehicle, m]
        state.day_load[vehicle, m] = 0
    node = start
    while node != end:
        behind = link[node, NXT]
        what = link[behind, WHAT]
        if what == BREAK:
            link[behind, ENTER] = link[node, LEAVE]
            link[behind, LEAVE] = link[node, LEAVE]
            for m in range(measures):
                state.on_board[behind, m] = state.on_board[node, m]
        else:
            cost += day.cost[link[node, LEAVE], link[behind, ENTER]]
            if what == STOP:
                count += 1
                cost += day.wish[behind, vehicle]
                for m in range(measures):
                    load = day.load[kind, behind, m]
                    state.on_board[behind, m] = state.on_board[node, m] + load
                    state.day_load[vehicle, m] += load
            else:
                for m in range(measures):
                    state.arrives[behind, m] = state.on_board[node, m]
                    state.on_board[behind, m] = 0
                    if what == DISPOSAL:
                        if state.arrives[behind, m] > day.room[vehicle, m]:
                            verdict = TOO_MUCH
                    elif state.arrives[behind, m] > day.room_end[vehicle, m]:
                        verdict = TOO_MUCH
                if what == DISPOSAL:
                    sites += 1
                    cost += day.site[link[behind, OPTION], D_COST]
        node = behind
    if link[start, NXT] == end:
        cost, verdict = 0, FINE
    if count > day.fleet[vehicle, V_STOPS]:
        verdict = TOO_MUCH
    for m in range(measures):
        if state.day_load[vehicle, m] > day.day_room[vehicle, m]:
            verdict = TOO_MUCH
    node, trip, released = end, end, EVER
    while node != start:
        if link[node, WHAT] == STOP:
            released = max(released, day.release[node])
        elif link[node, WHAT] == DISPOSAL:
            link[node, RELEASE] = released
            trip, released = node, EVER
        link[node, TRIP] = trip
        node = link[node, PRV]
    link[start, TRIP] = trip
    link[start, RELEASE] = released
    duration = 0
    if day.size[TIMED]:
        late = _update_time(day, state, vehicle)
        if late == BROKEN or verdict == FINE:
            verdict = late
        if link[start, NXT] != end:
            duration = state.span[end, P_DUR]
            if day.size[BALANCE]:
                cost += balance_of(day, duration)
    if (state.sums[vehicle, COUNT] > 0) != (count > 0):
        state.total[T_USED] += 1 if count > 0 else -1
    state.total[T_COST] += cost - state.sums[vehicle, COST]
    state.sums[vehicle, COST] = cost
    state.sums[vehicle, COUNT] = count
    state.sums[vehicle, DUR] = duration
    state.sums[vehicle, N_DISPOSALS] = sites
    return verdict


@compiled
def _update_time(day: Day, state: State, vehicle: int) -> int:
    link, span = state.link, state.span
    start, end = start_of(day, vehicle), end_of(day, vehicle)
    if link[start, NXT] == end:
        span[start, P_DUR] = 0
        span[start, P_EARLY] = day.fleet[vehicle, V_EARLY]
        span[start, P_LATE] = day.fleet[vehicle, V_LATE]
        span[end, S_DUR] = 0
        span[end, S_EARLY] = -(1 << 40)
        span[end, S_LATE] = latest_return(day, state, vehicle)
        span[end, S_LATE_MAX] = day.fleet[vehicle, V_END]
        return FINE
    duration = 0
    early, late = day.fleet[vehicle, V_EARLY], day.fleet[vehicle, V_LATE]
    if early > late:
        return BROKEN
    node = start
    duration, early, late = then_wait(duration, early, late, link[start, RELEASE])
    span[start, P_DUR], span[start, P_EARLY], span[start, P_LATE] = duration, early, late
    latest, latest_max = latest_return(day, state, vehicle), day.fleet[vehicle, V_END]
    while node != end:
        behind = link[node, NXT]
        drive = 0
        if link[behind, WHAT] != BREAK:
            drive = day.drive[link[node, LEAVE], link[behind, ENTER]]
        if behind == end:
            duration += drive
        else:
            duration, early, late = then_visit(
                duration,
                early,
                late,
                drive,
                span[behind, OPEN],
                span[behind, CLOSE],
                span[behind, SERVICE],
            )
            if duration < 0:
                return BROKEN
            if link[behind, WHAT] == DISPOSAL:
                duration, early, late = then_wait(duration, early, late, link[behind, RELEASE])
        span[behind, P_DUR], span[behind, P_EARLY], span[behind, P_LATE] = duration, early, late
        node = behind
    verdict = FINE
    if early + duration > latest or duration > day.fleet[vehicle, V_DUR]:
        verdict = TOO_LATE
    # the same from the end; only the latest begins depend on the end's own limit
    span[end, S_DUR], span[end, S_EARLY] = 0, -(1 << 40)
    span[end, S_LATE], span[end, S_LATE_MAX] = latest, latest_max
    node = link[end, PRV]
    while node != start:
        behind = link[node, NXT]
        drive = 0
        if link[behind, WHAT] != BREAK:
            drive = day.drive[link[node, LEAVE], link[behind, ENTER]]
        offset = span[node, SERVICE] + drive
        early = span[behind, S_EARLY] - offset
        if link[node, WHAT] == DISPOSAL:
            early = max(early, link[node, RELEASE] - span[node, SERVICE])
        wait = max(0, early - span[node, CLOSE])
        span[node, S_DUR] = offset + wait + span[behind, S_DUR]
        span[node, S_EARLY] = max(early, span[node, OPEN]) - wait
        span[node, S_LATE] = min(span[behind, S_LATE] - offset, span[node, CLOSE])
        span[node, S_LATE_MAX] = min(span[behind, S_LATE_MAX] - offset, span[node, CLOSE])
        node = link[node, PRV]
    return verdict
