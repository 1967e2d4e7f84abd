"""Plans: requested, claimed by one planner, saved whole, read back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from core.errors import ConflictError
from core.plans import LeftOut, LeftOutReason, Plan, PlanStatus, Policy
from core.replan import Replan
from store import rounds as rounds_store
from store.connection import Connection
from store.plan_rows import COLUMNS as _PLAN
from store.plan_rows import plan_of, replan_document

REQUESTED_CHANNEL = "brimful_plan_requested"
"""NOTIFY channel the planner listens on."""
CHANGED_CHANNEL = "brimful_plan_changed"
"""NOTIFY channel that says, by its plan_id, that a plan has another status or has come further."""

_WAITING = f"""
    SELECT {_PLAN} FROM plans WHERE depot_id = %s AND day = %s AND status = 'requested'
      AND replaces_plan_id IS NOT DISTINCT FROM %s AND replan IS NOT DISTINCT FROM %s
      AND policy IS NOT DISTINCT FROM %s AND dial_m IS NOT DISTINCT FROM %s AND dry_run = %s
    ORDER BY requested_at LIMIT 1
"""  # noqa: S608 - column names from the constant above
_REQUEST = f"""
    INSERT INTO plans (plan_id, depot_id, day, status, requested_at, requested_by,
                       replaces_plan_id, replan, policy, dial_m, dry_run)
    VALUES (%s, %s, %s, 'requested', %s, %s, %s, %s, %s, %s, %s) RETURNING {_PLAN}
"""  # noqa: S608 - column names from the constant above
_NOTIFY = "SELECT pg_notify(%s, %s)"
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('brimful plan ' || %s, 0))"


async def one_at_a_time(conn: Connection, depot_id: str) -> None:
    """Wait until no other transaction decides about this depot's plans; holds until it ends."""
    await conn.execute(_ONE_AT_A_TIME, (depot_id,))


async def notify_requested(conn: Connection, plan_id: UUID) -> None:
    """Tell the planners, at the commit, that a request waits."""
    await conn.execute(_NOTIFY, (REQUESTED_CHANNEL, str(plan_id)))


async def notify_changed(conn: Connection, plan_id: UUID) -> None:
    """Tell whoever watches, at the commit, that a plan is another than before."""
    await conn.execute(_NOTIFY, (CHANGED_CHANNEL, str(plan_id)))


async def request_plan(
    conn: Connection,
    *,
    depot_id: str,
    day: date,
    requested_by: str,
    now: datetime,
    replaces_plan_id: UUID | None = None,
    replan: Replan | None = None,
    policy: Policy | None = None,
    dial_m: int | None = None,
    dry_run: bool = False,
) -> Plan:
    """Ask for a plan; the same request that is still waiting for the depot and day is returned.

    With ``replan`` it goes on with the work of ``replaces_plan_id``; ``policy`` and ``dial_m`` are
    None where it chooses as is set; with ``dry_run`` it is only proposed (a re-plan says that in
    ``replan``). Raises StorageRefusedError
    (through the transaction) for an unknown depot.
    """
    await one_at_a_time(conn, depot_id)
    wish = (replaces_plan_id, replan_document(replan), policy, dial_m, dry_run)
    waiting = await (await conn.execute(_WAITING, (depot_id, day, *wish))).fetchone()
    if waiting is not None:
        return plan_of(waiting)
    row = await (
        await conn.execute(_REQUEST, (uuid4(), depot_id, day, now, requested_by, *wish))
    ).fetchone()
    assert row is not None  # noqa: S101 - INSERT .. RETURNING gives its row
    await notify_requested(conn, row["plan_id"])
    await notify_changed(conn, row["plan_id"])
    return plan_of(row)


MOST_CLAIMS = 3
"""A plan whose planner died so often is given up: it may be what kills them."""

_GIVE_UP = """
    UPDATE plans SET status = 'failed', finished_at = %(now)s,
           summary = 'given up: ' || claims || ' planners began it and none came to an end'
    WHERE status = 'running' AND claimed_at < %(lost_before)s AND claims >= %(most_claims)s
"""
_CLAIM = f"""
    UPDATE plans SET status = 'running', claimed_at = %(now)s, claims = claims + 1,
           progress = NULL
    WHERE plan_id = (
        SELECT plan_id FROM plans
        WHERE (status = 'requested' OR (status = 'running' AND claimed_at < %(lost_before)s))
          AND (%(plan_id)s::uuid IS NULL OR plan_id = %(plan_id)s)
        ORDER BY requested_at LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING {_PLAN}
"""  # noqa: S608 - column names from the constant above


async def claim_plan(
    conn: Connection, *, now: datetime, lease: timedelta, plan_id: UUID | None = None
) -> Plan | None:
    """Take the oldest waiting plan (or just ``plan_id``), or one whose planner died.

    A planner that has not finished within ``lease`` counts as dead; after MOST_CLAIMS of them the
    plan is FAILED. None: nothing to do.
    """
    values = {
        "now": now,
        "lost_before": now - lease,
        "plan_id": plan_id,
        "most_claims": MOST_CLAIMS,
    }
    await conn.execute(_GIVE_UP, values)
    row = await (await conn.execute(_CLAIM, values)).fetchone()
    if row is None:
        return None
    await notify_changed(conn, row["plan_id"])
    return plan_of(row)


_SUPERSEDE = """
    UPDATE plans SET status = 'superseded'
    WHERE depot_id = %s AND day = %s AND status IN ('ready', 'proposed') AND plan_id <> %s
    RETURNING plan_id
"""
_IN_FORCE = "SELECT plan_id FROM plans WHERE depot_id = %s AND day = %s AND status = 'ready'"
_FINISH = """
    UPDATE plans SET status = %s, finished_at = %s, summary = %s, travel_source = %s,
           bins_considered = %s, bins_due = %s, policy = %s, dial_m = %s, replaces_plan_id = %s
    WHERE plan_id = %s AND status = 'running'
"""
_COPY_LEFT_OUT = "COPY left_out (plan_id, bin_id, reason, detail, expected_fill_pct) FROM STDIN"


async def save_plan(conn: Connection, plan: Plan, *, now: datetime) -> None:
    """Save a claimed plan whole; READY it becomes the day's plan in place of an older one.

    A PROPOSED one waits to be accepted. Raises ConflictError when it is not running any more
    (cancelled, or somebody else finished it), and when the plan that a re-plan goes on with is no
    longer the one in force.
    """
    await one_at_a_time(conn, plan.depot_id)
    row = await (await conn.execute(_IN_FORCE, (plan.depot_id, plan.day))).fetchone()
    in_force = None if row is None else row["plan_id"]
    if plan.replan is not None and plan.replaces_plan_id != in_force:
        raise ConflictError(
            f"plan {plan.replaces_plan_id}, which this re-plan goes on with, is not in force any "
            "more: plan anew from the one that is"
        )
    status = PlanStatus.PROPOSED if plan.status is PlanStatus.PROPOSED else PlanStatus.READY
    if status is PlanStatus.READY:
        await supersede_others(conn, plan)
    finished = await conn.execute(
        _FINISH,
        (
            status,
            now,
            plan.summary,
            plan.travel_source,
            plan.bins_considered,
            plan.bins_due,
            plan.policy,
            plan.dial_m,
            in_force,
            plan.plan_id,
        ),
    )
    if finished.rowcount != 1:
        raise ConflictError(f"plan {plan.plan_id} is not running any more: not saved")
    for round_ in plan.rounds:
        await rounds_store.save_round(conn, plan.plan_id, round_)
    if plan.replan is None:
        # a re-plan has said itself which of its stops go on with which
        await rounds_store.join_visits(conn, plan.plan_id)
    async with conn.cursor() as cursor, cursor.copy(_COPY_LEFT_OUT) as copy:
        for out in plan.left_out:
            await copy.write_row(
                (plan.plan_id, out.bin_id, out.reason, out.detail, out.expected_fill_pct)
            )
    await notify_changed(conn, plan.plan_id)


async def supersede_others(conn: Connection, plan: Plan) -> None:
    """Take the day's plan out of force, and proposals with it: ``plan`` comes in their place."""
    cursor = await conn.execute(_SUPERSEDE, (plan.depot_id, plan.day, plan.plan_id))
    for row in await cursor.fetchall():
        await notify_changed(conn, row["plan_id"])


_FAIL = """
    UPDATE plans SET status = 'failed', finished_at = %s, summary = %s
    WHERE plan_id = %s AND status = 'running'
"""


async def fail_plan(conn: Connection, plan_id: UUID, *, summary: str, now: datetime) -> None:
    """Note that a plan could not be made, and why."""
    await conn.execute(_FAIL, (now, summary, plan_id))
    await notify_changed(conn, plan_id)


_BY_ID = f"SELECT {_PLAN} FROM plans WHERE plan_id = %s"  # noqa: S608 - as above
_LIST = f"""
    SELECT {_PLAN} FROM plans
    WHERE (%(day)s::date IS NULL OR day = %(day)s)
      AND (%(depot_id)s::text IS NULL OR depot_id = %(depot_id)s)
      AND (%(status)s::text IS NULL OR status = %(status)s)
      AND (%(after)s::uuid IS NULL OR (requested_at, plan_id)
           < (SELECT requested_at, plan_id FROM plans WHERE plan_id = %(after)s))
    ORDER BY requested_at DESC, plan_id DESC LIMIT %(limit)s
"""  # noqa: S608 - column names from the constant above


async def plan(conn: Connection, plan_id: UUID) -> Plan | None:
    """Return one plan without its rounds and left-out bins."""
    row = await (await conn.execute(_BY_ID, (plan_id,))).fetchone()
    return None if row is None else plan_of(row)


async def plans(
    conn: Connection,
    *,
    day: date | None = None,
    depot_id: str | None = None,
    status: PlanStatus | None = None,
    after: UUID | None = None,
    limit: int = 100,
) -> Sequence[Plan]:
    """Return plans, newest request first, without their rounds and left-out bins.

    They begin after the plan ``after``; there are none after a plan that does not exist.
    """
    cursor = await conn.execute(
        _LIST,
        {"day": day, "depot_id": depot_id, "status": status, "after": after, "limit": limit},
    )
    return [plan_of(row) for row in await cursor.fetchall()]


_LEFT_OUT = """
    SELECT l.bin_id, l.reason, l.detail, l.expected_fill_pct, b.name
    FROM left_out l JOIN bins b USING (bin_id)
    WHERE l.plan_id = %(plan_id)s AND l.bin_id > %(after)s
      AND (%(reason)s::text IS NULL OR l.reason = %(reason)s)
      AND (%(search)s::text IS NULL
           OR strpos(lower(l.bin_id || ' ' || b.name), lower(%(search)s)) > 0)
    ORDER BY l.bin_id LIMIT %(limit)s
"""


async def left_out(
    conn: Connection,
    plan_id: UUID,
    *,
    reason: LeftOutReason | None = None,
    search: str | None = None,
    after: str = "",
    limit: int | None = None,
) -> Sequence[LeftOut]:
    """Return bins a plan left out, in order of bin_id, beginning after the bin ``after``.

    ``search``: only those with this text in their bin_id or name.
    """
    values = {
        "plan_id": plan_id,
        "reason": reason,
        "search": search,
        "after": after,
        "limit": limit,
    }
    cursor = await conn.execute(_LEFT_OUT, values)
    return [
        LeftOut(**{**row, "reason": LeftOutReason(row["reason"])})
        for row in await cursor.fetchall()
    ]


_LEFT_OUT_COUNTS = """
    SELECT reason, count(*) AS n FROM left_out WHERE plan_id = %s GROUP BY reason ORDER BY reason
"""


async def left_out_counts(conn: Connection, plan_id: UUID) -> Mapping[LeftOutReason, int]:
    """Return how many bins a plan left out, by reason; a reason without bins has no key."""
    rows = await (await conn.execute(_LEFT_OUT_COUNTS, (plan_id,))).fetchall()
    return {LeftOutReason(row["reason"]): row["n"] for row in rows}
