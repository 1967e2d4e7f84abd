"""One line for people that says what became of a plan."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date

from core.plans import StopKind
from core.vehicles import Vehicle
from routing import reasons
from routing.choice import Choice
from routing.rounds import Outcome


def summary(
    *,
    day: date,
    considered: int,
    choice: Choice,
    outcome: Outcome,
    vehicles: Sequence[Vehicle],
    can_work: bool,
) -> str:
    """Return the line: rounds, bins and kilometres, or why there is nothing to drive."""
    due = {w.level.bin.bin_id for w in choice.due}
    if considered == 0:
        return "no bins are registered for this depot"
    if not choice.wanted:
        return f"nothing is due on {day} ({_count(considered, 'bin')} considered)"
    if not can_work:
        return f"{reasons.no_vehicle(vehicles)}; {_count(len(due), 'due bin')} left out"
    served = {s.bin_id for r in outcome.rounds for s in r.stops if s.kind is StopKind.BIN}
    km = sum(r.distance_m for r in outcome.rounds) / 1000
    line = f"{_count(len(outcome.rounds), 'round')}, {_count(len(served), 'bin')}, {km:.1f} km"
    if worthwhile := len(served - due):
        line += f" ({worthwhile} not due, on the way)"
    return "; ".join([line, *_due_left_out(due, outcome), *outcome.notes])


def summary_of_rest(
    *, choice: Choice, outcome: Outcome, vehicles: Sequence[Vehicle], can_work: bool
) -> str:
    """Return the line of a re-plan: what is done, what is left to do, and what is not any more."""
    due = {w.level.bin.bin_id for w in choice.due}
    bins = [s for r in outcome.rounds for s in r.stops if s.kind is StopKind.BIN]
    to_do = sum(stop.outcome is None for stop in bins)
    rounds = sum(any(s.outcome is None for s in r.stops) for r in outcome.rounds)
    km = sum(r.distance_m for r in outcome.rounds) / 1000
    line = (
        f"the rest of the day: {_count(to_do, 'bin')} to do on {_count(rounds, 'round')}, "
        f"{len(bins) - to_do} done or skipped before, {km:.1f} km in all"
    )
    why = [] if can_work or not due else [reasons.no_vehicle(vehicles)]
    return "; ".join([line, *why, *_due_left_out(due, outcome), *outcome.notes])


def _due_left_out(due: Collection[str], outcome: Outcome) -> Sequence[str]:
    by_reason = Counter(e.reason for e in outcome.left_out if e.bin_id in due).most_common()
    if not by_reason:
        return ()
    why = ", ".join(f"{n} {reason.value.replace('_', ' ')}" for reason, n in by_reason)
    return (f"{_count(sum(n for _, n in by_reason), 'due bin')} left out: {why}",)


def _count(n: int, thing: str) -> str:
    return f"{n} {thing}" if n == 1 else f"{n} {thing}s"
