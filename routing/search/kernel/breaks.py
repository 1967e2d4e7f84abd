"""Breaks: owed to whoever is out later, taken where the vehicle stands."""

from routing.search.kernel.clock import then_part, then_visit
from routing.search.kernel.jit import compiled
from routing.search.kernel.layout import (
    BREAK,
    BROKEN,
    DUR,
    ENTER,
    FINE,
    LEAVE,
    NEVER,
    NXT,
    OPTION,
    P_DUR,
    P_EARLY,
    P_LATE,
    PRV,
    R_CLOSE,
    R_DUR,
    R_MOMENT,
    R_OPEN,
    S_DUR,
    S_EARLY,
    S_LATE_MAX,
    TOO_LATE,
    V_DUR,
    WHAT,
    B,
    Day,
    State,
)
from routing.search.kernel.routes import add_break, end_of, remove, start_of, update


@compiled
def best_gap(day: Day, state: State, vehicle: int, number: int) -> int:
    """Return the node behind which a break makes the route shortest; -1: it fits nowhere.

    The sums of the route must be there; breaks that are missing are not held against it.
    """
    span, link = state.span, state.link
    best, at = NEVER, -1
    rest = day.rest[vehicle, number]
    node, end = start_of(day, vehicle), end_of(day, vehicle)
    while node != end:
        behind = link[node, NXT]
        if span[node, P_EARLY] + span[node, P_DUR] > rest[R_CLOSE]:
            break
        duration, early, late = then_visit(
            span[node, P_DUR],
            span[node, P_EARLY],
            span[node, P_LATE],
            0,
            rest[R_OPEN],
            rest[R_CLOSE],
            rest[R_DUR],
        )
        if duration >= 0:
            drive = 0
            if link[behind, WHAT] != BREAK:
                drive = day.drive[link[node, LEAVE], link[behind, ENTER]]
            whole = then_part(
                duration,
                early,
                late,
                drive,
                span[behind, S_DUR],
                span[behind, S_EARLY],
                span[behind, S_LATE_MAX],
            )
            if 0 <= whole < best and whole <= day.fleet[vehicle, V_DUR]:
                best, at = whole, node
        node = behind
    return at


@compiled
def add_owed_breaks(day: Day, state: State, vehicle: int) -> int:
    """Put breaks on a summed-up route that is back too late without them; return the verdict.

    Where that does not help the route is left as it was found.
    """
    added = 0
    verdict = TOO_LATE
    while verdict == TOO_LATE:
        number, moment = -1, NEVER
        for i in range(day.size[B]):
            if (
                day.rest[vehicle, i, R_DUR] > 0
                and state.has_break[vehicle, i] == 0
                and day.rest[vehicle, i, R_MOMENT] < moment
            ):
                number, moment = i, day.rest[vehicle, i, R_MOMENT]
        if number < 0:
            break
        at = best_gap(day, state, vehicle, number)
        if at < 0:
            break
        add_break(day, state, number, at)
        added |= 1 << number
        verdict = update(day, state, vehicle)
    if verdict != FINE and added:
        node, end = state.link[start_of(day, vehicle), NXT], end_of(day, vehicle)
        while node != end:
            behind = state.link[node, NXT]
            if state.link[node, WHAT] == BREAK and (added >> state.link[node, OPTION]) & 1:
                remove(day, state, node)
            node = behind
        update(day, state, vehicle)
    return verdict


@compiled
def settle_breaks(day: Day, state: State, vehicle: int) -> None:
    """Take each break of a route off and put it back where it costs least, if it is owed."""
    link = state.link
    for number in range(day.size[B]):
        if state.has_break[vehicle, number] == 0:
            continue
        node = link[start_of(day, vehicle), NXT]
        while link[node, WHAT] != BREAK or link[node, OPTION] != number:
            node = link[node, NXT]
        before, old = link[node, PRV], state.sums[vehicle, DUR]
        remove(day, state, node)
        verdict = update(day, state, vehicle)
        if verdict == FINE:
            continue
        at = -1
        if verdict != BROKEN:
            at = best_gap(day, state, vehicle, number)
        if at < 0:
            at = before
        add_break(day, state, number, at)
        verdict = update(day, state, vehicle)
        if at != before and (verdict != FINE or state.sums[vehicle, DUR] > old):
            node = link[at, NXT]
            remove(day, state, node)
            add_break(day, state, number, before)
            update(day, state, vehicle)
