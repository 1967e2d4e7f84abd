"""The days' plans: read them, ask for one, see why bins were left out."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

import store
from api.answers import GeoJSONResponse
from api.auth import Ops, may_read_plans
from api.context import Conn, Now
from api.incoming import JsonRoute, only_known_parameters
from api.openapi import errors
from api.problems import wrong
from api.schemas.plans import (
    LeftOutOut,
    LeftOutPage,
    PlanOut,
    PlanPage,
    PlanRequest,
    PlansWhole,
    PlanWhole,
)
from api.schemas.times import Day
from api.schemas.ways import RoundFeatures
from core.errors import NotFoundError
from core.fleet import Depot
from core.plans import LeftOutReason, Plan, PlanStatus
from core.registry import Slug
from core.rules.days import refuse_day
from store import audit, fleet, plans, rounds

type Limit = Annotated[int, Query(ge=1, le=1000, description="Most items in the answer.")]

router = APIRouter(
    tags=["plans"],
    dependencies=[may_read_plans, only_known_parameters],
    route_class=JsonRoute,
)


@router.get("/plans", summary="Plans", responses=errors(401, 403, 422, 503))
async def list_plans(
    *,
    conn: Conn,
    day: Annotated[Day | None, Query(description="Local day of the depot.")] = None,
    depot_id: Annotated[Slug | None, Query()] = None,
    status: Annotated[PlanStatus | None, Query()] = None,
    after: Annotated[UUID | None, Query(description="The `next` of the page before.")] = None,
    limit: Limit = 100,
) -> PlanPage:
    """List plans without their rounds, the newest request first. For role ops."""
    found = await plans.plans(
        conn, day=day, depot_id=depot_id, status=status, after=after, limit=limit + 1
    )
    items = [PlanOut.of(plan) for plan in found[:limit]]
    return PlanPage(items=items, next=items[-1].plan_id if len(found) > limit else None)


@router.post(
    "/plans",
    status_code=202,
    summary="Ask for a plan",
    response_description="The request is kept; the header Location says where to watch the plan.",
    responses=errors(401, 403, 413, 422, 503),
)
async def request_plan(
    *, caller: Ops, conn: Conn, now: Now, body: PlanRequest, request: Request, response: Response
) -> PlanOut:
    """Ask the planner for a day's plan; a request still waiting for the same day is answered again.

    The plan is made by the planner, not here: read it at Location until its status is ready or
    failed. A ready plan supersedes the day's plan before it. With dry_run it is proposed: accept or
    cancel it. ``day`` may be from yesterday to
    seven days ahead, by the depot's clock. For role ops.
    """
    depot = await _depot(conn, body.depot_id)
    if depot is None:
        raise wrong("body", "depot_id", f"there is no depot {body.depot_id}")
    today = depot.local_day(now)
    day = body.day or today
    if refusal := refuse_day(day, today=today):
        raise wrong("body", "day", refusal)
    plan = await plans.request_plan(
        conn,
        depot_id=depot.depot_id,
        day=day,
        requested_by=caller.name,
        now=now,
        policy=body.policy,
        dial_m=body.dial_m,
        dry_run=body.dry_run,
    )
    if plan.requested_at == now:
        asked = {"depot_id": depot.depot_id, "day": day.isoformat()}
        await audit.note(
            conn,
            who=caller,
            what="plan.requested",
            subject=f"plan {plan.plan_id}",
            detail={**asked, **body.model_dump(mode="json", include={"policy", "dial_m"})},
            now=now,
        )
    response.headers["Location"] = str(
        request.app.url_path_for("read_plan", plan_id=str(plan.plan_id))
    )
    return PlanOut.of(plan)


@router.get(
    "/plans/today", summary="The plans in force today", responses=errors(401, 403, 404, 422, 503)
)
async def read_today(
    conn: Conn,
    now: Now,
    depot_id: Annotated[Slug | None, Query(description="All depots when absent.")] = None,
) -> PlansWhole:
    """Give each depot's ready plan for its local today, with rounds and stops.

    A depot without a plan for today has none in the list. For role ops.
    """
    depots = [d for d in await fleet.depots(conn) if depot_id in {None, d.depot_id}]
    if depot_id is not None and not depots:
        raise NotFoundError(f"There is no depot {depot_id}.")
    return PlansWhole(
        items=[
            await _whole(conn, plan)
            for depot in depots
            for plan in await plans.plans(
                conn,
                day=depot.local_day(now),
                depot_id=depot.depot_id,
                status=PlanStatus.READY,
                limit=1,
            )
        ]
    )


@router.get(
    "/plans/{plan_id}",
    summary="One plan with its rounds",
    responses=errors(401, 403, 404, 422, 503),
)
async def read_plan(conn: Conn, plan_id: UUID) -> PlanWhole:
    """Give a plan with its rounds, their stops and the crews' marks. For role ops."""
    return await _whole(conn, await _plan(conn, plan_id))


@router.get(
    "/plans/{plan_id}/rounds.geojson",
    summary="A plan's rounds for a map",
    response_class=GeoJSONResponse,
    responses=errors(401, 403, 404, 422, 503),
)
async def map_rounds(conn: Conn, plan_id: UUID) -> RoundFeatures:
    """Give each round's way along the streets as a line, and its stops as points. For role ops.

    Where no way is known the line leads straight from stop to stop (``way``: straight).
    """
    plan = await _plan(conn, plan_id)
    found = await rounds.rounds(conn, plan.plan_id, ways=True)
    return await asyncio.to_thread(RoundFeatures.of, list(found))


@router.get(
    "/plans/{plan_id}/left-out",
    summary="What a plan left out, and why",
    responses=errors(401, 403, 404, 422, 503),
)
async def list_left_out(
    *,
    conn: Conn,
    plan_id: UUID,
    reason: Annotated[LeftOutReason | None, Query()] = None,
    search: Annotated[
        str | None, Query(max_length=100, description="Text in the bin_id or name.")
    ] = None,
    after: Annotated[Slug | None, Query(description="The `next` of the page before.")] = None,
    limit: Limit = 100,
) -> LeftOutPage:
    """List the bins that were considered and are on no round, in order of bin_id. For role ops."""
    await _plan(conn, plan_id)
    found = await plans.left_out(
        conn, plan_id, reason=reason, search=search, after=after or "", limit=limit + 1
    )
    items = [LeftOutOut.of(left_out) for left_out in found[:limit]]
    return LeftOutPage(items=items, next=items[-1].bin_id if len(found) > limit else None)


async def _depot(conn: store.Connection, depot_id: str) -> Depot | None:
    return next((d for d in await fleet.depots(conn) if d.depot_id == depot_id), None)


async def _plan(conn: store.Connection, plan_id: UUID) -> Plan:
    plan = await plans.plan(conn, plan_id)
    if plan is None:
        raise NotFoundError(f"There is no plan {plan_id}.")
    return plan


async def _whole(conn: store.Connection, plan: Plan) -> PlanWhole:
    return PlanWhole.whole(
        plan,
        await rounds.rounds(conn, plan.plan_id),
        await plans.left_out_counts(conn, plan.plan_id),
    )
