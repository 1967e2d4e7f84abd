"""Rounds and stops, as crews and operations read them."""

from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.marks import MARK_EXAMPLE, ReportOut
from api.schemas.places import PositionOut
from core.plans import DueReason, Outcome, Round, SkipReason, Stop, StopKind

STOP_EXAMPLE: dict[str, Any] = {
    "stop_id": "7f3f7d0e-55c1-4a55-8f0a-3b0b1f4f3c11",
    "seq": 1,
    "kind": "bin",
    "position": {"lon": 14.4208, "lat": 50.088},
    "bin_id": "old-town-17",
    "disposal_site_id": None,
    "name": "Dlouha 17",
    "stream": "paper",
    "access_note": "Gate code at the office",
    "arrives_at": "2026-03-02T07:04:00Z",
    "begins_at": "2026-03-02T07:04:00Z",
    "service_s": 60,
    "expected_fill_pct": 91.0,
    "load_kg": 191.1,
    "due_reason": "over_threshold",
    "outcome": "done",
    "skip_reason": None,
    "reported_at": "2026-03-02T07:09:31Z",
    "report": MARK_EXAMPLE,
    "conflict": False,
    "visit_id": None,
}
_NO_BIN: dict[str, Any] = {
    "bin_id": None,
    "stream": None,
    "access_note": None,
    "expected_fill_pct": None,
    "load_kg": None,
    "due_reason": None,
    "outcome": None,
    "reported_at": None,
    "report": None,
}
BREAK_EXAMPLE: dict[str, Any] = {
    **STOP_EXAMPLE,
    **_NO_BIN,
    "stop_id": "1c9cf0b5-6f5f-4a37-9a5e-7a0b3a3a2a55",
    "seq": 2,
    "kind": "break",
    "name": None,
    "arrives_at": "2026-03-02T07:05:00Z",
    "begins_at": "2026-03-02T09:30:00Z",
    "service_s": 1800,
}
DISPOSAL_EXAMPLE: dict[str, Any] = {
    **STOP_EXAMPLE,
    **_NO_BIN,
    "stop_id": "e8b1b1c4-3a55-4d0e-8a19-6d1c7d0f2b42",
    "seq": 3,
    "kind": "disposal",
    "position": {"lon": 14.5021, "lat": 50.0512},
    "disposal_site_id": "malesice",
    "name": "Malesice Paper Yard",
    "arrives_at": "2026-03-02T10:21:00Z",
    "begins_at": "2026-03-02T10:21:00Z",
    "service_s": 900,
}
ROUND_EXAMPLE: dict[str, Any] = {
    "round_id": "2b6f0d4e-90a1-4be4-8c4e-0c54e8a4e0a7",
    "vehicle_id": "lorry-1",
    "crew_id": "crew-1",
    "starts_at": "2026-03-02T07:00:00Z",
    "ends_at": "2026-03-02T13:20:00Z",
    "distance_m": 48200,
    "drive_s": 9300,
    "load_kg": 4120.5,
    "end_depot_id": None,
    "progress": {"done": 1, "skipped": 0, "open": 2},
    "stops": [STOP_EXAMPLE, BREAK_EXAMPLE, DISPOSAL_EXAMPLE],
}


class StopOut(BaseModel):
    """One place on a round. outcome, skip_reason and reported_at are those of the mark in force."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [STOP_EXAMPLE]})

    stop_id: UUID
    seq: int = Field(description="Order on the round.")
    kind: StopKind
    position: PositionOut
    bin_id: str | None = Field(description="null at a disposal site and in a break.")
    disposal_site_id: str | None = Field(
        description="Where the body is emptied, on the way or at the end; null elsewhere."
    )
    name: str | None
    stream: str | None
    access_note: str | None
    arrives_at: datetime = Field(description="Planned arrival.")
    begins_at: datetime = Field(
        description="Work or the break begins: later than the arrival where there is a wait."
    )
    service_s: int = Field(description="Planned length of the work or the break.")
    expected_fill_pct: float | None = Field(description="Fill expected on arrival.")
    load_kg: float | None = Field(description="What is expected to be loaded here.")
    due_reason: DueReason | None
    outcome: Literal[Outcome.DONE, Outcome.SKIPPED] | None = Field(
        description="null while the stop is open."
    )
    skip_reason: SkipReason | None
    reported_at: datetime | None = Field(description="When the crew marked it, by its own clock.")
    report: ReportOut | None = Field(
        description="The mark in force, with all it says; null where nobody has marked the stop. "
        "Its outcome is open where the last mark was taken back."
    )
    conflict: bool = Field(
        description="Two phones contradict each other here, and operations has not decided yet."
    )
    visit_id: UUID | None = Field(
        description="The stop it was before it moved to this vehicle; a mark on either counts for "
        "both. null: it never moved."
    )

    @classmethod
    def of(cls, stop: Stop) -> Self:
        """Write down a stop."""
        return cls.model_validate(stop)


class Progress(BaseModel):
    """How many stops of a round are in which state."""

    done: int
    skipped: int
    open: int

    @classmethod
    def of(cls, stops: tuple[Stop, ...]) -> Self:
        """Count the stops."""
        outcomes = [stop.outcome for stop in stops]
        return cls(
            done=outcomes.count(Outcome.DONE),
            skipped=outcomes.count(Outcome.SKIPPED),
            open=outcomes.count(None),
        )


class RoundOut(BaseModel):
    """One vehicle's ordered stops, from leaving the depot to being back empty."""

    model_config = ConfigDict(json_schema_extra={"examples": [ROUND_EXAMPLE]})

    round_id: UUID
    vehicle_id: str
    crew_id: str | None
    starts_at: datetime
    ends_at: datetime
    distance_m: int
    drive_s: int
    load_kg: float = Field(description="What the round is expected to collect, over all trips.")
    end_depot_id: str | None = Field(
        description="The depot it ends at where that is not the one it leaves."
    )
    progress: Progress
    stops: list[StopOut]

    @classmethod
    def of(cls, round_: Round) -> Self:
        """Write down a round."""
        return cls(**head_of(round_), stops=[StopOut.of(stop) for stop in round_.stops])


def head_of(round_: Round) -> dict[str, Any]:
    """Return the fields of a RoundOut but its stops."""
    return {
        "round_id": round_.round_id,
        "vehicle_id": round_.vehicle_id,
        "crew_id": round_.crew_id,
        "starts_at": round_.starts_at,
        "ends_at": round_.ends_at,
        "distance_m": round_.distance_m,
        "drive_s": round_.drive_s,
        "load_kg": round_.load_kg,
        "end_depot_id": round_.end_depot_id,
        "progress": Progress.of(round_.stops),
    }
