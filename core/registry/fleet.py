"""Depots, disposal sites, vehicles and crews in the registry file."""

from collections import Counter
from datetime import time
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from core.registry.fields import (
    Compaction,
    HoursOfWeek,
    Lat,
    LocalTime,
    Lon,
    Name,
    Record,
    Seconds,
    Slug,
    Stream,
    Streams,
)
from core.vehicles import VehicleSize

DEFAULT_DENSITY_KG_PER_L = 0.07
"""What Enevo's export for the City of Edinburgh uses for mixed waste on the street (2016)."""


class StreamRecord(Record):
    """A waste stream: how heavy a litre of it is in the bin, and how far a lorry presses it."""

    stream: Stream
    density_kg_per_l: Annotated[float, Field(gt=0, le=5)] = DEFAULT_DENSITY_KG_PER_L
    compaction: Compaction | None = Field(
        default=None,
        description="Litres loose in the bin that become one in a compacting body; else 3 for "
        "general, paper, cardboard, plastic and packaging, and 1 for anything else.",
    )
    service_s: Seconds | None = Field(
        default=None, description="Time at a bin of this stream where the bin says nothing; else 60"
    )


class DepotRecord(Record):
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


class DisposalSiteRecord(Record):
    """Where a vehicle empties its body."""

    disposal_site_id: Slug
    name: Name
    lon: Lon
    lat: Lat
    streams: Streams
    service_s: Seconds = 900
    opening_hours: HoursOfWeek = Field(
        default_factory=list,
        description="Emptying begins within them, by the clock of the vehicle's depot; open at any "
        "time where the list is empty.",
    )


class CompartmentRecord(Record):
    """A part of a body; its streams are mixed in it."""

    streams: Streams
    volume_l: Annotated[float, Field(gt=0, le=100_000)] | None = Field(
        default=None, description="Without it only the weight counts."
    )
    compaction: dict[Stream, Compaction] = Field(
        default_factory=dict,
        description="Litres loose in the bin that become one in here, by stream; else the "
        "stream's own. 1 for a body that does not press.",
    )

    @model_validator(mode="after")
    def _presses_what_it_takes(self) -> Self:
        if other := sorted(self.compaction.keys() - set(self.streams)):
            raise ValueError(f"compaction names {', '.join(other)}, which it does not take")
        return self


class BreakRecord(Record):
    """A break of the crew: taken where the vehicle stands, never inside a service."""

    earliest: LocalTime = Field(description="It begins at this time or later.")
    latest: LocalTime = Field(description="And at this time or before; an earlier one is tomorrow.")
    length_s: Annotated[int, Field(ge=60, le=4 * 3600)]
    owed_after_s: Annotated[int, Field(ge=0, le=86_400)] | None = Field(
        default=None,
        description="Owed when the vehicle is out longer than this; else when it is out later "
        "than the latest beginning.",
    )


class AreaRecord(Record):
    """Where a crew is at home: a circle."""

    lon: Lon
    lat: Lat
    radius_m: Annotated[float, Field(ge=0, le=1_000_000)]


class VehicleRecord(Record):
    """A lorry; one body in which its streams are mixed, or a body in compartments."""

    vehicle_id: Slug
    name: Name
    depot_id: Slug
    capacity_kg: Annotated[float, Field(gt=0, le=60_000)]
    streams: list[Stream] = Field(
        default_factory=list,
        description="Mixed in its one body; with compartments it may be left out.",
    )
    compartments: Annotated[list[CompartmentRecord], Field(max_length=6)] = Field(
        default_factory=list, description="The parts of its body; empty: one of any volume."
    )
    size: VehicleSize = Field(
        default=VehicleSize.LARGE, description="Kept away from bins whose max_vehicle_size is less."
    )
    shift_start: LocalTime = Field(default=time(6), description="Local time at the depot.")
    shift_s: Annotated[int, Field(gt=0, le=86_400)] = 8 * 3600
    latest_start: LocalTime | None = Field(
        default=None,
        description="It leaves between shift_start and this and is back shift_s later; else it "
        "leaves at shift_start.",
    )
    end_depot_id: Slug | None = Field(
        default=None, description="Where it ends its shift; else where it began."
    )
    breaks: Annotated[list[BreakRecord], Field(max_length=4)] = Field(default_factory=list)
    area: AreaRecord | None = Field(
        default=None, description="Bins outside it are left to others as far as wished."
    )
    in_service: bool = True

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        parts = Counter(s for c in self.compartments for s in set(c.streams))
        if twice := sorted(stream for stream, n in parts.items() if n > 1):
            raise ValueError(f"{', '.join(twice)} goes into more than one compartment")
        if not self.streams and not self.compartments:
            raise ValueError("give streams, or compartments with theirs")
        if self.streams and self.compartments and set(self.streams) != parts.keys():
            raise ValueError("streams must be those of its compartments, or be left out")
        return self

    def carried(self) -> list[str]:
        """Return every stream it may carry, sorted."""
        return sorted({*self.streams, *(s for c in self.compartments for s in c.streams)})


class CrewRecord(Record):
    """The people on a vehicle."""

    crew_id: Slug
    name: Name
    vehicle_id: Slug | None = None
