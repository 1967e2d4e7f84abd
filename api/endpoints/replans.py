"""Plans during the day: end one that is made, plan the rest of a day anew, accept it, compare."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError

import store
from api.auth import Caller, Ops, may_read_plans
from api.context import Conn, Now
from api.incoming import JsonRoute, only_known_parameters
from api.openapi import errors
from api.problems import wrong
from api.schemas.plans import PlanOut
from api.schemas.replans import DifferenceOut, ReplanRequest
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.fleet import Depot
from core.plans import Plan, PlanStatus
from core.rules.difference import difference
from core.rules.replan import refuse_late, refuse_replan
from store import audit, fleet, plans, replans, running

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
    return await _cancelled(conn, plan_id, caller, now)


@router.delete(
    "/plans/{plan_id}",
    summary="Cancel a plan, as DELETE",
    response_description="It is cancelled, and stays to be read.",
    responses=errors(401, 403, 404, 409, 422, 503),
)
async def delete_plan(*, caller: Ops, conn: Conn, now: Now, plan_id: UUID) -> PlanOut:
    """Cancel a plan; the same as POST /plans/{plan_id}/cancel. Plans are kept. For role ops."""
    return await _cancelled(conn, plan_id, caller, now)


@router.post(
    "/plans/{plan_id}/finish",
    status_code=202,
    summary="Take the best rounds so far",
    response_description="It is asked for; watch the plan until its status is another.",
    responses=errors(401, 403, 404, 409, 422, 503),
)
async def finish_plan(*, caller: Ops, conn: Conn, now: Now, plan_id: UUID) -> PlanOut:
    """End the search of a running plan now and keep its best rounds so far.

    The plan is ready (or proposed) a moment later. Of one that is finished it changes nothing;
    409: there are no rounds to take. For role ops.
    """
    plan = await running.finish_plan(conn, plan_id, now=now)
    await _note(conn, caller, "plan.finish_asked", plan, now)
    return PlanOut.of(plan)


@router.post(
    "/plans/{plan_id}/replan",
    status_code=202,
    summary="Plan the rest of the day anew",
    response_description="The request is kept; the header Location says where to watch the plan.",
    responses=errors(401, 403, 404, 409, 413, 422, 503),
)
async def request_replan(
    *,
    caller: Ops,
    conn: Conn,
    now: Now,
    plan_id: UUID,
    body: ReplanRequest,
    request: Request,
    response: Response,
) -> PlanOut:
    """Ask for a plan that goes on with the plan in force, from where the vehicles are.

    What is done is kept. What was asked for earlier today still holds: a vehicle that broke down
    stays out until it is repaired. With dry_run it is proposed: read /difference, then accept or
    cancel it. 409: the plan is not in force, or its day is over. For role ops.
    """
    before = await _plan(conn, plan_id)
    if before.status is not PlanStatus.READY:
        in_force = await replans.in_force(conn, before.depot_id, before.day)
        hint = f": plan {in_force.plan_id} is" if in_force else ""
        raise ConflictError(f"plan {plan_id} is {before.status} and not in force{hint}")
    depot = await _depot(conn, before)
    vehicles = await fleet.vehicles(conn, before.depot_id)
    if late := refuse_late(depot, vehicles, before.day, now):
        raise ConflictError(late)
    replan = body.replan()
    refusals = refuse_replan(
        replan,
        body.repaired,
        before=before,
        vehicles=vehicles,
        bins=await replans.asked_bins(conn, replan.urgent),
    )
    if refusals:
        raise RequestValidationError(
            [error for r in refusals for error in wrong("body", r.field, r.text).errors()]
        )
    plan = await replans.request_replan(
        conn,
        before=before,
        replan=replan,
        repaired=body.repaired,
        policy=body.policy,
        dial_m=body.dial_m,
        requested_by=caller.name,
        now=now,
    )
    await audit.note(
        conn,
        who=caller,
        what="plan.replan_requested",
        subject=f"plan {plan.plan_id}",
        detail={"before": str(plan_id), **body.model_dump(mode="json", exclude={"closed"})},
        now=now,
    )
    response.headers["Location"] = str(
        request.app.url_path_for("read_plan", plan_id=str(plan.plan_id))
    )
    return PlanOut.of(plan)


@router.post(
    "/plans/{plan_id}/accept",
    summary="Accept a proposed plan",
    response_description="It is in force.",
    responses=errors(401, 403, 404, 409, 422, 503),
)
async def accept_plan(*, caller: Ops, conn: Conn, now: Now, plan_id: UUID) -> PlanOut:
    """Bring a proposed plan into force; again changes nothing.

    What crews marked since it was made counts. 409: it is not proposed, or another plan came into
    force meanwhile. For role ops.
    """
    plan = await replans.accept_plan(conn, plan_id, now=now)
    await _note(conn, caller, "plan.accepted", plan, now)
    return PlanOut.of(plan)


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


async def _cancelled(conn: store.Connection, plan_id: UUID, caller: Caller, now: Now) -> PlanOut:
    plan = await running.cancel_plan(conn, plan_id, by=caller.name, now=now)
    await _note(conn, caller, "plan.cancelled", plan, now)
    return PlanOut.of(plan)


async def _note(conn: store.Connection, caller: Caller, what: str, plan: Plan, now: Now) -> None:
    detail = {"depot_id": plan.depot_id, "day": plan.day.isoformat()}
    subject = f"plan {plan.plan_id}"
    await audit.note(conn, who=caller, what=what, subject=subject, detail=detail, now=now)


async def _plan(conn: store.Connection, plan_id: UUID) -> Plan:
    plan = await plans.plan(conn, plan_id)
    if plan is None:
        raise NotFoundError(f"There is no plan {plan_id}.")
    return plan


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
