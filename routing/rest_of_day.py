"""From the rounds that are left to do to a day's whole: the way home, what is done, the referee."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from core.fleet import DisposalSite
from core.geo import Position
from core.plans import Round, Stop, StopKind
from core.vehicles import Vehicle
from routing.day import Fleet
from routing.going_on import Way, as_it_is, whole_rounds
from routing.kept_referee import check_kept
from routing.midday import Midday
from routing.problem import ProblemVehicle
from routing.rounds import Outcome
from routing.standing import Standing
from routing.travel import TravelTimes
from routing.ways import add_ways


async def go_on(
    midday: Midday,
    outcome: Outcome,
    fleet: Fleet,
    able: Sequence[ProblemVehicle],
    travel: TravelTimes,
) -> Outcome:
    """Return the rounds of the whole day, for the rest of which ``outcome`` has the rounds.

    ``able`` are the vehicles it was made for.

    A vehicle that is out and has nothing more to do comes home, over a disposal site where it has
    a load, be it after its shift. Raises RuntimeError where what is done or promised is not kept.
    """
    homeward = [
        await _homeward(vehicle, standing, fleet, travel)
        for vehicle, standing in _idle(midday, outcome, fleet)
    ]
    ends = {v.vehicle_id: _ends(v, midday.standings, fleet) for v in fleet.vehicles}
    rest = (
        *outcome.rounds,
        *await add_ways(homeward, travel, ends_of=lambda r: ends[r.vehicle_id]),
    )
    rounds = whole_rounds(
        midday.before,
        rest,
        midday.settled,
        rest_before=await _rest_before(midday, ends, travel),
    )
    faults = check_kept(
        midday.before,
        rounds,
        midday.settled,
        replan=midday.replan,
        standings=midday.standings,
        able={vehicle.vehicle_id for vehicle in able},
        asked_again=midday.asked_again,
    )
    if faults:
        raise RuntimeError(f"the re-plan does not keep what is done: {faults[0]}")
    late = [r for r in homeward if r.ends_at > _shift_end(r, fleet, midday)]
    return replace(
        outcome, rounds=rounds, notes=(*outcome.notes, *_broken(midday), *_late(late, fleet))
    )


async def rounds_by_hand(
    midday: Midday,
    rest: Sequence[Round],
    fleet: Fleet,
    able: Sequence[ProblemVehicle],
    travel: TravelTimes,
    *,
    concerned: frozenset[str],
) -> tuple[Round, ...]:
    """Return the rounds of the whole day, of which only those of ``concerned`` are others.

    ``rest`` are their rounds from where they stand. All others stay as they are, to the second.
    Raises RuntimeError where what is done is not kept.
    """
    before = midday.before
    standings = {v: s for v, s in midday.standings.items() if v in concerned}
    own = replace(
        midday,
        before=replace(before, rounds=tuple(r for r in before.rounds if r.vehicle_id in concerned)),
        standings=standings,
    )
    busy = {round_.vehicle_id for round_ in rest}
    homeward = [
        await _homeward(vehicle, standings[vehicle.vehicle_id], fleet, travel)
        for vehicle in fleet.vehicles
        if vehicle.vehicle_id in concerned - busy and standings[vehicle.vehicle_id].out
    ]
    ends = {v.vehicle_id: _ends(v, midday.standings, fleet) for v in fleet.vehicles}
    untouched = {r.vehicle_id for r in before.rounds} - concerned
    rounds = (
        *whole_rounds(
            before,
            await add_ways([*rest, *homeward], travel, ends_of=lambda r: ends[r.vehicle_id]),
            [one for one in midday.settled if one.vehicle_id not in untouched],
            rest_before=await _rest_before(own, ends, travel),
        ),
        *(as_it_is(r, midday.settled) for r in before.rounds if r.vehicle_id in untouched),
    )
    faults = check_kept(
        before,
        rounds,
        midday.settled,
        replan=midday.replan,
        standings=standings,
        able={vehicle.vehicle_id for vehicle in able},
        asked_again=midday.asked_again,
    )
    if faults:
        raise RuntimeError(f"the move does not keep what is done: {faults[0]}")
    return rounds


def _idle(midday: Midday, outcome: Outcome, fleet: Fleet) -> Sequence[tuple[Vehicle, Standing]]:
    busy = {round_.vehicle_id for round_ in outcome.rounds}
    return [
        (vehicle, standing)
        for vehicle in fleet.vehicles
        if (standing := midday.standings.get(vehicle.vehicle_id)) is not None
        and standing.out
        and vehicle.vehicle_id not in busy
        and vehicle.vehicle_id not in midday.replan.broken
    ]


async def _homeward(
    vehicle: Vehicle, standing: Standing, fleet: Fleet, travel: TravelTimes
) -> Round:
    """Return the round of a vehicle that only empties its body and drives home."""
    sites = fleet.sites if standing.aboard else ()
    end = _depot(vehicle, fleet)
    table = await travel.table([standing.position, *(s.position for s in sites), end])
    node, clock = 0, standing.free_from
    drive_s = distance_m = 0
    stops: list[Stop] = []
    home = len(sites) + 1

    def drive_to(there: int) -> None:
        nonlocal node, clock, drive_s, distance_m
        drive_s += int(table.drive_s[node, there])
        distance_m += int(table.distance_m[node, there])
        clock += timedelta(seconds=int(table.drive_s[node, there]))
        node = there

    aboard = {one.stream for one in standing.aboard}
    while aboard:
        takes = [i for i, site in enumerate(sites) if aboard & site.streams]
        if not takes:
            break
        # whoever takes most of it, and of those the one on the way
        best = min(
            takes,
            key=lambda i: (
                -len(aboard & sites[i].streams),
                int(table.drive_s[node, i + 1]) + int(table.drive_s[i + 1, home]),
            ),
        )
        drive_to(best + 1)
        stops.append(_disposal(sites[best], clock, seq=len(stops) + 1))
        clock += timedelta(seconds=sites[best].service_s)
        aboard -= sites[best].streams
    drive_to(home)
    return Round(
        round_id=uuid4(),
        vehicle_id=vehicle.vehicle_id,
        crew_id=vehicle.crew_id,
        starts_at=standing.free_from,
        ends_at=clock,
        distance_m=distance_m,
        drive_s=drive_s,
        load_kg=0.0,
        stops=tuple(stops),
        end_depot_id=None if vehicle.end_depot_id == vehicle.depot_id else vehicle.end_depot_id,
    )


def _disposal(site: DisposalSite, at: datetime, *, seq: int) -> Stop:
    return Stop(
        stop_id=uuid4(),
        seq=seq,
        kind=StopKind.DISPOSAL,
        position=site.position,
        bin_id=None,
        disposal_site_id=site.disposal_site_id,
        arrives_at=at,
        begins_at=at,
        service_s=site.service_s,
    )


def _ends(
    vehicle: Vehicle, standings: Mapping[str, Standing], fleet: Fleet
) -> tuple[Position, Position]:
    standing = standings.get(vehicle.vehicle_id)
    start = fleet.depot.position if standing is None else standing.position
    return start, _depot(vehicle, fleet)


def _depot(vehicle: Vehicle, fleet: Fleet) -> Position:
    ends_at = vehicle.end_depot_id or vehicle.depot_id
    return next(
        (depot.position for depot in fleet.depots if depot.depot_id == ends_at),
        fleet.depot.position,
    )


async def _rest_before(
    midday: Midday, ends: Mapping[str, tuple[Position, Position]], travel: TravelTimes
) -> Mapping[str, Way]:
    """Return what the open stops of the plan in force would have been to drive from here.

    A vehicle that was broken in it already has nothing left there, not even a way home.
    """
    stays = () if midday.before.replan is None else midday.before.replan.broken
    ways = {}
    for round_ in midday.before.rounds:
        standing = midday.standings[round_.vehicle_id]
        if not standing.out or round_.vehicle_id in stays:
            continue
        to_do = [s for s in round_.stops if s.outcome is None and s.kind is not StopKind.BREAK]
        home = ends.get(round_.vehicle_id, (standing.position, standing.position))[1]
        table = await travel.table(
            [standing.position, *(stop.position for stop in to_do), home],
            kerb=[False, *(stop.kind is StopKind.BIN for stop in to_do), False],
        )
        legs = range(len(to_do) + 1)
        ways[round_.vehicle_id] = Way(
            distance_m=sum(int(table.distance_m[i, i + 1]) for i in legs),
            drive_s=sum(int(table.drive_s[i, i + 1]) for i in legs),
        )
    return ways


def _broken(midday: Midday) -> Sequence[str]:
    notes = []
    for vehicle_id in midday.replan.broken:
        standing = midday.standings.get(vehicle_id)
        load_kg = 0.0 if standing is None else standing.load_kg
        what = f" with {load_kg:,.0f} kg on board, which stay on it" if load_kg else ""
        notes.append(f"{vehicle_id} broke down{what}")
    return notes


def _shift_end(round_: Round, fleet: Fleet, midday: Midday) -> datetime:
    vehicle = next(v for v in fleet.vehicles if v.vehicle_id == round_.vehicle_id)
    begin = vehicle.latest_start or vehicle.shift_start
    return fleet.depot.at_local(midday.before.day, begin) + vehicle.shift


def _late(rounds: Sequence[Round], fleet: Fleet) -> Sequence[str]:
    return [
        f"{r.vehicle_id} comes home at {r.ends_at.astimezone(fleet.depot.zone):%H:%M}, "
        "after the end of its shift"
        for r in rounds
    ]
