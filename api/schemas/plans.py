"""Plans, what they leave out, and asking for one."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.replans import PlanProgressOut, ReplanOut
from api.schemas.rounds import ROUND_EXAMPLE, RoundOut
from api.schemas.times import Day
from core.plans import LeftOut, LeftOutReason, Plan, PlanStatus, Policy, Round, StopKind
from core.registry import Slug

PLAN_EXAMPLE: dict[str, Any] = {
    "plan_id": "c2a7e5a2-9d0f-4f52-8f4d-2a4f7b1d9f00",
    "depot_id": "holesovice",
    "day": "2026-03-02",
    "status": "ready",
    "requested_at": "2026-03-02T03:30:00Z",
    "finished_at": "2026-03-02T03:30:21Z",
    "summary": "1 round, 1 of 1 due bins, 48 km",
    "travel_source": "straight lines x 1.4 at 25 km/h",
    "bins_considered": 13,
    "bins_due": 1,
    "policy": "prize",
    "dial_m": 5000,
    "replaces_plan_id": None,
    "replan": None,
    "progress": None,
}
_REQUESTED: dict[str, Any] = {
    **PLAN_EXAMPLE,
    "status": "requested",
    "finished_at": None,
    "summary": "",
    "travel_source": None,
    "bins_considered": 0,
    "bins_due": 0,
    "policy": None,
    "dial_m": None,
}
_WHOLE: dict[str, Any] = {
    **PLAN_EXAMPLE,
    "distance_m": 48200,
    "bins_on_rounds": 1,
    "rounds": [ROUND_EXAMPLE],
    "left_out_counts": {"below_threshold": 11, "no_level": 1},
}
_LEFT_OUT: dict[str, Any] = {
    "bin_id": "old-town-18",
    "name": "Dlouha 18",
    "reason": "below_threshold",
    "detail": "expected 42 % at 12:00, threshold 80 %",
    "expected_fill_pct": 42.0,
}


class PlanRequest(BaseModel):
    """Ask for a day's plan."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"depot_id": "holesovice", "day": "2026-03-02", "dry_run": True}]
        }
    )

    depot_id: Slug
    day: Day | None = Field(default=None, description="Local day of the depot; today when absent.")
    policy: Policy | None = Field(
        default=None,
        description="How to choose among the bins: prize, due-only, threshold, fixed-schedule; as "
        "set when absent.",
    )
    dial_m: int | None = Field(
        default=None,
        ge=0,
        le=10_000_000,
        description="Metres to drive to avoid one overflow; as set when absent.",
    )
    dry_run: bool = Field(
        default=False, description="Only propose it: it comes into force when it is accepted."
    )


class PlanOut(BaseModel):
    """A plan without its rounds."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_REQUESTED]})

    plan_id: UUID
    depot_id: str
    day: dt.date
    status: PlanStatus
    requested_at: dt.datetime
    finished_at: dt.datetime | None
    summary: str = Field(description="For people: the result in a line, or why it failed.")
    travel_source: str | None = Field(description="Where the travel times come from.")
    bins_considered: int
    bins_due: int
    policy: Policy | None = Field(
        description="How it chose among the bins; null: as set, and not made yet."
    )
    dial_m: int | None = Field(description="Metres it would drive to avoid one overflow.")
    replaces_plan_id: UUID | None = Field(
        description="The plan it goes on with, or in whose place it came; null while that is open."
    )
    replan: ReplanOut | None = Field(
        description="What a re-plan of the rest of a day was asked for; null: of the whole day."
    )
    progress: PlanProgressOut | None = Field(
        description="While it is running: how far it is, and the best rounds so far."
    )

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """Write down a plan."""
        return cls.model_validate(plan)


class PlanPage(BaseModel):
    """Plans, newest request first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [PLAN_EXAMPLE], "next": PLAN_EXAMPLE["plan_id"]}]}
    )

    items: list[PlanOut]
    next: UUID | None = Field(
        description="Send it as `after` for the following page; null on the last."
    )


class PlanWhole(PlanOut):
    """A plan with its rounds; why bins are left out is counted here and listed at /left-out."""

    model_config = ConfigDict(json_schema_extra={"examples": [_WHOLE]})

    distance_m: int = Field(description="Sum over all rounds.")
    bins_on_rounds: int
    rounds: list[RoundOut] = Field(description="Empty until the plan is ready.")
    left_out_counts: dict[LeftOutReason, int] = Field(
        description="Bins left out, by reason; a reason without bins is absent."
    )

    @classmethod
    def whole(
        cls, plan: Plan, rounds: Sequence[Round], left_out: Mapping[LeftOutReason, int]
    ) -> Self:
        """Write down a plan with its rounds and the counts of what it leaves out."""
        return cls(
            **PlanOut.of(plan).model_dump(),
            distance_m=sum(r.distance_m for r in rounds),
            bins_on_rounds=sum(s.kind is StopKind.BIN for r in rounds for s in r.stops),
            rounds=[RoundOut.of(r) for r in rounds],
            left_out_counts=dict(left_out),
        )


class PlansWhole(BaseModel):
    """The plans in force today, one for each depot that has one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_WHOLE]}]})

    items: list[PlanWhole]


class LeftOutOut(BaseModel):
    """A bin that was considered and is on no round."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_LEFT_OUT]})

    bin_id: str
    name: str | None
    reason: LeftOutReason
    detail: str = Field(description="The reason for people, with figures.")
    expected_fill_pct: float | None

    @classmethod
    def of(cls, left_out: LeftOut) -> Self:
        """Write down a bin left out."""
        return cls.model_validate(left_out)


class LeftOutPage(BaseModel):
    """Bins left out, in order of bin_id."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [_LEFT_OUT], "next": "old-town-18"}]}
    )

    items: list[LeftOutOut]
    next: str | None = Field(
        description="Send it as `after` for the following page; null on the last."
    )
