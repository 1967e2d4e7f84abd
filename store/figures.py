"""Figures of spans of days: what is kept of their days is added up, the rest reckoned by parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.figures import DaySums, added
from core.fleet import Depot
from core.settings import Settings
from store import day_figures
from store.connection import Connection
from store.day_figures import KeptDay

DAYS_AT_ONCE = 7
"""Reckoned in one go, for each depot."""

type Span = tuple[date, date]
"""From the first day to the last; both belong to it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SpanSums:
    """The sums of a span. ``waiting`` of its ``days`` (of depots) are not reckoned yet.

    ``made_at`` is when the oldest part was reckoned; None where there is none.
    """

    span: Span
    sums: DaySums
    days: int
    waiting: int
    made_at: datetime | None


async def of_spans(
    conn: Connection,
    settings: Settings,
    depots: Sequence[Depot],
    spans: Sequence[Span],
    *,
    stream: str | None,
    now: datetime,
    most_parts: int,
) -> Sequence[SpanSums]:
    """Return the sums of each span, over all ``depots``, of one stream or of all.

    What is not kept is reckoned, the first spans first and at most ``most_parts`` weeks of a depot:
    who asks again gets the rest. Days to come add nothing.
    """
    known: dict[tuple[str, date], KeptDay] = {}
    new: dict[tuple[str, date], KeptDay] = {}
    parts = most_parts
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    for depot in depots:
        for day, kept in (
            await day_figures.kept(conn, depot, first=first, last=last, now=now)
        ).items():
            known[depot.depot_id, day] = kept
    for span in spans:
        for depot in depots:
            missing = [
                day
                for day in _days(span, depot.local_day(now))
                if (depot.depot_id, day) not in known
            ]
            for run in _runs(missing):
                if parts == 0:
                    break
                parts -= 1
                made = await day_figures.reckon(
                    conn, settings, depot, first=run[0], last=run[-1], now=now
                )
                new |= {(depot.depot_id, day): kept for day, kept in made.items()}
                known |= new
    await day_figures.keep(conn, new)
    return [_of_span(span, depots, known, stream, now) for span in spans]


def _days(span: Span, today: date) -> list[date]:
    first, last = span[0], min(span[1], today)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _runs(days: Sequence[date]) -> list[list[date]]:
    """Return days in order as runs without a gap, none longer than is reckoned at once."""
    runs: list[list[date]] = []
    for day in days:
        if runs and (day - runs[-1][-1]).days == 1 and len(runs[-1]) < DAYS_AT_ONCE:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _of_span(
    span: Span,
    depots: Sequence[Depot],
    known: dict[tuple[str, date], KeptDay],
    stream: str | None,
    now: datetime,
) -> SpanSums:
    wanted = [(d.depot_id, day) for d in depots for day in _days(span, d.local_day(now))]
    there = [known[one] for one in wanted if one in known]
    return SpanSums(
        span=span,
        sums=added(
            sums for kept in there for of, sums in kept.sums.items() if stream in {None, of}
        ),
        days=len(wanted),
        waiting=len(wanted) - len(there),
        made_at=min((kept.made_at for kept in there), default=None),
    )
