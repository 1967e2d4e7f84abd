"""Which vehicles can work on a day, and from when until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.fleet import Depot
from core.vehicles import Vehicle

SHORTEST = timedelta(minutes=1)
"""With less of the shift left a vehicle stays in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """A vehicle that can leave the depot at ``starts_at`` and has to be back by ``ends_by``."""

    vehicle: Vehicle
    starts_at: datetime
    ends_by: datetime

    @property
    def length_s(self) -> int:
        """Seconds there are."""
        return int((self.ends_by - self.starts_at).total_seconds())


def shifts(
    depot: Depot, vehicles: Sequence[Vehicle], day: date, now: datetime
) -> tuple[Shift, ...]:
    """Return the vehicles in service with time left on that day.

    A shift begins by the depot's clock; one that has begun already is used from ``now`` on, to
    the next full second, and still ends when it ends.
    """
    soonest = now if now.microsecond == 0 else now.replace(microsecond=0) + timedelta(seconds=1)
    found = []
    for vehicle in vehicles:
        begin = depot.at_local(day, vehicle.shift_start)
        ends_by = begin + vehicle.shift
        starts_at = max(begin, soonest)
        if vehicle.in_service and ends_by - starts_at >= SHORTEST:
            found.append(Shift(vehicle=vehicle, starts_at=starts_at, ends_by=ends_by))
    return tuple(found)


def round_at(depot: Depot, available: Sequence[Shift], day: date, now: datetime) -> datetime:
    """Return when the day's rounds begin: what is due is judged for this moment.

    Without a vehicle it is the day's beginning at the depot, or now where that is later.
    """
    return min(
        (shift.starts_at for shift in available), default=max(now, depot.at_local(day, time(0)))
    )
