"""Carry out requests for plans: one now for a depot and day, or one that was claimed."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

import store
from core.errors import ConflictError, DatabaseUnavailableError
from core.fleet import Depot
from core.logs import get_logger
from core.plans import Plan, PlanStatus, Policy
from core.replan import Replan
from core.settings import Settings
from routing.by_hand import MoveRefusedError, make_move
from routing.planner import Means, make_plan
from routing.running import PlanEndedError, Report, told
from store import audit, plans, replans, running
from store import planner as planner_store
from store.audit import Actor

LEASE_MARGIN_S = 180.0
"""Reading, travel times and a slow save take no longer; after that a planner counts as dead."""
_LAST_WORD_S = 3.0

_log = get_logger(__name__)


def lease(settings: Settings, means: Means) -> timedelta:
    """Return how long a claimed plan belongs to its planner."""
    usual_s = settings.plan_solve_limit_s
    return timedelta(seconds=max(means.longest_s(usual_s), usual_s) + LEASE_MARGIN_S)


async def plan_day(
    pool: store.Pool,
    settings: Settings,
    *,
    depot: Depot,
    day: date,
    now: datetime,
    means: Means | None = None,
    requested_by: str = "cli",
    by: Actor | None = None,
    policy: Policy | None = None,
    dial_m: int | None = None,
    report: Report | None = None,
) -> Plan:
    """Request, claim and carry out a depot's plan for a day.

    ``policy`` and ``dial_m`` None: as set. The audit trail names ``by``, if given. Returns it
    READY, FAILED or CANCELLED; ``report`` hears how far it is. Stopped, it is cancelled: no
    planner service takes up what its person has given up.
    """

    async def ask(conn: store.Connection) -> Plan:
        plan = await plans.request_plan(
            conn,
            depot_id=depot.depot_id,
            day=day,
            requested_by=requested_by,
            now=now,
            policy=policy,
            dial_m=dial_m,
        )
        await _note(conn, by, "plan.requested", plan, now)
        return plan

    return await _ask_and_make(pool, settings, ask, now=now, means=means or Means(), report=report)


async def replan_day(
    pool: store.Pool,
    settings: Settings,
    *,
    before: Plan,
    replan: Replan,
    repaired: Sequence[str] = (),
    now: datetime,
    means: Means | None = None,
    requested_by: str = "cli",
    by: Actor | None = None,
    report: Report | None = None,
) -> Plan:
    """Plan the rest of the day anew from ``before``, the plan in force; as plan_day.

    With a dry run it is returned PROPOSED.
    """

    async def ask(conn: store.Connection) -> Plan:
        plan = await replans.request_replan(
            conn,
            before=before,
            replan=replan,
            repaired=repaired,
            requested_by=requested_by,
            now=now,
        )
        await _note(conn, by, "plan.replan_requested", plan, now)
        return plan

    return await _ask_and_make(pool, settings, ask, now=now, means=means or Means(), report=report)


async def _note(
    conn: store.Connection, by: Actor | None, what: str, plan: Plan, now: datetime
) -> None:
    if by is not None:
        detail = {"depot_id": plan.depot_id, "day": plan.day.isoformat()}
        subject = f"plan {plan.plan_id}"
        await audit.note(conn, who=by, what=what, subject=subject, detail=detail, now=now)


async def _ask_and_make(
    pool: store.Pool,
    settings: Settings,
    ask: Callable[[store.Connection], Awaitable[Plan]],
    *,
    now: datetime,
    means: Means,
    report: Report | None,
) -> Plan:
    claimed = None
    while claimed is None:
        # In one transaction, so that no other planner sees it waiting. A request that waited
        # already may be taken from under our hands: the next one is ours.
        async with store.transaction(pool) as conn:
            asked = await ask(conn)
            claimed = await plans.claim_plan(
                conn, now=now, lease=lease(settings, means), plan_id=asked.plan_id
            )
    try:
        return await carry_out(
            pool, claimed, settings, now=now, means=means, report=report, gives_back=False
        )
    except asyncio.CancelledError:
        await _last(pool, partial(_cancel, claimed, now))
        raise


async def carry_out(
    pool: store.Pool,
    claimed: Plan,
    settings: Settings,
    *,
    now: datetime,
    means: Means,
    report: Report | None = None,
    gives_back: bool = True,
) -> Plan:
    """Make a claimed plan; one that cannot be made is FAILED with a summary for people.

    Whoever watches hears how far it is; cancelled from outside it ends at once and is returned as
    it stands. Stopped, it ``gives_back`` the plan. Raises DatabaseUnavailableError (the plan is
    taken up again when its lease is over) and ConflictError (somebody else finished it).
    """
    report = report or Report(now=now)
    try:
        is_move = claimed.replan is not None and claimed.replan.move is not None
        make = make_move if is_move else make_plan
        making = make(pool, claimed, settings, now=now, means=means, report=report)
        return await told(pool, claimed.plan_id, report, making)
    except asyncio.CancelledError:
        if gives_back:
            await _last(pool, partial(_give_back, claimed))
        raise
    except (PlanEndedError, ConflictError) as error:
        async with store.transaction(pool) as conn:
            stands = await plans.plan(conn, claimed.plan_id)
        if stands is not None and stands.status is PlanStatus.CANCELLED:
            return stands
        if stands is not None and stands.status is PlanStatus.RUNNING:
            # a re-plan whose plan before is not in force any more: it would be so the next time
            return await _failed(pool, claimed, str(error), now)
        raise ConflictError(str(error)) from error
    except DatabaseUnavailableError:
        raise
    except MoveRefusedError as refused:
        return await _failed(pool, claimed, str(refused), now)
    except Exception as error:  # noqa: BLE001 - whoever asked has to hear of any failure
        _log.exception("plan failed", plan_id=str(claimed.plan_id), depot=claimed.depot_id)
        line = str(error).strip().partition("\n")[0]
        summary = f"the plan could not be made: {type(error).__name__}: {line}"
        return await _failed(pool, claimed, summary, now)


async def _failed(pool: store.Pool, claimed: Plan, summary: str, now: datetime) -> Plan:
    async with store.transaction(pool) as conn:
        await plans.fail_plan(conn, claimed.plan_id, summary=summary, now=now)
    return replace(claimed, status=PlanStatus.FAILED, finished_at=now, summary=summary)


async def _last(pool: store.Pool, say: Callable[[store.Connection], Awaitable[None]]) -> None:
    """Say one thing more to the database before we go, if it answers soon."""
    # where it does not answer now, the lease gives the plan back later
    with suppress(DatabaseUnavailableError, TimeoutError):
        async with asyncio.timeout(_LAST_WORD_S), store.transaction(pool) as conn:
            await say(conn)


async def _give_back(claimed: Plan, conn: store.Connection) -> None:
    await planner_store.give_back(conn, claimed.plan_id)
    _log.info("stopped, plan given back", plan_id=str(claimed.plan_id))


async def _cancel(claimed: Plan, now: datetime, conn: store.Connection) -> None:
    # a commit whose answer did not come any more may have made it ready
    with suppress(ConflictError):
        await running.cancel_plan(conn, claimed.plan_id, by="whoever asked for it", now=now)
