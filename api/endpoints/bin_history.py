"""A bin's levels over a time, for drawing."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.auth import may_read_bins
from api.context import Conn, Now
from api.incoming import only_known_parameters
from api.openapi import errors
from api.problems import wrong
from api.schemas.columns import BinHistory
from api.schemas.times import Moment
from core.errors import NotFoundError
from core.registry import Slug
from store import bin_history

DEFAULT_DAYS = timedelta(days=30)
_BEGINNING = datetime.min.replace(tzinfo=UTC)

router = APIRouter(tags=["bins"], dependencies=[may_read_bins, only_known_parameters])


@router.get(
    "/bins/{bin_id}/history",
    summary="A bin's levels over a time",
    response_model=BinHistory,
    responses=errors(401, 403, 404, 422, 503),
)
async def read_history(
    *,
    conn: Conn,
    now: Now,
    bin_id: Slug,
    since: Annotated[
        Moment | None,
        Query(description="Measured at or after; 30 days before `until` when absent."),
    ] = None,
    until: Annotated[Moment | None, Query(description="Measured before; now when absent.")] = None,
    points: Annotated[
        int, Query(ge=16, le=20_000, description="Most points in the answer.")
    ] = 1_500,
) -> Response:
    """Give what was measured in a bin as one list for each field, oldest first.

    Where that is more than `points` it is thinned so that a drawing of it looks the same: the
    first, last, lowest and highest level of each slice of time are kept, of trusted readings and
    of others. Readings without a level are left out. For roles ops, viewer and device_admin.
    """
    # what came a moment ago may have been measured by a clock a little ahead
    until = until or now + timedelta(minutes=10)
    since = since or max(until, _BEGINNING + DEFAULT_DAYS) - DEFAULT_DAYS
    if since >= until:
        raise wrong("query", "until", "must be later than since")
    document = await bin_history.history(conn, bin_id, since=since, until=until, points=points)
    if document is None:
        raise NotFoundError(f"There is no bin {bin_id}.")
    return Response(document, media_type="application/json")
