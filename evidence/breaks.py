"""Rounds as they are driven: at the planned moments, or by crews that rest at the depot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from core.fleet import Depot
from core.plans import Round, Stop, StopKind
from core.vehicles import Vehicle
from routing.travel import TravelTable

_DEPOT = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class DepotBreak:
    """A break that every lorry on its way takes at the depot, by the depot's clock."""

    at: time
    length_s: int


@dataclass(frozen=True, kw_only=True, slots=True)
class WholeDays:
    """The lorries as somebody sees them who plans the day in one piece and not around breaks."""

    vehicles: tuple[Vehicle, ...]
    breaks: tuple[DepotBreak, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DrivenRound:
    """One round as it is driven: when each bin is reached, in order, and what it takes."""

    reached: tuple[tuple[str, datetime], ...]
    distance_m: int
    work_s: int


def as_planned(round_: Round) -> DrivenRound:
    """Drive a round at its own moments."""
    return DrivenRound(
        reached=tuple((_bin_of(stop), stop.begins_at) for stop in _bin_stops(round_)),
        distance_m=round_.distance_m,
        work_s=int((round_.ends_at - round_.starts_at).total_seconds()),
    )


def rested(
    round_: Round,
    breaks: Sequence[DepotBreak],
    *,
    depot: Depot,
    travel: TravelTable,
    row_of: Mapping[str, int],
) -> DrivenRound:
    """Drive a round in its order, and to the depot for each break that the next bin would miss.

    As in the simulator that Wouda et al. 2024 published: the break begins when it should, the
    lorry comes early and waits, or late and rests then. ``row_of`` are the bins' rows of
    ``travel`` by bin_id; row 0 is the depot.
    """
    day = round_.starts_at.astimezone(depot.zone).date()
    left = [(depot.at_local(day, b.at), timedelta(seconds=b.length_s)) for b in breaks]
    now, at, distance_m = round_.starts_at, _DEPOT, 0
    reached = []
    for stop in _bin_stops(round_):
        row = row_of[_bin_of(stop)]
        while left and now + _until_home(travel, at, row, stop) > left[0][0]:
            starts_at, length = left.pop(0)
            distance_m += int(travel.distance_m[at, _DEPOT])
            now = max(starts_at, now + _drive(travel, at, _DEPOT)) + length
            at = _DEPOT
        distance_m += int(travel.distance_m[at, row])
        now += _drive(travel, at, row)
        reached.append((_bin_of(stop), now))
        now += timedelta(seconds=stop.service_s)
        at = row
    distance_m += int(travel.distance_m[at, _DEPOT])
    ends_at = now + _drive(travel, at, _DEPOT)
    return DrivenRound(
        reached=tuple(reached),
        distance_m=distance_m,
        work_s=int((ends_at - round_.starts_at).total_seconds()),
    )


def _until_home(travel: TravelTable, at: int, row: int, stop: Stop) -> timedelta:
    """Return how long it takes to empty the next bin and be back at the depot."""
    service = timedelta(seconds=stop.service_s)
    return _drive(travel, at, row) + service + _drive(travel, row, _DEPOT)


def _drive(travel: TravelTable, start: int, end: int) -> timedelta:
    return timedelta(seconds=int(travel.drive_s[start, end]))


def _bin_stops(round_: Round) -> Sequence[Stop]:
    return [stop for stop in round_.stops if stop.kind is StopKind.BIN]


def _bin_of(stop: Stop) -> str:
    assert stop.bin_id is not None  # noqa: S101 - a stop of this kind has one
    return stop.bin_id
