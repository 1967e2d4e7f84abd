"""Which vehicles can work on a day, from when until when, and the breaks their crews are owed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from core.fleet import Depot
from core.vehicles import Break, Vehicle

SHORTEST = timedelta(minutes=1)
"""With less of the shift left a vehicle stays in."""
_DAY = timedelta(days=1)


class BreakRule(StrEnum):
    """Which breaks a plan keeps to."""

    REGISTERED = "registered"
    """Those of the registry, and no others."""
    EU = "eu"
    """Where a vehicle has none registered, those of Directive 2002/15/EC, article 5: work is
    interrupted before six hours, by 30 minutes, and by another 15 when it lasts over nine hours.
    (Member states may exempt refuse collection from the driving times of Regulation 561/2006.)"""


@dataclass(frozen=True, kw_only=True, slots=True)
class OwedBreak:
    """A break on a day: begins between two moments; owed when the vehicle is back later than
    ``owed_after``.
    """  # noqa: D205 - one sentence

    earliest: datetime
    latest: datetime
    length_s: int
    owed_after: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """A vehicle that leaves between ``starts_at`` and ``latest_start`` and is back by ``ends_by``,
    at most ``longest_s`` after it left.
    """  # noqa: D205 - one sentence

    vehicle: Vehicle
    starts_at: datetime
    latest_start: datetime
    ends_by: datetime
    longest_s: int
    breaks: tuple[OwedBreak, ...] = ()


def shifts(
    depot: Depot,
    vehicles: Sequence[Vehicle],
    day: date,
    now: datetime,
    *,
    rule: BreakRule = BreakRule.REGISTERED,
) -> tuple[Shift, ...]:
    """Return the vehicles in service with time left on that day.

    A shift begins by the depot's clock; one that has begun already is used from ``now`` on, to
    the next full second, and still ends when it ends. A break whose time is over counts as taken.
    """
    soonest = now if now.microsecond == 0 else now.replace(microsecond=0) + timedelta(seconds=1)
    found = []
    for vehicle in vehicles:
        begin = depot.at_local(day, vehicle.shift_start)
        latest = begin
        if vehicle.latest_start is not None:
            later = vehicle.latest_start < vehicle.shift_start
            latest = depot.at_local(day + _DAY if later else day, vehicle.latest_start)
        starts_at, ends_by = max(begin, soonest), latest + vehicle.shift
        if vehicle.in_service and ends_by - starts_at >= SHORTEST:
            longest = min(vehicle.shift, ends_by - starts_at)
            owed = (*_registered(depot, vehicle, day, begin), *_by_law(vehicle, begin, rule))
            found.append(
                Shift(
                    vehicle=vehicle,
                    starts_at=starts_at,
                    latest_start=max(starts_at, latest),
                    ends_by=ends_by,
                    longest_s=int(longest.total_seconds()),
                    breaks=tuple(b for b in owed if b.latest >= starts_at),
                )
            )
    return tuple(found)


def round_at(depot: Depot, available: Sequence[Shift], day: date, now: datetime) -> datetime:
    """Return when the day's rounds begin: what is due is judged for this moment.

    Without a vehicle it is the day's beginning at the depot, or now where that is later.
    """
    return min(
        (shift.starts_at for shift in available), default=max(now, depot.at_local(day, time(0)))
    )


def _registered(depot: Depot, vehicle: Vehicle, day: date, begin: datetime) -> Iterator[OwedBreak]:
    for one in vehicle.breaks:
        on = day + _DAY if one.earliest < vehicle.shift_start else day
        until = on + _DAY if one.latest < one.earliest else on
        latest = depot.at_local(until, one.latest)
        yield OwedBreak(
            earliest=depot.at_local(on, one.earliest),
            latest=latest,
            length_s=one.length_s,
            owed_after=_owed_after(one, begin, latest),
        )


def _owed_after(one: Break, begin: datetime, latest: datetime) -> datetime:
    return latest if one.owed_after_s is None else begin + timedelta(seconds=one.owed_after_s)


def _by_law(vehicle: Vehicle, begin: datetime, rule: BreakRule) -> Iterator[OwedBreak]:
    if rule is not BreakRule.EU or vehicle.breaks:
        return
    first, second = timedelta(hours=6), timedelta(hours=9, minutes=30)
    yield OwedBreak(
        earliest=begin + timedelta(hours=2),
        latest=begin + first,
        length_s=30 * 60,
        owed_after=begin + first,
    )
    # nine hours of work and the half hour of the first break
    yield OwedBreak(
        earliest=begin + first + timedelta(minutes=30),
        latest=begin + second,
        length_s=15 * 60,
        owed_after=begin + second,
    )
