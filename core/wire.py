"""The native message: what a sensor publishes on ``bins/{sensor_id}/readings``.

The JSON Schema in docs/ is generated from these models, so they are the specification.
"""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    model_validator,
)

from core.readings import NoLevelReason

SENSOR_ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$"
READINGS_TOPIC = "bins/{sensor_id}/readings"
READINGS_FILTER = "bins/#"
"""Wider than the topic: what was published beside it is set aside, not lost."""
MAX_READINGS_PER_MESSAGE = 5_000

type SensorId = Annotated[str, Field(pattern=SENSOR_ID_PATTERN)]
# strict again: the model's configuration does not reach into a named type
type Percent = Annotated[float, Field(strict=True, ge=0, le=100, allow_inf_nan=False)]


def _written_as_a_date(value: object) -> object:
    """Refuse numbers, also in quotes: pydantic would take them for seconds since 1970."""
    if isinstance(value, datetime) or (isinstance(value, str) and value[4:5] == "-"):
        return value
    raise ValueError("give the time as RFC 3339 text, for example 2026-03-02T06:15:00Z")


class NativeReading(BaseModel):
    """One measurement of one sensor: ``fill_pct`` or ``distance_mm``, or why there is neither."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        # "87" for 87 is a device's bug worth seeing, true for 1 likewise
        strict=True,
        json_schema_extra={
            # what _says_something_about_the_fill checks, for those who check by the schema
            "anyOf": [
                {"required": ["fill_pct"], "properties": {"fill_pct": {"type": "number"}}},
                {"required": ["distance_mm"], "properties": {"distance_mm": {"type": "integer"}}},
                {
                    "required": ["no_level_reason"],
                    "properties": {"no_level_reason": {"type": "string"}},
                },
            ],
            "examples": [
                {"measured_at": "2026-03-02T06:15:00Z", "fill_pct": 62.5, "battery_v": 3.58},
                {"measured_at": "2026-03-02T06:15:00+01:00", "distance_mm": 740},
                {"measured_at": "2026-03-02T06:15:00Z", "no_level_reason": "no_target"},
            ],
        },
    )

    measured_at: Annotated[AwareDatetime, BeforeValidator(_written_as_a_date)] = Field(
        strict=False,
        description="When the sensor measured, RFC 3339 with offset. With the sensor id it "
        "identifies the reading: sent again, it is stored once.",
    )
    fill_pct: Percent | None = Field(
        default=None, description="How full the bin is, percent of what it may hold."
    )
    distance_mm: Annotated[int, Field(ge=0, le=20_000)] | None = Field(
        default=None,
        description="Distance from the sensor to the content, millimetres. Where the bin is "
        "calibrated, it gives the fill, before the device's own fill_pct.",
    )
    battery_v: Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)] | None = Field(
        default=None, description="Battery voltage, volts."
    )
    battery_pct: Percent | None = Field(
        default=None, description="Battery charge, percent, where the device says so itself."
    )
    temperature_c: Annotated[float, Field(ge=-80, le=200, allow_inf_nan=False)] | None = Field(
        default=None, description="Temperature at the sensor, degrees Celsius."
    )
    tilted: bool | None = Field(
        default=None, description="True when the sensor does not look straight down (open lid)."
    )
    no_level_reason: NoLevelReason | None = Field(
        default=None,
        # an enum is never text to a strict model
        strict=False,
        description="Why there is no level: not_measured for a sign of life, else what the device "
        "reports. With it, fill_pct and distance_mm may be left out; given, they are kept and not "
        "believed.",
    )

    @model_validator(mode="after")
    def _says_something_about_the_fill(self) -> Self:
        if self.fill_pct is None and self.distance_mm is None and self.no_level_reason is None:
            raise ValueError("give fill_pct or distance_mm (or both), or a no_level_reason")
        return self


type NativePayload = (
    NativeReading
    | Annotated[list[NativeReading], Field(min_length=1, max_length=MAX_READINGS_PER_MESSAGE)]
)
"""One reading, or an array of them (backfill)."""

native_payload: TypeAdapter[NativeReading | list[NativeReading]] = TypeAdapter(NativePayload)


def native_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the native message's payload."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Brimful native message: payload of bins/{sensor_id}/readings",
        **native_payload.json_schema(),
    }


def readings_topic(sensor_id: str) -> str:
    """Return the topic a sensor publishes on."""
    return READINGS_TOPIC.format(sensor_id=sensor_id)
