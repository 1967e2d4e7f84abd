"""Time along a route in O(1): durations, earliest and latest begins of joined parts.

After Vidal, Crainic, Gendreau, Prins 2014 (A unified solution framework for multi-attribute vehicle
routing problems), without time warp: parts that cannot be kept are not joined.
"""

from routing.search.kernel.jit import compiled


@compiled
def then_visit(
    duration: int, early: int, late: int, drive: int, opens: int, closes: int, service: int
) -> tuple[int, int, int]:
    """Return duration, earliest and latest begin with one more visit; duration -1: too late."""
    offset = duration + drive
    if early + offset > closes:
        return -1, 0, 0
    wait = max(0, opens - offset - late)
    return (
        offset + wait + service,
        max(opens - offset, early) - wait,
        min(closes - offset, late),
    )


@compiled
def then_wait(duration: int, early: int, late: int, until: int) -> tuple[int, int, int]:
    """Return duration, earliest and latest begin of a part that is not left before a moment."""
    opens = until - duration
    wait = max(0, opens - late)
    return duration + wait, max(opens, early) - wait, late


@compiled
def then_part(
    duration: int, early: int, late: int, drive: int, duration2: int, early2: int, late2: int
) -> int:
    """Return the duration of a part and the one that follows it; -1: it is reached too late."""
    offset = duration + drive
    if early + offset > late2:
        return -1
    return offset + max(0, early2 - offset - late) + duration2
