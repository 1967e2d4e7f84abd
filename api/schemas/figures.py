"""The figures people report upward, as JSON and as CSV: the same rows."""

from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from core.csv_text import Cell
from core.rules.figures import KINDS, Kind, Verdict
from store.figures import SpanSums

_FIGURE: dict[str, Any] = {
    "figure": "fill_at_pickup",
    "name": "Fill at pick-up",
    "unit": "%",
    "digits": 1,
    "value": 78.4,
    "known_from": "from 212 of 240 bins with a level before",
    "before": 71.0,
    "before_known_from": "from 198 of 231 bins with a level before",
    "difference": 7.4,
    "verdict": "better",
    "definition": "The last trusted level before the crew's mark, the mean over emptied bins.",
    "trend": [70.2, None, 71.0, 78.4],
}
_REASON: dict[str, Any] = {
    "what": "left_out", "reason": "below_threshold", "value": 1210, "before": 1198,
}  # fmt: skip


class FigureOut(BaseModel):
    """A figure, the one of the span before, and what the difference means."""

    model_config = ConfigDict(json_schema_extra={"examples": [_FIGURE]})

    figure: str
    name: str
    unit: str
    digits: int = Field(description="It is told with so many digits after the point.")
    value: float | None = Field(description="null: not known; known_from says why.")
    known_from: str
    before: float | None = Field(description="Of as many days just before.")
    before_known_from: str
    difference: float | None = Field(description="value less before, as both are told.")
    verdict: Verdict | None = Field(description="null where one of the two is not known.")
    definition: str
    trend: list[float | None] = Field(description="Of each week in `trend_weeks`.")


class ReasonOut(BaseModel):
    """How many bins were left out, or skipped, for a reason."""

    model_config = ConfigDict(json_schema_extra={"examples": [_REASON]})

    what: str = Field(description="left_out or skipped.")
    reason: str
    value: int
    before: int


class FiguresOut(BaseModel):
    """The figures of a span of days beside those of as many days before."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "first": "2026-02-23",
                    "last": "2026-03-01",
                    "before_first": "2026-02-16",
                    "before_last": "2026-02-22",
                    "depot_id": None,
                    "stream": None,
                    "made_at": "2026-03-02T07:45:00Z",
                    "days": 7,
                    "waiting": 0,
                    "all_waiting": 0,
                    "figures": [_FIGURE],
                    "reasons": [_REASON],
                    "trend_weeks": ["2026-02-02", "2026-02-09", "2026-02-16", "2026-02-23"],
                    "depots": ["holesovice"],
                    "streams": ["glass", "paper"],
                }
            ]
        }
    )

    first: date
    last: date
    before_first: date
    before_last: date
    depot_id: str | None
    stream: str | None
    made_at: datetime | None = Field(description="When the oldest part of them was reckoned.")
    days: int = Field(description="Days of depots in the span, without those to come.")
    waiting: int = Field(description="Of them, those not reckoned yet: ask again.")
    all_waiting: int = Field(description="The same, with the span before and the trend's weeks.")
    figures: list[FigureOut]
    reasons: list[ReasonOut]
    trend_weeks: list[date] = Field(description="The first day of each, oldest first.")
    depots: list[str] = Field(description="What can be asked for.")
    streams: list[str]

    @classmethod
    def of(
        cls,
        now: SpanSums,
        before: SpanSums,
        weeks: list[SpanSums],
        *,
        depot_id: str | None,
        stream: str | None,
        depots: list[str],
        streams: list[str],
    ) -> Self:
        """Write down figures; ``weeks`` are those of the trend, oldest first."""
        return cls(
            first=now.span[0],
            last=now.span[1],
            before_first=before.span[0],
            before_last=before.span[1],
            depot_id=depot_id,
            stream=stream,
            made_at=now.made_at,
            days=now.days,
            waiting=now.waiting,
            all_waiting=sum(one.waiting for one in (now, before, *weeks)),
            figures=[_figure(kind, now, before, weeks) for kind in KINDS],
            reasons=[*_reasons("left_out", now, before), *_reasons("skipped", now, before)],
            trend_weeks=[week.span[0] for week in weeks],
            depots=depots,
            streams=streams,
        )


def _known(kind: Kind, of: SpanSums) -> tuple[float | None, str]:
    if of.waiting:
        return None, f"being reckoned: {of.days - of.waiting} of {of.days} days are there"
    if of.days == 0:
        return None, "these days are still to come"
    known = kind.known(of.sums)
    return known.value, known.said


def _figure(kind: Kind, now: SpanSums, before: SpanSums, weeks: list[SpanSums]) -> FigureOut:
    value, said = _known(kind, now)
    was, said_before = _known(kind, before)
    difference = None if value is None or was is None else round(value - was, kind.digits)
    return FigureOut(
        figure=kind.figure,
        name=kind.name,
        unit=kind.unit,
        digits=kind.digits,
        value=value,
        known_from=said,
        before=was,
        before_known_from=said_before,
        difference=difference,
        verdict=kind.verdict(value, was),
        definition=kind.definition,
        trend=[_known(kind, week)[0] for week in weeks],
    )


def _reasons(what: str, now: SpanSums, before: SpanSums) -> list[ReasonOut]:
    if now.waiting or before.waiting:
        return []
    counts, was = getattr(now.sums, what), getattr(before.sums, what)
    return [
        ReasonOut(what=what, reason=reason, value=counts[reason], before=was[reason])
        for reason, _ in sorted((counts | was).items(), key=lambda one: (-one[1], one[0]))
    ]


CSV_COLUMNS = (
    "figure", "name", "unit", "value", "known_from", "before", "before_known_from", "difference",
    "verdict", "first", "last", "before_first", "before_last", "depot_id", "stream", "made_at",
)  # fmt: skip


def csv_rows(found: FiguresOut) -> list[tuple[Cell, ...]]:
    """Write down the figures and the reasons, one row each, as they are shown."""
    span = (
        found.first, found.last, found.before_first, found.before_last, found.depot_id,
        found.stream, found.made_at,
    )  # fmt: skip
    figures: list[tuple[Cell, ...]] = [
        (
            one.figure, one.name, one.unit, _told(one.value, one), one.known_from,
            _told(one.before, one), one.before_known_from, _told(one.difference, one),
            one.verdict, *span,
        )
        for one in found.figures
    ]  # fmt: skip
    reasons: list[tuple[Cell, ...]] = [
        (
            f"{one.what}:{one.reason}", one.reason.replace("_", " "), "bins", one.value, None,
            one.before, None, one.value - one.before, None, *span,
        )
        for one in found.reasons
    ]  # fmt: skip
    return figures + reasons


def _told(value: float | None, figure: FigureOut) -> Cell:
    return int(value) if value is not None and figure.digits == 0 else value


CSV_EXAMPLE: tuple[Cell, ...] = (
    "fill_at_pickup", "Fill at pick-up", "%", 78.4, "from 212 of 240 bins with a level before",
    71.0, "from 198 of 231 bins with a level before", 7.4, "better", "2026-02-23", "2026-03-01",
    "2026-02-16", "2026-02-22", None, None, "2026-03-02T07:45:00Z",
)  # fmt: skip
