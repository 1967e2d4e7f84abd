"""One line for people that says what became of a plan."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from core.plans import LeftOut, Round, StopKind
from core.vehicles import Vehicle
from routing import reasons


def summary(
    *,
    day: date,
    considered: int,
    due: int,
    rounds: Sequence[Round],
    due_left_out: Sequence[LeftOut],
    vehicles: Sequence[Vehicle],
    can_work: bool,
) -> str:
    """Return the line: rounds, bins and kilometres, or why there is nothing to drive."""
    if considered == 0:
        return "no bins are registered for this depot"
    if due == 0:
        return f"nothing is due on {day} ({_count(considered, 'bin')} considered)"
    if not can_work:
        return f"{reasons.no_vehicle(vehicles)}; {_count(due, 'due bin')} left out"
    bins = sum(stop.kind is StopKind.BIN for r in rounds for stop in r.stops)
    km = sum(r.distance_m for r in rounds) / 1000
    line = f"{_count(len(rounds), 'round')}, {_count(bins, 'bin')}, {km:.1f} km"
    if not due_left_out:
        return line
    by_reason = Counter(entry.reason for entry in due_left_out).most_common()
    why = ", ".join(f"{n} {reason.value.replace('_', ' ')}" for reason, n in by_reason)
    return f"{line}; {_count(len(due_left_out), 'due bin')} left out: {why}"


def _count(n: int, thing: str) -> str:
    return f"{n} {thing}" if n == 1 else f"{n} {thing}s"
