"""Rounds in an order that somebody chose: timed with real ways, and judged by the referee."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.hours import Span
from core.plans import Round, Stop, StopKind
from core.rules.due import Wanted
from core.rules.moves import Moved
from routing.day import Fleet
from routing.midday import Midday
from routing.problem import Built, Places, ProblemVehicle, Rules, build
from routing.problem.build import within
from routing.problem.ground import Ground
from routing.problem.visits import problem_bin
from routing.referee import check
from routing.timing import Roads, timed, timed_with_breaks
from routing.travel import TravelTimes


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """The rounds concerned as they would be driven, and what is wrong with them, in words."""

    rounds: tuple[Round, ...]
    faults: tuple[str, ...]
    notes: tuple[str, ...]
    travel_source: str


async def checked(
    change: Moved,
    wanted: Mapping[str, Wanted],
    *,
    fleet: Fleet,
    able: Sequence[ProblemVehicle],
    midday: Midday,
    travel: TravelTimes,
    rules: Rules,
) -> Checked:
    """Time the rounds a change concerns, and let the referee drive them.

    What is broken without the change as well (a crew is late already) is no fault of it: it must
    only not become worse, and a note says so.
    """
    concerned = [v for v in able if v.vehicle_id in change.rounds]
    places = Places.of(
        depots=fleet.depots,
        vehicles=[v.vehicle for v in able],
        sites=fleet.sites,
        wanted=tuple(wanted.values()),
        starts={v.vehicle_id: v.start for v in able if v.start is not None},
    )
    table = await travel.table(places.positions, kerb=places.kerb)
    away = sorted(change.rounds.keys() - {v.vehicle_id for v in concerned})
    if away:
        faults = tuple(f"{vehicle_id} cannot work any more today" for vehicle_id in away)
        return Checked(rounds=(), faults=faults, notes=(), travel_source=table.source)
    ground = Ground(
        depot=fleet.depot,
        day=midday.before.day,
        within=_longer(within(midday.before.day, fleet.depot, able)),
        places=places,
        travel=table,
    )
    day = _Day(change=change, fleet=fleet, able=able, midday=midday, rules=rules, ground=ground)
    roads = _roads(wanted, fleet, ground, rules)
    notes: list[str] = []
    lenient, by_bin = list(concerned), dict(wanted)
    for n, vehicle in enumerate(concerned):
        was = _as_it_stands(vehicle, midday, roads)
        if was is not None:
            lenient[n] = _no_later_than(vehicle, was, fleet, notes)
            by_bin |= _without_hours(was, wanted, roads, fleet, notes)
    rounds, faults = day.judged(lenient, by_bin)
    if faults and notes:
        # what is wrong is told by the hours that hold, not by those that were let pass
        _, told = day.judged(concerned, wanted)
        faults = (*told, *notes)
    return Checked(rounds=rounds, faults=faults, notes=tuple(notes), travel_source=table.source)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Day:
    change: Moved
    fleet: Fleet
    able: Sequence[ProblemVehicle]
    midday: Midday
    rules: Rules
    ground: Ground

    def judged(
        self, concerned: Sequence[ProblemVehicle], wanted: Mapping[str, Wanted]
    ) -> tuple[tuple[Round, ...], tuple[str, ...]]:
        """Return the rounds of the vehicles concerned, and what the referee has against them."""
        others = [v for v in self.able if v.vehicle_id not in self.change.rounds]
        built = build(
            day=self.midday.before.day,
            depot=self.fleet.depot,
            vehicles=self.fleet.vehicles,
            available=[*concerned, *others],
            sites=self.fleet.sites,
            wanted=tuple(wanted.values()),
            streams=self.fleet.streams,
            places=self.ground.places,
            travel=self.ground.travel,
            closures=self.fleet.closures,
            rules=self.rules,
        )
        if built.never:
            return (), tuple(f"bin {entry.bin_id}: {entry.detail}" for entry in built.never)
        roads = _roads(wanted, self.fleet, self.ground, self.rules)
        rounds: list[Round] = []
        wrong: list[str] = []
        for vehicle in concerned:
            stops = self.change.rounds[vehicle.vehicle_id]
            if _worth_leaving(vehicle, stops, self.midday):
                round_, faults = _best(vehicle, stops, built, roads, self.midday)
                rounds.append(round_)
                wrong += faults
        return tuple(rounds), tuple(wrong)


def _worth_leaving(vehicle: ProblemVehicle, stops: Sequence[Stop], midday: Midday) -> bool:
    """Tell whether there is anything left to do: a bin, or a load to empty."""
    if any(stop.kind is StopKind.BIN for stop in stops):
        return True
    standing = midday.standings.get(vehicle.vehicle_id)
    loaded = standing is not None and bool(standing.aboard)
    return loaded and any(stop.kind is StopKind.DISPOSAL for stop in stops)


def _best(
    vehicle: ProblemVehicle, stops: Sequence[Stop], built: Built, roads: Roads, midday: Midday
) -> tuple[Round, tuple[str, ...]]:
    """Return the first way to drive these stops that the referee lets pass, else the plain one.

    As planned; leaving as soon as it may; with its breaks at other places.
    """
    told: tuple[Round, tuple[str, ...]] | None = None
    for starts_at in _starts(vehicle, midday):
        for way in (timed, timed_with_breaks):
            round_ = way(vehicle, stops, roads, starts_at=starts_at)
            faults = _faults(round_, built)
            if not faults:
                return round_, ()
            told = (round_, faults)
    assert told is not None  # noqa: S101 - there is always one way
    return told


def _faults(round_: Round, built: Built) -> tuple[str, ...]:
    wanted = {stop.bin_id for stop in round_.stops if stop.bin_id is not None}
    found = check(built.problem, wanted=wanted, rounds=[round_], left_out=())
    return tuple(fault.removeprefix("vehicle ") for fault in found)


def _starts(vehicle: ProblemVehicle, midday: Midday) -> Iterator[datetime]:
    shift = vehicle.shift
    was = next((r for r in midday.before.rounds if r.vehicle_id == vehicle.vehicle_id), None)
    if was is not None and shift.starts_at < was.starts_at <= shift.latest_start:
        yield was.starts_at
    yield shift.starts_at


def _as_it_stands(vehicle: ProblemVehicle, midday: Midday, roads: Roads) -> Round | None:
    """Return the vehicle's open stops as they are in the plan in force, timed from now."""
    was = next((r for r in midday.before.rounds if r.vehicle_id == vehicle.vehicle_id), None)
    stops = [] if was is None else [stop for stop in was.stops if stop.outcome is None]
    if not stops:
        return None
    return timed(vehicle, stops, roads, starts_at=next(_starts(vehicle, midday)))


def _no_later_than(
    vehicle: ProblemVehicle, was: Round, fleet: Fleet, notes: list[str]
) -> ProblemVehicle:
    """Give a vehicle that is too late already the time it needs without any change."""
    shift = vehicle.shift
    late_s = max(
        (was.ends_at - shift.ends_by).total_seconds(),
        (was.ends_at - was.starts_at).total_seconds() - shift.longest_s,
    )
    if late_s <= 0:
        return vehicle
    at = was.ends_at.astimezone(fleet.depot.zone)
    notes.append(
        f"{vehicle.vehicle_id} is late in any case: without this it would be back at {at:%H:%M}, "
        f"{late_s / 60:.0f} min after its shift"
    )
    return replace(
        vehicle,
        shift=replace(
            shift,
            ends_by=max(shift.ends_by, was.ends_at),
            longest_s=max(shift.longest_s, int((was.ends_at - was.starts_at).total_seconds())),
        ),
    )


def _without_hours(
    was: Round, wanted: Mapping[str, Wanted], roads: Roads, fleet: Fleet, notes: list[str]
) -> Mapping[str, Wanted]:
    """Return the bins whose hours are missed in any case as bins without hours."""
    found = {}
    for stop in was.stops:
        if stop.bin_id is None:
            continue
        spans = roads.bins[stop.bin_id].spans
        if any(begin <= stop.begins_at <= end for begin, end in spans):
            continue
        one = wanted[stop.bin_id]
        if not one.level.bin.windows:
            continue
        at = stop.begins_at.astimezone(fleet.depot.zone)
        notes.append(f"bin {stop.bin_id} misses its hours in any case (without this at {at:%H:%M})")
        level = replace(one.level, bin=replace(one.level.bin, windows=()))
        found[stop.bin_id] = replace(one, level=level)
    return found


def _roads(wanted: Mapping[str, Wanted], fleet: Fleet, ground: Ground, rules: Rules) -> Roads:
    return Roads(
        ground=ground,
        bins={
            bin_id: problem_bin(
                one,
                stream=fleet.streams[one.level.bin.stream],
                walk_m_per_s=rules.walk_m_per_s,
                closures=fleet.closures,
                ground=ground,
            )
            for bin_id, one in wanted.items()
        },
        sites={site.disposal_site_id: site for site in fleet.sites},
    )


def _longer(span: Span) -> Span:
    """A round that is late goes on beyond the shifts."""
    begin, end = span
    return begin, end + (end - begin)
