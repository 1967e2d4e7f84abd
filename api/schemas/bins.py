"""Bins, their levels and their readings, as JSON and as GeoJSON."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.places import PositionOut
from core.forecasts import BinForecast, ForecastGrade
from core.levels import Level, LevelSource, LevelTrust
from core.readings import Kind, NoLevelReason, Reading, Trust

_LEVEL: dict[str, Any] = {
    "fill_pct": 87.5,
    "measured_at": "2026-03-02T06:15:00Z",
    "age_s": 5400,
    "trust": "fresh",
    "source": "sensor",
    "sensor_id": "dn-0417",
    "battery_v": 3.58,
    "heard_at": "2026-03-02T06:15:00Z",
}
BIN_EXAMPLE: dict[str, Any] = {
    "bin_id": "old-town-17",
    "name": "Dlouha 17",
    "stream": "paper",
    "capacity_l": 3000,
    "threshold_pct": 80,
    "depot_id": "holesovice",
    "position": {"lon": 14.4208, "lat": 50.088},
    "calibration": {
        "version": 1,
        "empty_distance_mm": 1400,
        "full_distance_mm": 200,
        "blind_zone_mm": 250,
        "vendor_full_pct": 100,
    },
    "service_s": 60,
    "access_note": "Gate code at the office",
    "in_service": True,
    "level": _LEVEL,
    "full_at": "2026-03-03T14:00:00Z",
    "forecast_grade": "high",
}
_READING: dict[str, Any] = {
    "sensor_id": "dn-0417",
    "measured_at": "2026-03-02T06:15:00Z",
    "received_at": "2026-03-02T06:15:04Z",
    "fill_pct": 87.5,
    "trust": "trusted",
    "kind": "reading",
    "no_level_reason": None,
    "calibration_version": 1,
    "raw_fill_pct": None,
    "raw_distance_mm": 350,
    "battery_v": 3.58,
    "battery_pct": None,
    "temperature_c": 7.5,
    "tilted": False,
}


class LevelOut(BaseModel):
    """How full the bin is, how old that is and whether it can be trusted."""

    model_config = ConfigDict(json_schema_extra={"examples": [_LEVEL]})

    fill_pct: float | None = Field(
        description="0 to 100 of what the bin may hold; the last trusted level, null without one."
    )
    measured_at: datetime | None = Field(description="When that level was true.")
    age_s: int | None = Field(description="Seconds since measured_at, never below 0.")
    trust: LevelTrust = Field(
        description="fresh; stale (older than the operator's limit); untrusted (something newer "
        "was heard and could not be believed); no_level."
    )
    source: LevelSource | None = Field(description="Who says so.")
    sensor_id: str | None
    battery_v: float | None
    heard_at: datetime | None = Field(
        description="When anything was last measured in this bin, trusted or not."
    )

    @classmethod
    def of(cls, level: Level, *, now: datetime) -> Self:
        """Write down a level as it is at ``now``."""
        measured_at = level.measured_at
        return cls(
            fill_pct=level.fill_pct,
            measured_at=measured_at,
            # a clock may run a little ahead and still be trusted
            age_s=None if measured_at is None else max(0, int((now - measured_at).total_seconds())),
            trust=level.trust,
            source=level.source,
            sensor_id=level.sensor_id,
            battery_v=level.battery_v,
            heard_at=level.heard_at,
        )


class CalibrationOut(BaseModel):
    """How what a sensor says becomes this bin's fill, as it counts now."""

    model_config = ConfigDict(from_attributes=True)

    version: int
    empty_distance_mm: int | None
    full_distance_mm: int | None
    blind_zone_mm: int
    vendor_full_pct: float = Field(
        description="What a device's own 100 % means, in percent of what the bin may hold."
    )


class BinOut(BaseModel):
    """A bin with its level."""

    model_config = ConfigDict(json_schema_extra={"examples": [BIN_EXAMPLE]})

    bin_id: str
    name: str
    stream: str
    capacity_l: float
    threshold_pct: float
    depot_id: str
    position: PositionOut | None = Field(
        description="null while nobody has said where the bin stands."
    )
    calibration: CalibrationOut | None
    service_s: int
    access_note: str | None
    in_service: bool
    level: LevelOut
    full_at: datetime | None = Field(
        default=None,
        description="From when on it is more likely full than not, as of the last plan.",
    )
    forecast_grade: ForecastGrade | None = Field(
        default=None, description="How good its forecasts have been; null before the first plan."
    )

    @classmethod
    def of(cls, level: Level, *, now: datetime, expected: BinForecast | None = None) -> Self:
        """Write down a bin, its level as it is at ``now``, and when it will be full."""
        bin_ = level.bin
        return cls(
            bin_id=bin_.bin_id,
            name=bin_.name,
            stream=bin_.stream,
            capacity_l=bin_.capacity_l,
            threshold_pct=bin_.threshold_pct,
            depot_id=bin_.depot_id,
            position=bin_.position and PositionOut.model_validate(bin_.position),
            calibration=bin_.calibration and CalibrationOut.model_validate(bin_.calibration),
            service_s=bin_.service_s,
            access_note=bin_.access_note,
            in_service=bin_.in_service,
            level=LevelOut.of(level, now=now),
            full_at=None if expected is None else expected.full_at,
            forecast_grade=None if expected is None else expected.checked.grade,
        )


class BinPage(BaseModel):
    """Bins in order of bin_id."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [BIN_EXAMPLE], "next": "old-town-17"}]}
    )

    items: list[BinOut]
    next: str | None = Field(
        description="Send it as `after` for the following page; null on the last."
    )


class ReadingOut(BaseModel):
    """One measurement. The raw_ values are the device's own words; fill_pct is our reading."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_READING]})

    sensor_id: str
    measured_at: datetime
    received_at: datetime
    fill_pct: float | None
    trust: Trust = Field(description="trusted, or why not; only trusted readings move a level.")
    kind: Kind
    no_level_reason: NoLevelReason | None = Field(
        description="Why the device gave no level, in its own words; null where it gave one."
    )
    calibration_version: int | None
    raw_fill_pct: float | None
    raw_distance_mm: int | None
    battery_v: float | None
    battery_pct: float | None
    temperature_c: float | None
    tilted: bool | None

    @classmethod
    def of(cls, reading: Reading) -> Self:
        """Write down a reading."""
        return cls.model_validate(reading)


class ReadingPage(BaseModel):
    """A bin's readings, oldest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"items": [_READING], "next": "2026-03-02T06:15:00Z~dn-0417"}]
        }
    )

    items: list[ReadingOut]
    next: str | None = Field(
        description="Send it as `after` for the following page; null on the last."
    )
