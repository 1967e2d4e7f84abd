"""One stop moved by hand: nothing is searched, the timetable is made anew, the referee decides."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import store
from core.errors import BrimfulError
from core.levels import Level
from core.logs import get_logger
from core.plans import DueReason, LeftOut, LeftOutReason, Plan, PlanStatus, Round, Stop, StopKind
from core.replan import Move, Phase
from core.rules.due import Wanted
from core.rules.moves import Moved, moved
from core.rules.progress_told import place_of
from core.settings import Settings
from routing import planner
from routing.checked import checked
from routing.day import Day, read_day
from routing.midday import Midday, fleet_left, read_midday
from routing.problem import Rules
from routing.rest_of_day import rounds_by_hand
from routing.rounds import Means
from routing.running import Report

_FULL_PCT = 100.0

_log = get_logger(__name__)


class MoveRefusedError(BrimfulError):
    """The stop cannot be moved so; the text is the referee's verdict, in words and numbers."""


async def make_move(
    pool: store.Pool,
    plan: Plan,
    settings: Settings,
    *,
    now: datetime,
    means: Means,
    report: Report,
) -> Plan:
    """Make and save a claimed move, and return it as saved: PROPOSED, with one stop elsewhere.

    Raises MoveRefusedError where it cannot be driven, and as make_plan does.
    """
    began = time.monotonic()
    assert plan.replan is not None  # noqa: S101 - a move is a re-plan
    assert plan.replan.move is not None  # noqa: S101 - asked only for moves
    async with store.transaction(pool) as conn:
        day = await read_day(conn, plan.depot_id, settings, day=plan.day, now=now, histories=False)
        midday = await read_midday(conn, plan, day, now=now)
    day = replace(day, fleet=fleet_left(midday, day.fleet))
    able = planner.vehicles(day, midday, plan, settings, now)
    levels = {level.bin.bin_id: level for level in day.levels}
    change = _change(plan.replan.move, midday, levels, day)
    wanted = _wanted(change, midday, levels)
    report.phase(Phase.TRAVEL)
    async with planner.travelled(settings, means, plan) as travel:
        timed = await checked(
            change,
            wanted,
            fleet=day.fleet,
            able=able,
            midday=midday,
            travel=travel,
            rules=Rules.of(settings),
        )
        if timed.faults:
            raise MoveRefusedError("; ".join(timed.faults))
        rounds = await rounds_by_hand(
            midday,
            timed.rounds,
            day.fleet,
            able,
            travel,
            concerned=frozenset(change.rounds),
        )
    report.phase(Phase.CHECKING)
    made = replace(
        plan,
        status=PlanStatus.PROPOSED if plan.is_proposal else PlanStatus.READY,
        finished_at=now + timedelta(seconds=time.monotonic() - began),
        travel_source=timed.travel_source,
        bins_considered=midday.before.bins_considered,
        bins_due=midday.before.bins_due,
        rounds=rounds,
        left_out=_left_out(plan.replan.move, change, midday),
        summary="; ".join([_summary(plan.replan.move, change, rounds, day), *timed.notes]),
    )
    await planner.save(pool, made)
    _log.info("move proposed", plan_id=str(plan.plan_id), summary=made.summary)
    return made


def _change(move: Move, midday: Midday, levels: Mapping[str, Level], day: Day) -> Moved:
    new = None
    if move.bin_id is not None:
        if move.bin_id not in levels:
            raise MoveRefusedError(f"there is no bin {move.bin_id} any more")
        new = _new_stop(levels[move.bin_id], midday, day)
        if move.bin_id in midday.visited:
            raise MoveRefusedError(f"somebody was at bin {move.bin_id} meanwhile")
    found = moved(move, midday.before, new, zone=day.fleet.depot.zone)
    if isinstance(found, str):
        raise MoveRefusedError(found)
    return found


def _new_stop(level: Level, midday: Midday, day: Day) -> Stop:
    position = level.bin.position
    if position is None:
        raise MoveRefusedError(f"nobody has said where bin {level.bin.bin_id} stands")
    out = next((e for e in midday.before.left_out if e.bin_id == level.bin.bin_id), None)
    expected = out.expected_fill_pct if out is not None else None
    if expected is None:
        expected = _FULL_PCT if level.fill_pct is None else level.fill_pct
    at = day.fleet.depot.at_local(midday.before.day, datetime.min.time())
    return Stop(
        stop_id=uuid4(),
        seq=0,
        kind=StopKind.BIN,
        position=position,
        bin_id=level.bin.bin_id,
        disposal_site_id=None,
        arrives_at=at,
        begins_at=at,
        service_s=level.bin.service_s,
        expected_fill_pct=expected,
        due_reason=DueReason.REQUESTED,
        name=level.bin.name,
        stream=level.bin.stream,
    )


def _wanted(change: Moved, midday: Midday, levels: Mapping[str, Level]) -> Mapping[str, Wanted]:
    """Return what is wanted of every open bin of the rounds concerned, before the move and after.

    What is expected in them stays what it was: only a plan that is searched looks ahead anew.
    """
    stops = [stop for some in change.rounds.values() for stop in some]
    stops += [
        stop for vehicle_id, stop in midday.open_stops.values() if vehicle_id in change.rounds
    ]
    found = {}
    for stop in stops:
        if stop.bin_id is not None:
            if stop.bin_id not in levels:
                raise MoveRefusedError(f"bin {stop.bin_id} is not registered any more")
            found[stop.bin_id] = Wanted(
                level=levels[stop.bin_id],
                reason=stop.due_reason,
                expected_fill_pct=_FULL_PCT
                if stop.expected_fill_pct is None
                else stop.expected_fill_pct,
                overflow_probability=0.0,
                prize_m=1 if stop.due_reason is None else None,
            )
    return found


def _left_out(move: Move, change: Moved, midday: Midday) -> tuple[LeftOut, ...]:
    stay = tuple(e for e in midday.before.left_out if e.bin_id != change.stop.bin_id)
    if move.to_vehicle_id is not None or change.stop.bin_id is None:
        return stay
    return (
        *stay,
        LeftOut(
            bin_id=change.stop.bin_id,
            reason=LeftOutReason.TAKEN_OFF,
            detail=f"taken off the round of {change.from_vehicle_id} by hand",
            expected_fill_pct=change.stop.expected_fill_pct,
        ),
    )


def _summary(move: Move, change: Moved, rounds: Sequence[Round], day: Day) -> str:
    name, from_id, to_id = place_of(change.stop), change.from_vehicle_id, move.to_vehicle_id
    if to_id is None:
        what = f"{name} taken off {from_id}"
    elif from_id is None:
        what = f"{name} put on {to_id}"
    elif from_id == to_id:
        what = f"{name} at another place of {to_id}"
    else:
        what = f"{name} moved from {from_id} to {to_id}"
    zone = day.fleet.depot.zone
    back = [
        f"{r.vehicle_id} back at {r.ends_at.astimezone(zone):%H:%M}"
        for r in rounds
        if r.vehicle_id in change.rounds
    ]
    return "; ".join([what, *back])
