"""Notes on sensors that need somebody."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.schemas.times import Moment
from core.rules.health_state import HealthState

SEEN_EXAMPLE: dict[str, Any] = {
    "health": "stuck",
    "since": "2026-02-24T06:15:00Z",
    "note": "Seen; Jana goes on Tuesday",
    "until": "2026-03-04T18:00:00Z",
    "noted_at": "2026-03-02T08:10:00Z",
    "noted_by": "Ops desk",
    "ended_at": None,
    "ended_by": None,
}


class SeenOut(BaseModel):
    """A note on a sensor's trouble. It holds until a time, or until the trouble is another one."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [SEEN_EXAMPLE]})

    health: HealthState
    since: datetime | None
    note: str
    until: datetime
    noted_at: datetime
    noted_by: str
    ended_at: datetime | None = Field(description="When it was taken back or another came.")
    ended_by: str | None


class SeenIn(BaseModel):
    """Let a sensor's trouble rest until a time."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "health": "stuck",
                    "note": "Seen; Jana goes on Tuesday",
                    "until": "2026-03-04T18:00:00Z",
                }
            ]
        },
    )

    health: HealthState = Field(description="What was seen: it has to be its health now.")
    note: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)] = (
        Field(description="What happens about it, for people.")
    )
    until: Moment = Field(description="When it comes back; at most a year from now.")


class SeenTakenBack(BaseModel):
    """Whether there was a note to take back."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"sensor_id": "24e124136b123456", "was_open": True}]}
    )

    sensor_id: str
    was_open: bool
