"""A crew's round, and its marks on the stops."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

import store
from api.auth import CrewCaller, CrewId
from api.context import Conn, Now
from api.incoming import JsonRoute, only_known_parameters
from api.openapi import errors
from api.schemas.crew import CrewRound, StopReportIn
from api.schemas.rounds import RoundOut, StopOut
from api.schemas.times import Day
from api.schemas.ways import LegOut
from core.errors import NotFoundError
from core.plans import StopReport
from store import fleet, reports, rounds

router = APIRouter(prefix="/crew", tags=["crew"], route_class=JsonRoute)


@router.get(
    "/round",
    summary="The crew's own round",
    dependencies=[only_known_parameters],
    responses=errors(401, 403, 404, 422, 503),
)
async def read_round(
    crew_id: CrewId,
    conn: Conn,
    now: Now,
    day: Annotated[
        Day | None, Query(description="Local day of the depot; today when absent.")
    ] = None,
) -> CrewRound:
    """Give the round of the crew whose token this is, in the plan in force for the day.

    Its stops are bins, disposal sites (on the way and at the end) and breaks, in order; each may
    be marked. After a new plan the round has another plan_id and other stop_ids; marks on the stops
    of the plan before are still taken. For role crew.
    """
    day = day or await _today(conn, crew_id, now)
    found = await rounds.crew_round(conn, crew_id, day)
    if found is None:
        raise NotFoundError(
            f"Crew {crew_id} has no round on {day}: the day is not planned yet, or needs no lorry "
            "of yours. Ask operations, or try again later."
        )
    plan_id, round_ = found
    return CrewRound(
        **RoundOut.of(round_).model_dump(),
        plan_id=plan_id,
        day=day,
        legs=[LegOut.of(leg) for leg in round_.legs],
    )


@router.put(
    "/stops/{stop_id}",
    summary="Mark a stop",
    response_description="The mark is kept; the stop as it stands now.",
    responses=errors(401, 403, 404, 409, 413, 422, 503),
)
async def report_stop(
    *, caller: CrewCaller, crew_id: CrewId, conn: Conn, now: Now, stop_id: UUID, body: StopReportIn
) -> StopOut:
    """Keep a mark on one of the crew's own stops; the same mark sent again changes nothing.

    Every mark is kept. Of several on a stop the one made latest counts, whatever order they
    arrive in, so done can be taken back by a later skipped. 200 means it is stored: a phone may
    forget it then. 404, 409, 413 and 422 come again however often it is sent; after anything else
    it has to be sent again. 409: the report_id stands for another mark. For role crew.
    """
    stop = await reports.report_stop(
        conn,
        StopReport(
            report_id=body.report_id,
            stop_id=stop_id,
            outcome=body.outcome,
            skip_reason=body.skip_reason,
            note=body.note,
            reported_at=body.reported_at,
        ),
        reported_by=caller.name,
        crew_id=crew_id,
        received_at=now,
    )
    return StopOut.of(stop)


async def _today(conn: store.Connection, crew_id: str, now: dt.datetime) -> dt.date:
    depot = await fleet.crew_depot(conn, crew_id)
    if depot is None:
        raise NotFoundError(
            f"Crew {crew_id} is on no vehicle, so there is no depot to say what day it is. Ask "
            "operations for a vehicle, or give `day`."
        )
    return depot.local_day(now)
