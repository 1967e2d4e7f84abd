"""A crew's round, and its marks on the stops."""

import datetime as dt
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

import store
from api.answers import is_among
from api.auth import CrewCaller, CrewId
from api.context import Conn, Context, Now, UseContext
from api.incoming import JsonRoute, only_known_parameters
from api.openapi import errors
from api.schemas.crew import CrewRound, CrewStop, StopReportIn
from api.schemas.times import Day
from core.errors import NotFoundError
from core.plans import Stop
from store import crew_rounds, fleet, reports, rounds, ways

router = APIRouter(prefix="/crew", tags=["crew"], route_class=JsonRoute)


@router.get(
    "/round",
    summary="The crew's own round",
    response_model=CrewRound,
    dependencies=[only_known_parameters],
    responses=errors(401, 403, 404, 422, 503),
)
async def read_round(
    *,
    crew_id: CrewId,
    conn: Conn,
    use: UseContext,
    now: Now,
    day: Annotated[
        Day | None, Query(description="Local day of the depot; today when absent.")
    ] = None,
    if_none_match: Annotated[
        str | None, Header(description="The ETag of the round the phone has.")
    ] = None,
) -> Response:
    """Give the round of the crew whose token this is, in the plan in force for the day.

    Its stops are bins, disposal sites (on the way and at the end) and breaks, in order; each may
    be marked. After a new plan the round has another plan_id and other stop_ids; marks on the stops
    of the plan before are still taken. With If-None-Match the answer is 304, without a body, while
    neither plan nor marks have changed; how full the bins are may have. For role crew.
    """
    day = day or await _today(conn, crew_id, now)
    revision = await crew_rounds.revision(conn, crew_id, day)
    if revision is None:
        raise _no_round(crew_id, day)
    # weak: the ages of levels are not in it
    etag = f'W/"{revision}"'
    if if_none_match is not None and is_among(etag, if_none_match):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": etag})
    found = await rounds.crew_round(conn, crew_id, day, ways=False)
    if found is None:  # a plan without one came into force this very moment
        raise _no_round(crew_id, day)
    plan_id, round_ = found
    written = CrewRound.whole(
        round_,
        await _as_they_are(conn, use, now, round_.stops),
        await crew_rounds.whose(conn, round_.round_id),
        plan_id=plan_id,
        day=day,
        revision=revision,
    ).with_legs(await ways.legs_document(conn, round_.round_id))
    return Response(written, headers={"ETag": etag}, media_type="application/json")


def _no_round(crew_id: str, day: dt.date) -> NotFoundError:
    return NotFoundError(
        f"Crew {crew_id} has no round on {day}: the day is not planned yet, or needs no lorry "
        "of yours. Ask operations, or try again later."
    )


async def _as_they_are(
    conn: store.Connection, use: Context, now: dt.datetime, stops: Sequence[Stop]
) -> list[CrewStop]:
    bins = await crew_rounds.bins_now(
        conn,
        [stop.bin_id for stop in stops if stop.bin_id is not None],
        now=now,
        stale_after=use.settings.stale_after,
    )
    return [CrewStop.at(stop, bins.get(stop.bin_id or ""), now=now) for stop in stops]


@router.put(
    "/stops/{stop_id}",
    summary="Mark a stop",
    response_description="The mark is kept; the stop as it stands now.",
    responses=errors(401, 403, 404, 409, 413, 422, 503),
)
async def report_stop(
    *,
    caller: CrewCaller,
    crew_id: CrewId,
    conn: Conn,
    use: UseContext,
    now: Now,
    stop_id: UUID,
    body: StopReportIn,
) -> CrewStop:
    """Keep a mark on one of the crew's own stops; the same mark sent again changes nothing.

    Every mark is kept. A mark holds until one follows it, or the same phone makes a later one; of
    marks that did not know of one another the one made latest holds, whatever order they arrive
    in, and where they differ, operations sees a conflict. outcome open takes back what was said.
    200 means it is stored: a phone may forget it then. 404, 409, 413 and 422 come again however
    often it is sent; after anything else it has to be sent again. 409: the report_id stands for
    another mark. For role crew.
    """
    stop = await reports.report_stop(
        conn,
        body.report(stop_id),
        reported_by=caller.name,
        crew_id=crew_id,
        received_at=now,
    )
    (found,) = await _as_they_are(conn, use, now, [stop])
    return found


async def _today(conn: store.Connection, crew_id: str, now: dt.datetime) -> dt.date:
    depot = await fleet.crew_depot(conn, crew_id)
    if depot is None:
        raise NotFoundError(
            f"Crew {crew_id} is on no vehicle, so there is no depot to say what day it is. Ask "
            "operations for a vehicle, or give `day`."
        )
    return depot.local_day(now)
