"""What it costs to put a stop at a place of a route, and whether it can be kept. O(1) each."""

from routing.search.kernel.clock import then_part, then_visit, then_wait
from routing.search.kernel.jit import compiled
from routing.search.kernel.layout import (
    B_AFTER,
    B_DELTA,
    B_VEH,
    B_WINDOW,
    BALANCE,
    BREAK,
    C_AFTER,
    C_DELTA,
    C_MODE,
    C_OPTION,
    C_VEH,
    C_WINDOW,
    CLOSE,
    COUNT,
    D_CLOSE,
    D_COST,
    D_DUR,
    D_ENTER,
    D_LEAVE,
    D_OPEN,
    DISPOSAL,
    DISPOSAL_THEN_STOP,
    DUR,
    END,
    ENTER,
    LEAVE,
    NEVER,
    NXT,
    OPEN,
    P_DUR,
    P_EARLY,
    P_LATE,
    PLAIN,
    PRV,
    RELEASE,
    RELEASES,
    S_DUR,
    S_EARLY,
    S_LATE,
    S_LATE_MAX,
    SERVICE,
    START,
    STOP_THEN_DISPOSAL,
    TIMED,
    TRIP,
    V_DUR,
    V_FIXED,
    V_KIND,
    V_STOPS,
    WHAT,
    B,
    Day,
    M,
    O,
    State,
    W,
)
from routing.search.kernel.routes import balance_of


@compiled
def may_take(day: Day, state: State, stop: int, vehicle: int) -> bool:
    """Return whether the vehicle's day has room for the stop, wherever on its route."""
    if day.wish[stop, vehicle] < 0:
        return False
    if state.sums[vehicle, COUNT] >= day.fleet[vehicle, V_STOPS]:
        return False
    kind = day.fleet[vehicle, V_KIND]
    for m in range(day.size[M]):
        load = day.load[kind, stop, m]
        if state.day_load[vehicle, m] + load > day.day_room[vehicle, m]:
            return False
    return True


@compiled
def try_place(day: Day, state: State, stop: int, before: int, behind: int, vehicle: int) -> None:
    """Compare one place for a stop with the best so far, kept in ``state.cand``.

    ``may_take`` must have said yes. A trip that would be too heavy is divided by a new disposal
    right before or right behind the stop.
    """
    link, cand = state.link, state.cand
    trip = link[behind, TRIP]
    kind = day.fleet[vehicle, V_KIND]
    fits = True
    last = link[trip, WHAT] == END
    for m in range(day.size[M]):
        room = day.room_end[vehicle, m] if last else day.room[vehicle, m]
        if state.arrives[trip, m] + day.load[kind, stop, m] > room:
            fits = False
    if not fits and day.size[O] == 0:
        return
    here = link[stop, ENTER]
    away = link[before, LEAVE]
    then = behind
    while link[then, WHAT] == BREAK:
        then = link[then, NXT]
    to = link[then, ENTER]
    extra = day.wish[stop, vehicle]
    if state.sums[vehicle, COUNT] == 0:
        extra += day.fleet[vehicle, V_FIXED]
    else:
        extra -= day.cost[away, to]
    head = extra + day.cost[away, here]
    tail = extra + day.cost[here, to]
    first, second = False, False
    ways = 1
    if not fits:
        ways = 2 * day.size[O]
        first, second = _may_divide(day, state, stop, before, trip, vehicle)
    for way in range(ways):
        option = way // 2
        mode = PLAIN
        if fits:
            delta = head + day.cost[here, to]
        else:
            if not day.site_ok[option, vehicle]:
                continue
            enter, leave = day.site[option, D_ENTER], day.site[option, D_LEAVE]
            if way % 2 == 0:
                if not first:
                    continue
                mode = STOP_THEN_DISPOSAL
                delta = head + day.cost[here, enter] + day.cost[leave, to]
            else:
                if not second:
                    continue
                mode = DISPOSAL_THEN_STOP
                delta = tail + day.cost[away, enter] + day.cost[leave, here]
            delta += day.site[option, D_COST]
        if delta < cand[C_DELTA]:
            _try_times(day, state, stop, before, behind, vehicle, delta, mode, option)


@compiled
def _may_divide(
    day: Day, state: State, stop: int, before: int, trip: int, vehicle: int
) -> tuple[bool, bool]:
    """Return whether loads allow a disposal right behind the stop, and right before it."""
    kind = day.fleet[vehicle, V_KIND]
    last = state.link[trip, WHAT] == END
    first, second = True, True
    for m in range(day.size[M]):
        load = day.load[kind, stop, m]
        room = day.room_end[vehicle, m] if last else day.room[vehicle, m]
        on_board = state.on_board[before, m]
        rest = state.arrives[trip, m] - on_board
        if on_board + load > day.room[vehicle, m] or rest > room:
            first = False
        if on_board > day.room[vehicle, m] or rest + load > room:
            second = False
    return first, second


@compiled
def _take(
    state: State,
    before: int,
    vehicle: int,
    window: int,
    delta: int,
    mode: int,
    option: int,
) -> None:
    cand = state.cand
    cand[C_DELTA], cand[C_AFTER], cand[C_VEH] = delta, before, vehicle
    cand[C_WINDOW], cand[C_MODE], cand[C_OPTION] = window, mode, option


@compiled
def _try_times(
    day: Day,
    state: State,
    stop: int,
    before: int,
    behind: int,
    vehicle: int,
    delta: int,
    mode: int,
    option: int,
) -> None:
    cand = state.cand
    if not day.size[TIMED]:
        _take(state, before, vehicle, 0, delta, mode, option)
        return
    best, best_window = NEVER, -1
    for window in range(day.size[W]):
        opens, closes = day.window[stop, window, 0], day.window[stop, window, 1]
        if opens > closes:
            continue
        strict, loose = _duration(day, state, stop, before, behind, opens, closes, mode, option)
        if 0 <= strict <= day.fleet[vehicle, V_DUR]:
            if strict < best:
                best, best_window = strict, window
        elif 0 <= loose <= day.fleet[vehicle, V_DUR] and delta < cand[B_DELTA] and day.size[B]:
            # only a break that would be owed stands against it
            cand[B_DELTA], cand[B_AFTER], cand[B_VEH] = delta, before, vehicle
            cand[B_WINDOW] = window + day.size[W] * (mode + 3 * option)
    if best_window < 0:
        return
    if day.size[BALANCE]:
        delta += balance_of(day, best) - balance_of(day, state.sums[vehicle, DUR])
        if delta >= cand[C_DELTA]:
            return
    _take(state, before, vehicle, best_window, delta, mode, option)


@compiled
def _begun_later(day: Day, state: State, before: int, release: int) -> tuple[int, int, int]:
    """Return duration, earliest and latest begin up to a node, its trip begun no earlier than that.

    O(1) where the trip waits so long anyway; else it is walked through. Duration -1: too late.
    """
    link, span = state.link, state.span
    first = before
    while link[first, WHAT] != DISPOSAL and link[first, WHAT] != START:
        first = link[first, PRV]
    if release <= link[first, RELEASE]:
        return span[before, P_DUR], span[before, P_EARLY], span[before, P_LATE]
    duration, early, late = then_wait(
        span[first, P_DUR], span[first, P_EARLY], span[first, P_LATE], release
    )
    node = first
    while node != before:
        behind = link[node, NXT]
        drive = 0
        if link[behind, WHAT] != BREAK:
            drive = day.drive[link[node, LEAVE], link[behind, ENTER]]
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
            break
        node = behind
    return duration, early, late


@compiled
def _duration(
    day: Day,
    state: State,
    stop: int,
    before: int,
    behind: int,
    opens: int,
    closes: int,
    mode: int,
    option: int,
) -> tuple[int, int]:
    """Return the route's duration with the stop, -1 where it cannot be kept; then the same
    without regard to breaks that would be owed.
    """  # noqa: D205 - one sentence
    link, span = state.link, state.span
    duration, early, late = span[before, P_DUR], span[before, P_EARLY], span[before, P_LATE]
    if day.size[RELEASES] and mode != DISPOSAL_THEN_STOP:
        duration, early, late = _begun_later(day, state, before, day.release[stop])
        if duration < 0:
            return -1, -1
    here, place = link[stop, ENTER], link[before, LEAVE]
    for step in range(2):
        if (step == 0) == (mode == DISPOSAL_THEN_STOP) and mode != PLAIN:
            duration, early, late = then_visit(
                duration,
                early,
                late,
                day.drive[place, day.site[option, D_ENTER]],
                day.site[option, D_OPEN],
                day.site[option, D_CLOSE],
                day.site[option, D_DUR],
            )
            place = day.site[option, D_LEAVE]
            if day.size[RELEASES] and mode == DISPOSAL_THEN_STOP and duration >= 0:
                # whatever else is on the trip was waited for already
                duration, early, late = then_wait(duration, early, late, day.release[stop])
        elif step == 0 or mode != PLAIN:
            duration, early, late = then_visit(
                duration, early, late, day.drive[place, here], opens, closes, span[stop, SERVICE]
            )
            place = here
        if duration < 0:
            return -1, -1
    while link[behind, WHAT] == BREAK:
        duration, early, late = then_visit(
            duration,
            early,
            late,
            0,
            span[behind, OPEN],
            span[behind, CLOSE],
            span[behind, SERVICE],
        )
        if duration < 0:
            return -1, -1
        behind = link[behind, NXT]
    drive = day.drive[place, link[behind, ENTER]]
    strict = then_part(
        duration,
        early,
        late,
        drive,
        span[behind, S_DUR],
        span[behind, S_EARLY],
        span[behind, S_LATE],
    )
    if day.size[B] == 0:
        return strict, strict
    loose = then_part(
        duration,
        early,
        late,
        drive,
        span[behind, S_DUR],
        span[behind, S_EARLY],
        span[behind, S_LATE_MAX],
    )
    return strict, loose
