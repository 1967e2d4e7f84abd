"""What really happened on a depot's days, from plans, marks and levels; honest about the rest."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from core.driven import DrivenRound, FullTime
from core.plans import Outcome, PlanStatus, StopKind
from core.rules.driven import FULL_PCT, driven_m, hours_out


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
