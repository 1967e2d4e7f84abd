"""What a crew's phone reads and sends."""

import datetime as dt
import re
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from api.schemas.marks import NOTE_MAX_CHARS
from api.schemas.places import PositionOut
from api.schemas.rounds import (
    BREAK_EXAMPLE,
    DISPOSAL_EXAMPLE,
    ROUND_EXAMPLE,
    STOP_EXAMPLE,
    RoundOut,
    StopOut,
    head_of,
)
from api.schemas.times import Moment
from api.schemas.ways import LEG_EXAMPLE, LegOut
from core.levels import LevelTrust
from core.plans import Outcome, Round, SkipReason, Stop, StopReport
from store.crew_rounds import BinNow, Whose

PHOTOS_MAX = 4
"""Photos of one mark."""
WEIGHT_MAX_KG = 60_000
"""More than any lorry may weigh, load and all."""
# Wide on purpose: a phone that lost its clock says 1970, and its mark must not be lost as well.
EARLIEST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
LATEST = dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
# What JSON can carry and no database text: NUL, and half of an emoji cut in two.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def storable(text: object) -> object:
    """Return a text as a database can hold it; anything else as it is."""
    if not isinstance(text, str):
        return text
    return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text).replace("\0", "")


_PHONE = "4a7de1a4-5b6e-4d0f-8d0a-7a3f5a3f2c11"
_DONE: dict[str, Any] = {
    "report_id": "0d9b1b86-6f3c-4c25-9c43-8c8d7ea9a1a4",
    "outcome": "done",
    "reported_at": "2026-03-02T08:09:31+01:00",
    "device_id": _PHONE,
    "follows": None,
}
_SKIPPED: dict[str, Any] = {
    "report_id": "53b7a1f5-9a55-4d0c-a1f1-0d2f5c9f7e21",
    "outcome": "skipped",
    "skip_reason": "blocked",
    "note": "Delivery van in front of it",
    "photo_ids": ["9a0c6a5e-0d7a-4c1e-8d53-4e1f7a0b9c01"],
    "reported_at": "2026-03-02T08:12:02+01:00",
    "device_id": _PHONE,
    "follows": None,
}
_TAKEN_BACK: dict[str, Any] = {
    "report_id": "a3c8a2de-0f53-4a3e-8a64-3d1c1c0e9b77",
    "outcome": "open",
    "reported_at": "2026-03-02T08:12:40+01:00",
    "device_id": _PHONE,
    "follows": "0d9b1b86-6f3c-4c25-9c43-8c8d7ea9a1a4",
}
_WEIGHED: dict[str, Any] = {
    **_DONE,
    "report_id": "5d0a2a44-5c1d-4f3e-b0a7-1d1f6c1b2a33",
    "weight_kg": 4120,
    "reported_at": "2026-03-02T11:30:00+01:00",
}
_STOP: dict[str, Any] = {
    **STOP_EXAMPLE,
    "has_sensor": True,
    "level": {
        "fill_pct": 87.5,
        "measured_at": "2026-03-02T06:15:00Z",
        "age_s": 3240,
        "trust": "fresh",
    },
}
_ELSEWHERE: dict[str, Any] = {"has_sensor": False, "level": None}


class StopReportIn(BaseModel):
    """A crew's mark on a stop. Unknown fields are passed over, so that newer phones are heard."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [_DONE, _SKIPPED, _TAKEN_BACK, _WEIGHED]}
    )

    report_id: UUID = Field(
        description="Made on the phone, new for each mark and kept for its every repetition."
    )
    outcome: Outcome = Field(
        description="open takes back what was said of the stop: nobody was there."
    )
    skip_reason: SkipReason | None = Field(
        default=None,
        validate_default=True,
        description="Required with outcome skipped, and allowed with no other.",
    )
    note: Annotated[str, Field(max_length=NOTE_MAX_CHARS)] | None = Field(
        default=None, description="For operations. Characters no text can hold are dropped."
    )
    reported_at: Annotated[Moment, Field(ge=EARLIEST, lt=LATEST)] = Field(
        description="When the crew made the mark, by the phone's clock, RFC 3339 with offset. Of "
        "marks that do not follow one another the latest counts; one from the future counts as "
        "made on arrival."
    )
    weight_kg: (
        Annotated[float, Field(ge=0, le=WEIGHT_MAX_KG, allow_inf_nan=False, strict=True)] | None
    ) = Field(
        default=None, description="What the weighbridge says; at disposal stops, with outcome done."
    )
    photo_ids: Annotated[list[UUID], Field(max_length=PHOTOS_MAX)] = Field(
        default=[],
        description="Made on the phone; each photo is sent to /crew/photos/{photo_id}, before "
        "or after the mark.",
    )
    device_id: UUID | None = Field(
        default=None, description="Of this phone, made once; null: it does not say which it is."
    )
    follows: UUID | None = Field(
        default=None,
        description="report_id of the mark that this phone knew as in force, its own or another's; "
        "null: it knew of none. Two phones whose marks do not follow one another and differ are a "
        "conflict.",
    )

    @field_validator("skip_reason")
    @classmethod
    def _goes_with_skipped(
        cls, value: SkipReason | None, info: ValidationInfo
    ) -> SkipReason | None:
        outcome = info.data.get("outcome")
        if outcome is Outcome.SKIPPED and value is None:
            raise ValueError(f"is required with outcome skipped: one of {', '.join(SkipReason)}")
        if outcome in {Outcome.DONE, Outcome.OPEN} and value is not None:
            raise ValueError("is allowed with outcome skipped only")
        return value

    @field_validator("weight_kg")
    @classmethod
    def _goes_with_done(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is not None and info.data.get("outcome") in {Outcome.SKIPPED, Outcome.OPEN}:
            raise ValueError("is allowed with outcome done only: nothing was weighed")
        return value

    @field_validator("note", mode="before")
    @classmethod
    def _storable(cls, value: object) -> object:
        return storable(value)

    def report(self, stop_id: UUID) -> StopReport:
        """Return the mark as everybody else knows it."""
        return StopReport(
            report_id=self.report_id,
            stop_id=stop_id,
            outcome=self.outcome,
            skip_reason=self.skip_reason,
            note=self.note,
            reported_at=self.reported_at,
            weight_kg=self.weight_kg,
            photo_ids=tuple(self.photo_ids),
            device_id=self.device_id,
            follows=self.follows,
        )


class StopLevel(BaseModel):
    """How full a stop's bin is, how old that is and whether it can be trusted."""

    fill_pct: float
    measured_at: dt.datetime
    age_s: int = Field(description="Seconds since measured_at, never below 0.")
    trust: LevelTrust

    @classmethod
    def of(cls, bin_: BinNow | None, *, now: dt.datetime) -> Self | None:
        """Write down a level as it is at ``now``; None where nobody knows."""
        if bin_ is None or bin_.fill_pct is None or bin_.measured_at is None:
            return None
        return cls(
            fill_pct=bin_.fill_pct,
            measured_at=bin_.measured_at,
            age_s=max(0, int((now - bin_.measured_at).total_seconds())),
            trust=bin_.trust,
        )


class CrewStop(StopOut):
    """One place on a crew's round, with how full its bin is now."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_STOP]})

    has_sensor: bool = Field(description="A sensor sits in the bin; where not, say how full it is.")
    level: StopLevel | None = Field(
        description="null where nobody knows, and where there is no bin."
    )

    @classmethod
    def at(cls, stop: Stop, bin_: BinNow | None, *, now: dt.datetime) -> Self:
        """Write down a stop with its bin as it is at ``now``."""
        return cls(
            **dict(StopOut.of(stop)),
            has_sensor=bin_ is not None and bin_.has_sensor,
            level=StopLevel.of(bin_, now=now),
        )


class CrewDepot(BaseModel):
    """Where the round leaves from."""

    depot_id: str
    name: str
    position: PositionOut
    timezone: str = Field(description="IANA name; says what times and days the crew goes by.")


class CrewName(BaseModel):
    """A crew, by name."""

    crew_id: str
    name: str


class VehicleName(BaseModel):
    """A vehicle, by name."""

    vehicle_id: str
    name: str


class CrewRound(RoundOut):
    """A crew's round of a day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **ROUND_EXAMPLE,
                    "plan_id": "c2a7e5a2-9d0f-4f52-8f4d-2a4f7b1d9f00",
                    "day": "2026-03-02",
                    "revision": "2b6f0d4e90a14be48c4e0c54e8a4e0a7-1",
                    "depot": {
                        "depot_id": "holesovice",
                        "name": "Holesovice",
                        "position": {"lon": 14.4419, "lat": 50.1062},
                        "timezone": "Europe/Prague",
                    },
                    "crew": {"crew_id": "crew-1", "name": "Crew 1"},
                    "vehicle": {"vehicle_id": "lorry-1", "name": "Lorry 1"},
                    "stops": [
                        _STOP,
                        {**BREAK_EXAMPLE, **_ELSEWHERE},
                        {**DISPOSAL_EXAMPLE, **_ELSEWHERE},
                    ],
                    "legs": [LEG_EXAMPLE],
                }
            ]
        }
    )

    plan_id: UUID = Field(description="Another plan_id than before: the day was planned anew.")
    day: dt.date
    revision: str = Field(
        description="Another one after every mark on the round and every plan, and otherwise the "
        "same; also the ETag."
    )
    depot: CrewDepot
    crew: CrewName
    vehicle: VehicleName
    stops: list[CrewStop]  # type: ignore[assignment] # pydantic lets a field become narrower
    legs: list[LegOut] = Field(
        description="The way to each stop in order and, last, home: one more than there are stops; "
        "empty where no way is known. Show © OpenStreetMap contributors with it."
    )

    @classmethod
    def whole(
        cls,
        round_: Round,
        stops: list[CrewStop],
        whose: Whose,
        *,
        plan_id: UUID,
        day: dt.date,
        revision: str,
    ) -> Self:
        """Write down a round with its stops as they are now, and without legs: see with_legs."""
        return cls(
            **head_of(round_),
            plan_id=plan_id,
            day=day,
            revision=revision,
            depot=CrewDepot(
                depot_id=whose.depot.depot_id,
                name=whose.depot.name,
                position=PositionOut.model_validate(whose.depot.position),
                timezone=whose.depot.timezone,
            ),
            crew=CrewName(crew_id=round_.crew_id or "", name=whose.crew_name),
            vehicle=VehicleName(vehicle_id=round_.vehicle_id, name=whose.vehicle_name),
            stops=stops,
            legs=[],
        )

    def with_legs(self, legs: str) -> str:
        """Return it as JSON with these legs, which are a JSON list of LegOut."""
        written = self.model_dump_json(exclude={"legs"})
        return f'{written[:-1]},"legs":{legs}}}'
