"""The ops room's day: how every depot's rounds go, and one round stop by stop."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

import store
from api.auth import may_read_plans
from api.context import Conn, Now
from api.incoming import JsonRoute, only_known_parameters
from api.openapi import errors
from api.rounds_now import idle_vehicles, read_ground, round_now, round_stops
from api.schemas.places import PositionOut
from api.schemas.plans import PlanOut
from api.schemas.times import Day
from api.schemas.today import DepotDay, LeftOutGroup, RoundStops, Today
from core.errors import NotFoundError
from core.fleet import Depot
from core.plans import LeftOutReason, Plan, PlanStatus
from core.registry import Slug
from core.rules.left_out_told import MEANING
from store import fleet, plans, replans, rounds

_LOOKED_AT = 20
"""So many of a day's newest plans are looked through for those that are coming."""
_COMING = {PlanStatus.REQUESTED, PlanStatus.RUNNING, PlanStatus.PROPOSED}

router = APIRouter(
    tags=["plans"],
    dependencies=[may_read_plans, only_known_parameters],
    route_class=JsonRoute,
)


@router.get("/today", summary="How the day goes", responses=errors(401, 403, 404, 422, 503))
async def read_day(
    conn: Conn,
    now: Now,
    depot_id: Annotated[Slug | None, Query(description="All depots when absent.")] = None,
    day: Annotated[
        Day | None, Query(description="Local day of the depot; its today when absent.")
    ] = None,
) -> Today:
    """Give each depot's plan in force and how its rounds go: progress, expected end, what is late.

    A round's stops are at /rounds/{round_id}, the bins left out at /plans/{plan_id}/left-out.
    For roles ops and viewer.
    """
    depots = [d for d in await fleet.depots(conn) if depot_id in {None, d.depot_id}]
    if depot_id is not None and not depots:
        raise NotFoundError(f"There is no depot {depot_id}.")
    return Today(now=now, depots=[await _depot(conn, depot, day, now) for depot in depots])


@router.get(
    "/rounds/{round_id}",
    summary="How a round goes, stop by stop",
    responses=errors(401, 403, 404, 422, 503),
)
async def read_stops(conn: Conn, now: Now, round_id: UUID) -> RoundStops:
    """Give a round with its stops: planned, expected and marked, with what the crew said.

    For roles ops and viewer.
    """
    found = await rounds.one(conn, round_id)
    plan = None if found is None else await plans.plan(conn, found[0])
    if found is None or plan is None:
        raise NotFoundError(f"There is no round {round_id}.")
    depot = next(d for d in await fleet.depots(conn) if d.depot_id == plan.depot_id)
    ground = await read_ground(conn, depot, plan.day, plan=plan, rounds=[found[1]], now=now)
    return round_stops(found[1], ground, plan.plan_id)


async def _depot(
    conn: store.Connection, depot: Depot, day: dt.date | None, now: dt.datetime
) -> DepotDay:
    today = depot.local_day(now)
    day = day or today
    newest = await plans.plans(conn, day=day, depot_id=depot.depot_id, limit=_LOOKED_AT)
    plan = await replans.in_force(conn, depot.depot_id, day)
    found = [] if plan is None else await rounds.rounds(conn, plan.plan_id)
    ground = await read_ground(conn, depot, day, plan=plan, rounds=found, now=now)
    counts = {} if plan is None else await plans.left_out_counts(conn, plan.plan_id)
    return DepotDay(
        depot_id=depot.depot_id,
        name=depot.name,
        timezone=depot.timezone,
        position=PositionOut.model_validate(depot.position),
        day=day,
        today=today,
        plan=None if plan is None else PlanOut.of(plan),
        straight_lines=plan is not None and plan.is_straight_lines,
        rounds=[round_now(round_, ground) for round_ in found],
        left_out=[
            LeftOutGroup(
                reason=reason, count=n, meaning=MEANING[reason][0], remedy=MEANING[reason][1]
            )
            for reason, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ],
        due_without_position=counts.get(LeftOutReason.NO_POSITION, 0),
        idle=idle_vehicles(found, ground),
        coming=[PlanOut.of(p) for p in newest if p.status in _COMING],
        failed=_failed(newest),
    )


def _failed(newest: Sequence[Plan]) -> PlanOut | None:
    """Return the newest request where it came to nothing."""
    if newest and newest[0].status is PlanStatus.FAILED:
        return PlanOut.of(newest[0])
    return None
