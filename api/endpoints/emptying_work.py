"""The work list of emptyings: what to ask crews about; conflicts as CSV."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.answers import CsvResponse, csv_answer, csv_documented
from api.auth import may_read_plans
from api.context import Conn, Now, UseContext
from api.endpoints.marks import ConflictFilter, Which
from api.incoming import only_known_parameters
from api.openapi import errors
from api.schemas.emptying_work import (
    CONFLICT_COLUMNS,
    CONFLICT_EXAMPLE,
    CSV_COLUMNS,
    CSV_EXAMPLE,
    EmptyingWork,
    conflict_rows,
    csv_rows,
)
from api.schemas.marks import ConflictOut
from core.registry import Slug
from core.rules.emptying_match import DisagreementKind
from store import conflicts, emptying_work
from store.emptying_account import account
from store.emptying_work import Work

MOST_CONFLICTS = 10_000

router = APIRouter(tags=["emptyings"], dependencies=[may_read_plans, only_known_parameters])


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Which disagreements; every condition given has to hold."""

    days: Annotated[int, Query(ge=1, le=31, description="So many days back from now.")] = 7
    kind: Annotated[DisagreementKind | None, Query()] = None
    depot_id: Annotated[Slug | None, Query()] = None
    stream: Annotated[Slug | None, Query()] = None
    search: Annotated[
        str | None,
        Query(max_length=100, description="Part of the bin's id or name, of vehicle or crew."),
    ] = None

    def since(self, now: datetime) -> datetime:
        """When the list begins."""
        return now - timedelta(days=self.days)


async def asked_work(
    conn: Conn, use: UseContext, now: Now, asked: Annotated[Asked, Depends()]
) -> Work:
    """Return the list that both forms of the answer are made of."""
    found = await account(
        conn,
        since=asked.since(now),
        until=now,
        now=now,
        limits=use.settings.trust_limits,
        tolerance=use.settings.emptying_tolerance,
        round_slack=use.settings.emptying_round_slack,
        depot_id=asked.depot_id,
    )
    return await emptying_work.work(
        conn, found, kind=asked.kind, stream=asked.stream, search=asked.search
    )


type Found = Annotated[Work, Depends(asked_work)]


@router.get(
    "/work/emptyings",
    summary="Emptyings to ask crews about",
    responses=errors(401, 403, 422, 503),
)
async def list_emptying_work(
    *,
    now: Now,
    asked: Annotated[Asked, Depends()],
    found: Found,
    skip: Annotated[int, Query(ge=0, le=1_000_000, description="Left away first.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most items in the answer.")] = 200,
) -> EmptyingWork:
    """List what crews and sensors disagree on, newest first, with bin, crew and levels.

    For roles ops and viewer.
    """
    return EmptyingWork.of(found, skip=skip, limit=limit, since=asked.since(now), now=now)


@router.get(
    "/work/emptyings.csv",
    summary="The same list as CSV",
    response_class=CsvResponse,
    responses={**csv_documented(CSV_COLUMNS, CSV_EXAMPLE), **errors(401, 403, 422, 503)},
)
async def emptying_work_csv(found: Found) -> CsvResponse:
    """Give the whole list as CSV: the same conditions and order. For roles ops and viewer."""
    return csv_answer("emptyings", CSV_COLUMNS, csv_rows(found))


@router.get(
    "/conflicts.csv",
    summary="Conflicts as CSV",
    response_class=CsvResponse,
    responses={**csv_documented(CONFLICT_COLUMNS, CONFLICT_EXAMPLE), **errors(401, 403, 422, 503)},
)
async def conflicts_csv(conn: Conn, only: Annotated[ConflictFilter, Depends()]) -> CsvResponse:
    """Give every mark of the conflicts as CSV, a row each, newest conflict first.

    For roles ops and viewer.
    """
    found = await conflicts.conflicts(
        conn,
        only_open=only.state is Which.OPEN,
        day=only.day,
        depot_id=only.depot_id,
        after=None,
        limit=MOST_CONFLICTS,
    )
    rows = conflict_rows([ConflictOut.of(one) for one in found])
    return csv_answer("conflicts", CONFLICT_COLUMNS, rows)
