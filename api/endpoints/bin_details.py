"""What a bin's own page shows beside the bin: its forecast hour by hour, its place in the plans."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

import store
from api.auth import may_read_bins, may_read_plans
from api.context import Conn, Now
from api.incoming import only_known_parameters
from api.openapi import errors
from api.schemas.forecasts import ForecastBands
from api.schemas.visits import VisitList, VisitOut
from core.errors import NotFoundError
from core.fleet import Depot
from core.registry import Slug
from store import fleet, forecasts, visits

router = APIRouter(tags=["bins"], dependencies=[only_known_parameters])


@router.get(
    "/bins/{bin_id}/forecast",
    summary="A bin's forecast, hour by hour",
    dependencies=[may_read_bins],
    responses=errors(401, 403, 404, 422, 503),
)
async def read_forecast(conn: Conn, now: Now, bin_id: Slug) -> ForecastBands:
    """Give what is left of the last plan's forecast, for two days from now at most.

    It holds as long as nobody empties the bin: emptied_at says that somebody did. For roles ops
    and device_admin.
    """
    await _depot_of(conn, bin_id)
    found = await forecasts.forecasts(conn, [bin_id])
    forecast = found[0] if found else None
    emptied_at = None if forecast is None else await forecasts.emptied_since(conn, forecast)
    return ForecastBands.of(bin_id, forecast, emptied_at=emptied_at, now=now)


@router.get(
    "/bins/{bin_id}/visits",
    summary="A bin in the last days' plans",
    dependencies=[may_read_plans],
    responses=errors(401, 403, 404, 422, 503),
)
async def list_visits(
    conn: Conn,
    now: Now,
    bin_id: Slug,
    days: Annotated[int, Query(ge=1, le=92, description="So many days back.")] = 14,
) -> VisitList:
    """List on which round a bin was and what came of it, or why it was left out, newest first.

    Of a day without a plan, or whose plan did not look at the bin, there is none. For role ops.
    """
    depot = await _depot_of(conn, bin_id)
    today = depot.local_day(now)
    found = await visits.visits(conn, bin_id, since=today - timedelta(days=days))
    return VisitList(
        bin_id=bin_id,
        today=today,
        timezone=depot.timezone,
        items=[VisitOut.model_validate(visit) for visit in found],
    )


async def _depot_of(conn: store.Connection, bin_id: str) -> Depot:
    depot = await fleet.depot_of(conn, bin_id)
    if depot is None:
        raise NotFoundError(f"There is no bin {bin_id}.")
    return depot
