"""Emptyings and the disagreements about them."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from core.rules.emptying_match import DisagreementKind
from store.emptyings import BinStop
from store.known_emptyings import Disputed, Emptying, KnownBy
from store.sensed import Sensed

_STOP: dict[str, Any] = {
    "stop_id": "7f3f7d0e-55c1-4a55-8f0a-3b0b1f4f3c11",
    "round_id": "4b3e1a52-6a7e-4f0c-8c6e-0f2f5d0c9a11",
    "vehicle_id": "lorry-1",
    "crew_id": "crew-1",
    "arrives_at": "2026-03-02T07:00:00Z",
    "reported_at": "2026-03-02T07:09:31Z",
}
_FALL: dict[str, Any] = {
    "sensor_id": "24e124136b123456",
    "not_before": "2026-03-02T06:15:00Z",
    "not_after": "2026-03-02T07:15:00Z",
    "fill_before_pct": 87.5,
    "fill_after_pct": 3.5,
}
_EMPTYING: dict[str, Any] = {
    "bin_id": "old-town-17",
    "emptied_at": "2026-03-02T07:09:31Z",
    "age_s": 5400,
    "known_by": "both",
    "fill_before_pct": 87.5,
    "fill_after_pct": 3.5,
    "disagreement": None,
    "stop": _STOP,
    "fall": _FALL,
}
_DISAGREEMENT: dict[str, Any] = {
    "kind": "emptied_by_somebody_else",
    "bin_id": "old-town-17",
    "at": "2026-03-02T07:15:00Z",
    "age_s": 40_000,
    "detail": "fell from 87.5 to 3.5 % by 2 March 2026 07:15 UTC, and no crew reports it",
    "stop": None,
    "fall": _FALL,
}


class RoundStopOut(BaseModel):
    """A stop on a round, and when the crew marked it (null: never)."""

    stop_id: UUID
    round_id: UUID
    vehicle_id: str
    crew_id: str | None
    arrives_at: datetime = Field(description="As planned.")
    reported_at: datetime | None

    @classmethod
    def of(cls, stop: BinStop) -> Self:
        """Write down a stop."""
        return cls(
            stop_id=stop.planned.stop_id,
            round_id=stop.round_id,
            vehicle_id=stop.vehicle_id,
            crew_id=stop.crew_id,
            arrives_at=stop.planned.arrives_at,
            reported_at=stop.planned.reported_at,
        )


class FallOut(BaseModel):
    """The level fell after not_before and at the latest at not_after: two readings."""

    sensor_id: str
    not_before: datetime
    not_after: datetime
    fill_before_pct: float
    fill_after_pct: float

    @classmethod
    def of(cls, sensed: Sensed) -> Self:
        """Write down an emptying that readings show."""
        return cls(
            sensor_id=sensed.sensor_id,
            not_before=sensed.emptying.not_before,
            not_after=sensed.emptying.emptied_at,
            fill_before_pct=sensed.emptying.fill_before_pct,
            fill_after_pct=sensed.emptying.fill_after_pct,
        )


class EmptyingOut(BaseModel):
    """A bin was emptied, and how that is known."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EMPTYING]})

    bin_id: str
    emptied_at: datetime = Field(description="By the crew, else when a sensor first saw it empty.")
    age_s: int = Field(description="Seconds since emptied_at, never below 0.")
    known_by: KnownBy
    fill_before_pct: float | None
    fill_after_pct: float | None = Field(description="null where no sensor shows it.")
    disagreement: DisagreementKind | None = Field(
        description="What is odd about it; null where nothing is, or it cannot be known yet."
    )
    stop: RoundStopOut | None = Field(description="The crew's word for it.")
    fall: FallOut | None = Field(description="The sensor's.")

    @classmethod
    def of(cls, emptying: Emptying, *, now: datetime) -> Self:
        """Write down an emptying as it is at ``now``."""
        return cls(
            bin_id=emptying.bin_id,
            emptied_at=emptying.emptied_at,
            age_s=max(0, int((now - emptying.emptied_at).total_seconds())),
            known_by=emptying.known_by,
            fill_before_pct=emptying.fill_before_pct,
            fill_after_pct=emptying.fill_after_pct,
            disagreement=emptying.disagreement,
            stop=emptying.stop and RoundStopOut.of(emptying.stop),
            fall=emptying.sensed and FallOut.of(emptying.sensed),
        )


class EmptyingPage(BaseModel):
    """Emptyings, oldest first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [_EMPTYING], "next": None}]}
    )

    items: list[EmptyingOut]
    next: str | None = Field(
        description="Send it as `after` for the following page; null on the last."
    )


class DisagreementOut(BaseModel):
    """Something to ask a crew about."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DISAGREEMENT]})

    kind: DisagreementKind
    bin_id: str
    at: datetime = Field(description="When it should have been, was said to be, or was seen.")
    age_s: int = Field(description="Seconds since then, never below 0.")
    detail: str = Field(description="For people, with numbers and times.")
    stop: RoundStopOut | None
    fall: FallOut | None

    @classmethod
    def of(cls, disputed: Disputed, *, now: datetime) -> Self:
        """Write down a disagreement as it is at ``now``."""
        one = disputed.disagreement
        return cls(
            kind=one.kind,
            bin_id=one.bin_id,
            at=one.at,
            age_s=max(0, int((now - one.at).total_seconds())),
            detail=one.detail,
            stop=disputed.stop and RoundStopOut.of(disputed.stop),
            fall=disputed.sensed and FallOut.of(disputed.sensed),
        )


class DisagreementPage(BaseModel):
    """Disagreements, oldest first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [_DISAGREEMENT], "next": None}]}
    )

    items: list[DisagreementOut]
    next: str | None = Field(
        description="Send it as `after` for the following page; null on the last."
    )
