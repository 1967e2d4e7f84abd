"""A day in the middle: what is done, where everybody stands, and what is left to choose from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from core.errors import NotFoundError
from core.fleet import Stream
from core.levels import Level
from core.plans import DueReason, LeftOut, LeftOutReason, Plan, Stop
from core.replan import Keep, Replan
from core.rules.due import Wanted
from routing.choice import Choice
from routing.day import Day, Fleet
from routing.problem import ProblemVehicle
from routing.shifts import SHORTEST, OwedBreak, Shift
from routing.standing import Standing, standings
from store import replans
from store.connection import Connection
from store.replans import Settled

_FULL_PCT = 100.0
_CANNOT_BE_KEPT = {LeftOutReason.OUT_OF_SERVICE, LeftOutReason.NO_POSITION}


@dataclass(frozen=True, kw_only=True)
class Midday:
    """What is known in the middle of a day.

    Attributes:
        before: the plan in force, whole, with the marks of its stops.
        replan: what is asked for.
        settled: every mark of the day, oldest first.
        standings: where each vehicle is, by vehicle_id.
        visited: bins somebody was at today, and nobody has to go to again.
        asked_again: bins somebody was at today and that are asked for once more.
    """

    before: Plan
    replan: Replan
    settled: Sequence[Settled]
    standings: Mapping[str, Standing]
    visited: frozenset[str]
    asked_again: frozenset[str]

    @property
    def open_stops(self) -> Mapping[str, tuple[str, Stop]]:
        """What the plan in force has still to do: vehicle_id and stop, by bin_id."""
        return {
            stop.bin_id: (round_.vehicle_id, stop)
            for round_ in self.before.rounds
            for stop in round_.stops
            if stop.bin_id is not None and stop.outcome is None
        }

    @property
    def open_rounds(self) -> Mapping[str, Sequence[str]]:
        """The open bins of each vehicle in the order of the plan in force: a start for a search."""
        rounds: dict[str, list[str]] = {}
        for bin_id, (vehicle_id, _) in self.open_stops.items():
            rounds.setdefault(vehicle_id, []).append(bin_id)
        return rounds


async def read_midday(conn: Connection, plan: Plan, day: Day, *, now: datetime) -> Midday:
    """Read what is done of the plan that a re-plan goes on with."""
    assert plan.replan is not None  # noqa: S101 - asked only for re-plans
    before = None
    if plan.replaces_plan_id is not None:
        before = await replans.whole(conn, plan.replaces_plan_id, ways=True)
    if before is None:
        raise NotFoundError(f"there is no plan {plan.replaces_plan_id} to go on with")
    settled = await replans.settled(conn, before)
    return midday_of(before, plan.replan, settled, day=day, asked_at=plan.requested_at, now=now)


def midday_of(
    before: Plan,
    replan: Replan,
    settled: Sequence[Settled],
    *,
    day: Day,
    asked_at: datetime,
    now: datetime,
) -> Midday:
    """Work out what follows from the marks of a day. ``asked_at``: when urgent bins were named.

    Whoever was at an urgent bin after that has done what was asked.
    """
    seen_at: dict[str, datetime] = {}
    for one in settled:
        if one.continued and one.stop.bin_id is not None:
            seen_at[one.stop.bin_id] = one.marked_at
    again = frozenset(b for b in replan.urgent if b in seen_at and seen_at[b] <= asked_at)
    return Midday(
        before=before,
        replan=replan,
        settled=settled,
        standings=standings(
            before,
            settled,
            depot=day.fleet.depot,
            sites=day.fleet.sites,
            bins={level.bin.bin_id: level.bin for level in day.levels},
            now=_next_second(now),
        ),
        visited=frozenset(seen_at) - again,
        asked_again=again,
    )


def left_to_choose(midday: Midday, choice: Choice, levels: Sequence[Level]) -> Choice:
    """Return the choice without what was visited, with what is asked for, and what is promised.

    Urgent bins are due, whatever their level says. With ``keep`` all, open stops stay on the plan
    also where the choice would not make them any more. What was taken off by hand stays off.
    """
    kept = midday.open_stops.keys() if midday.replan.keep is Keep.ALL else frozenset[str]()
    by_bin = {level.bin.bin_id: level for level in levels}
    wanted = {w.level.bin.bin_id: w for w in choice.wanted}
    left_out = {entry.bin_id: entry for entry in choice.left_out}
    for bin_id in (*midday.replan.urgent, *kept):
        if bin_id in midday.visited or bin_id not in by_bin:
            continue
        entry = left_out.get(bin_id)
        if entry is not None and entry.reason in _CANNOT_BE_KEPT:
            continue
        asked = bin_id in midday.replan.urgent
        wanted[bin_id] = _due(by_bin[bin_id], wanted.get(bin_id), entry, asked=asked)
        left_out.pop(bin_id, None)
    for bin_id in midday.replan.taken_off:
        if bin_id in wanted:
            expected_pct = wanted.pop(bin_id).expected_fill_pct
            left_out[bin_id] = LeftOut(
                bin_id=bin_id,
                reason=LeftOutReason.TAKEN_OFF,
                detail=f"{expected_pct:.0f} % full; somebody took it off its round by hand",
                expected_fill_pct=expected_pct,
            )
    return Choice(
        wanted=tuple(w for bin_id, w in wanted.items() if bin_id not in midday.visited),
        left_out=tuple(e for bin_id, e in left_out.items() if bin_id not in midday.visited),
    )


def _due(level: Level, was: Wanted | None, entry: LeftOut | None, *, asked: bool) -> Wanted:
    if was is not None and was.is_due and not asked:
        return was
    expected_pct = _FULL_PCT
    if was is not None:
        expected_pct = was.expected_fill_pct
    elif entry is not None and entry.expected_fill_pct is not None:
        expected_pct = entry.expected_fill_pct
    elif level.fill_pct is not None:
        expected_pct = level.fill_pct
    return Wanted(
        level=level,
        reason=DueReason.REQUESTED if asked else DueReason.PROMISED,
        expected_fill_pct=expected_pct,
        overflow_probability=was.overflow_probability if was is not None else 0.0,
    )


def vehicles_left(
    midday: Midday,
    available: Sequence[Shift],
    whole_shifts: Sequence[Shift],
    streams: Mapping[str, Stream],
) -> tuple[ProblemVehicle, ...]:
    """Return who can go on, from where, with what is on board and what its crew is still owed.

    ``available`` are the shifts that have time left, ``whole_shifts`` the same from their
    beginning, with all breaks. A vehicle whose time is up has to come home and takes nothing more.
    """
    breaks = {shift.vehicle.vehicle_id: shift.breaks for shift in whole_shifts}
    promised = midday.open_rounds if midday.replan.keep is Keep.ALL else {}
    found = []
    for shift in available:
        vehicle_id = shift.vehicle.vehicle_id
        if vehicle_id in midday.replan.broken:
            continue
        standing = midday.standings.get(vehicle_id)
        own = frozenset(promised.get(vehicle_id, ()))
        if standing is None or not standing.out:
            found.append(ProblemVehicle(shift=shift, promised=own))
            continue
        left = _shift_left(shift, standing, breaks.get(vehicle_id, shift.breaks))
        if left is not None:
            found.append(
                ProblemVehicle(
                    shift=left,
                    start=standing.position,
                    start_load_kg=standing.load_kg,
                    start_load_l=_room_taken(left, standing, streams),
                    promised=own,
                )
            )
    return tuple(found)


def _shift_left(shift: Shift, standing: Standing, breaks: Sequence[OwedBreak]) -> Shift | None:
    begin = standing.started_at or shift.starts_at
    ends_by = min(shift.ends_by, begin + shift.vehicle.shift)
    starts_at = _next_second(standing.free_from)
    if ends_by - starts_at < SHORTEST:
        return None
    owed = tuple(b for b in breaks[standing.breaks_taken :] if b.latest >= starts_at)
    return replace(
        shift,
        starts_at=starts_at,
        latest_start=starts_at,
        ends_by=ends_by,
        longest_s=int((ends_by - starts_at).total_seconds()),
        breaks=owed,
    )


def _room_taken(
    shift: Shift, standing: Standing, streams: Mapping[str, Stream]
) -> tuple[float, ...]:
    """Return pressed litres in each compartment; a stream it does not carry is in none."""
    room_l = [0.0 for _ in shift.vehicle.body]
    for one in standing.aboard:
        part = shift.vehicle.compartment_for(one.stream)
        if part is not None and one.stream in streams:
            room_l[part] += one.loose_l / shift.vehicle.body[part].ratio(streams[one.stream])
    return tuple(room_l)


def moves(
    midday: Midday,
    wanted: Sequence[Wanted],
    vehicles: Sequence[ProblemVehicle],
    *,
    move_m: int,
) -> NDArray[np.int32]:
    """Return (wanted, vehicles) metres: what it costs that a bin is emptied by another vehicle."""
    wish_m = np.zeros((len(wanted), len(vehicles)), dtype=np.int32)
    if midday.replan.keep is not Keep.PREFER:
        return wish_m
    ids = [vehicle.vehicle_id for vehicle in vehicles]
    owners = {bin_id: vehicle_id for bin_id, (vehicle_id, _) in midday.open_stops.items()}
    for n, w in enumerate(wanted):
        owner = owners.get(w.level.bin.bin_id)
        # what was promised by one that cannot go on costs nobody anything
        if owner in ids:
            wish_m[n] = [0 if vehicle_id == owner else move_m for vehicle_id in ids]
    return wish_m


def fleet_left(midday: Midday, fleet: Fleet) -> Fleet:
    """Return the fleet with broken vehicles out of service, and the open rounds to start from."""
    return replace(
        fleet,
        vehicles=[
            replace(v, in_service=v.in_service and v.vehicle_id not in midday.replan.broken)
            for v in fleet.vehicles
        ],
        last_rounds=midday.open_rounds,
    )


def _next_second(at: datetime) -> datetime:
    return at if at.microsecond == 0 else at.replace(microsecond=0) + timedelta(seconds=1)
