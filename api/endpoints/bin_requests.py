"""Bins that somebody asks to be emptied, whatever their level."""

from fastapi import APIRouter

from api.auth import Ops, may_read_plans
from api.context import Conn, Now
from api.incoming import JsonRoute, only_known_parameters
from api.openapi import errors
from api.schemas.forecasts import BinRequestIn, BinRequestOut, BinRequestWithdrawn
from core.registry import Slug
from store import audit, requests

router = APIRouter(
    tags=["bins"],
    dependencies=[may_read_plans, only_known_parameters],
    route_class=JsonRoute,
)


@router.put(
    "/bins/{bin_id}/request",
    summary="Ask for a bin",
    responses=errors(401, 403, 404, 413, 422, 503),
)
async def request_bin(
    *, caller: Ops, conn: Conn, now: Now, bin_id: Slug, body: BinRequestIn
) -> BinRequestOut:
    """Make a bin due in every plan until it is emptied or the request is withdrawn.

    Asking again while it is open changes nothing: the first one is answered. For role ops.
    """
    asked = await requests.request(
        conn, bin_id, requested_by=caller.name, note=body.note or None, now=now
    )
    if asked.requested_at == now:
        await audit.note(
            conn,
            who=caller,
            what="bin.requested",
            subject=f"bin {bin_id}",
            detail={"note": asked.note},
            now=now,
        )
    return BinRequestOut.model_validate(asked)


@router.delete(
    "/bins/{bin_id}/request",
    summary="Withdraw what was asked for a bin",
    responses=errors(401, 403, 404, 422, 503),
)
async def withdraw_request(
    *, caller: Ops, conn: Conn, now: Now, bin_id: Slug
) -> BinRequestWithdrawn:
    """Withdraw a request; where there is none nothing happens. For role ops."""
    was_open = await requests.withdraw(conn, bin_id, withdrawn_by=caller.name, now=now)
    if was_open:
        subject = f"bin {bin_id}"
        await audit.note(conn, who=caller, what="bin.request_withdrawn", subject=subject, now=now)
    return BinRequestWithdrawn(bin_id=bin_id, was_open=was_open)
