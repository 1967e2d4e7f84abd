"""What really happened: rounds that were planned and what became of their stops, full bins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from core.geo import Position
from core.plans import Outcome, PlanStatus, SkipReason, StopKind
from store.connection import Connection
from store.rounds import APPEARANCES, OUTCOME


@dataclass(frozen=True, kw_only=True, slots=True)
class DrivenStop:
    """A stop as planned, and what its crew said of it last; ``outcome`` None: nothing.

    ``fill_before_pct`` is the last trusted level before the crew's "done".
    """

    seq: int
    kind: StopKind
    position: Position
    bin_id: str | None
    arrives_at: datetime
    service_s: int
    expected_fill_pct: float | None
    outcome: Outcome | None
    skip_reason: SkipReason | None
    reported_at: datetime | None
    fill_before_pct: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DrivenRound:
    """A round as planned with its stops; ``status`` is its plan's."""

    day: date
    status: PlanStatus
    round_id: UUID
    vehicle_id: str
    start: Position
    starts_at: datetime
    ends_at: datetime
    distance_m: int
    stops: tuple[DrivenStop, ...]


# What the day's plan holds, stops kept from an earlier one included. A visit may have a stop on
# several vehicles' rounds.
_OF_READY = f"""
    SELECT coalesce(s.visit_id, s.stop_id) AS visit
    FROM plans p JOIN rounds r USING (plan_id) JOIN {APPEARANCES} a USING (round_id)
         JOIN stops s USING (stop_id)
    WHERE p.depot_id = %(depot_id)s AND p.day BETWEEN %(first)s AND %(last)s
      AND p.status = 'ready'
"""  # noqa: S608 - SQL from the constant above
# Of a plan that was superseded only rounds with marks that the day's plan does not hold: others
# were never driven, or are told there.
_ROUNDS = f"""
    WITH of_ready AS ({_OF_READY})
    SELECT p.day, p.status, r.round_id, r.vehicle_id, r.starts_at, r.ends_at, r.distance_m,
           d.lon, d.lat
    FROM plans p JOIN rounds r USING (plan_id) JOIN depots d USING (depot_id)
    WHERE p.depot_id = %(depot_id)s AND p.day BETWEEN %(first)s AND %(last)s
      AND (p.status = 'ready' OR (p.status = 'superseded' AND EXISTS (
           SELECT FROM stops s JOIN stop_outcomes USING (stop_id)
           WHERE s.round_id = r.round_id
             AND coalesce(s.visit_id, s.stop_id) NOT IN (SELECT visit FROM of_ready))))
    ORDER BY p.day, r.vehicle_id, r.starts_at
"""  # noqa: S608 - as above
_STOPS = f"""
    SELECT a.round_id, a.seq, s.kind, s.lon, s.lat, s.bin_id, a.arrives_at, s.service_s,
           a.expected_fill_pct, o.outcome, o.skip_reason, o.reported_at, e.fill_before_pct
    FROM {APPEARANCES} a JOIN stops s USING (stop_id)
    LEFT JOIN {OUTCOME} o ON true
    LEFT JOIN LATERAL (
        SELECT fill_before_pct FROM emptyings JOIN stops v USING (stop_id)
        WHERE coalesce(v.visit_id, v.stop_id) = coalesce(s.visit_id, s.stop_id)
        ORDER BY emptied_at DESC LIMIT 1) e ON true
    WHERE a.round_id = ANY(%(round_ids)s)
    ORDER BY a.round_id, a.seq
"""  # noqa: S608 - SQL from the constants above
# Of a superseded plan's rounds: what the day's plan holds too is told there.
_LEFT_STOPS = f"""
    WITH of_ready AS ({_OF_READY})
    SELECT s.round_id, s.seq, s.kind, s.lon, s.lat, s.bin_id, s.arrives_at, s.service_s,
           s.expected_fill_pct, o.outcome, o.skip_reason, o.reported_at, e.fill_before_pct
    FROM stops s
    LEFT JOIN LATERAL (
        SELECT * FROM stop_outcomes
        WHERE stop_outcomes.stop_id = s.stop_id
          AND coalesce(s.visit_id, s.stop_id) NOT IN (SELECT visit FROM of_ready)) o ON true
    LEFT JOIN emptyings e ON e.stop_id = s.stop_id AND o.outcome = 'done'
    WHERE s.round_id = ANY(%(round_ids)s)
    ORDER BY s.round_id, s.seq
"""  # noqa: S608 - as above


async def driven_rounds(
    conn: Connection, depot_id: str, *, first: date, last: date
) -> Sequence[DrivenRound]:
    """Return the rounds of a depot's plans of [first, last], by day and vehicle.

    A mark counts once: in the day's plan where that holds its stop, else where it was made.
    """
    values = {"depot_id": depot_id, "first": first, "last": last}
    rows = await (await conn.execute(_ROUNDS.encode(), values)).fetchall()
    stops: dict[UUID, list[DrivenStop]] = {row["round_id"]: [] for row in rows}
    for query, ready in ((_STOPS, True), (_LEFT_STOPS, False)):
        ids = [row["round_id"] for row in rows if (row["status"] == PlanStatus.READY) is ready]
        for row in await (
            await conn.execute(query.encode(), {**values, "round_ids": ids})
        ).fetchall():
            stops[row["round_id"]].append(_stop(row))
    return [
        DrivenRound(
            day=row["day"],
            status=PlanStatus(row["status"]),
            round_id=row["round_id"],
            vehicle_id=row["vehicle_id"],
            start=Position(lon=row["lon"], lat=row["lat"]),
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
            distance_m=row["distance_m"],
            stops=tuple(stops[row["round_id"]]),
        )
        for row in rows
    ]


def _stop(row: Mapping[str, Any]) -> DrivenStop:
    return DrivenStop(
        seq=row["seq"],
        kind=StopKind(row["kind"]),
        position=Position(lon=row["lon"], lat=row["lat"]),
        bin_id=row["bin_id"],
        arrives_at=row["arrives_at"],
        service_s=row["service_s"],
        expected_fill_pct=row["expected_fill_pct"],
        outcome=None if row["outcome"] is None else Outcome(row["outcome"]),
        skip_reason=None if row["skip_reason"] is None else SkipReason(row["skip_reason"]),
        reported_at=row["reported_at"],
        fill_before_pct=row["fill_before_pct"],
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class FullTime:
    """How long a depot's bins stood full on one day, and for how long anybody knows.

    ``known_h`` are the hours of bins in which a level is known; ``bins`` were heard of.
    """

    day: date
    full_h: float
    known_h: float
    bins: int


# A level counts until the next one, a crew's emptying being one of 0, and no longer than it is
# fresh. Each stretch is cut at midnight by the depot's clock.
_FULL = """
    WITH known AS (
        SELECT r.bin_id, r.measured_at AS at, r.fill_pct
        FROM readings r JOIN bins b USING (bin_id)
        WHERE b.depot_id = %(depot_id)s AND r.trust = 'trusted'
          AND r.measured_at >= %(since)s - %(fresh)s::interval AND r.measured_at < %(until)s
        UNION ALL
        SELECT e.bin_id, e.emptied_at, 0
        FROM emptyings e JOIN bins b USING (bin_id)
        WHERE b.depot_id = %(depot_id)s AND e.source = 'crew'
          AND e.emptied_at >= %(since)s - %(fresh)s::interval AND e.emptied_at < %(until)s
    ), stretches AS (
        SELECT bin_id, fill_pct, greatest(at, %(since)s) AS begin_at,
               least(lead(at, 1, %(until)s) OVER (PARTITION BY bin_id ORDER BY at),
                     at + %(fresh)s::interval, %(until)s) AS end_at
        FROM known
    ), days AS (
        SELECT day::date AS day, day::date::timestamp AT TIME ZONE %(timezone)s AS begin_at,
               (day::date + 1)::timestamp AT TIME ZONE %(timezone)s AS end_at
        FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS day
    )
    SELECT d.day, count(DISTINCT p.bin_id) AS bins, coalesce(sum(p.hours), 0) AS known_h,
           coalesce(sum(p.hours) FILTER (WHERE p.fill_pct >= %(full_pct)s), 0) AS full_h
    FROM days d
    LEFT JOIN LATERAL (
        SELECT s.bin_id, s.fill_pct, extract(epoch FROM least(s.end_at, d.end_at)
                                             - greatest(s.begin_at, d.begin_at)) / 3600 AS hours
        FROM stretches s WHERE s.begin_at < d.end_at AND s.end_at > d.begin_at) p ON true
    GROUP BY d.day ORDER BY d.day
"""


async def full_times(
    conn: Connection,
    depot_id: str,
    *,
    timezone: str,
    first: date,
    last: date,
    since: datetime,
    until: datetime,
    fresh: timedelta,
    full_pct: float,
) -> Sequence[FullTime]:
    """Return for each day of [first, last] how long bins stood at ``full_pct`` or over.

    ``since`` and ``until`` are where the span begins and ends (now, where that is earlier); a
    level counts no longer than ``fresh``.
    """
    cursor = await conn.execute(
        _FULL,
        {
            "depot_id": depot_id,
            "timezone": timezone,
            "first": first,
            "last": last,
            "since": since,
            "until": until,
            "fresh": fresh,
            "full_pct": full_pct,
        },
    )
    return [
        FullTime(
            day=row["day"],
            full_h=float(row["full_h"]),
            known_h=float(row["known_h"]),
            bins=row["bins"],
        )
        for row in await cursor.fetchall()
    ]


_BINS = "SELECT count(*) AS n FROM bins WHERE depot_id = %s AND in_service"


async def bins_in_service(conn: Connection, depot_id: str) -> int:
    """Return how many bins of a depot are in service now."""
    row = await (await conn.execute(_BINS, (depot_id,))).fetchone()
    return 0 if row is None else int(row["n"])
