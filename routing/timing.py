"""When a vehicle is where on stops in a given order: driven through with the clock, fit or not.

Unlike ``timetable`` it knows no model and refuses nothing: whether the round may be driven is the
referee's to say, in words for people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from core.fleet import DisposalSite
from core.geo import Position
from core.hours import Span, open_spans
from core.plans import Round, Stop, StopKind
from routing.problem import ProblemBin, ProblemVehicle
from routing.problem.ground import Ground
from routing.shifts import OwedBreak


@dataclass(frozen=True, kw_only=True, eq=False)
class Roads:
    """What rounds are timed by: ways, bins by bin_id, sites by disposal_site_id."""

    ground: Ground
    bins: Mapping[str, ProblemBin]
    sites: Mapping[str, DisposalSite]


def timed(
    vehicle: ProblemVehicle, stops: Sequence[Stop], roads: Roads, *, starts_at: datetime
) -> Round:
    """Return the round with these stops in this order, each begun as early as it can be.

    A break that is not owed any more is passed over. A stop that cannot begin in its hours begins
    when the vehicle is there. Where a break follows on another stop than before it is a new stop.
    """
    clock = _Clock(vehicle, roads, starts_at)
    owed = sorted(vehicle.shift.breaks, key=lambda one: one.latest)
    for stop in stops:
        if stop.kind is StopKind.BREAK:
            if owed and owed[0].length_s == stop.service_s:
                clock.rest(owed.pop(0), stop)
        else:
            clock.drive_to(stop)
    return clock.home()


def timed_with_breaks(
    vehicle: ProblemVehicle, stops: Sequence[Stop], roads: Roads, *, starts_at: datetime
) -> Round:
    """Return the same with its breaks anew, each taken as soon as it may be, where it is owed."""
    work = [stop for stop in stops if stop.kind is not StopKind.BREAK]
    owed = sorted(vehicle.shift.breaks, key=lambda one: one.latest)
    without = timed(vehicle, work, roads, starts_at=starts_at)
    clock = _Clock(vehicle, roads, starts_at)
    for stop in work:
        while owed and without.ends_at > owed[0].owed_after and clock.now >= owed[0].earliest:
            clock.rest(owed.pop(0), None)
        clock.drive_to(stop)
    return clock.home()


class _Clock:
    """A vehicle on its way."""

    def __init__(self, vehicle: ProblemVehicle, roads: Roads, starts_at: datetime) -> None:
        self._vehicle, self._roads = vehicle, roads
        self._places = roads.ground.places
        self._node = self._places.start_of(vehicle.vehicle)
        self._starts_at = self.now = starts_at
        self._drive_s = self._distance_m = 0
        self._load_kg = 0.0
        self._stops: list[Stop] = []

    def drive_to(self, stop: Stop) -> None:
        """Go to a bin or a site and do what is to be done there."""
        if stop.bin_id is not None:
            bin_ = self._roads.bins[stop.bin_id]
            node, spans, service_s = bin_.node, bin_.spans, bin_.service_s
            expected, load = bin_.wanted.expected_fill_pct, bin_.load_kg
            stop = replace(stop, expected_fill_pct=expected, load_kg=load)
            self._load_kg += load
        else:
            site = self._roads.sites[stop.disposal_site_id or ""]
            node, service_s = self._places.sites[site.disposal_site_id], site.service_s
            ground = self._roads.ground
            spans = open_spans(site.opening_hours, ground.day, ground.zone, within=ground.within)
        self._go(node)
        arrives_at = self.now
        self._put(stop, arrives_at, _first_within(spans, arrives_at), service_s)

    def rest(self, owed: OwedBreak, stop: Stop | None) -> None:
        """Take a break where the vehicle stands; ``stop`` is the one it was before."""
        here = self._places.positions[self._node]
        if stop is None or stop.position != here:
            stop = _new_break(here, owed, self.now)
        self._put(stop, self.now, max(self.now, owed.earliest), owed.length_s)

    def home(self) -> Round:
        """Drive home and return the whole."""
        self._go(self._places.end_of(self._vehicle.vehicle))
        lorry = self._vehicle.vehicle
        return Round(
            round_id=uuid4(),
            vehicle_id=lorry.vehicle_id,
            crew_id=lorry.crew_id,
            starts_at=self._starts_at,
            ends_at=self.now,
            distance_m=self._distance_m,
            drive_s=self._drive_s,
            load_kg=self._load_kg,
            stops=tuple(self._stops),
            end_depot_id=None if lorry.end_depot_id == lorry.depot_id else lorry.end_depot_id,
        )

    def _go(self, node: int) -> None:
        travel = self._roads.ground.travel
        drive_s = int(travel.drive_s[self._node, node])
        self._drive_s += drive_s
        self._distance_m += int(travel.distance_m[self._node, node])
        self.now += timedelta(seconds=drive_s)
        self._node = node

    def _put(self, stop: Stop, arrives_at: datetime, begins_at: datetime, service_s: int) -> None:
        self._stops.append(
            replace(
                stop,
                seq=len(self._stops) + 1,
                arrives_at=arrives_at,
                begins_at=begins_at,
                service_s=service_s,
            )
        )
        self.now = begins_at + timedelta(seconds=service_s)


def _first_within(spans: Sequence[Span], at: datetime) -> datetime:
    return next((max(at, begin) for begin, end in spans if at <= end), at)


def _new_break(here: Position, owed: OwedBreak, at: datetime) -> Stop:
    return Stop(
        stop_id=uuid4(),
        seq=0,
        kind=StopKind.BREAK,
        position=here,
        bin_id=None,
        disposal_site_id=None,
        arrives_at=at,
        begins_at=at,
        service_s=owed.length_s,
    )
