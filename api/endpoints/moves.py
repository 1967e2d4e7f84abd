"""A stop moved by hand: asked for here, timed and judged by the planner, then accepted."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError

from api.auth import Ops, may_read_plans
from api.context import Conn, Now
from api.incoming import JsonRoute, only_known_parameters
from api.openapi import errors
from api.problems import wrong
from api.schemas.moves import MoveRequest
from api.schemas.plans import PlanOut
from core.errors import ConflictError, NotFoundError
from core.plans import PlanStatus
from core.rules.moves import move_of, refuse_move
from core.rules.replan import refuse_late
from store import audit, fleet, replans

router = APIRouter(
    tags=["plans"],
    dependencies=[may_read_plans, only_known_parameters],
    route_class=JsonRoute,
)


@router.post(
    "/plans/{plan_id}/moves",
    status_code=202,
    summary="Move a stop by hand",
    response_description="The request is kept; the header Location says where the verdict will be.",
    responses=errors(401, 403, 404, 409, 413, 422, 503),
)
async def request_move(
    *,
    caller: Ops,
    conn: Conn,
    now: Now,
    plan_id: UUID,
    body: MoveRequest,
    request: Request,
    response: Response,
) -> PlanOut:
    """Put one stop elsewhere, take it off its round, or put a bin on one; nothing is searched.

    The planner makes the timetable anew with real ways and lets the referee drive it. Read the plan
    at Location: it is proposed where the rounds can be driven (see /difference, then accept or
    cancel it), else failed with the verdict as its summary. 409: the plan is not in force, or its
    day is over. For role ops.
    """
    before = await replans.whole(conn, plan_id)
    if before is None:
        raise NotFoundError(f"There is no plan {plan_id}.")
    if before.status is not PlanStatus.READY:
        raise ConflictError(f"plan {plan_id} is {before.status} and not in force")
    depot = next(d for d in await fleet.depots(conn) if d.depot_id == before.depot_id)
    vehicles = await fleet.vehicles(conn, before.depot_id)
    if late := refuse_late(depot, vehicles, before.day, now):
        raise ConflictError(late)
    wish = body.wish()
    bins = await replans.asked_bins(conn, [] if wish.bin_id is None else [wish.bin_id])
    refusals = refuse_move(wish, before, bins=bins, zone=depot.zone)
    if refusals:
        raise RequestValidationError(
            [error for r in refusals for error in wrong("body", r.field, r.text).errors()]
        )
    plan = await replans.request_move(
        conn, before=before, move=move_of(wish, before), requested_by=caller.name, now=now
    )
    await audit.note(
        conn,
        who=caller,
        what="stop.moved",
        subject=f"plan {plan.plan_id}",
        detail=body.model_dump(mode="json"),
        now=now,
    )
    response.headers["Location"] = str(
        request.app.url_path_for("read_plan", plan_id=str(plan.plan_id))
    )
    return PlanOut.of(plan)
