"""What the days' plans made of a bin, as JSON."""

import datetime as dt
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from core.plans import DueReason, LeftOutReason, Outcome, SkipReason

_ON_ROUND: dict[str, Any] = {
    "stop_id": "7f3f7d0e-55c1-4a55-8f0a-3b0b1f4f3c11",
    "round_id": "2b6f0d4e-90a1-4be4-8c4e-0c54e8a4e0a7",
    "seq": 4,
    "vehicle_id": "lorry-1",
    "vehicle_name": "Lorry 1",
    "crew_id": "crew-1",
    "crew_name": "Crew 1",
    "arrives_at": "2026-03-02T07:00:00Z",
    "due_reason": "over_threshold",
    "outcome": "done",
    "skip_reason": None,
    "note": None,
    "photo_ids": [],
    "reported_by": "crew-1",
    "reported_at": "2026-03-02T07:09:31Z",
}
_VISIT: dict[str, Any] = {
    "plan_id": "c2a7e5a2-9d0f-4f52-8f4d-2a4f7b1d9f00",
    "day": "2026-03-02",
    "expected_fill_pct": 88.5,
    "on_round": _ON_ROUND,
    "left_out": None,
}


class OnRoundOut(BaseModel):
    """The bin's stop on a round, and the crew's newest word about it."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_ON_ROUND]})

    stop_id: UUID
    round_id: UUID
    seq: int = Field(description="Its place on the round.")
    vehicle_id: str
    vehicle_name: str
    crew_id: str | None
    crew_name: str | None
    arrives_at: dt.datetime = Field(description="As planned.")
    due_reason: DueReason | None
    outcome: Outcome | None = Field(description="null while nobody has marked it.")
    skip_reason: SkipReason | None
    note: str | None
    photo_ids: list[UUID] = Field(description="Of `GET /photos/{photo_id}`; one may yet arrive.")
    reported_by: str | None
    reported_at: dt.datetime | None


class NotOnRoundOut(BaseModel):
    """Why the bin is on no round."""

    model_config = ConfigDict(from_attributes=True)

    reason: LeftOutReason
    detail: str = Field(description="For people, with figures.")


class VisitOut(BaseModel):
    """A bin in a day's plan: on a round or left out; one of the two is null."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_VISIT]})

    plan_id: UUID
    day: dt.date
    expected_fill_pct: float | None = Field(description="On arrival, or when the round began.")
    on_round: OnRoundOut | None
    left_out: NotOnRoundOut | None


class VisitList(BaseModel):
    """A bin in the plans of the last days, the newest day first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "bin_id": "old-town-17",
                    "today": "2026-03-02",
                    "timezone": "Europe/Prague",
                    "items": [_VISIT],
                }
            ]
        }
    )

    bin_id: str
    today: dt.date = Field(description="The day it is at the bin's depot now.")
    timezone: str = Field(description="Of the depot.")
    items: list[VisitOut]
