"""What a crew's phone reads and sends."""

import datetime as dt
import re
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from api.schemas.rounds import ROUND_EXAMPLE, RoundOut
from api.schemas.times import Moment
from api.schemas.ways import LEG_EXAMPLE, LegOut
from core.plans import Outcome, SkipReason

NOTE_MAX_CHARS = 1000
# Wide on purpose: a phone that lost its clock says 1970, and its mark must not be lost as well.
_EARLIEST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_LATEST = dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
# What JSON can carry and no database text: NUL, and half of an emoji cut in two.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

_DONE: dict[str, Any] = {
    "report_id": "0d9b1b86-6f3c-4c25-9c43-8c8d7ea9a1a4",
    "outcome": "done",
    "reported_at": "2026-03-02T08:09:31+01:00",
}
_SKIPPED: dict[str, Any] = {
    "report_id": "53b7a1f5-9a55-4d0c-a1f1-0d2f5c9f7e21",
    "outcome": "skipped",
    "skip_reason": "blocked",
    "note": "Delivery van in front of it",
    "reported_at": "2026-03-02T08:12:02+01:00",
}


class StopReportIn(BaseModel):
    """A crew's mark on a stop. Unknown fields are passed over, so that newer phones are heard."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DONE, _SKIPPED]})

    report_id: UUID = Field(
        description="Made on the phone, new for each mark and kept for its every repetition."
    )
    outcome: Outcome
    skip_reason: SkipReason | None = Field(
        default=None,
        validate_default=True,
        description="Required with outcome skipped, and not allowed with done.",
    )
    note: Annotated[str, Field(max_length=NOTE_MAX_CHARS)] | None = Field(
        default=None, description="For operations. Characters no text can hold are dropped."
    )
    reported_at: Annotated[Moment, Field(ge=_EARLIEST, lt=_LATEST)] = Field(
        description="When the crew made the mark, by the phone's clock, RFC 3339 with offset. Of "
        "several marks on a stop the latest counts; one from the future counts as made on arrival."
    )

    @field_validator("skip_reason")
    @classmethod
    def _goes_with_skipped(
        cls, value: SkipReason | None, info: ValidationInfo
    ) -> SkipReason | None:
        outcome = info.data.get("outcome")
        if outcome is Outcome.SKIPPED and value is None:
            raise ValueError(f"is required with outcome skipped: one of {', '.join(SkipReason)}")
        if outcome is Outcome.DONE and value is not None:
            raise ValueError("is allowed with outcome skipped only")
        return value

    @field_validator("note", mode="before")
    @classmethod
    def _storable(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value).replace("\0", "")


class CrewRound(RoundOut):
    """A crew's round of a day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **ROUND_EXAMPLE,
                    "plan_id": "c2a7e5a2-9d0f-4f52-8f4d-2a4f7b1d9f00",
                    "day": "2026-03-02",
                    "legs": [LEG_EXAMPLE],
                }
            ]
        }
    )

    plan_id: UUID = Field(description="Another plan_id than before: the day was planned anew.")
    day: dt.date
    legs: list[LegOut] = Field(
        description="The way to each stop in order and, last, home: one more than there are stops; "
        "empty where no way is known. Show © OpenStreetMap contributors with it."
    )
