"""Depots, disposal sites, vehicles and crews."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.geo import Position


@dataclass(frozen=True, kw_only=True, slots=True)
class Depot:
    """Where vehicles start and end. ``timezone`` (IANA) says what "today" and a shift mean."""

    depot_id: str
    name: str
    position: Position
    timezone: str = "UTC"

    def local_day(self, now: datetime) -> date:
        """Return the calendar day it is at the depot."""
        return now.astimezone(ZoneInfo(self.timezone)).date()

    def at_local(self, day: date, clock: time) -> datetime:
        """Return the moment the depot's clock shows ``clock`` on ``day``, in UTC."""
        local = datetime.combine(day, clock, tzinfo=ZoneInfo(self.timezone))
        return local.astimezone(ZoneInfo("UTC"))


@dataclass(frozen=True, kw_only=True, slots=True)
class DisposalSite:
    """Where a vehicle empties its body. ``service_s`` is the time that takes."""

    disposal_site_id: str
    name: str
    position: Position
    streams: frozenset[str]
    service_s: int = 900


@dataclass(frozen=True, kw_only=True, slots=True)
class Vehicle:
    """One lorry with one body: the ``streams`` it may carry are mixed in it."""

    vehicle_id: str
    name: str
    depot_id: str
    capacity_kg: float
    streams: frozenset[str]
    shift_start: time
    shift_s: int
    crew_id: str | None = None
    in_service: bool = True

    @property
    def shift(self) -> timedelta:
        """Length of the shift, from leaving the depot to being back."""
        return timedelta(seconds=self.shift_s)


@dataclass(frozen=True, kw_only=True, slots=True)
class Crew:
    """The people on a vehicle; what they sign in as."""

    crew_id: str
    name: str
    vehicle_id: str | None
