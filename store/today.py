"""What the ops room's day shows beside plans and rounds: planned driving, hours, outages."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from core.bins import Closure
from core.plans import Plan, Stop
from core.rules.round_watch import When
from store import parts
from store.connection import Connection

_DRIVES = "SELECT round_id, drive_s FROM round_legs WHERE round_id = ANY(%s) ORDER BY round_id, leg"


async def drives_s(conn: Connection, round_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[int]]:
    """Return the planned driving to each stop and, last, home, by round_id; none without a way."""
    found: dict[UUID, list[int]] = defaultdict(list)
    for row in await (await conn.execute(_DRIVES, (list(round_ids),))).fetchall():
        found[row["round_id"]].append(row["drive_s"])
    return found


_BIN_HOURS = """
    SELECT bin_id, site_id, windows FROM bins
    WHERE bin_id = ANY(%s) AND (windows <> '[]' OR %s)
"""
_SITE_HOURS = "SELECT disposal_site_id, opening_hours FROM disposal_sites"


async def whens(
    conn: Connection, stops: Sequence[Stop], closures: Sequence[Closure]
) -> Mapping[UUID, When]:
    """Return the hours of stops that have any, by stop_id."""
    bin_ids = [stop.bin_id for stop in stops if stop.bin_id is not None]
    bins = {
        row["bin_id"]: _when(row, closures)
        for row in await (await conn.execute(_BIN_HOURS, (bin_ids, bool(closures)))).fetchall()
    }
    sites = {
        row["disposal_site_id"]: When(hours=parts.hours(row["opening_hours"]))
        for row in await (await conn.execute(_SITE_HOURS)).fetchall()
    }
    found = {}
    for stop in stops:
        when = bins.get(stop.bin_id or "") or sites.get(stop.disposal_site_id or "")
        if when is not None and (when.hours or when.shut):
            found[stop.stop_id] = when
    return found


def _when(row: Mapping[str, Any], closures: Sequence[Closure]) -> When:
    return When(
        hours=parts.hours(row["windows"]),
        shut=tuple(
            closure
            for closure in closures
            if row["bin_id"] in closure.bin_ids or row["site_id"] in closure.site_ids
        ),
    )


_BROKEN_SINCE = """
    WITH RECURSIVE chain AS (
        SELECT plan_id, replaces_plan_id, replan, requested_at FROM plans WHERE plan_id = %s
        UNION ALL
        SELECT p.plan_id, p.replaces_plan_id, p.replan, p.requested_at
        FROM plans p JOIN chain c ON p.plan_id = c.replaces_plan_id WHERE c.replan IS NOT NULL
    )
    SELECT requested_at, replan -> 'broken' AS broken FROM chain ORDER BY requested_at DESC
"""


async def broken_since(conn: Connection, plan: Plan) -> Mapping[str, datetime]:
    """Return the vehicles that broke down in the day of a plan, with when that was said first."""
    if plan.replan is None or not plan.replan.broken:
        return {}
    since: dict[str, datetime] = {}
    broken = set(plan.replan.broken)
    for row in await (await conn.execute(_BROKEN_SINCE, (plan.plan_id,))).fetchall():
        # one that was repaired in between broke down again after that
        broken &= set(row["broken"] or ())
        for vehicle_id in broken:
            since[vehicle_id] = row["requested_at"]
    return since
