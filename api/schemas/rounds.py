"""Rounds and stops, as crews and operations read them."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

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
    "service_s": 60,
    "expected_fill_pct": 91.0,
    "load_kg": 191.1,
    "due_reason": "over_threshold",
    "outcome": "done",
    "skip_reason": None,
    "reported_at": "2026-03-02T07:09:31Z",
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
    "progress": {"done": 1, "skipped": 0, "open": 0},
    "stops": [STOP_EXAMPLE],
}


class StopOut(BaseModel):
    """One place on a round. outcome, skip_reason and reported_at are the newest mark's."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [STOP_EXAMPLE]})

    stop_id: UUID
    seq: int = Field(description="Order on the round.")
    kind: StopKind
    position: PositionOut
    bin_id: str | None = Field(description="null at a disposal site.")
    disposal_site_id: str | None = Field(description="null at a bin.")
    name: str | None
    stream: str | None
    access_note: str | None
    arrives_at: datetime = Field(description="Planned arrival.")
    service_s: int
    expected_fill_pct: float | None = Field(description="Fill expected on arrival.")
    load_kg: float | None = Field(description="What is expected to be loaded here.")
    due_reason: DueReason | None
    outcome: Outcome | None = Field(description="null while the stop is open.")
    skip_reason: SkipReason | None
    reported_at: datetime | None = Field(description="When the crew marked it, by its own clock.")

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
    progress: Progress
    stops: list[StopOut]

    @classmethod
    def of(cls, round_: Round) -> Self:
        """Write down a round."""
        return cls(
            round_id=round_.round_id,
            vehicle_id=round_.vehicle_id,
            crew_id=round_.crew_id,
            starts_at=round_.starts_at,
            ends_at=round_.ends_at,
            distance_m=round_.distance_m,
            drive_s=round_.drive_s,
            load_kg=round_.load_kg,
            progress=Progress.of(round_.stops),
            stops=[StopOut.of(stop) for stop in round_.stops],
        )
