"""The work lists of emptyings: what crews and sensors disagree on, and conflicts as CSV."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.marks import ConflictOut
from core.csv_text import Cell
from core.rules.emptying_match import DisagreementKind
from store.emptying_work import Asked, Work

_ITEM: dict[str, Any] = {
    "kind": "done_without_drop",
    "at": "2026-03-02T08:12:02Z",
    "detail": "marked as done on 2 March 2026 08:12 UTC, and 3 readings later still 86 %",
    "bin_id": "old-town-17",
    "bin_name": "Dlouha 17",
    "stream": "paper",
    "depot_id": "holesovice",
    "vehicle_id": "lorry-1",
    "crew_id": "crew-1",
    "round_id": "3b1b0c56-7f53-4d0e-8a2e-1c7b9a1a7f10",
    "stop_id": "9b0c4f62-6f0d-4f0e-9d55-0a4b6f2f5c11",
    "arrives_at": "2026-03-02T08:00:00Z",
    "reported_at": "2026-03-02T08:12:02Z",
    "sensor_id": None,
    "fill_before_pct": 86.0,
    "fill_after_pct": None,
}


class EmptyingWorkItem(BaseModel):
    """Something to ask a crew about."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ITEM]})

    kind: DisagreementKind
    at: datetime = Field(description="When it should have been, was said to be, or was seen.")
    detail: str = Field(description="For people, with numbers and times.")
    bin_id: str
    bin_name: str
    stream: str
    depot_id: str
    vehicle_id: str | None = Field(description="Of the round the bin was on; null: on none.")
    crew_id: str | None
    round_id: str | None
    stop_id: str | None
    arrives_at: datetime | None = Field(description="As planned.")
    reported_at: datetime | None = Field(description="The crew's mark; null: none.")
    sensor_id: str | None = Field(description="Whose level fell; null: none did.")
    fill_before_pct: float | None
    fill_after_pct: float | None

    @classmethod
    def of(cls, asked: Asked) -> Self:
        """Write down a disagreement."""
        one, stop, sensed = (
            asked.disputed.disagreement,
            asked.disputed.stop,
            asked.disputed.sensed,
        )
        return cls(
            kind=one.kind,
            at=one.at,
            detail=one.detail,
            bin_id=one.bin_id,
            bin_name=asked.about.name,
            stream=asked.about.stream,
            depot_id=asked.about.depot_id,
            vehicle_id=None if stop is None else stop.vehicle_id,
            crew_id=None if stop is None else stop.crew_id,
            round_id=None if stop is None else str(stop.round_id),
            stop_id=None if stop is None else str(stop.planned.stop_id),
            arrives_at=None if stop is None else stop.planned.arrives_at,
            reported_at=None if stop is None else stop.planned.reported_at,
            sensor_id=None if sensed is None else sensed.sensor_id,
            fill_before_pct=asked.fill_before_pct,
            fill_after_pct=asked.fill_after_pct,
        )


class KindCount(BaseModel):
    """How many there are of a kind."""

    kind: DisagreementKind
    n: int


class EmptyingWork(BaseModel):
    """What crews and sensors disagree on, newest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "made_at": "2026-03-02T17:45:00Z",
                    "since": "2026-02-23T17:45:00Z",
                    "total": 1,
                    "items": [_ITEM],
                    "counts": [{"kind": "done_without_drop", "n": 1}],
                }
            ]
        }
    )

    made_at: datetime
    since: datetime
    total: int = Field(description="On the list, also beyond `limit`.")
    items: list[EmptyingWorkItem]
    counts: list[KindCount] = Field(description="Of all that meet the other conditions.")

    @classmethod
    def of(cls, work: Work, *, skip: int, limit: int, since: datetime, now: datetime) -> Self:
        """Write down a part of a list."""
        return cls(
            made_at=now,
            since=since,
            total=len(work.items),
            items=[EmptyingWorkItem.of(one) for one in work.items[skip : skip + limit]],
            counts=[KindCount(kind=kind, n=n) for kind, n in work.counts.items()],
        )


CSV_COLUMNS = tuple(EmptyingWorkItem.model_fields)
CSV_EXAMPLE: tuple[Cell, ...] = tuple(_ITEM[name] for name in CSV_COLUMNS)


def csv_rows(work: Work) -> list[tuple[Cell, ...]]:
    """Write down the whole list."""
    items = [EmptyingWorkItem.of(one) for one in work.items]
    return [tuple(getattr(one, name) for name in CSV_COLUMNS) for one in items]


CONFLICT_COLUMNS = (
    "stop_id", "state", "noticed_at", "day", "depot_id", "vehicle_id", "crew_id", "bin_id", "name",
    "report_id", "outcome", "skip_reason", "note", "weight_kg", "photos", "reported_at",
    "received_at", "reported_by", "device_id", "in_force", "disputed", "decided_by", "decided_at",
    "decision_note",
)  # fmt: skip
CONFLICT_EXAMPLE: tuple[Cell, ...] = (
    "9b0c4f62-6f0d-4f0e-9d55-0a4b6f2f5c11", "open", "2026-03-02T09:02:00Z", "2026-03-02",
    "holesovice", "lorry-1", "crew-1", "old-town-17", "Dlouha 17",
    "0d9b1b86-6f3c-4c25-9c43-8c8d7ea9a1a4", "done", None, None, None, 0, "2026-03-02T08:12:02Z",
    "2026-03-02T08:12:05Z", "Phone of crew 1", None, True, True, None, None, None,
)  # fmt: skip


def conflict_rows(conflicts: list[ConflictOut]) -> list[tuple[Cell, ...]]:
    """Write down each mark of each conflict."""
    return [
        (
            str(one.stop_id), one.state, one.noticed_at, one.day, one.depot_id, one.vehicle_id,
            one.crew_id, one.bin_id, one.name, str(mark.report_id), mark.outcome, mark.skip_reason,
            mark.note, mark.weight_kg, len(mark.photos), mark.reported_at, mark.received_at,
            mark.reported_by, None if mark.device_id is None else str(mark.device_id),
            mark.in_force, mark.disputed, None if one.decided is None else one.decided.decided_by,
            None if one.decided is None else one.decided.decided_at,
            None if one.decided is None else one.decided.note,
        )
        for one in conflicts
        for mark in one.marks
    ]  # fmt: skip
