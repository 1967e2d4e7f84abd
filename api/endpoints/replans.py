"""Plans during the day: end one that is made, compare two."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

import store
from api.auth import Ops, may_read_plans
from api.context import Conn, Now
from api.incoming import JsonRoute, only_known_parameters
from api.openapi import errors
from api.problems import wrong
from api.schemas.plans import PlanOut
from api.schemas.replans import DifferenceOut
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.fleet import Depot
from core.plans import Plan, PlanStatus
from core.rules.difference import difference
from store import fleet, replans, running

router = APIRouter(
    tags=["plans"],
    dependencies=[may_read_plans, only_known_parameters],
    route_class=JsonRoute,
)


@router.post(
    "/plans/{plan_id}/cancel",
    summary="Cancel a plan",
    response_description="It is cancelled.",
    responses=errors(401, 403, 404, 409, 422, 503),
)
async def cancel_plan(*, caller: Ops, conn: Conn, now: Now, plan_id: UUID) -> PlanOut:
    """Cancel a plan that is requested, running or proposed; again changes nothing.

    The search ends within a second and nothing of it is saved: the plan in force stays in force.
    409: the plan has ended otherwise. For role ops.
    """
    return PlanOut.of(await running.cancel_plan(conn, plan_id, by=caller.name, now=now))


@router.delete(
    "/plans/{plan_id}",
    summary="Cancel a plan, as DELETE",
    response_description="It is cancelled, and stays to be read.",
    responses=errors(401, 403, 404, 409, 422, 503),
)
async def delete_plan(*, caller: Ops, conn: Conn, now: Now, plan_id: UUID) -> PlanOut:
    """Cancel a plan; the same as POST /plans/{plan_id}/cancel. Plans are kept. For role ops."""
    return PlanOut.of(await running.cancel_plan(conn, plan_id, by=caller.name, now=now))


@router.post(
    "/plans/{plan_id}/finish",
    status_code=202,
    summary="Take the best rounds so far",
    response_description="It is asked for; watch the plan until its status is another.",
    responses=errors(401, 403, 404, 409, 422, 503),
)
async def finish_plan(*, caller: Ops, conn: Conn, now: Now, plan_id: UUID) -> PlanOut:  # noqa: ARG001 - only ops may
    """End the search of a running plan now and keep its best rounds so far.

    The plan is ready (or proposed) a moment later. Of one that is finished it changes nothing;
    409: there are no rounds to take. For role ops.
    """
    return PlanOut.of(await running.finish_plan(conn, plan_id, now=now))


@router.get(
    "/plans/{plan_id}/difference",
    summary="What a plan changes",
    responses=errors(401, 403, 404, 409, 422, 503),
)
async def read_difference(
    conn: Conn,
    plan_id: UUID,
    to: Annotated[
        UUID | None,
        Query(description="The plan before; by default the one in whose place this one came."),
    ] = None,
) -> DifferenceOut:
    """Say in words and numbers what changes from the plan before to this one.

    409: the plan has no rounds yet, or came in the place of none. For role ops.
    """
    after = await _whole(conn, plan_id)
    if after.status not in {PlanStatus.READY, PlanStatus.PROPOSED, PlanStatus.SUPERSEDED}:
        raise ConflictError(f"plan {plan_id} is {after.status}: it has no rounds to compare")
    before_id = to or after.replaces_plan_id
    if before_id is None:
        raise ConflictError(f"plan {plan_id} came in the place of no other: give `to`")
    before = await _whole(conn, before_id)
    if (before.depot_id, before.day) != (after.depot_id, after.day):
        raise wrong("query", "to", "the two plans are not of the same depot and day")
    return DifferenceOut.of(difference(before, after), (await _depot(conn, after)).zone)


async def _whole(conn: store.Connection, plan_id: UUID) -> Plan:
    plan = await replans.whole(conn, plan_id)
    if plan is None:
        raise NotFoundError(f"There is no plan {plan_id}.")
    return plan


async def _depot(conn: store.Connection, plan: Plan) -> Depot:
    found = next((d for d in await fleet.depots(conn) if d.depot_id == plan.depot_id), None)
    if found is None:
        raise InvalidInputError(f"depot {plan.depot_id} is not registered any more")
    return found
