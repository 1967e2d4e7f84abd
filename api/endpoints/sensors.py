"""Sensors with their health: the work list of whoever repairs them."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.auth import may_read_bins
from api.context import Conn, Now, UseContext
from api.incoming import only_known_parameters
from api.openapi import errors
from api.schemas.sensors import SensorOut, SensorPage, SensorWhole
from core.errors import NotFoundError
from core.registry import Slug
from core.rules.health_state import HealthState
from core.wire import SensorId
from store import health, known_sensors, seen

type Limit = Annotated[int, Query(ge=1, le=1000, description="Most items in the answer.")]

router = APIRouter(tags=["sensors"], dependencies=[may_read_bins, only_known_parameters])


@router.get("/sensors", summary="Sensors with their health", responses=errors(401, 403, 422, 503))
async def list_sensors(
    *,
    conn: Conn,
    use: UseContext,
    now: Now,
    state: Annotated[
        HealthState | None,
        Query(alias="health", description="Only in this state; all but retired ones when absent."),
    ] = None,
    depot_id: Annotated[Slug | None, Query(description="In a bin of this depot now.")] = None,
    bin_id: Annotated[Slug | None, Query(description="In this bin now.")] = None,
    after: Annotated[SensorId | None, Query(description="The `next` of the page before.")] = None,
    limit: Limit = 100,
) -> SensorPage:
    """List sensors in order of sensor_id, each with how it does, since when and why.

    For roles ops, viewer and device_admin.
    """
    found = await health.sensors(
        conn,
        now=now,
        limits=use.settings.trust_limits,
        states=None if state is None else {state},
        depot_id=depot_id,
        bin_id=bin_id,
        after=after or "",
        limit=limit + 1,
    )
    items = [SensorOut.of(sensor, now=now) for sensor in found[:limit]]
    return SensorPage(items=items, next=items[-1].sensor_id if len(found) > limit else None)


@router.get("/sensors/{sensor_id}", summary="One sensor", responses=errors(401, 403, 404, 422, 503))
async def read_sensor(conn: Conn, use: UseContext, now: Now, sensor_id: SensorId) -> SensorWhole:
    """Give one sensor with its health, every bin it sat in and what people noted about it.

    For roles ops, viewer and device_admin.
    """
    found = await health.sensor(conn, sensor_id, now=now, limits=use.settings.trust_limits)
    if found is None:
        raise NotFoundError(f"There is no sensor {sensor_id}.")
    known = await known_sensors.known(conn, [sensor_id])
    return SensorWhole.whole(found, known[sensor_id], await seen.notes(conn, sensor_id), now=now)
