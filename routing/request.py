"""Carry out requests for plans: one now for a depot and day, or one that was claimed."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta

import store
from core.errors import ConflictError, DatabaseUnavailableError
from core.fleet import Depot
from core.logs import get_logger
from core.plans import Plan, PlanStatus
from core.settings import Settings
from routing.planner import Means, make_plan
from store import planner as planner_store
from store import plans

LEASE_MARGIN_S = 180.0
"""Reading, travel times and a slow save take no longer; after that a planner counts as dead."""
_GIVE_BACK_S = 3.0

_log = get_logger(__name__)


def lease(settings: Settings, means: Means) -> timedelta:
    """Return how long a claimed plan belongs to its planner."""
    limit_s = settings.plan_solve_limit_s if means.limit_s is None else means.limit_s
    return timedelta(seconds=max(limit_s, settings.plan_solve_limit_s) + LEASE_MARGIN_S)


async def plan_day(
    pool: store.Pool,
    settings: Settings,
    *,
    depot: Depot,
    day: date,
    now: datetime,
    seed: int = 0,
    limit_s: float | None = None,
    requested_by: str = "cli",
) -> Plan:
    """Request, claim and carry out a depot's plan for a day; returns it READY or FAILED."""
    means = Means(limit_s=limit_s, seed=seed)
    claimed = None
    while claimed is None:
        # In one transaction, so that no other planner sees it waiting. A request that waited
        # already may be taken from under our hands: the next one is ours.
        async with store.transaction(pool) as conn:
            asked = await plans.request_plan(
                conn, depot_id=depot.depot_id, day=day, requested_by=requested_by, now=now
            )
            claimed = await plans.claim_plan(
                conn, now=now, lease=lease(settings, means), plan_id=asked.plan_id
            )
    return await carry_out(pool, claimed, settings, now=now, means=means)


async def carry_out(
    pool: store.Pool, claimed: Plan, settings: Settings, *, now: datetime, means: Means
) -> Plan:
    """Make a claimed plan; one that cannot be made is FAILED with a summary for people.

    Cancelled, it gives the plan back. Raises DatabaseUnavailableError (the plan is taken up again
    when its lease is over) and ConflictError (somebody else finished it).
    """
    try:
        return await make_plan(pool, claimed, settings, now=now, means=means)
    except asyncio.CancelledError:
        await _give_back(pool, claimed)
        raise
    except (DatabaseUnavailableError, ConflictError):
        raise
    except Exception as error:  # noqa: BLE001 - whoever asked has to hear of any failure
        _log.exception("plan failed", plan_id=str(claimed.plan_id), depot=claimed.depot_id)
        line = str(error).strip().partition("\n")[0]
        summary = f"the plan could not be made: {type(error).__name__}: {line}"
        async with store.transaction(pool) as conn:
            await plans.fail_plan(conn, claimed.plan_id, summary=summary, now=now)
        return replace(claimed, status=PlanStatus.FAILED, finished_at=now, summary=summary)


async def _give_back(pool: store.Pool, claimed: Plan) -> None:
    # where the database does not answer now, the lease gives it back later
    with suppress(DatabaseUnavailableError, TimeoutError):
        async with asyncio.timeout(_GIVE_BACK_S), store.transaction(pool) as conn:
            await planner_store.give_back(conn, claimed.plan_id)
            _log.info("stopped, plan given back", plan_id=str(claimed.plan_id))
