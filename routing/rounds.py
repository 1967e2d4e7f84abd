"""From what is wanted to rounds that may be driven: travel, problem, solve, referee, ways."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from core.logs import get_logger
from core.plans import LeftOut, Round
from core.replan import Phase
from core.rules.due import Wanted
from routing.best_so_far import hear, tell
from routing.coming_home import ComingHome
from routing.day import Fleet
from routing.leftover import leftover
from routing.model import Routes
from routing.problem import Built, Places, ProblemVehicle, Rules, build
from routing.referee import check
from routing.running import Report
from routing.schedule import schedule
from routing.search import first
from routing.solve import SEARCH, solve
from routing.timetable import InfeasibleError
from routing.travel import TravelTable, TravelTimes
from routing.warm import emptied, from_last_rounds
from routing.ways import add_ways
from routing.wishes import compactness

LONGEST_SEARCH_S = 3_600.0
"""No search may be given more; one by iterations without a limit of its own is."""
_SHORTEST_S = 0.1

_log = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Means:
    """What a plan is made with, beside the data.

    Attributes:
        limit_s: hard limit for the search; None: the setting's, with iterations
            LONGEST_SEARCH_S.
        iterations: ends the search after so many steps, on every machine at the same one unless
            the time is up before; the same seed, iterations and data give the same rounds.
        seed: for the search's chance.
        travel: who knows driving times; None: the roads that are set.
        search: the function that searches, ``module:function``.
    """

    limit_s: float | None = None
    iterations: int | None = None
    seed: int = 0
    travel: TravelTimes | None = None
    search: str = SEARCH

    def longest_s(self, usual_s: float) -> float:
        """Return the hard limit for the search, where the setting has ``usual_s``."""
        if self.limit_s is not None:
            return self.limit_s
        return usual_s if self.iterations is None else LONGEST_SEARCH_S


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """Rounds that passed the referee, and the wanted bins that are on none."""

    rounds: tuple[Round, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    travel_source: str | None = None
    notes: tuple[str, ...] = ()


async def make_rounds(
    fleet: Fleet,
    available: Sequence[ProblemVehicle],
    wanted: Sequence[Wanted],
    travel: TravelTimes,
    *,
    day: date,
    rules: Rules,
    limit_s: float,
    means: Means,
    report: Report,
    moves_m: NDArray[np.int32] | None = None,
) -> Outcome:
    """Return the rounds of ``available`` for a local day, and a reason for each bin on none.

    ``limit_s`` bounds the search where ``means`` does not; ``report`` hears how far it is, and
    ends it with the best so far. ``moves_m`` (wanted, available): metres it costs that this vehicle
    and no other serves this bin. Raises RuntimeError where even the quick first routes break a
    rule.
    """
    loaded = any(v.start_load_kg or any(v.start_load_l) for v in available)
    if not wanted and not loaded:
        return Outcome()
    report.phase(Phase.TRAVEL)
    places = Places.of(
        depots=fleet.depots,
        vehicles=[v.vehicle for v in available],
        sites=fleet.sites,
        wanted=wanted,
        starts={v.vehicle_id: v.start for v in available if v.start is not None},
    )
    table = await travel.table(places.positions, kerb=places.kerb)
    built = await asyncio.to_thread(
        _problem, fleet, available, wanted, places, table, day=day, rules=rules, moves_m=moves_m
    )
    if not built.problem.visits and not loaded:
        return Outcome(left_out=built.never, travel_source=table.source)
    limit_s = means.longest_s(limit_s)
    ends_at = time.monotonic() + limit_s
    home = ComingHome.of(
        built.model, [n for n, vehicle in enumerate(available) if vehicle.start is not None]
    )
    quick = home.answered(await asyncio.to_thread(first, home.model))
    await tell(report, built, quick)
    start = await asyncio.to_thread(from_last_rounds, built.problem, built.model, fleet.last_rounds)
    report.phase(Phase.SEARCHING, limit_s=limit_s)
    found = await solve(
        home.model,
        home.asked(start),
        # what the beginning has taken is part of it
        limit_s=max(_SHORTEST_S, ends_at - time.monotonic()),
        iterations=means.iterations,
        seed=means.seed,
        on_progress=lambda heard: hear(
            report, built, replace(heard, routes=heard.routes and home.answered(heard.routes))
        ),
        stop=report.finish,
        search=means.search,
    )
    if means.iterations is not None and time.monotonic() >= ends_at:
        _log.warning("the time was up before the iterations", limit_s=limit_s)
    found = home.answered(found)
    await tell(report, built, found)
    candidates = [emptied(built.model, routes) for routes in (found, quick)]
    outcome = await asyncio.to_thread(_that_passes, built, wanted, candidates)
    by_id = {v.vehicle_id: v.vehicle for v in available}
    ways = await add_ways(
        outcome.rounds, travel, ends_of=lambda r: places.ends_of(by_id[r.vehicle_id])
    )
    return replace(outcome, rounds=ways)


def _problem(
    fleet: Fleet,
    available: Sequence[ProblemVehicle],
    wanted: Sequence[Wanted],
    places: Places,
    table: TravelTable,
    *,
    day: date,
    rules: Rules,
    moves_m: NDArray[np.int32] | None,
) -> Built:
    positions = {
        w.level.bin.bin_id: w.level.bin.position for w in wanted if w.level.bin.position is not None
    }
    wish_m = compactness(
        wanted, available, fleet.last_rounds, positions, metres_per_km=rules.compactness
    )
    return build(
        day=day,
        depot=fleet.depot,
        vehicles=fleet.vehicles,
        available=available,
        sites=fleet.sites,
        wanted=wanted,
        streams=fleet.streams,
        places=places,
        travel=table,
        closures=fleet.closures,
        rules=rules,
        wish_m=wish_m if moves_m is None else wish_m + moves_m,
    )


def _that_passes(built: Built, wanted: Sequence[Wanted], candidates: Sequence[Routes]) -> Outcome:
    """Return the first that the referee lets pass: the routes found, else the quick ones."""
    faults: tuple[str, ...] = ()
    for routes in candidates:
        outcome, faults = _judged(built, wanted, routes)
        if not faults:
            return outcome
        _log.error("the referee refused rounds", faults=faults[:5], number=len(faults))
    raise RuntimeError(f"the rounds break their own rules: {faults[0]}")


def _judged(
    built: Built, wanted: Sequence[Wanted], routes: Routes
) -> tuple[Outcome, tuple[str, ...]]:
    problem = built.problem
    try:
        rounds = schedule(problem, built.model, routes)
    except InfeasibleError as error:
        return Outcome(), (str(error),)
    outcome = Outcome(
        rounds=rounds,
        left_out=(*built.never, *leftover(problem, built.model, routes, rounds)),
        travel_source=problem.travel.source,
        notes=built.notes,
    )
    faults = check(
        problem,
        wanted=frozenset(w.level.bin.bin_id for w in wanted),
        rounds=rounds,
        left_out=outcome.left_out,
    )
    return outcome, faults
