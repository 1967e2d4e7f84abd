"""Makes a plan: levels, forecast, due or left out, travel times, problem, solve, referee, save."""

import asyncio
import time
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import stamina

import store
from core.errors import ConflictError, DatabaseUnavailableError
from core.logs import get_logger
from core.plans import LeftOut, Plan, PlanStatus, Policy, Round
from core.replan import BestRound, Phase
from core.rules.due import Aims, Wanted
from core.settings import Settings
from routing.build import Built, build, places
from routing.choice import Choice
from routing.construct import construct
from routing.day import Day, read_day
from routing.forecasting import forecast_and_choose
from routing.one_trip import Routes
from routing.one_trip.solve import SEARCH, solve
from routing.outlook import Chances
from routing.problem import Problem
from routing.referee import check
from routing.roads.opening import opened
from routing.running import Report
from routing.schedule import dropped, schedule
from routing.shifts import Shift, round_at, shifts
from routing.summary import summary
from routing.travel import TravelTimes
from routing.ways import add_ways
from store import plans

SAVE_RETRIES_S = 60.0
"""A plan is worth waiting so long for a database that is away when it is to be saved."""

_log = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Means:
    """What a plan is made with, beside the data.

    Attributes:
        limit_s: hard limit for the search; None: the setting's.
        seed: for the search's chance.
        solution_limit: ends the search after so many solutions; for tests that must repeat.
        travel: who knows driving times; None: the roads that are set.
        search: the function that searches, ``module:function``.
    """

    limit_s: float | None = None
    seed: int = 0
    solution_limit: int | None = None
    travel: TravelTimes | None = None
    search: str = SEARCH


@dataclass(frozen=True, kw_only=True, slots=True)
class _Outcome:
    """Rounds that passed the referee, and the due bins that are on none."""

    rounds: tuple[Round, ...] = ()
    due_left_out: tuple[LeftOut, ...] = ()
    travel_source: str | None = None


async def make_plan(
    pool: store.Pool,
    plan: Plan,
    settings: Settings,
    *,
    now: datetime,
    means: Means | None = None,
    report: Report | None = None,
) -> Plan:
    """Make and save a claimed plan, and return it as saved; ``report`` hears how far it is.

    Raises DatabaseUnavailableError, and ConflictError where somebody else finished it meanwhile.
    """
    means = means or Means()
    report = report or Report(now=now)
    began = time.monotonic()
    async with store.transaction(pool) as conn:
        day = await read_day(conn, plan.depot_id, settings, now)
    available = shifts(day.depot, day.vehicles, plan.day, now)
    choice = await asyncio.to_thread(_forecast_and_choose, plan, day, available, settings, now)
    outcome = await _rounds(
        plan, day, available, choice.due, settings=settings, means=means, report=report
    )
    made = replace(
        plan,
        status=PlanStatus.READY,
        finished_at=now + timedelta(seconds=time.monotonic() - began),
        travel_source=outcome.travel_source,
        bins_considered=len(day.levels),
        bins_due=len(choice.due),
        rounds=outcome.rounds,
        left_out=(*choice.left_out, *outcome.due_left_out),
        summary=summary(
            day=plan.day,
            considered=len(day.levels),
            due=len(choice.due),
            rounds=outcome.rounds,
            due_left_out=outcome.due_left_out,
            vehicles=day.vehicles,
            can_work=bool(available),
        ),
    )
    report.phase(Phase.CHECKING)
    await _save(pool, made)
    _log.info("plan ready", plan_id=str(plan.plan_id), depot=plan.depot_id, summary=made.summary)
    return made


def _forecast_and_choose(
    plan: Plan, day: Day, available: Sequence[Shift], settings: Settings, now: datetime
) -> Choice:
    begin = round_at(day.depot, available, plan.day, now)
    return forecast_and_choose(
        day.depot,
        day.levels,
        day.histories,
        now=now,
        chances=Chances(
            round_at=begin,
            next_round_at=begin + timedelta(hours=settings.plan_round_interval_h),
        ),
        # prizes need a search that weighs them against the way
        aims=Aims(policy=Policy.THRESHOLD),
    )


async def _rounds(
    plan: Plan,
    day: Day,
    available: Sequence[Shift],
    due: Sequence[Wanted],
    *,
    settings: Settings,
    means: Means,
    report: Report,
) -> _Outcome:
    if not due:
        return _Outcome()
    report.phase(Phase.TRAVEL)
    async with AsyncExitStack() as stack:
        travel = means.travel
        if travel is None:
            travel = await stack.enter_async_context(opened(settings, day=plan.day))
        outcome = await _rounds_on(
            travel, day, available, due, settings=settings, means=means, report=report
        )
        home = day.depot.position
        ways = await add_ways(outcome.rounds, travel, ends_of=lambda _round: (home, home))
        return replace(outcome, rounds=ways)


async def _rounds_on(
    travel: TravelTimes,
    day: Day,
    available: Sequence[Shift],
    due: Sequence[Wanted],
    *,
    settings: Settings,
    means: Means,
    report: Report,
) -> _Outcome:
    asked = places(day.depot, day.sites, due)
    bins_from = len(asked) - len(due)
    table = await travel.table(asked, kerb=[i >= bins_from for i in range(len(asked))])
    built = await asyncio.to_thread(
        build,
        depot=day.depot,
        vehicles=day.vehicles,
        available=available,
        sites=day.sites,
        due=due,
        density_kg_per_l=day.density_kg_per_l,
        travel=table,
        snap_limit_m=settings.roads_snap_limit_m,
    )
    if not built.problem.stops:
        return _Outcome(due_left_out=built.never, travel_source=table.source)
    model = built.problem.model
    first = await asyncio.to_thread(construct, model)
    report.best(_as_numbers(built.problem, first), wanted=len(due))
    limit_s = settings.plan_solve_limit_s if means.limit_s is None else means.limit_s
    report.phase(Phase.SEARCHING, limit_s=limit_s)
    found = await _unless_finished(
        report,
        first,
        solve(
            model,
            first,
            limit_s=limit_s,
            seed=means.seed,
            solution_limit=means.solution_limit,
            search=means.search,
        ),
    )
    report.best(_as_numbers(built.problem, found), wanted=len(due))
    return await asyncio.to_thread(_first_that_passes, built, due, (found, first))


async def _unless_finished(
    report: Report, first: Routes, search: Coroutine[Any, Any, Routes]
) -> Routes:
    """Return what the search finds; the first routes where somebody wants them before it ends."""
    searching = asyncio.create_task(search)
    finish = asyncio.create_task(report.finish.wait())
    try:
        await asyncio.wait([searching, finish], return_when=asyncio.FIRST_COMPLETED)
        return await searching if searching.done() else first
    finally:
        for task in (searching, finish):
            task.cancel()
        await asyncio.gather(searching, finish, return_exceptions=True)


def _as_numbers(problem: Problem, routes: Routes) -> tuple[BestRound, ...]:
    return tuple(
        BestRound(
            vehicle_id=round_.vehicle_id,
            bins=sum(stop.bin_id is not None for stop in round_.stops),
            distance_m=round_.distance_m,
        )
        for round_ in schedule(problem, routes)
    )


def _first_that_passes(
    built: Built, due: Sequence[Wanted], candidates: Sequence[Routes]
) -> _Outcome:
    """Return the first candidate the referee lets pass: better routes, else the first ones."""
    faults: tuple[str, ...] = ()
    for routes in candidates:
        rounds, due_left_out, faults = _judged(built.problem, built.never, due, routes)
        if not faults:
            return _Outcome(
                rounds=rounds,
                due_left_out=due_left_out,
                travel_source=built.problem.travel.source,
            )
        _log.error("the referee refused rounds", faults=faults[:5], number=len(faults))
    raise RuntimeError(f"the rounds break their own rules: {faults[0]}")


def _judged(
    problem: Problem, never: tuple[LeftOut, ...], due: Sequence[Wanted], routes: Routes
) -> tuple[tuple[Round, ...], tuple[LeftOut, ...], tuple[str, ...]]:
    rounds = schedule(problem, routes)
    due_left_out = (*never, *dropped(problem, rounds, due))
    faults = check(
        problem,
        due=frozenset(d.level.bin.bin_id for d in due),
        rounds=rounds,
        left_out=due_left_out,
    )
    return rounds, due_left_out, faults


async def _save(pool: store.Pool, made: Plan) -> None:
    """Save, again and again while the database is away for a moment."""
    assert made.finished_at is not None  # noqa: S101 - set where it was made
    async for attempt in stamina.retry_context(
        on=DatabaseUnavailableError, attempts=None, timeout=SAVE_RETRIES_S, wait_max=5.0
    ):
        with attempt:
            try:
                async with store.transaction(pool) as conn:
                    await plans.save_plan(conn, made, now=made.finished_at)
            except ConflictError:
                # a commit whose answer was lost on the way did save it
                if attempt.num == 1 or not await _is_saved(pool, made):
                    raise


async def _is_saved(pool: store.Pool, made: Plan) -> bool:
    async with store.transaction(pool) as conn:
        stored = await plans.plan(conn, made.plan_id)
    return stored is not None and stored.finished_at == made.finished_at
