"""Depots, disposal sites, crews and waste streams; lorries and their bodies: ``vehicles``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from types import MappingProxyType
from zoneinfo import ZoneInfo

from core.geo import Position
from core.hours import Hours

DEFAULT_COMPACTION: Mapping[str, float] = MappingProxyType(
    {"general": 3.0, "paper": 3.0, "cardboard": 3.0, "plastic": 3.0, "packaging": 3.0}
)
"""Litres loose in the bin that become one in a compacting body; any other stream: 1.

Tchobanoglous, Theisen, Vigil, "Integrated Solid Waste Management" (1993), table 4-1: municipal
waste weighs 180 to 450 kg/m3 (typically 300) in a compactor truck, and 90 to 180 loose. With the
70 kg/m3 of street bins the typical value is a ratio of 4; 3 stays on the safe side. Glass and
organic waste are not counted on to give way.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stream:
    """A waste stream: kg of a litre loose in the bin, and the ratio a compacting body reaches."""

    stream: str
    density_kg_per_l: float
    compaction: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Depot:
    """Where vehicles start and end. ``timezone`` (IANA) says what "today" and a shift mean."""

    depot_id: str
    name: str
    position: Position
    timezone: str = "UTC"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of its clock."""
        return ZoneInfo(self.timezone)

    def local_day(self, now: datetime) -> date:
        """Return the calendar day it is at the depot."""
        return now.astimezone(self.zone).date()

    def at_local(self, day: date, clock: time) -> datetime:
        """Return the moment the depot's clock shows ``clock`` on ``day``, in UTC."""
        local = datetime.combine(day, clock, tzinfo=self.zone)
        return local.astimezone(ZoneInfo("UTC"))


@dataclass(frozen=True, kw_only=True, slots=True)
class DisposalSite:
    """Where a vehicle empties its body. ``service_s`` is the time that takes.

    Emptying begins within ``opening_hours``, by the clock of the depot that is planned; none: at
    any time.
    """

    disposal_site_id: str
    name: str
    position: Position
    streams: frozenset[str]
    service_s: int = 900
    opening_hours: tuple[Hours, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Crew:
    """The people on a vehicle; what they sign in as."""

    crew_id: str
    name: str
    vehicle_id: str | None
