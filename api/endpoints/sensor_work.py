"""The work list of whoever repairs sensors, and what they note on it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.answers import CsvResponse, csv_answer, csv_documented
from api.auth import Repairer, may_read_bins
from api.context import Conn, Now, UseContext
from api.incoming import JsonRoute, only_known_parameters
from api.openapi import errors
from api.problems import wrong
from api.schemas.seen import SeenIn, SeenOut, SeenTakenBack
from api.schemas.sensor_work import CSV_COLUMNS, CSV_EXAMPLE, SensorWork, csv_rows
from core.errors import ConflictError, NotFoundError
from core.plausible import is_within_bounds
from core.registry import Slug
from core.rules.health_state import HealthState
from core.rules.seen import Seen
from core.wire import SensorId
from store import audit, health, seen, sensor_work
from store.health import SensorHealth
from store.sensor_work import Order, Rest, Which

LONGEST_REST = timedelta(days=366)

router = APIRouter(
    tags=["sensors"],
    dependencies=[may_read_bins, only_known_parameters],
    route_class=JsonRoute,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Which sensors, in which order; every condition given has to hold."""

    state: Annotated[
        HealthState | None,
        Query(alias="health", description="Only in this state; else all that need somebody."),
    ] = None
    seen: Annotated[Rest, Query(description="Those nobody lets rest, those that rest, all.")] = (
        Rest.OPEN
    )
    depot_id: Annotated[Slug | None, Query(description="In a bin of this depot now.")] = None
    stream: Annotated[Slug | None, Query(description="In a bin of this stream now.")] = None
    device: Annotated[str | None, Query(max_length=100, description="Make and model.")] = None
    search: Annotated[
        str | None,
        Query(max_length=100, description="Part of the sensor's or the bin's id or name."),
    ] = None
    sort: Annotated[
        Order, Query(description="health: the worst first, of the same the longest since.")
    ] = Order.HEALTH
    descending: Annotated[bool, Query()] = False

    @property
    def which(self) -> Which:
        """The question as the store takes it."""
        return Which(
            health=self.state,
            rest=self.seen,
            depot_id=self.depot_id,
            stream=self.stream,
            device=self.device,
            search=self.search,
            order=self.sort,
            descending=self.descending,
        )


@router.get(
    "/work/sensors", summary="Sensors that need somebody", responses=errors(401, 403, 422, 503)
)
async def list_sensor_work(
    *,
    conn: Conn,
    use: UseContext,
    now: Now,
    asked: Annotated[Asked, Depends()],
    skip: Annotated[int, Query(ge=0, le=1_000_000, description="Sensors left away first.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most sensors in the answer.")] = 200,
) -> SensorWork:
    """List the sensors that need somebody, counted by health, each with what one does about it.

    For roles ops, viewer and device_admin.
    """
    found = await sensor_work.work(conn, asked.which, now=now, limits=use.settings.trust_limits)
    return SensorWork.of(found, skip=skip, limit=limit, now=now)


@router.get(
    "/work/sensors.csv",
    summary="The same list as CSV",
    response_class=CsvResponse,
    responses={**csv_documented(CSV_COLUMNS, CSV_EXAMPLE), **errors(401, 403, 422, 503)},
)
async def sensor_work_csv(
    *, conn: Conn, use: UseContext, now: Now, asked: Annotated[Asked, Depends()]
) -> CsvResponse:
    """Give the whole list as CSV: the same conditions, the same order.

    For roles ops, viewer and device_admin.
    """
    found = await sensor_work.work(conn, asked.which, now=now, limits=use.settings.trust_limits)
    return csv_answer("sensors", CSV_COLUMNS, csv_rows(found.sensors))


@router.put(
    "/sensors/{sensor_id}/seen",
    summary="Let a sensor's trouble rest",
    responses=errors(401, 403, 404, 409, 413, 422, 503),
)
async def note_seen(
    *, caller: Repairer, conn: Conn, use: UseContext, now: Now, sensor_id: SensorId, body: SeenIn
) -> SeenOut:
    """Note that somebody has seen to a sensor: it leaves the work list until a time.

    It comes back when the time is over, or when its trouble is another one. A note takes the place
    of the one before, which is kept. For roles ops and device_admin.
    """
    if not is_within_bounds(body.until) or not now < body.until <= now + LONGEST_REST:
        raise wrong("body", "until", "must be later than now and within a year")
    await seen.lock(conn, sensor_id)
    found = await health.sensor(conn, sensor_id, now=now, limits=use.settings.trust_limits)
    if found is None:
        raise NotFoundError(f"There is no sensor {sensor_id}.")
    _check(found, body)
    note = Seen(
        sensor_id=sensor_id,
        health=found.health.state,
        since=found.health.since,
        note=body.note,
        until=body.until,
        noted_at=now,
        noted_by=caller.name,
    )
    await seen.note(conn, note)
    await audit.note(
        conn,
        who=caller,
        what="sensor.seen",
        subject=f"sensor {sensor_id}",
        detail={"health": body.health, "note": body.note, "until": body.until.isoformat()},
        now=now,
    )
    return SeenOut.model_validate(note)


def _check(found: SensorHealth, body: SeenIn) -> None:
    sensor_id, state = found.sensor_id, found.health.state
    if state is not body.health:
        raise ConflictError(f"{sensor_id} is {state} now, not {body.health}: look again.")
    if not state.needs_somebody:
        raise ConflictError(f"{sensor_id} is {state}: nothing waits for somebody.")


@router.delete(
    "/sensors/{sensor_id}/seen",
    summary="Take a note on a sensor back",
    responses=errors(401, 403, 404, 422, 503),
)
async def take_seen_back(
    *, caller: Repairer, conn: Conn, now: Now, sensor_id: SensorId
) -> SeenTakenBack:
    """Put a sensor back on the work list; where it is on it nothing happens.

    For roles ops and device_admin.
    """
    await seen.lock(conn, sensor_id)
    was_open = await seen.end(conn, sensor_id, ended_by=caller.name, now=now)
    if was_open:
        await audit.note(
            conn,
            who=caller,
            what="sensor.seen_taken_back",
            subject=f"sensor {sensor_id}",
            now=now,
        )
    return SeenTakenBack(sensor_id=sensor_id, was_open=was_open)
