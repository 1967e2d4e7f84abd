"""Emptyings as sensors show and as crews report them, with what is needed to compare the two."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core.levels import Sample
from core.plans import Outcome
from core.rules.emptying import SensedEmptying
from core.rules.emptying_match import PlannedStop
from store.connection import Connection
from store.rounds import APPEARANCES, OUTCOME
from store.sensed import Sensed

_LEVELS_AROUND = timedelta(days=2)
"""A level further than this from a crew's mark says nothing about it."""
_PLANS_AROUND = timedelta(days=3)
"""A mark is made on the plan's day, or within days of it where a phone's clock is wrong."""

# Between two readings: from the last one with the old level to the first one with the new.
_SENSED = """
    SELECT e.bin_id, e.sensor_id, e.not_before, e.emptied_at, e.fill_before_pct, e.fill_after_pct
    FROM emptyings e JOIN bins b USING (bin_id)
    WHERE e.source = 'sensor' AND e.emptied_at >= %(since)s AND e.not_before < %(until)s
      AND (%(bin_id)s::text IS NULL OR e.bin_id = %(bin_id)s)
      AND (%(depot_id)s::text IS NULL OR b.depot_id = %(depot_id)s)
    ORDER BY e.bin_id, e.emptied_at
"""


async def sensed(
    conn: Connection,
    *,
    since: datetime,
    until: datetime,
    bin_id: str | None = None,
    depot_id: str | None = None,
) -> Sequence[Sensed]:
    """Return the emptyings that readings show and that may have been in [since, until)."""
    values = {"since": since, "until": until, "bin_id": bin_id, "depot_id": depot_id}
    return [_sensed(row) for row in await (await conn.execute(_SENSED, values)).fetchall()]


def _sensed(row: Mapping[str, Any]) -> Sensed:
    return Sensed(
        bin_id=row["bin_id"],
        sensor_id=row["sensor_id"],
        emptying=SensedEmptying(
            not_before=row["not_before"],
            emptied_at=row["emptied_at"],
            fill_before_pct=row["fill_before_pct"],
            fill_after_pct=row["fill_after_pct"],
        ),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class BinStop:
    """A bin's stop on a round, with what was said of it and whose round it is."""

    bin_id: str
    planned: PlannedStop
    round_id: UUID
    vehicle_id: str
    crew_id: str | None
    fill_before_pct: float | None
    """The last trusted level before the crew's "done"."""


# Of a plan that was superseded only what somebody has marked: the rest was never to be driven. A
# stop that the plan in force has kept stands there; one whose visit another vehicle made is no
# stop of its own. The days of plans bound the search: stops and marks have no other index by time.
_STOPS = f"""
    SELECT s.stop_id, s.bin_id, a.arrives_at, a.round_id, r.vehicle_id, r.crew_id, o.outcome,
           o.skip_reason, e.fill_before_pct,
           CASE WHEN o.outcome IS NOT NULL
                THEN coalesce(e.emptied_at, least(o.reported_at, %(now)s)) END AS reported_at
    FROM plans p
    JOIN rounds r USING (plan_id)
    JOIN {APPEARANCES} a USING (round_id)
    JOIN stops s USING (stop_id)
    JOIN bins b USING (bin_id)
    LEFT JOIN LATERAL (SELECT * FROM stop_outcomes WHERE stop_outcomes.stop_id = s.stop_id) o
         ON true
    LEFT JOIN {OUTCOME} visit ON true
    LEFT JOIN emptyings e ON e.stop_id = s.stop_id
    WHERE p.day BETWEEN %(first_day)s AND %(last_day)s
      AND (p.status = 'ready' OR o.outcome IS NOT NULL AND NOT a.kept AND NOT EXISTS (
              SELECT FROM kept_stops k JOIN rounds USING (round_id) JOIN plans USING (plan_id)
              WHERE k.stop_id = s.stop_id AND plans.status = 'ready'))
      AND (o.outcome IS NOT NULL OR visit.outcome IS NULL)
      AND coalesce(e.emptied_at, o.reported_at, a.arrives_at) >= %(since)s
      AND coalesce(e.emptied_at, o.reported_at, a.arrives_at) < %(until)s
      AND (%(bin_ids)s::text[] IS NULL OR s.bin_id = ANY(%(bin_ids)s))
      AND (%(depot_id)s::text IS NULL OR b.depot_id = %(depot_id)s)
    ORDER BY s.bin_id, a.arrives_at, s.stop_id
"""  # noqa: S608 - SQL from constants


async def stops(
    conn: Connection,
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    bin_ids: Collection[str] | None = None,
    depot_id: str | None = None,
) -> Sequence[BinStop]:
    """Return the bins' stops marked, or else planned, in [since, until)."""
    values = {
        "since": since,
        "until": until,
        "now": now,
        "first_day": (since - _PLANS_AROUND).date(),
        "last_day": (until + _PLANS_AROUND).date(),
        "bin_ids": None if bin_ids is None else list(bin_ids),
        "depot_id": depot_id,
    }
    return [_stop(row) for row in await (await conn.execute(_STOPS.encode(), values)).fetchall()]


def _stop(row: Mapping[str, Any]) -> BinStop:
    outcome = None if row["outcome"] is None else Outcome(row["outcome"])
    return BinStop(
        bin_id=row["bin_id"],
        planned=PlannedStop(
            stop_id=row["stop_id"],
            arrives_at=row["arrives_at"],
            outcome=outcome,
            reported_at=row["reported_at"],
            reason=row["skip_reason"],
        ),
        round_id=row["round_id"],
        vehicle_id=row["vehicle_id"],
        crew_id=row["crew_id"],
        fill_before_pct=row["fill_before_pct"],
    )


_LEVELS = """
    SELECT DISTINCT r.bin_id, r.measured_at, r.fill_pct
    FROM unnest(%(bin_ids)s::text[], %(ats)s::timestamptz[]) AS m (bin_id, at)
    JOIN LATERAL (
        SELECT bin_id, measured_at, fill_pct FROM readings
        WHERE readings.bin_id = m.bin_id AND trust = 'trusted'
          AND measured_at >= m.at - %(around)s::interval
          AND measured_at <= m.at + %(around)s::interval
    ) r ON true
    WHERE r.measured_at >= %(first)s AND r.measured_at <= %(last)s
    ORDER BY r.bin_id, r.measured_at
"""


async def levels_around(
    conn: Connection, moments: Sequence[tuple[str, datetime]]
) -> Mapping[str, Sequence[Sample]]:
    """Return the bins' trusted levels two days around these moments, oldest first, by bin_id."""
    if not moments:
        return {}
    ats = [at for _, at in moments]
    values = {
        "bin_ids": [bin_id for bin_id, _ in moments],
        "ats": ats,
        "around": _LEVELS_AROUND,
        # said as constants too: then only the chunks of these days are opened
        "first": min(ats) - _LEVELS_AROUND,
        "last": max(ats) + _LEVELS_AROUND,
    }
    found: dict[str, list[Sample]] = {}
    async for row in await conn.execute(_LEVELS, values):
        sample = Sample(measured_at=row["measured_at"], fill_pct=row["fill_pct"])
        found.setdefault(row["bin_id"], []).append(sample)
    return found
