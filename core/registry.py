"""The registry file: what an operator owns, as one JSON document for ``brimful register``.

Depots, disposal sites, vehicles, crews, bins and sensors. The document is checked whole before
anything is stored, so that a wrong line says where it is and changes nothing.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import time
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from core.plausible import bounded, without_nul
from core.wire import SensorId

DEFAULT_DENSITY_KG_PER_L = 0.07
"""What Enevo's export for the City of Edinburgh uses for mixed waste on the street (2016)."""

type Slug = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$")]
type DeviceName = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
type Stream = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
type Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
type Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
type Seconds = Annotated[int, Field(ge=0, le=86_400)]
type Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(without_nul)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StreamRecord(_Record):
    """A waste stream and how heavy a litre of it is in the bin."""

    stream: Stream
    density_kg_per_l: Annotated[float, Field(gt=0, le=5)] = DEFAULT_DENSITY_KG_PER_L


class DepotRecord(_Record):
    """Where vehicles start and end; its time zone says what "today" means."""

    depot_id: Slug
    name: Name
    lon: Lon
    lat: Lat
    timezone: str = Field(default="UTC", description="IANA name, for example Europe/Prague.")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{value!r} is not an IANA time zone") from error
        return value


class DisposalSiteRecord(_Record):
    """Where a vehicle empties its body."""

    disposal_site_id: Slug
    name: Name
    lon: Lon
    lat: Lat
    streams: Annotated[list[Stream], Field(min_length=1)]
    service_s: Seconds = 900


class VehicleRecord(_Record):
    """A lorry; the streams it may carry are mixed in its one body."""

    vehicle_id: Slug
    name: Name
    depot_id: Slug
    capacity_kg: Annotated[float, Field(gt=0, le=60_000)]
    streams: Annotated[list[Stream], Field(min_length=1)]
    shift_start: time = Field(default=time(6), description="Local time at the depot.")
    shift_s: Annotated[int, Field(gt=0, le=86_400)] = 8 * 3600
    in_service: bool = True


class CrewRecord(_Record):
    """The people on a vehicle."""

    crew_id: Slug
    name: Name
    vehicle_id: Slug | None = None


class BinRecord(_Record):
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
    service_s: Seconds = 60
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


class SensorRecord(_Record):
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


class Registry(_Record):
    """Everything an operator owns; lists may be empty when the rest is registered already."""

    streams: list[StreamRecord] = Field(default_factory=list)
    depots: list[DepotRecord] = Field(default_factory=list)
    disposal_sites: list[DisposalSiteRecord] = Field(default_factory=list)
    vehicles: list[VehicleRecord] = Field(default_factory=list)
    crews: list[CrewRecord] = Field(default_factory=list)
    bins: list[BinRecord] = Field(default_factory=list)
    sensors: list[SensorRecord] = Field(default_factory=list)

    @model_validator(mode="after")
    def _no_id_twice(self) -> Self:
        _refuse_twice("depot_id", (d.depot_id for d in self.depots))
        _refuse_twice("disposal_site_id", (d.disposal_site_id for d in self.disposal_sites))
        _refuse_twice("vehicle_id", (v.vehicle_id for v in self.vehicles))
        _refuse_twice("crew_id", (c.crew_id for c in self.crews))
        _refuse_twice("bin_id", (b.bin_id for b in self.bins))
        _refuse_twice("sensor_id", (s.sensor_id for s in self.sensors))
        _refuse_twice("stream", (s.stream for s in self.streams))
        _refuse_twice("crews' vehicle_id", (c.vehicle_id for c in self.crews if c.vehicle_id))
        return self

    def all_streams(self) -> dict[str, float]:
        """Return every stream named anywhere with its density in kg/l."""
        named = {s.stream: s.density_kg_per_l for s in self.streams}
        used = {b.stream for b in self.bins}
        used.update(s for v in self.vehicles for s in v.streams)
        used.update(s for d in self.disposal_sites for s in d.streams)
        return {s: named.get(s, DEFAULT_DENSITY_KG_PER_L) for s in sorted(used | named.keys())}


def _refuse_twice(field: str, values: Iterable[str]) -> None:
    twice = sorted(value for value, n in Counter(values).items() if n > 1)
    if twice:
        raise ValueError(f"{field} given twice: {', '.join(twice[:5])}")


def registry_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the registry file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Brimful registry file: what `brimful register` reads",
        **{k: v for k, v in Registry.model_json_schema().items() if k != "title"},
    }
