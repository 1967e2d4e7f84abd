"""Bins, their types, closed streets and sensors in the registry file."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from core.plausible import bounded, without_nul
from core.registry.fields import (
    DeviceName,
    HoursOfWeek,
    Lat,
    Lon,
    Name,
    Record,
    Seconds,
    Slug,
    Slugs,
    Stream,
)
from core.vehicles import VehicleSize
from core.wire import SensorId


class BinTypeRecord(Record):
    """A make of bin, and how long emptying one takes."""

    bin_type: Slug
    service_s: Seconds


class BinRecord(Record):
    """A bin. Without lon and lat it is watched and never on a round."""

    bin_id: Slug
    name: Name
    stream: Stream
    capacity_l: Annotated[float, Field(gt=0, le=60_000)]
    depot_id: Slug
    threshold_pct: Annotated[float, Field(gt=0, le=100)] = 80.0
    lon: Lon | None = None
    lat: Lat | None = None
    empty_distance_mm: Annotated[int, Field(gt=0, le=20_000)] | None = None
    full_distance_mm: Annotated[int, Field(ge=0, le=20_000)] | None = None
    blind_zone_mm: Annotated[int, Field(ge=0, le=20_000)] = Field(
        default=0, description="Nearer than this a sensor cannot see; 0 where it is not known."
    )
    vendor_full_pct: Annotated[float, Field(gt=0, le=200)] = Field(
        default=100.0,
        description="What a device's own 100 % means, in percent of what the bin may hold.",
    )
    district: Name | None = Field(
        default=None, description="The part of town it stands in, as people call it."
    )
    bin_type: Slug | None = Field(default=None, description="One of bin_types: its service_s.")
    service_s: Seconds | None = Field(
        default=None,
        description="Time at the bin; else its bin_type's, else its stream's, else 60.",
    )
    walk_m: Annotated[float, Field(ge=0, le=2_000)] = Field(
        default=0.0, description="From where the lorry stands to the bin; walked there and back."
    )
    site_id: Slug | None = Field(
        default=None, description="Bins of one site and stream are emptied one after the other."
    )
    windows: HoursOfWeek = Field(
        default_factory=list,
        description="Emptying begins within one of them, by the depot's clock; empty: at any time.",
    )
    max_vehicle_size: VehicleSize | None = Field(
        default=None, description="The largest vehicle that gets there; null: any."
    )
    pinned_vehicle_id: Slug | None = Field(
        default=None, description="No other vehicle may empty it."
    )
    forbidden_vehicle_ids: Slugs = Field(
        default_factory=list, description="These vehicles may not empty it."
    )
    access_note: Annotated[str, Field(max_length=500), AfterValidator(without_nul)] | None = None
    in_service: bool = True

    @model_validator(mode="after")
    def _pairs(self) -> Self:
        if (self.lon is None) != (self.lat is None):
            raise ValueError("give lon and lat together or neither")
        if (self.empty_distance_mm is None) != (self.full_distance_mm is None):
            raise ValueError("give empty_distance_mm and full_distance_mm together or neither")
        if (
            self.empty_distance_mm is not None
            and self.full_distance_mm is not None
            and self.empty_distance_mm <= self.full_distance_mm
        ):
            raise ValueError("empty_distance_mm must be more than full_distance_mm")
        if self.pinned_vehicle_id in self.forbidden_vehicle_ids:
            raise ValueError(f"is pinned to {self.pinned_vehicle_id} and forbidden to it")
        return self

    @property
    def calibrated(self) -> bool:
        """Tell whether anything is said about what a sensor's words mean in this bin."""
        said = (self.empty_distance_mm, self.blind_zone_mm, self.vendor_full_pct)
        return said != (None, 0, 100.0)

    def calibration(self) -> dict[str, Any]:
        """Return what belongs to the bin's calibration, with its bin_id."""
        return self.model_dump(
            include={
                "bin_id",
                "empty_distance_mm",
                "full_distance_mm",
                "blind_zone_mm",
                "vendor_full_pct",
            }
        )


class ClosureRecord(Record):
    """A street that is shut at hours, said by the bins on it: nobody may stand there then."""

    closure_id: Slug
    name: Name
    bin_ids: Slugs = Field(default_factory=list)
    site_ids: Slugs = Field(default_factory=list, description="All bins of these sites.")
    hours: Annotated[HoursOfWeek, Field(min_length=1)]
    first_day: date | None = Field(default=None, description="Local day; null: since ever.")
    last_day: date | None = Field(
        default=None, description="Local day, the closure of that day included; null: for good."
    )

    @model_validator(mode="after")
    def _shuts_something(self) -> Self:
        if not self.bin_ids and not self.site_ids:
            raise ValueError("give bin_ids or site_ids: which bins stand on that street?")
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError("last_day must not be before first_day")
        return self


class SensorRecord(Record):
    """A device and the bin it sits in."""

    sensor_id: SensorId
    device: DeviceName | None = Field(
        default=None,
        description="Make and model as `brimful decode --list` names it; native (the default of a "
        "new sensor) where the sensor or its gateway sends JSON.",
    )
    bin_id: Slug
    mounted_at: Annotated[AwareDatetime, AfterValidator(bounded)] = Field(
        description="Readings measured before this moment are set aside as not mounted. From 1970 "
        "to a day from now."
    )
