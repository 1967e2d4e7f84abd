"""The figures people report upward."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.answers import CsvResponse, csv_answer, csv_documented
from api.auth import may_read_plans
from api.context import Conn, Now, UseContext
from api.incoming import only_known_parameters
from api.openapi import errors
from api.problems import wrong
from api.schemas.figures import CSV_COLUMNS, CSV_EXAMPLE, FiguresOut, csv_rows
from api.schemas.times import Day
from core.errors import NotFoundError
from core.fleet import Depot
from core.plausible import EARLIEST, LATEST
from core.registry import Slug
from store import fleet
from store.figures import Span, of_spans

LONGEST = 366
TREND_WEEKS = 12
PARTS_AT_ONCE = 2
"""Weeks of a depot that one request reckons: what keeps it within seconds."""

router = APIRouter(tags=["figures"], dependencies=[may_read_plans, only_known_parameters])


@dataclass(frozen=True, kw_only=True, slots=True)
class Which:
    """Of which days, which depot, which stream."""

    first: Annotated[
        Day | None, Query(alias="from", description="First day; else a week before `to`.")
    ] = None
    last: Annotated[
        Day | None, Query(alias="to", description="Last day; else the last Sunday that is over.")
    ] = None
    depot_id: Annotated[Slug | None, Query(description="All depots when absent.")] = None
    stream: Annotated[Slug | None, Query(description="All streams when absent.")] = None


async def figures(
    conn: Conn, use: UseContext, now: Now, which: Annotated[Which, Depends()]
) -> FiguresOut:
    """Return the figures asked for: what both forms of the answer are made of."""
    every = await fleet.depots(conn)
    depots = [depot for depot in every if which.depot_id in {None, depot.depot_id}]
    if which.depot_id is not None and not depots:
        raise NotFoundError(f"There is no depot {which.depot_id}.")
    streams = await fleet.streams(conn)
    if which.stream is not None and which.stream not in streams:
        raise NotFoundError(f"There is no stream {which.stream}.")
    span = _span(which, depots, now)
    length = (span[1] - span[0]).days + 1
    before = (span[0] - timedelta(days=length), span[0] - timedelta(days=1))
    found = await of_spans(
        conn,
        use.settings,
        depots,
        [span, before, *_weeks(span[1])],
        stream=which.stream,
        now=now,
        most_parts=PARTS_AT_ONCE,
    )
    return FiguresOut.of(
        found[0],
        found[1],
        list(found[:1:-1]),
        depot_id=which.depot_id,
        stream=which.stream,
        depots=[depot.depot_id for depot in every],
        streams=sorted(streams),
    )


def _span(which: Which, depots: list[Depot], now: datetime) -> Span:
    last = which.last
    if last is None:
        # a week is over when it is at all depots
        last = min((depot.local_day(now) for depot in depots), default=now.date())
        last -= timedelta(days=last.weekday() + 1)
    first = which.first or max(last, EARLIEST.date()) - timedelta(days=6)
    for name, day in (("from", first), ("to", last)):
        if not EARLIEST.date() <= day <= LATEST.date():
            raise wrong("query", name, f"must be within {EARLIEST.year} and {LATEST.year}")
    if first > last:
        raise wrong("query", "from", "must not be after to")
    if (last - first).days >= LONGEST:
        raise wrong("query", "from", f"must be at most {LONGEST - 1} days before to")
    return first, last


def _weeks(last: date) -> list[Span]:
    """Return the weeks of the trend, the newest first; it ends with the span."""
    ends = [last - timedelta(weeks=n) for n in range(TREND_WEEKS)]
    return [(end - timedelta(days=6), end) for end in ends]


type Found = Annotated[FiguresOut, Depends(figures)]


@router.get(
    "/figures",
    summary="Figures to report upward",
    responses=errors(401, 403, 404, 422, 503),
)
async def read_figures(found: Found) -> FiguresOut:
    """Give the figures of some days beside those of as many days before, and of the last 12 weeks.

    Days that were never asked for are reckoned, two weeks of a depot at a time: while `waiting` is
    not 0 a figure is not known and asking again goes on. For roles ops and viewer.
    """
    return found


@router.get(
    "/figures.csv",
    summary="The same figures as CSV",
    response_class=CsvResponse,
    responses={
        **csv_documented(CSV_COLUMNS, CSV_EXAMPLE),
        **errors(401, 403, 404, 422, 503),
    },
)
async def figures_csv(found: Found) -> CsvResponse:
    """Give the same figures and reasons as CSV, a row for each. For roles ops and viewer."""
    return csv_answer(f"figures-{found.first}-{found.last}", CSV_COLUMNS, csv_rows(found))
