"""What only the planner asks: a day's first plan, a plan given back, requests as they come."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from core.plans import Plan
from store.connection import Connection, connect
from store.plans import (
    REQUESTED_CHANNEL,
    notify_changed,
    notify_requested,
    one_at_a_time,
    request_plan,
)
from store.rounds import APPEARANCES

_HAS_PLAN = """
    SELECT FROM plans WHERE depot_id = %s AND day = %s
      AND (status <> 'failed' OR finished_at > %s)
      AND (status <> 'cancelled' OR requested_by = 'daily')
      AND NOT (dry_run AND status IN ('requested', 'running', 'proposed')) LIMIT 1
"""


async def request_daily_plan(
    conn: Connection, *, depot_id: str, day: date, retry_failed_before: datetime, now: datetime
) -> Plan | None:
    """Ask for the day's plan where there is none yet; None where there is.

    A failed plan counts only while it is newer than ``retry_failed_before``. Whoever cancels the
    daily plan wants none today; another one that was cancelled does not count, nor does one that
    is only proposed. Several planners
    that ask at the same time make one request.
    """
    await one_at_a_time(conn, depot_id)
    found = await conn.execute(_HAS_PLAN, (depot_id, day, retry_failed_before))
    if await found.fetchone() is not None:
        return None
    return await request_plan(conn, depot_id=depot_id, day=day, requested_by="daily", now=now)


_GIVE_BACK = """
    UPDATE plans SET status = 'requested', claimed_at = NULL, claims = claims - 1, progress = NULL
    WHERE plan_id = %s AND status = 'running'
"""


async def give_back(conn: Connection, plan_id: UUID) -> None:
    """Make a claimed plan a request again, for whoever is there to take it."""
    await conn.execute(_GIVE_BACK, (plan_id,))
    await notify_requested(conn, plan_id)
    await notify_changed(conn, plan_id)


_LISTEN = f"LISTEN {REQUESTED_CHANNEL}"


async def requests(database_url: str, *, timeout_s: float = 10.0) -> AsyncGenerator[str]:
    """Yield the plan_id of every request as it is committed, on a connection of its own.

    The first item is an empty text: from then on nothing is missed. Raises
    DatabaseUnavailableError when the connection cannot be made or ends.
    """
    async with connect(database_url, application="planner", timeout_s=timeout_s) as conn:
        await conn.set_autocommit(True)
        await conn.execute(_LISTEN)
        yield ""
        async for notification in conn.notifies():
            yield notification.payload


_LAST_ROUNDS = f"""
    SELECT r.vehicle_id, array_agg(s.bin_id ORDER BY a.seq) AS bin_ids
    FROM rounds r JOIN {APPEARANCES} a USING (round_id) JOIN stops s USING (stop_id)
    WHERE s.kind = 'bin' AND r.plan_id = (
        SELECT plan_id FROM plans WHERE depot_id = %s AND day <= %s AND status = 'ready'
        ORDER BY day DESC LIMIT 1)
    GROUP BY r.vehicle_id
"""  # noqa: S608 - SQL from the constant


async def last_rounds(
    conn: Connection, depot_id: str, *, until: date
) -> Mapping[str, Sequence[str]]:
    """Return the bins of each vehicle, in order, in the depot's last ready plan up to a day."""
    rows = await (await conn.execute(_LAST_ROUNDS.encode(), (depot_id, until))).fetchall()
    return {row["vehicle_id"]: row["bin_ids"] for row in rows}
