"""How far a round was driven and how long it took, from its plan and the crew's marks.

Nobody records a lorry's way. How far it drove is estimated from the plan: the planned distance
times how much longer the marked order is than the planned one along straight lines. How long it
was out is from its first mark to its last, and the planned ways out and home.
"""

import itertools
from collections.abc import Sequence

from core.driven import DrivenRound, DrivenStop
from core.geo import haversine_m
from core.plans import StopKind

FULL_PCT = 100.0
"""From here on a bin overflows."""


def driven_m(round_: DrivenRound) -> float:
    """Return about how far a round with marks was driven, metres.

    Stops without a mark were not driven to, but for disposal and breaks, which keep their place
    between the stops: a body is emptied whether or not somebody says so.
    """
    planned_m = _straight_m(round_, round_.stops)
    if planned_m == 0:
        return float(round_.distance_m)
    return round_.distance_m * _straight_m(round_, as_marked(round_)) / planned_m


def as_marked(round_: DrivenRound) -> list[DrivenStop]:
    """Return a round's stops in the order of their marks, those without one left out.

    Disposal without a mark stays behind the stop it was planned behind.
    """
    marked = [stop for stop in round_.stops if stop.reported_at is not None]
    order = sorted(marked, key=lambda stop: (stop.reported_at or stop.arrives_at, stop.seq))
    for stop in round_.stops:
        if stop.kind is StopKind.DISPOSAL and stop.reported_at is None:
            before = [s for s in order if s.seq < stop.seq]
            place = max((order.index(s) for s in before), default=-1)
            order.insert(place + 1, stop)
    return order


def hours_out(round_: DrivenRound) -> float | None:
    """Return how long a round with marks took, depot to depot; None with fewer than two marks."""
    marked = [stop for stop in round_.stops if stop.reported_at is not None]
    if len(marked) < 2:
        return None
    times = sorted(stop.reported_at for stop in marked if stop.reported_at is not None)
    first = min(round_.stops, key=lambda stop: stop.seq)
    last = max(round_.stops, key=lambda stop: stop.seq)
    out_s = (first.arrives_at - round_.starts_at).total_seconds() + first.service_s
    home_s = (round_.ends_at - last.arrives_at).total_seconds() - last.service_s
    if last.reported_at is None and last.kind is StopKind.DISPOSAL:
        # The way over an unmarked disposal site is part of the way home. Bins before it that have
        # no mark are not: they were not driven to.
        others = [stop for stop in round_.stops if stop.kind is not StopKind.DISPOSAL]
        before = max(others or marked, key=lambda stop: stop.seq)
        home_s = (round_.ends_at - before.arrives_at).total_seconds() - before.service_s
    between_s = (times[-1] - times[0]).total_seconds()
    return max(0.0, out_s + between_s + home_s) / 3600


def _straight_m(round_: DrivenRound, stops: Sequence[DrivenStop]) -> float:
    places = [round_.start, *(stop.position for stop in stops), round_.start]
    return sum(haversine_m(a, b) for a, b in itertools.pairwise(places))
