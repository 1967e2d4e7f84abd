"""Marks of crews as they are read: the one in force, all of a stop, those in conflict."""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from core.plans import Mark, Outcome, SkipReason
from store.conflicts import Conflict, Decided

NOTE_MAX_CHARS = 1000

MARK_EXAMPLE: dict[str, Any] = {
    "report_id": "0d9b1b86-6f3c-4c25-9c43-8c8d7ea9a1a4",
    "outcome": "done",
    "skip_reason": None,
    "note": None,
    "weight_kg": None,
    "photos": [],
    "reported_at": "2026-03-02T07:09:31Z",
    "reported_by": "phone of crew-1",
    "device_id": "4a7de1a4-5b6e-4d0f-8d0a-7a3f5a3f2c11",
}
_KEPT: dict[str, Any] = {
    **MARK_EXAMPLE,
    "follows": None,
    "received_at": "2026-03-02T07:09:32Z",
    "in_force": True,
    "disputed": True,
}
_CONTRADICTED: dict[str, Any] = {
    **_KEPT,
    "report_id": "53b7a1f5-9a55-4d0c-a1f1-0d2f5c9f7e21",
    "outcome": "skipped",
    "skip_reason": "blocked",
    "note": "Delivery van in front of it",
    "photos": ["9a0c6a5e-0d7a-4c1e-8d53-4e1f7a0b9c01"],
    "reported_at": "2026-03-02T07:05:10Z",
    "device_id": "b1d5a0de-3f4e-4f0a-9a43-0a6f1c2d3e4f",
    "received_at": "2026-03-02T09:41:00Z",
    "in_force": False,
}
_CONFLICT: dict[str, Any] = {
    "stop_id": "7f3f7d0e-55c1-4a55-8f0a-3b0b1f4f3c11",
    "state": "open",
    "noticed_at": "2026-03-02T09:41:00Z",
    "plan_id": "c2a7e5a2-9d0f-4f52-8f4d-2a4f7b1d9f00",
    "round_id": "2b6f0d4e-90a1-4be4-8c4e-0c54e8a4e0a7",
    "day": "2026-03-02",
    "depot_id": "holesovice",
    "vehicle_id": "lorry-1",
    "crew_id": "crew-1",
    "kind": "bin",
    "bin_id": "old-town-17",
    "name": "Dlouha 17",
    "marks": [_KEPT, _CONTRADICTED],
    "decided": None,
}


class ReportOut(BaseModel):
    """What a crew said of a stop."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [MARK_EXAMPLE]})

    report_id: UUID
    outcome: Outcome = Field(description="open: what was said before is taken back.")
    skip_reason: SkipReason | None
    note: str | None
    weight_kg: float | None = Field(description="What a disposal site weighed.")
    photos: list[UUID] = Field(
        validation_alias=AliasChoices("photo_ids", "photos"),
        description="Read them at /photos/{photo_id}; a phone may still have to send them.",
    )
    reported_at: dt.datetime = Field(description="When it was made, by the phone's clock.")
    reported_by: str = Field(description="Who said so: the caller's name.")
    device_id: UUID | None = Field(description="The phone; null where it does not say.")


class KeptMark(ReportOut):
    """A mark with what became of it."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_KEPT]})

    follows: UUID | None = Field(description="The mark its phone took as the one in force.")
    received_at: dt.datetime
    in_force: bool = Field(description="The stop stands as this mark says.")
    disputed: bool = Field(description="It is a side of the stop's conflict.")


class StopMarks(BaseModel):
    """Every mark of a stop, in the order in which they arrived."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"stop_id": _CONFLICT["stop_id"], "items": [_KEPT, _CONTRADICTED]}]
        }
    )

    stop_id: UUID
    items: list[KeptMark]


class ConflictState(StrEnum):
    """Where a conflict stands."""

    OPEN = "open"
    DECIDED = "decided"
    """By operations."""
    SETTLED = "settled"
    """By the crew: a later mark knew of it."""


class DecidedOut(BaseModel):
    """What operations decided, who and when."""

    model_config = ConfigDict(from_attributes=True)

    report_id: UUID = Field(description="The mark that holds.")
    decided_at: dt.datetime
    decided_by: str
    note: str | None

    @classmethod
    def of(cls, decided: Decided) -> Self:
        """Write down a decision."""
        return cls.model_validate(decided)


class ConflictOut(BaseModel):
    """Marks of two phones on one stop that did not know of one another and differ."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CONFLICT]})

    stop_id: UUID
    state: ConflictState
    noticed_at: dt.datetime = Field(description="When the second of them arrived.")
    plan_id: UUID = Field(description="The plan the stop stands in: the one in force if it can be.")
    round_id: UUID
    day: dt.date
    depot_id: str
    vehicle_id: str
    crew_id: str | None
    kind: str
    bin_id: str | None
    name: str | None
    marks: list[KeptMark] = Field(description="Every mark of the stop, as they arrived.")
    decided: DecidedOut | None

    @classmethod
    def of(cls, conflict: Conflict) -> Self:
        """Write down a conflict."""
        state = ConflictState.SETTLED
        if conflict.sides:
            state = ConflictState.OPEN
        elif conflict.decided is not None:
            state = ConflictState.DECIDED
        return cls(
            stop_id=conflict.stop_id,
            state=state,
            noticed_at=conflict.noticed_at,
            plan_id=conflict.plan_id,
            round_id=conflict.round_id,
            day=conflict.day,
            depot_id=conflict.depot_id,
            vehicle_id=conflict.vehicle_id,
            crew_id=conflict.crew_id,
            kind=conflict.kind,
            bin_id=conflict.bin_id,
            name=conflict.name,
            marks=kept(conflict.marks, in_force=conflict.in_force, sides=conflict.sides),
            decided=None if conflict.decided is None else DecidedOut.of(conflict.decided),
        )


def kept(marks: tuple[Mark, ...], *, in_force: Mark, sides: tuple[Mark, ...]) -> list[KeptMark]:
    """Write down marks with what became of each."""
    return [
        KeptMark(
            **ReportOut.model_validate(mark).model_dump(),
            follows=mark.follows,
            received_at=mark.received_at,
            in_force=mark == in_force,
            disputed=mark in sides,
        )
        for mark in marks
    ]


class ConflictPage(BaseModel):
    """Conflicts, the newest first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [_CONFLICT], "next": None}]}
    )

    items: list[ConflictOut]
    next: UUID | None = Field(
        description="Send it as `after` for the following page; null on the last."
    )


class DecisionIn(BaseModel):
    """Which mark holds."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "report_id": "0d9b1b86-6f3c-4c25-9c43-8c8d7ea9a1a4",
                    "note": "Asked both: the van was gone by then",
                }
            ]
        },
    )

    report_id: UUID = Field(description="One of the disputed marks of the stop.")
    note: Annotated[str, Field(max_length=NOTE_MAX_CHARS)] | None = None
