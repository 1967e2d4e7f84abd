"""Levels by eye, as phones send them and as they are read."""

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.schemas.crew import EARLIEST, LATEST, storable
from api.schemas.marks import NOTE_MAX_CHARS
from api.schemas.times import Moment
from core.levels import LevelSource, LevelTrust
from core.registry import Slug

_SENT: dict[str, Any] = {
    "bin_id": "old-town-17",
    "fill_pct": 75,
    "reported_at": "2026-03-02T08:12:02+01:00",
    "note": "Bags beside it",
}
_KEPT: dict[str, Any] = {
    "report_id": "5f0c7a1e-7a43-4d61-8a2e-0c7e2f4a9b10",
    "fill_pct": 75.0,
    "note": "Bags beside it",
    "measured_at": "2026-03-02T07:12:02Z",
    "reported_at": "2026-03-02T07:12:02Z",
    "received_at": "2026-03-02T07:12:03Z",
    "crew_id": "crew-1",
    "reported_by": "phone of crew-1",
    "device_id": None,
}


class EyeLevelIn(BaseModel):
    """How full a crew says a bin is. Unknown fields are passed over."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SENT]})

    bin_id: Slug
    fill_pct: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False, strict=True)] = Field(
        description="Of what the bin may hold, by eye."
    )
    reported_at: Annotated[Moment, Field(ge=EARLIEST, lt=LATEST)] = Field(
        description="When the crew looked, by the phone's clock; one from the future counts as "
        "made on arrival."
    )
    note: Annotated[str, Field(max_length=NOTE_MAX_CHARS)] | None = Field(
        default=None, description="For operations."
    )
    device_id: UUID | None = None

    @field_validator("note", mode="before")
    @classmethod
    def _storable(cls, value: object) -> object:
        return storable(value)


class EyeLevelOut(BaseModel):
    """What a crew said of a bin, and how the bin stands now."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "report_id": _KEPT["report_id"],
                    "bin_id": "old-town-17",
                    "fill_pct": 75.0,
                    "measured_at": "2026-03-02T07:12:02Z",
                    "trust": "fresh",
                    "source": "crew",
                }
            ]
        }
    )

    report_id: UUID
    bin_id: str
    fill_pct: float | None = Field(description="The bin's level now, whoever says so.")
    measured_at: dt.datetime | None
    trust: LevelTrust
    source: LevelSource | None


class KeptEyeLevelOut(BaseModel):
    """A level by eye as it is kept."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_KEPT]})

    report_id: UUID
    fill_pct: float
    note: str | None
    measured_at: dt.datetime = Field(description="When it was true: never later than it came.")
    reported_at: dt.datetime
    received_at: dt.datetime
    crew_id: str
    reported_by: str
    device_id: UUID | None


class EyeLevels(BaseModel):
    """What crews said of a bin, the newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_KEPT]}]})

    items: list[KeptEyeLevelOut]
