"""Levels by eye: crews say how full a bin is, where no sensor does."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.auth import CrewCaller, CrewId, may_read_bins
from api.context import Conn, Now, UseContext
from api.incoming import JsonRoute, only_known_parameters
from api.openapi import errors
from api.schemas.eye_levels import EyeLevelIn, EyeLevelOut, EyeLevels, KeptEyeLevelOut
from core.errors import NotFoundError
from core.registry import Slug
from store import eye_levels, levels
from store.eye_levels import EyeLevel

_NO_END = datetime.max.replace(tzinfo=UTC)

router = APIRouter(route_class=JsonRoute)


@router.put(
    "/crew/levels/{report_id}",
    tags=["crew"],
    summary="Say how full a bin is",
    response_description="It is kept; the bin as it stands now.",
    responses=errors(401, 403, 404, 409, 413, 422, 503),
)
async def report_level(
    *,
    caller: CrewCaller,
    crew_id: CrewId,
    conn: Conn,
    use: UseContext,
    now: Now,
    report_id: UUID,
    body: EyeLevelIn,
) -> EyeLevelOut:
    """Keep a level by eye of a bin of the crew's depot, or that it was ever sent to.

    It is the bin's level where no sensor and no emptying says anything newer, and the forecast
    learns from it where there is no sensor. The same one sent again changes nothing; 409: the
    report_id stands for another one. 200 means it is stored. For role crew.
    """
    level = EyeLevel(
        report_id=report_id,
        bin_id=body.bin_id,
        fill_pct=body.fill_pct,
        note=body.note,
        reported_at=body.reported_at,
        device_id=body.device_id,
    )
    await eye_levels.report(conn, level, crew_id=crew_id, reported_by=caller.name, received_at=now)
    (stands,) = await levels.levels(
        conn, now=now, stale_after=use.settings.stale_after, bin_id=body.bin_id
    )
    return EyeLevelOut(
        report_id=report_id,
        bin_id=body.bin_id,
        fill_pct=stands.fill_pct,
        measured_at=stands.measured_at,
        trust=stands.trust,
        source=stands.source,
    )


@router.get(
    "/bins/{bin_id}/eye-levels",
    tags=["bins"],
    summary="What crews said of a bin's level",
    dependencies=[may_read_bins, only_known_parameters],
    responses=errors(401, 403, 404, 422, 503),
)
async def list_eye_levels(
    *,
    conn: Conn,
    use: UseContext,
    now: Now,
    bin_id: Slug,
    days: Annotated[int, Query(ge=1, le=366, description="So many days back.")] = 30,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most items in the answer.")] = 100,
) -> EyeLevels:
    """List levels by eye, the newest first; readings of sensors are at /bins/{bin_id}/readings.

    For roles ops, viewer and device_admin.
    """
    stale_after = use.settings.stale_after
    if not await levels.levels(conn, now=now, stale_after=stale_after, bin_id=bin_id):
        raise NotFoundError(f"There is no bin {bin_id}.")
    found = await eye_levels.of_bin(
        conn, bin_id, since=now - timedelta(days=days), until=_NO_END, limit=limit
    )
    return EyeLevels(items=[KeptEyeLevelOut.model_validate(one) for one in found])
