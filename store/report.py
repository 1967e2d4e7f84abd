"""What really happened: rounds that were planned, and what became of their stops."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from core.driven import DrivenRound, DrivenStop
from core.geo import Position
from core.plans import Outcome, PlanStatus, SkipReason, StopKind
from store import parts
from store.connection import Connection
from store.rounds import APPEARANCES, OUTCOME

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
_MORE = """b.stream, b.capacity_l * t.density_kg_per_l AS capacity_kg, b.windows, m.weight_kg"""
_OF_MORE = """LEFT JOIN bins b ON b.bin_id = s.bin_id LEFT JOIN streams t USING (stream)
    LEFT JOIN stop_reports m ON m.report_id = o.report_id"""
_STOPS = f"""
    SELECT a.round_id, a.seq, s.kind, s.lon, s.lat, s.bin_id, a.arrives_at, s.service_s,
           a.expected_fill_pct, a.load_kg, o.outcome, o.skip_reason, o.reported_at,
           e.fill_before_pct, {_MORE}
    FROM {APPEARANCES} a JOIN stops s USING (stop_id)
    LEFT JOIN {OUTCOME} o ON true
    {_OF_MORE}
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
           s.expected_fill_pct, s.load_kg, o.outcome, o.skip_reason, o.reported_at,
           e.fill_before_pct, {_MORE}
    FROM stops s
    LEFT JOIN LATERAL (
        SELECT * FROM stop_outcomes
        WHERE stop_outcomes.stop_id = s.stop_id
          AND coalesce(s.visit_id, s.stop_id) NOT IN (SELECT visit FROM of_ready)) o ON true
    LEFT JOIN emptyings e ON e.stop_id = s.stop_id AND o.outcome = 'done'
    {_OF_MORE}
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
        stream=row["stream"],
        capacity_kg=row["capacity_kg"],
        load_kg=row["load_kg"],
        weight_kg=row["weight_kg"],
        windows=parts.hours(row["windows"]) if row["windows"] else (),
    )


_BINS = "SELECT count(*) AS n FROM bins WHERE depot_id = %s AND in_service"


async def bins_in_service(conn: Connection, depot_id: str) -> int:
    """Return how many bins of a depot are in service now."""
    row = await (await conn.execute(_BINS, (depot_id,))).fetchone()
    return 0 if row is None else int(row["n"])
