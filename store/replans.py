"""Re-plans: asked for around a plan in force, proposed, accepted; and what is done already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core.errors import ConflictError, NotFoundError
from core.plans import Outcome, Plan, PlanStatus, Policy, SkipReason, Stop
from core.replan import Move, Replan
from core.rules.replan import AskedBin
from store import plans, rounds
from store.connection import Connection
from store.plan_rows import COLUMNS, plan_of

_IN_FORCE = f"""
    SELECT {COLUMNS} FROM plans WHERE depot_id = %s AND day = %s AND status = 'ready'
"""  # noqa: S608 - column names from the constant


async def in_force(conn: Connection, depot_id: str, day: date) -> Plan | None:
    """Return the day's plan, without rounds and left-out bins; None where there is none."""
    row = await (await conn.execute(_IN_FORCE, (depot_id, day))).fetchone()
    return None if row is None else plan_of(row)


async def whole(conn: Connection, plan_id: UUID, *, ways: bool = False) -> Plan | None:
    """Return a plan with its rounds and the bins it leaves out; None where there is none.

    With ``ways`` the rounds have their legs, too.
    """
    found = await plans.plan(conn, plan_id)
    if found is None:
        return None
    return replace(
        found,
        rounds=tuple(await rounds.rounds(conn, plan_id, ways=ways)),
        left_out=tuple(await plans.left_out(conn, plan_id)),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """A stop that a vehicle's crew has marked today, as it stood where it was planned first.

    Its outcome is this vehicle's own mark, whatever another says of the same visit. ``began_at`` is
    when its round began. ``continued``: it belongs to the plan in force or to one that re-plans
    went on with; False where a plan of the whole day was made after it.
    """

    vehicle_id: str
    crew_id: str | None
    began_at: datetime
    stop: Stop
    marked_at: datetime
    received_at: datetime
    continued: bool


# The plan and those it goes on with, back to the one that was made of the whole day.
_CHAIN = """
    WITH RECURSIVE chain AS (
        SELECT plan_id, replaces_plan_id, replan FROM plans WHERE plan_id = %(plan_id)s
        UNION ALL
        SELECT p.plan_id, p.replaces_plan_id, p.replan
        FROM plans p JOIN chain c ON p.plan_id = c.replaces_plan_id WHERE c.replan IS NOT NULL
    )
    SELECT plan_id FROM chain
"""
_SETTLED = """
    SELECT s.stop_id, r.vehicle_id, r.crew_id, r.starts_at AS began_at,
           r.plan_id = ANY(%(chain)s) AS continued,
           o.outcome, o.skip_reason, o.reported_at,
           least(o.reported_at, o.received_at) AS marked_at, o.received_at
    FROM plans p JOIN rounds r USING (plan_id) JOIN stops s USING (round_id)
    JOIN stop_outcomes o ON o.stop_id = s.stop_id
    WHERE p.depot_id = %(depot_id)s AND p.day = %(day)s
    ORDER BY marked_at, s.stop_id
"""


async def settled(conn: Connection, plan: Plan) -> Sequence[Settled]:
    """Return every stop of the plan's depot and day that its own crew has marked, oldest first.

    Also those of plans before: a mark that arrives late for a stop of a superseded plan is work
    that was done all the same.
    """
    chain = [
        row["plan_id"]
        for row in await (await conn.execute(_CHAIN, {"plan_id": plan.plan_id})).fetchall()
    ]
    values = {"chain": chain, "depot_id": plan.depot_id, "day": plan.day}
    rows = await (await conn.execute(_SETTLED, values)).fetchall()
    stops = await rounds.first_stops(conn, [row["stop_id"] for row in rows])
    return [_settled(row, stops[row["stop_id"]]) for row in rows]


def _settled(row: Mapping[str, Any], stop: Stop) -> Settled:
    own = replace(
        stop,
        outcome=Outcome(row["outcome"]),
        skip_reason=None if row["skip_reason"] is None else SkipReason(row["skip_reason"]),
        reported_at=row["reported_at"],
    )
    return Settled(
        vehicle_id=row["vehicle_id"],
        crew_id=row["crew_id"],
        began_at=row["began_at"],
        stop=own,
        marked_at=row["marked_at"],
        received_at=row["received_at"],
        continued=row["continued"],
    )


_ASKED_BINS = """
    SELECT bin_id, depot_id, in_service, lon IS NOT NULL AS has_position
    FROM bins WHERE bin_id = ANY(%s)
"""


async def asked_bins(conn: Connection, bin_ids: Sequence[str]) -> Mapping[str, AskedBin]:
    """Return what there is of bins somebody asks for, by bin_id."""
    rows = await (await conn.execute(_ASKED_BINS, (list(bin_ids),))).fetchall()
    return {row.pop("bin_id"): AskedBin(**row) for row in rows}


async def request_replan(
    conn: Connection,
    *,
    before: Plan,
    replan: Replan,
    repaired: Sequence[str] = (),
    policy: Policy | None = None,
    dial_m: int | None = None,
    requested_by: str,
    now: datetime,
) -> Plan:
    """Ask for a re-plan that goes on with ``before``, the plan in force.

    What the plan before was asked for still holds: vehicles that broke down stay out unless they
    are ``repaired``, closed streets stay closed unless others are named, urgent bins stay urgent
    until somebody was there, and what was taken off by hand stays off unless it becomes urgent.
    It chooses as the plan before did where ``policy`` and ``dial_m`` are None.
    """
    return await plans.request_plan(
        conn,
        depot_id=before.depot_id,
        day=before.day,
        requested_by=requested_by,
        now=now,
        replaces_plan_id=before.plan_id,
        replan=await _still_holds(conn, before, replan, repaired),
        policy=policy or before.policy,
        dial_m=before.dial_m if dial_m is None else dial_m,
    )


async def request_move(
    conn: Connection, *, before: Plan, move: Move, requested_by: str, now: datetime
) -> Plan:
    """Ask for one stop to be put elsewhere in ``before``, the plan in force; it is proposed.

    A bin that is put on a round counts as urgent from then on, one that is taken off stays off.
    """
    off: tuple[str, ...] = ()
    if move.to_vehicle_id is None and move.stop_id is not None:
        stop = await rounds.stop(conn, move.stop_id)
        off = () if stop is None or stop.bin_id is None else (stop.bin_id,)
    return await request_replan(
        conn,
        before=before,
        replan=Replan(
            urgent=() if move.bin_id is None else (move.bin_id,),
            taken_off=off,
            dry_run=True,
            move=move,
        ),
        requested_by=requested_by,
        now=now,
    )


async def _still_holds(
    conn: Connection, before: Plan, replan: Replan, repaired: Sequence[str]
) -> Replan:
    if before.replan is None:
        return replan
    visited = {
        stop.bin_id
        for round_ in await rounds.rounds(conn, before.plan_id)
        for stop in round_.stops
        if stop.outcome is not None
    }
    broken = {*replan.broken, *before.replan.broken} - set(repaired)
    off = {*replan.taken_off, *before.replan.taken_off} - set(replan.urgent)
    urgent = {*replan.urgent, *(b for b in before.replan.urgent if b not in visited)}
    return replace(
        replan,
        broken=tuple(sorted(broken)),
        urgent=tuple(sorted(urgent - set(replan.taken_off))),
        closed=before.replan.closed if replan.closed is None else replan.closed,
        taken_off=tuple(sorted(off)),
    )


_ACCEPT = "UPDATE plans SET status = 'ready', finished_at = %s WHERE plan_id = %s"


async def accept_plan(conn: Connection, plan_id: UUID, *, now: datetime) -> Plan:
    """Bring a proposed plan into force in place of the one before.

    Accepting it again changes nothing. Raises NotFoundError, and ConflictError where it is not
    proposed, or another plan came into force meanwhile.
    """
    found = await plans.plan(conn, plan_id)
    if found is None:
        raise NotFoundError(f"There is no plan {plan_id}.")
    await plans.one_at_a_time(conn, found.depot_id)
    found = await plans.plan(conn, plan_id)
    assert found is not None  # noqa: S101 - plans are never deleted
    if found.status is PlanStatus.READY and found.is_proposal:
        return found
    if found.status is not PlanStatus.PROPOSED:
        raise ConflictError(f"plan {plan_id} is {found.status} and waits for nobody to accept it")
    await plans.supersede_others(conn, found)
    await conn.execute(_ACCEPT, (now, plan_id))
    await plans.notify_changed(conn, plan_id)
    accepted = await plans.plan(conn, plan_id)
    assert accepted is not None  # noqa: S101 - as above
    return accepted
