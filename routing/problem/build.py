"""From what is wanted to a problem: first takes out what can never be served, with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

import numpy as np
from numpy.typing import NDArray

from core.bins import Closure
from core.fleet import Depot, DisposalSite, Stream
from core.hours import Span
from core.plans import LeftOut
from core.rules.due import Wanted
from core.vehicles import Vehicle
from routing.model import Model
from routing.problem.disposals import ways
from routing.problem.fits import Fits
from routing.problem.ground import Ground
from routing.problem.never import Known, why_never
from routing.problem.places import Places
from routing.problem.problem import Problem, ProblemVehicle, Rules
from routing.problem.together import together
from routing.problem.translate import translate
from routing.problem.visits import Visit, problem_bin, visit
from routing.travel import TravelTable, too_far


@dataclass(frozen=True, kw_only=True, eq=False)
class Built:
    """The problem, the same in whole numbers, the wanted bins that are not in it, and what people
    should know of it.
    """  # noqa: D205 - one sentence

    problem: Problem
    model: Model
    never: tuple[LeftOut, ...]
    notes: tuple[str, ...] = ()


def build(
    *,
    day: date,
    depot: Depot,
    vehicles: Sequence[Vehicle],
    available: Sequence[ProblemVehicle],
    sites: Sequence[DisposalSite],
    wanted: Sequence[Wanted],
    streams: Mapping[str, Stream],
    places: Places,
    travel: TravelTable,
    closures: Sequence[Closure] = (),
    rules: Rules | None = None,
    wish_m: NDArray[np.int32] | None = None,
) -> Built:
    """Return the problem of a day, and for each wanted bin that has no chance the reason.

    ``vehicles`` are all of the depot (they explain what is missing), ``available`` those that can
    work; ``travel`` is the table of ``places``. ``wish_m`` (wanted, available): metres added when
    this vehicle serves this bin; None: nobody wishes anything.
    """
    rules = rules or Rules()
    ground = Ground(
        depot=depot, day=day, within=within(day, depot, available), places=places, travel=travel
    )
    bins = [
        problem_bin(
            w,
            stream=streams[w.level.bin.stream],
            walk_m_per_s=rules.walk_m_per_s,
            closures=closures,
            ground=ground,
        )
        for w in wanted
    ]
    usable = ways([v.vehicle for v in available], sites, ground)

    def fits(visits: Sequence[Visit]) -> Fits:
        return Fits(visits, available, usable, streams=streams, ground=ground)

    alone = fits([visit([b], travel) for b in bins])
    off_the_roads = too_far(travel, rules.snap_limit_m)[np.array([b.node for b in bins], int)]
    servable = alone.suitable.any(axis=1) & ~off_the_roads
    known = Known(vehicles=vehicles, available=available, sites=sites, rules=rules, ground=ground)
    grouped = together([b for b, ok in zip(bins, servable, strict=True) if ok], travel, fits)
    rows = {b.bin_id: row for row, b in enumerate(bins)}
    wishes = np.zeros((len(bins), len(available)), dtype=np.int32) if wish_m is None else wish_m
    problem = Problem(
        ground=ground,
        sites=tuple(sites),
        closures=tuple(closures),
        streams=streams,
        vehicles=tuple(available),
        bins={b.bin_id: b for b, ok in zip(bins, servable, strict=True) if ok},
        visits=grouped.visits,
        allowed=grouped.suitable,
        wish_m=_of_visits(grouped.visits, rows, wishes),
        ways=usable,
        rules=rules,
        split=grouped.split,
    )
    return Built(
        problem=problem,
        model=translate(problem),
        never=tuple(
            why_never(w, n, alone, known)
            for n, (w, ok) in enumerate(zip(wanted, servable, strict=True))
            if not ok
        ),
        notes=grouped.notes,
    )


def within(day: date, depot: Depot, available: Sequence[ProblemVehicle]) -> Span:
    """Return from when to when anybody works; the local day where nobody does."""
    if not available:
        return depot.at_local(day, time(0)), depot.at_local(day + timedelta(days=1), time(0))
    return (
        min(v.shift.starts_at for v in available),
        max(v.shift.ends_by for v in available),
    )


def _of_visits(
    visits: Sequence[Visit], rows: Mapping[str, int], wish_m: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Return what the bins of each visit wish together."""
    together_m = np.zeros((len(visits), wish_m.shape[1]), dtype=np.int32)
    for n, visit_ in enumerate(visits):
        together_m[n] = wish_m[[rows[b.bin_id] for b in visit_.bins]].sum(axis=0)
    return together_m
