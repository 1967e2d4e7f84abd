"""Makes a plan: levels, forecast, due or left out, travel times, problem, solve, referee, save."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from datetime import time as clock
from functools import partial

import stamina

import store
from core.closed_streets import parse_closures
from core.errors import ConflictError, DatabaseUnavailableError, InvalidInputError
from core.logs import get_logger
from core.plans import Plan, PlanStatus
from core.replan import Phase
from core.rules.due import Known
from core.settings import Settings
from routing.choice import Choice
from routing.day import Day, read_day
from routing.forecasting import Ahead, aims_of, forecast_and_choose, read_known
from routing.midday import Midday, fleet_left, left_to_choose, moves, read_midday, vehicles_left
from routing.outlook import Chances
from routing.problem import ProblemVehicle, Rules
from routing.rest_of_day import go_on
from routing.roads.opening import opened, refuse_closing
from routing.rounds import Means, Outcome, make_rounds
from routing.running import Report
from routing.shifts import BreakRule, round_at, shifts
from routing.summary import summary, summary_of_rest
from routing.travel import TravelTimes
from store import forecasts, plans

__all__ = ["Means", "make_plan"]

SAVE_RETRIES_S = 60.0
"""A plan is worth waiting so long for a database that is away when it is to be saved."""

_log = get_logger(__name__)


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
        day = await read_day(conn, plan.depot_id, settings, day=plan.day, now=now)
        known = await read_known(conn, plan.depot_id)
        midday = None if plan.replan is None else await read_midday(conn, plan, day, now=now)
    if midday is not None:
        _refuse_closing(midday, settings)
        day = replace(day, fleet=fleet_left(midday, day.fleet))
    able = vehicles(day, midday, plan, settings, now)
    ahead = await asyncio.to_thread(
        _look_ahead, plan, day, able, settings=settings, known=known, now=now
    )
    choice, aims = ahead.choice, aims_of(plan, settings)
    if midday is not None:
        choice = left_to_choose(midday, choice, day.levels)
    async with store.transaction(pool) as conn:
        await forecasts.save(conn, ahead.forecasts)
    async with travelled(settings, means, plan) as travel:
        outcome = await make_rounds(
            day.fleet,
            able,
            choice.wanted,
            travel,
            day=plan.day,
            rules=Rules.of(settings),
            limit_s=settings.plan_solve_limit_s,
            means=means,
            report=report,
            moves_m=None
            if midday is None
            else moves(midday, choice.wanted, able, move_m=settings.replan_move_m),
        )
        if midday is not None:
            outcome = await go_on(midday, outcome, day.fleet, able, travel)
    made = replace(
        plan,
        status=PlanStatus.PROPOSED if plan.is_proposal else PlanStatus.READY,
        finished_at=now + timedelta(seconds=time.monotonic() - began),
        travel_source=outcome.travel_source,
        bins_considered=len(day.levels),
        bins_due=len(choice.due),
        policy=aims.policy,
        dial_m=aims.dial_m,
        rounds=outcome.rounds,
        left_out=(*choice.left_out, *outcome.left_out),
        summary=_summary(plan, day, midday, choice, outcome, can_work=bool(able)),
    )
    report.phase(Phase.CHECKING)
    await save(pool, made)
    _log.info("plan ready", plan_id=str(plan.plan_id), depot=plan.depot_id, summary=made.summary)
    return made


def vehicles(
    day: Day, midday: Midday | None, plan: Plan, settings: Settings, now: datetime
) -> Sequence[ProblemVehicle]:
    """Return who can work, and in the middle of a day from where."""
    shifts_from = partial(
        shifts,
        day.fleet.depot,
        day.fleet.vehicles,
        plan.day,
        rule=BreakRule(settings.plan_breaks),
    )
    available = shifts_from(now)
    if midday is None:
        return [ProblemVehicle(shift=shift) for shift in available]
    midnight = day.fleet.depot.at_local(plan.day, clock(0))
    return vehicles_left(midday, available, shifts_from(midnight), day.fleet.streams)


def _look_ahead(
    plan: Plan,
    day: Day,
    vehicles: Sequence[ProblemVehicle],
    *,
    settings: Settings,
    known: Mapping[str, Known],
    now: datetime,
) -> Ahead:
    begin = round_at(day.fleet.depot, [v.shift for v in vehicles], plan.day, now)
    return forecast_and_choose(
        day.fleet.depot,
        day.levels,
        day.histories,
        now=now,
        chances=Chances.of(
            begin,
            interval=timedelta(hours=settings.plan_round_interval_h),
            shift_s=max((v.shift_s for v in day.fleet.vehicles), default=0),
        ),
        aims=aims_of(plan, settings),
        known=known,
    )


def _summary(
    plan: Plan,
    day: Day,
    midday: Midday | None,
    choice: Choice,
    outcome: Outcome,
    *,
    can_work: bool,
) -> str:
    if midday is not None:
        return summary_of_rest(
            choice=choice, outcome=outcome, vehicles=day.fleet.vehicles, can_work=can_work
        )
    return summary(
        day=plan.day,
        considered=len(day.levels),
        choice=choice,
        outcome=outcome,
        vehicles=day.fleet.vehicles,
        can_work=can_work,
    )


def _refuse_closing(midday: Midday, settings: Settings) -> None:
    """Raise InvalidInputError where a street is to be closed and none can be."""
    if midday.replan.closed and (refusal := refuse_closing(settings)):
        raise InvalidInputError(f"no street can be closed: {refusal}")


def travelled(
    settings: Settings, means: Means, plan: Plan
) -> AbstractAsyncContextManager[TravelTimes]:
    """Open whoever knows driving times, with the streets closed that the plan says."""
    if means.travel is not None:
        return nullcontext(means.travel)
    closed = plan.replan.closed if plan.replan is not None else None
    closed_today = parse_closures("closed streets", closed) if closed else None
    return opened(settings, day=plan.day, closed_today=closed_today)


async def save(pool: store.Pool, made: Plan) -> None:
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
