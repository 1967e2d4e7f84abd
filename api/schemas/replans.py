"""Plans during the day: how far one is, what a re-plan is asked for, and what it changes."""

import datetime as dt
from typing import Annotated, Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from core.plans import DueReason, LeftOutReason, Policy
from core.registry import Slug
from core.replan import Keep, Phase, Replan
from core.rules.difference import Difference
from core.rules.difference_told import in_words

CLOSED_MAX_CHARS = 60_000

_BEST: dict[str, Any] = {"vehicle_id": "lorry-1", "bins": 41, "distance_m": 37400}
PROGRESS_EXAMPLE: dict[str, Any] = {
    "at": "2026-03-02T03:30:12Z",
    "phase": "searching",
    "elapsed_s": 11.0,
    "limit_s": 20.0,
    "bins_on_rounds": 41,
    "bins_left_out": 0,
    "distance_m": 37400,
    "objective": 37400,
    "rounds": [_BEST],
}
REPLAN_EXAMPLE: dict[str, Any] = {
    "keep": "prefer",
    "broken": ["lorry-2"],
    "urgent": ["old-town-18"],
    "closed": None,
    "dry_run": True,
    "taken_off": [],
    "move": None,
}
_DIFFERENCE: dict[str, Any] = {
    "before_plan_id": "c2a7e5a2-9d0f-4f52-8f4d-2a4f7b1d9f00",
    "after_plan_id": "9b1f0a53-3f7e-49f4-93a5-6f1a0e6a8f11",
    "words": [
        "1 stop moved from lorry-2 to lorry-1: old-town-17",
        "1 stop added for lorry-1: old-town-18 (11:40, requested)",
        "dropped from lorry-2: old-town-19 (no capacity left: 82 % full; ...)",
        "lorry-1: 2 bins more, 3.1 km more, back 13:55 instead of 13:20",
        "in all: 57 bins on rounds instead of 58, 75.2 km instead of 80.0 km",
    ],
    "moved": [
        {
            "bin_id": "old-town-17",
            "from_vehicle_id": "lorry-2",
            "to_vehicle_id": "lorry-1",
            "arrived_at": "2026-03-02T10:04:00Z",
            "arrives_at": "2026-03-02T10:31:00Z",
        }
    ],
    "added": [
        {
            "bin_id": "old-town-18",
            "vehicle_id": "lorry-1",
            "arrives_at": "2026-03-02T10:40:00Z",
            "due_reason": "requested",
        }
    ],
    "dropped": [
        {
            "bin_id": "old-town-19",
            "vehicle_id": "lorry-2",
            "reason": "no_capacity_left",
            "detail": "82 % full; the 2 paper vehicles are full: ...",
        }
    ],
    "vehicles": [
        {
            "vehicle_id": "lorry-1",
            "bins_before": 40,
            "bins_after": 42,
            "distance_before_m": 48200,
            "distance_after_m": 51300,
            "ended_at": "2026-03-02T12:20:00Z",
            "ends_at": "2026-03-02T12:55:00Z",
            "stays": 24,
            "in_order": 23,
        }
    ],
    "bins_before": 58,
    "bins_after": 57,
    "distance_before_m": 80000,
    "distance_after_m": 75200,
    "order_kept": 0.96,
}


class BestRoundOut(BaseModel):
    """A vehicle's round in the best plan so far."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_BEST]})

    vehicle_id: str
    bins: int
    distance_m: int


class PlanProgressOut(BaseModel):
    """How far a plan is while it is made; of a finished one, how the search ended."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_extra={"examples": [PROGRESS_EXAMPLE]}
    )

    at: dt.datetime = Field(description="When this was said; about once a second.")
    phase: Phase
    elapsed_s: float = Field(description="Of the search.")
    limit_s: float = Field(description="Longest search.")
    bins_on_rounds: int = Field(description="In the best rounds so far.")
    bins_left_out: int = Field(description="Wanted, and on none of these rounds.")
    distance_m: int = Field(description="Of the best rounds so far.")
    objective: int | None = Field(
        description="What the search makes small: metres, and penalties for what is left out."
    )
    rounds: list[BestRoundOut]


class MoveOut(BaseModel):
    """One stop put elsewhere by hand."""

    model_config = ConfigDict(from_attributes=True)

    stop_id: UUID | None
    bin_id: str | None
    to_vehicle_id: str | None = Field(description="null: it is taken off its round.")
    before_stop_id: UUID | None


class ReplanOut(BaseModel):
    """What a re-plan takes into account; what plans of the day before it were asked for too."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_extra={"examples": [REPLAN_EXAMPLE]}
    )

    keep: Keep
    broken: list[str]
    urgent: list[str]
    closed: str | None
    dry_run: bool
    taken_off: list[str] = Field(description="Bins somebody took off their round by hand.")
    move: MoveOut | None = Field(description="The one stop that is moved; null: a search.")


type _Slugs = Annotated[list[Slug], Field(max_length=1000)]


class ReplanRequest(BaseModel):
    """Plan the rest of the day anew."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "keep": "prefer",
                    "broken": ["lorry-2"],
                    "urgent": ["old-town-18"],
                    "dry_run": True,
                }
            ]
        },
    )

    keep: Keep = Field(
        default=Keep.PREFER,
        description="How far promises are kept. all: open stops stay on their vehicle; prefer: one "
        "moves only where that saves more than BRIMFUL_REPLAN_MOVE_M metres; none: as is best.",
    )
    broken: _Slugs = Field(
        default=[], description="Vehicles that cannot go on today. What they carry stays on them."
    )
    repaired: _Slugs = Field(
        default=[], description="Vehicles that broke down earlier today and can go on."
    )
    urgent: _Slugs = Field(
        default=[], description="Bins to be emptied today, also one that was visited already."
    )
    closed: Annotated[str, Field(max_length=CLOSED_MAX_CHARS)] | None = Field(
        default=None,
        description="Streets closed for the rest of the day, as the text of a closed-streets file; "
        "empty: none is closed any more; null: those named before today stay closed.",
    )
    policy: Policy | None = Field(
        default=None, description="How to choose among the bins; null: as the plan before did."
    )
    dial_m: int | None = Field(
        default=None,
        ge=0,
        le=10_000_000,
        description="Metres to drive to avoid one overflow; null: as the plan before.",
    )
    dry_run: bool = Field(
        default=False, description="Only propose it: it comes into force when it is accepted."
    )

    def replan(self) -> Replan:
        """Return it for inside, each name once and in order."""
        return Replan(
            keep=self.keep,
            broken=tuple(sorted(set(self.broken))),
            urgent=tuple(sorted(set(self.urgent))),
            closed=self.closed and self.closed.strip(),
            dry_run=self.dry_run,
        )


class MovedOut(BaseModel):
    """A bin that another vehicle empties than before."""

    model_config = ConfigDict(from_attributes=True)

    bin_id: str
    from_vehicle_id: str
    to_vehicle_id: str
    arrived_at: dt.datetime = Field(description="When it was to be reached before.")
    arrives_at: dt.datetime


class AddedOut(BaseModel):
    """A bin that was on no round before."""

    model_config = ConfigDict(from_attributes=True)

    bin_id: str
    vehicle_id: str
    arrives_at: dt.datetime
    due_reason: DueReason | None


class DroppedOut(BaseModel):
    """A bin that is on no round any more."""

    model_config = ConfigDict(from_attributes=True)

    bin_id: str
    vehicle_id: str = Field(description="Whose round it was on.")
    reason: LeftOutReason | None = Field(description="null: it is not considered any more.")
    detail: str


class VehicleChangeOut(BaseModel):
    """A vehicle's round before and after."""

    model_config = ConfigDict(from_attributes=True)

    vehicle_id: str
    bins_before: int
    bins_after: int
    distance_before_m: int
    distance_after_m: int
    ended_at: dt.datetime | None = Field(description="Back at the depot, before; null: no round.")
    ends_at: dt.datetime | None = Field(description="Back at the depot; null: no round any more.")
    stays: int = Field(description="Open stops that stay with it.")
    in_order: int = Field(description="Those of them that keep their order.")


class DifferenceOut(BaseModel):
    """What changes from one plan of a day to another."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_DIFFERENCE]})

    before_plan_id: UUID
    after_plan_id: UUID
    words: list[str] = Field(description="The same for people, by the depot's clock.")
    moved: list[MovedOut]
    added: list[AddedOut]
    dropped: list[DroppedOut]
    vehicles: list[VehicleChangeOut]
    bins_before: int
    bins_after: int
    distance_before_m: int
    distance_after_m: int
    order_kept: float = Field(
        description="Share, 0 to 1, of the open stops that stay with their vehicle and in order."
    )

    @classmethod
    def of(cls, found: Difference, zone: ZoneInfo) -> Self:
        """Write down a difference."""
        return cls(
            before_plan_id=found.before_plan_id,
            after_plan_id=found.after_plan_id,
            words=list(in_words(found, zone)),
            moved=[MovedOut.model_validate(m) for m in found.moved],
            added=[AddedOut.model_validate(a) for a in found.added],
            dropped=[DroppedOut.model_validate(d) for d in found.dropped],
            vehicles=[VehicleChangeOut.model_validate(v) for v in found.vehicles],
            bins_before=found.bins_before,
            bins_after=found.bins_after,
            distance_before_m=found.distance_before_m,
            distance_after_m=found.distance_after_m,
            order_kept=found.order_kept,
        )
