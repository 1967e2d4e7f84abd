"""What really happened on a depot's days, from plans, marks and levels; honest about the rest.

Nobody records a lorry's way. How far it drove is estimated from the plan: the planned distance
times how much longer the marked order is than the planned one along straight lines. How long it
was out is from its first mark to its last, and the planned ways out and home.
"""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from core.geo import haversine_m
from core.plans import Outcome, PlanStatus, StopKind
from store.report import DrivenRound, DrivenStop, FullTime

FULL_PCT = 100.0
"""From here on a bin overflows."""


@dataclass(kw_only=True, slots=True)
class DrivenDay:
    """A day's figures. Bins are counted by their stops; hours are hours of lorries.

    Attributes:
        planned_*: of the day's plan as it stood last.
        rounds_marked: rounds with a mark; the others count as not driven.
        distance_m: estimated, over the rounds with a mark.
        hours: over the rounds whose marks tell it, which are ``rounds_timed``.
        skipped: by reason. ``unmarked``: planned bins on the day's plan that nobody marked.
        fills: the last trusted level before each emptying where there is one.
        missed, false_done: what crews and sensors disagree on.
        overflow_h: hours of bins that stood full; None where no level is known.
        known_h: hours of bins in which a level is known.
    """

    day: date
    planned_rounds: int = 0
    planned_bins: int = 0
    planned_distance_m: int = 0
    planned_hours: float = 0.0
    rounds_marked: int = 0
    rounds_timed: int = 0
    distance_m: float = 0.0
    hours: float = 0.0
    bins: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    unmarked: int = 0
    fills: list[float] = field(default_factory=list)
    missed: int = 0
    false_done: int = 0
    overflow_h: float | None = None
    known_h: float = 0.0


def driven_days(
    days: Sequence[date], rounds: Sequence[DrivenRound], full: Sequence[FullTime]
) -> list[DrivenDay]:
    """Return the figures of each of ``days``, also of those without a plan."""
    found = {day: DrivenDay(day=day) for day in days}
    for round_ in rounds:
        _note(found[round_.day], round_)
    for one in full:
        if one.known_h > 0:
            found[one.day].overflow_h = one.full_h
            found[one.day].known_h = one.known_h
    return list(found.values())


def _note(day: DrivenDay, round_: DrivenRound) -> None:
    bins = [stop for stop in round_.stops if stop.kind is StopKind.BIN]
    if round_.status is PlanStatus.READY:
        day.planned_rounds += 1
        day.planned_bins += len(bins)
        day.planned_distance_m += round_.distance_m
        day.planned_hours += (round_.ends_at - round_.starts_at).total_seconds() / 3600
        day.unmarked += sum(stop.outcome is None for stop in bins)
    day.bins += sum(stop.outcome is Outcome.DONE for stop in bins)
    day.skipped.update(
        str(stop.skip_reason or "other") for stop in bins if stop.outcome is Outcome.SKIPPED
    )
    day.fills += [
        stop.fill_before_pct
        for stop in bins
        if stop.outcome is Outcome.DONE and stop.fill_before_pct is not None
    ]
    if any(stop.outcome is not None for stop in round_.stops):
        day.rounds_marked += 1
        day.distance_m += driven_m(round_)
        hours = hours_out(round_)
        if hours is not None:
            day.rounds_timed += 1
            day.hours += hours


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


@dataclass(frozen=True, kw_only=True, slots=True)
class DrivenTotals:
    """Figures over all days; None where nothing is known to make it from."""

    planned_distance_m: int
    planned_hours: float
    planned_bins: int
    planned_rounds: int
    distance_m: float
    hours: float
    bins: int
    rounds_marked: int
    rounds_timed: int
    skipped: int
    unmarked: int
    missed: int
    false_done: int
    fill_at_pickup_pct: float | None
    fills_known: int
    service_pct: float | None
    overflow_h: float | None
    known_h: float


def totals(days: Sequence[DrivenDay]) -> DrivenTotals:
    """Return the sums over days, and the means over emptyings."""
    fills = [fill for day in days for fill in day.fills]
    overflow = [day.overflow_h for day in days if day.overflow_h is not None]
    return DrivenTotals(
        planned_distance_m=sum(d.planned_distance_m for d in days),
        planned_hours=sum(d.planned_hours for d in days),
        planned_bins=sum(d.planned_bins for d in days),
        planned_rounds=sum(d.planned_rounds for d in days),
        distance_m=sum(d.distance_m for d in days),
        hours=sum(d.hours for d in days),
        bins=sum(d.bins for d in days),
        rounds_marked=sum(d.rounds_marked for d in days),
        rounds_timed=sum(d.rounds_timed for d in days),
        skipped=sum(d.skipped.total() for d in days),
        unmarked=sum(d.unmarked for d in days),
        missed=sum(d.missed for d in days),
        false_done=sum(d.false_done for d in days),
        fill_at_pickup_pct=sum(fills) / len(fills) if fills else None,
        fills_known=len(fills),
        service_pct=100 * sum(f < FULL_PCT for f in fills) / len(fills) if fills else None,
        overflow_h=sum(overflow) if overflow else None,
        known_h=sum(d.known_h for d in days),
    )
