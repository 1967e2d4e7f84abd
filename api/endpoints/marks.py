"""Every mark of a stop, and conflicts between marks: read, and decided."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from api.auth import Ops, may_read_plans
from api.context import Conn, Now
from api.incoming import JsonRoute, only_known_parameters
from api.openapi import errors
from api.schemas.marks import ConflictOut, ConflictPage, DecisionIn, StopMarks, kept
from api.schemas.times import Day
from core.errors import NotFoundError
from core.registry import Slug
from store import conflicts

router = APIRouter(tags=["marks"], route_class=JsonRoute)


@router.get(
    "/stops/{stop_id}/reports",
    summary="Every mark of a stop",
    dependencies=[may_read_plans, only_known_parameters],
    responses=errors(401, 403, 404, 422, 503),
)
async def list_reports(conn: Conn, stop_id: UUID) -> StopMarks:
    """List every mark that was ever made on a stop, in the order in which they arrived.

    For roles ops and viewer.
    """
    made, stands = await conflicts.stop_marks(conn, stop_id)
    if stands is None:
        if not await conflicts.is_stop(conn, stop_id):
            raise NotFoundError(f"There is no stop {stop_id}.")
        return StopMarks(stop_id=stop_id, items=[])
    items = kept(tuple(made), in_force=stands.in_force, sides=stands.sides)
    return StopMarks(stop_id=stop_id, items=items)


class Which(StrEnum):
    """Which conflicts."""

    OPEN = "open"
    ALL = "all"


@dataclass(frozen=True, kw_only=True, slots=True)
class ConflictFilter:
    """Which conflicts; every condition given has to hold."""

    state: Annotated[
        Which, Query(description="open: what has to be decided; all: those that are over, too.")
    ] = Which.OPEN
    day: Annotated[Day | None, Query(description="Day of the plan.")] = None
    depot_id: Annotated[Slug | None, Query()] = None


@router.get(
    "/conflicts",
    summary="Where two phones contradict each other",
    dependencies=[may_read_plans, only_known_parameters],
    responses=errors(401, 403, 422, 503),
)
async def list_conflicts(
    *,
    conn: Conn,
    only: Annotated[ConflictFilter, Depends()],
    after: Annotated[UUID | None, Query(description="The `next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most items in the answer.")] = 100,
) -> ConflictPage:
    """List stops on which two phones made marks that did not know of one another and differ.

    The newest first, each with every mark of the stop. For roles ops and viewer.
    """
    found = await conflicts.conflicts(
        conn,
        only_open=only.state is Which.OPEN,
        day=only.day,
        depot_id=only.depot_id,
        after=after,
        limit=limit + 1,
    )
    items = [ConflictOut.of(conflict) for conflict in found[:limit]]
    return ConflictPage(items=items, next=items[-1].stop_id if len(found) > limit else None)


@router.post(
    "/conflicts/{stop_id}/resolve",
    summary="Decide a conflict",
    responses=errors(401, 403, 404, 409, 413, 422, 503),
)
async def resolve_conflict(
    *, caller: Ops, conn: Conn, now: Now, stop_id: UUID, body: DecisionIn
) -> ConflictOut:
    """Let one of the disputed marks hold. All are kept; the round and the bin follow.

    The same decision again changes nothing; another one takes its place. A mark that arrives later
    and knew neither of the decision nor of the chosen mark is a new conflict. 409: there is nothing
    to decide. For role ops.
    """
    found = await conflicts.decide(
        conn, stop_id, body.report_id, note=body.note, decided_by=caller, now=now
    )
    return ConflictOut.of(found)
