"""A day and the ground it is driven on: what bins, sites and vehicles have in common."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo

from core.fleet import Depot
from core.hours import Span
from routing.problem.places import Places
from routing.travel import TravelTable


@dataclass(frozen=True, kw_only=True, eq=False)
class Ground:
    """The local day of a depot, from when to when anybody works, where everything is.

    ``travel`` is the table of ``places``.
    """

    depot: Depot
    day: date
    within: Span
    places: Places
    travel: TravelTable

    @property
    def zone(self) -> ZoneInfo:
        """The time zone all hours are meant in."""
        return self.depot.zone

    @cached_property
    def zero(self) -> datetime:
        """The model's zero: local midnight."""
        return self.depot.at_local(self.day, time(0))

    def seconds(self, at: datetime) -> int:
        """Return a moment in seconds from zero."""
        return int((at - self.zero).total_seconds())
