"""Vehicles: their bodies, shifts, breaks and where they are at home."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum

from core.fleet import Stream
from core.geo import Position


class VehicleSize(StrEnum):
    """How large a vehicle is, for where it gets; in order.

    As a rule of thumb: small up to 7.5 t, medium up to 18 t on two axles, large beyond.
    """

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"

    def fits(self, largest: "VehicleSize | None") -> bool:
        """Tell whether it gets to where no vehicle larger than ``largest`` does; None: any."""
        order = list(VehicleSize)
        return largest is None or order.index(self) <= order.index(largest)


@dataclass(frozen=True, kw_only=True, slots=True)
class Compartment:
    """A part of a body. ``volume_l`` None: only the vehicle's weight counts.

    ``compaction``: litres loose in the bin that become one in here, by stream; a stream that is
    not in it has its own ratio.
    """

    streams: frozenset[str]
    volume_l: float | None = None
    compaction: Mapping[str, float] = field(default_factory=dict)

    def ratio(self, stream: Stream) -> float:
        """Return how many loose litres of a stream become one in here."""
        return self.compaction.get(stream.stream, stream.compaction)


@dataclass(frozen=True, kw_only=True, slots=True)
class Break:
    """A break by the local clock. It begins between ``earliest`` and ``latest`` (both included).

    Owed when the vehicle is out longer than ``owed_after_s``; None: later than ``latest``.
    """

    earliest: time
    latest: time
    length_s: int
    owed_after_s: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Area:
    """Where a vehicle's crew is at home."""

    centre: Position
    radius_m: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Vehicle:
    """One lorry. Without ``compartments`` it has one body of any volume for all its streams.

    It leaves at ``shift_start``, or where ``latest_start`` is given at any time between the two,
    and is back within ``shift_s``; at ``end_depot_id`` where that is given.
    """

    vehicle_id: str
    name: str
    depot_id: str
    capacity_kg: float
    streams: frozenset[str]
    shift_start: time
    shift_s: int
    crew_id: str | None = None
    in_service: bool = True
    compartments: tuple[Compartment, ...] = ()
    size: VehicleSize = VehicleSize.LARGE
    latest_start: time | None = None
    end_depot_id: str | None = None
    breaks: tuple[Break, ...] = ()
    area: Area | None = None

    @property
    def shift(self) -> timedelta:
        """Longest time from leaving the depot to being back."""
        return timedelta(seconds=self.shift_s)

    @property
    def body(self) -> tuple[Compartment, ...]:
        """Its compartments; one where none is given."""
        return self.compartments or (Compartment(streams=self.streams),)

    def compartment_for(self, stream: str) -> int | None:
        """Return which part of the body takes a stream; None: it does not carry it."""
        return next((i for i, part in enumerate(self.body) if stream in part.streams), None)
