"""The ops room's day: each depot's plan in force, and how its rounds go."""

import datetime as dt
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.places import PositionOut
from api.schemas.plans import PLAN_EXAMPLE, PlanOut
from api.schemas.rounds import STOP_EXAMPLE, Progress, StopOut
from core.plans import LeftOutReason, Outcome, SkipReason
from core.rules.progress import METHOD
from core.rules.progress_told import RoundState

_MARK: dict[str, Any] = {
    "stop_id": "7f3f7d0e-55c1-4a55-8f0a-3b0b1f4f3c11",
    "seq": 1,
    "name": "Dlouha 17",
    "position": {"lon": 14.4208, "lat": 50.088},
    "outcome": "done",
    "skip_reason": None,
    "note": None,
    "photos": [],
    "marked_at": "2026-03-02T07:09:31Z",
}
_EXPECTED: dict[str, Any] = {
    "ends_at": "2026-03-02T13:25:00Z",
    "earliest": "2026-03-02T13:02:00Z",
    "latest": "2026-03-02T13:48:00Z",
    "delay_s": 300,
    "silent_s": None,
    "reason": "5 min behind plan at Dlouha 17, 2 stops open",
    "method": METHOD,
}
_LATE: dict[str, Any] = {
    "stop_id": "e8b1b1c4-3a55-4d0e-8a19-6d1c7d0f2b42",
    "seq": 3,
    "bin_id": None,
    "name": "Malesice Paper Yard",
    "begins_at": "2026-03-02T13:10:00Z",
    "limit_at": "2026-03-02T13:00:00Z",
    "why": "opening hours end at 14:00",
}
_ROUND: dict[str, Any] = {
    "round_id": "2b6f0d4e-90a1-4be4-8c4e-0c54e8a4e0a7",
    "vehicle_id": "lorry-1",
    "vehicle_name": "Lorry 1",
    "crew_id": "crew-1",
    "crew_name": "Crew 1",
    "state": "under_way",
    "starts_at": "2026-03-02T07:00:00Z",
    "ends_at": "2026-03-02T13:20:00Z",
    "shift_ends_at": "2026-03-02T14:00:00Z",
    "out_of_service": False,
    "out_of_service_since": None,
    "distance_m": 48200,
    "bins": 1,
    "bins_done": 1,
    "progress": {"done": 1, "skipped": 0, "open": 2},
    "planned_done": 1,
    "expected": _EXPECTED,
    "conflicts": 0,
    "collected_kg": 191.1,
    "aboard_kg": 191.1,
    "planned_kg": 4120.5,
    "capacity_kg": 9000.0,
    "last": _MARK,
    "late": [_LATE],
    "missed": [],
    "skipped": [],
}
_LEFT_OUT: dict[str, Any] = {
    "reason": "not_worth_detour",
    "count": 4,
    "meaning": "not due, and the way costs more than we would drive for it today",
    "remedy": "a higher dial, or ask for the bin",
}
DEPOT_EXAMPLE: dict[str, Any] = {
    "depot_id": "holesovice",
    "name": "Holesovice",
    "timezone": "Europe/Prague",
    "position": {"lon": 14.44, "lat": 50.11},
    "day": "2026-03-02",
    "today": "2026-03-02",
    "plan": PLAN_EXAMPLE,
    "straight_lines": True,
    "rounds": [_ROUND],
    "left_out": [_LEFT_OUT],
    "due_without_position": 0,
    "idle": [
        {
            "vehicle_id": "lorry-2",
            "name": "Lorry 2",
            "crew_id": None,
            "out_of_service": True,
            "out_of_service_since": None,
        }
    ],
    "coming": [],
    "failed": None,
}


class MarkOut(BaseModel):
    """A marked stop: where it is, and what the crew said."""

    stop_id: UUID
    seq: int
    name: str
    position: PositionOut
    outcome: Outcome
    skip_reason: SkipReason | None
    note: str | None
    photos: list[UUID] = Field(description="Read them at /photos/{photo_id}.")
    marked_at: dt.datetime


class MissedOut(BaseModel):
    """A bin that was planned long ago and that nobody marked."""

    stop_id: UUID
    seq: int
    bin_id: str
    name: str
    planned_at: dt.datetime


class LateOut(BaseModel):
    """An open stop that is expected after its last moment."""

    stop_id: UUID
    seq: int
    bin_id: str | None
    name: str
    begins_at: dt.datetime = Field(description="Work is expected to begin then.")
    limit_at: dt.datetime = Field(description="The last moment at which it may begin.")
    why: str


class ExpectedOut(BaseModel):
    """When a round is expected back, and how sure that is."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_EXPECTED]})

    ends_at: dt.datetime | None = Field(description="null: nobody can know, `reason` says why.")
    earliest: dt.datetime | None
    latest: dt.datetime | None = Field(
        description="With `earliest` the range for what is not known."
    )
    delay_s: int | None = Field(
        description="How far behind plan the last mark was, negative ahead; null without a mark."
    )
    silent_s: int | None = Field(
        description="Seconds without a mark where the next one is overdue; null: none is."
    )
    reason: str
    method: str


class RoundNow(BaseModel):
    """How a round goes."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ROUND]})

    round_id: UUID
    vehicle_id: str
    vehicle_name: str
    crew_id: str | None
    crew_name: str | None
    state: RoundState
    starts_at: dt.datetime = Field(description="By plan.")
    ends_at: dt.datetime = Field(description="By plan; see `expected`.")
    shift_ends_at: dt.datetime | None
    out_of_service: bool = Field(description="It broke down or was taken out of service.")
    out_of_service_since: dt.datetime | None = Field(
        description="null: in service, or the registry does not say since when."
    )
    distance_m: int
    bins: int = Field(description="Bin stops of the round.")
    bins_done: int
    progress: Progress
    planned_done: int = Field(description="Stops that would be done by now, by plan.")
    expected: ExpectedOut
    conflicts: int = Field(
        description="Stops on which two phones contradict each other, not decided yet."
    )
    collected_kg: float = Field(description="Expected content of the bins that are done.")
    aboard_kg: float = Field(description="Of that, since the body was emptied last.")
    planned_kg: float
    capacity_kg: float | None
    last: MarkOut | None = Field(description="The stop marked last: where it was seen.")
    late: list[LateOut]
    missed: list[MissedOut]
    skipped: list[MarkOut]


class StopNow(StopOut):
    """A stop with what is expected, and what the crew said."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **STOP_EXAMPLE,
                    "expected_at": None,
                    "late": None,
                    "missed": False,
                }
            ]
        }
    )

    expected_at: dt.datetime | None = Field(
        description="Work is expected to begin then; null when it is marked, or nobody can know."
    )
    late: str | None = Field(description="Why it would be too late then.")
    missed: bool = Field(description="Planned long ago, and nobody marked it.")


class RoundStops(RoundNow):
    """How a round goes, with its stops in order."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **_ROUND,
                    "plan_id": "c2a7e5a2-9d0f-4f52-8f4d-2a4f7b1d9f00",
                    "timezone": "Europe/Prague",
                    "stops": [
                        {
                            **STOP_EXAMPLE,
                            "expected_at": None,
                            "late": None,
                            "missed": False,
                        }
                    ],
                }
            ]
        }
    )

    plan_id: UUID
    timezone: str
    stops: list[StopNow]


class LeftOutGroup(BaseModel):
    """Bins left out for one reason."""

    model_config = ConfigDict(json_schema_extra={"examples": [_LEFT_OUT]})

    reason: LeftOutReason
    count: int
    meaning: str
    remedy: str = Field(description="What would change it.")


class IdleVehicle(BaseModel):
    """A vehicle without a round."""

    vehicle_id: str
    name: str
    crew_id: str | None
    out_of_service: bool
    out_of_service_since: dt.datetime | None


class DepotDay(BaseModel):
    """A depot's day."""

    model_config = ConfigDict(json_schema_extra={"examples": [DEPOT_EXAMPLE]})

    depot_id: str
    name: str
    timezone: str
    position: PositionOut
    day: dt.date
    today: dt.date = Field(description="The day it is at the depot now.")
    plan: PlanOut | None = Field(description="The plan in force; null: none.")
    straight_lines: bool = Field(
        description="Its travel times are guesses along straight lines: no roads are known."
    )
    rounds: list[RoundNow]
    left_out: list[LeftOutGroup]
    due_without_position: int = Field(description="Due bins of which nobody said where they are.")
    idle: list[IdleVehicle]
    coming: list[PlanOut] = Field(description="Plans requested, running or proposed, newest first.")
    failed: PlanOut | None = Field(
        description="The newest request for a plan, where it failed; null: it did not."
    )


class Today(BaseModel):
    """Each depot's day."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"now": "2026-03-02T07:12:00Z", "depots": [DEPOT_EXAMPLE]}]}
    )

    now: dt.datetime
    depots: list[DepotDay]
