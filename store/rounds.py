"""Rounds and their stops, with what crews said of each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from core.geo import Position
from core.plans import DueReason, Outcome, Round, Stop, StopKind
from store import ways as ways_store
from store.connection import Connection
from store.marks import mark_of

_SAVE_ROUND = """
    INSERT INTO rounds (round_id, plan_id, vehicle_id, crew_id, starts_at, ends_at, distance_m,
                        drive_s, load_kg, end_depot_id)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_COPY_STOPS = """
    COPY stops (stop_id, round_id, seq, kind, bin_id, disposal_site_id, lon, lat, arrives_at,
                begins_at, service_s, expected_fill_pct, load_kg, due_reason, visit_id) FROM STDIN
"""
_COPY_KEPT = """
    COPY kept_stops (round_id, seq, stop_id, arrives_at, begins_at, expected_fill_pct, load_kg,
                     due_reason) FROM STDIN
"""


async def save_round(conn: Connection, plan_id: UUID, round_: Round) -> None:
    """Save one round of a plan with its way; kept stops take another place in the order."""
    await conn.execute(
        _SAVE_ROUND,
        (
            round_.round_id,
            plan_id,
            round_.vehicle_id,
            round_.crew_id,
            round_.starts_at,
            round_.ends_at,
            round_.distance_m,
            round_.drive_s,
            round_.load_kg,
            round_.end_depot_id,
        ),
    )
    async with conn.cursor() as cursor, cursor.copy(_COPY_STOPS) as copy:
        for s in (stop for stop in round_.stops if not stop.kept):
            await copy.write_row(
                (
                    s.stop_id,
                    round_.round_id,
                    s.seq,
                    s.kind,
                    s.bin_id,
                    s.disposal_site_id,
                    s.position.lon,
                    s.position.lat,
                    s.arrives_at,
                    s.begins_at,
                    s.service_s,
                    s.expected_fill_pct,
                    s.load_kg,
                    s.due_reason,
                    s.visit_id,
                )
            )
    async with conn.cursor() as cursor, cursor.copy(_COPY_KEPT) as copy:
        for s in (stop for stop in round_.stops if stop.kept):
            await copy.write_row(
                (
                    round_.round_id,
                    s.seq,
                    s.stop_id,
                    s.arrives_at,
                    s.begins_at,
                    s.expected_fill_pct,
                    s.load_kg,
                    s.due_reason,
                )
            )
    await ways_store.save_legs(conn, round_.round_id, round_.legs)


_ROUNDS = """
    SELECT round_id, vehicle_id, crew_id, starts_at, ends_at, distance_m, drive_s, load_kg,
           end_depot_id
    FROM rounds WHERE plan_id = %s ORDER BY vehicle_id, starts_at
"""
_CREW_ROUND = """
    SELECT r.round_id, r.vehicle_id, r.crew_id, r.starts_at, r.ends_at, r.distance_m, r.drive_s,
           r.load_kg, r.end_depot_id, r.plan_id
    FROM rounds r JOIN plans p USING (plan_id)
    WHERE r.crew_id = %s AND p.day = %s AND p.status = 'ready'
    ORDER BY p.finished_at DESC LIMIT 1
"""
# Where a stop stands in the order of which round: where it began, and where it was kept.
APPEARANCES = """(
        SELECT stop_id, round_id, seq, arrives_at, begins_at, expected_fill_pct, load_kg,
               due_reason, false AS kept FROM stops
        UNION ALL
        SELECT stop_id, round_id, seq, arrives_at, begins_at, expected_fill_pct, load_kg,
               due_reason, true FROM kept_stops
    )"""
# What is known of a stop: its own newest mark, or that of another vehicle's stop of the same
# visit. Done counts before everything: then the bin is empty, whoever else found it so.
OUTCOME = """LATERAL (
        SELECT own.* FROM stops v
        JOIN LATERAL (SELECT * FROM stop_outcomes WHERE stop_outcomes.stop_id = v.stop_id) own
             ON true
        WHERE coalesce(v.visit_id, v.stop_id) = coalesce(s.visit_id, s.stop_id)
        ORDER BY own.outcome = 'done' DESC, v.stop_id = s.stop_id DESC, own.reported_at DESC
        LIMIT 1
    )"""
_STOP = f"""
    SELECT s.stop_id, a.round_id, a.seq, s.kind, s.bin_id, s.disposal_site_id, s.lon, s.lat,
           a.arrives_at, a.begins_at, s.service_s, a.expected_fill_pct, a.load_kg, a.due_reason,
           a.kept, s.visit_id, coalesce(t.in_conflict, false) AS conflict,
           coalesce(b.name, d.name) AS name, b.stream, b.access_note,
           m.report_id, m.stop_id AS marked_stop_id, m.outcome, m.skip_reason, m.note,
           m.reported_at, m.weight_kg, m.photo_ids, m.device_id, m.follows, m.received_at,
           m.reported_by
    FROM {APPEARANCES} a
    JOIN stops s USING (stop_id)
    LEFT JOIN {OUTCOME} o ON true
    LEFT JOIN stop_states t ON t.stop_id = s.stop_id
    LEFT JOIN stop_reports m ON m.report_id = coalesce(o.report_id, t.report_id)
    LEFT JOIN bins b USING (bin_id)
    LEFT JOIN disposal_sites d USING (disposal_site_id)
"""  # noqa: S608 - SQL from the constants above
_STOPS = f"{_STOP} WHERE a.round_id = ANY(%s) ORDER BY a.round_id, a.seq"
_ONE_STOP = f"""
    {_STOP} JOIN rounds r ON r.round_id = a.round_id JOIN plans p USING (plan_id)
    WHERE s.stop_id = %s ORDER BY p.status = 'ready' DESC, a.kept LIMIT 1
"""


async def rounds(conn: Connection, plan_id: UUID, *, ways: bool = False) -> Sequence[Round]:
    """Return a plan's rounds with their stops and outcomes; with ``ways`` their legs, too."""
    rows = await (await conn.execute(_ROUNDS, (plan_id,))).fetchall()
    round_ids = [row["round_id"] for row in rows]
    stops = await _stops(conn, round_ids)
    legs = await ways_store.legs(conn, round_ids) if ways else {}
    return [
        Round(**row, stops=tuple(stops[row["round_id"]]), legs=tuple(legs.get(row["round_id"], ())))
        for row in rows
    ]


_ONE = """
    SELECT round_id, vehicle_id, crew_id, starts_at, ends_at, distance_m, drive_s, load_kg,
           end_depot_id, plan_id
    FROM rounds WHERE round_id = %s
"""


async def one(conn: Connection, round_id: UUID) -> tuple[UUID, Round] | None:
    """Return plan_id and round, without its way; None where there is none."""
    row = await (await conn.execute(_ONE, (round_id,))).fetchone()
    if row is None:
        return None
    plan_id = row.pop("plan_id")
    stops = await _stops(conn, [round_id])
    return plan_id, Round(**row, stops=tuple(stops[round_id]))


async def crew_round(
    conn: Connection, crew_id: str, day: date, *, ways: bool = True
) -> tuple[UUID, Round] | None:
    """Return plan_id and round of a crew in the day's plan; None without one.

    Without ``ways`` it has no legs.
    """
    row = await (await conn.execute(_CREW_ROUND, (crew_id, day))).fetchone()
    if row is None:
        return None
    plan_id = row.pop("plan_id")
    round_id = row["round_id"]
    stops = await _stops(conn, [round_id])
    legs = await ways_store.legs(conn, [round_id]) if ways else {}
    return plan_id, Round(**row, stops=tuple(stops[round_id]), legs=tuple(legs.get(round_id, ())))


_CREWS_OF_DAY = """
    SELECT DISTINCT r.crew_id FROM rounds r JOIN plans p USING (plan_id)
    WHERE p.depot_id = %s AND p.day = %s AND r.crew_id IS NOT NULL
"""


async def crews_of_day(conn: Connection, depot_id: str, day: date) -> set[str]:
    """Return the crews that have or had a round of the day, in whichever plan."""
    rows = await (await conn.execute(_CREWS_OF_DAY, (depot_id, day))).fetchall()
    return {row["crew_id"] for row in rows}


async def stop(conn: Connection, stop_id: UUID) -> Stop | None:
    """Return one stop with its newest outcome, as it stands in the plan in force where it does."""
    row = await (await conn.execute(_ONE_STOP.encode(), (stop_id,))).fetchone()
    return None if row is None else _stop(row)


_FIRST_STOPS = f"{_STOP} WHERE s.stop_id = ANY(%s) AND NOT a.kept"


async def first_stops(conn: Connection, stop_ids: Sequence[UUID]) -> Mapping[UUID, Stop]:
    """Return stops by stop_id, as they stood in the plan they were made for."""
    rows = await (await conn.execute(_FIRST_STOPS.encode(), (list(stop_ids),))).fetchall()
    return {row["stop_id"]: _stop(row) for row in rows}


async def _stops(conn: Connection, round_ids: Sequence[UUID]) -> Mapping[UUID, list[Stop]]:
    by_round: dict[UUID, list[Stop]] = defaultdict(list)
    for row in await (await conn.execute(_STOPS.encode(), (list(round_ids),))).fetchall():
        by_round[row["round_id"]].append(_stop(row))
    return by_round


def _stop(row: Mapping[str, Any]) -> Stop:
    mark = None
    if row["report_id"] is not None:
        mark = mark_of({**row, "stop_id": row["marked_stop_id"]})
    settled = mark if mark is not None and mark.outcome is not Outcome.OPEN else None
    return Stop(
        stop_id=row["stop_id"],
        seq=row["seq"],
        kind=StopKind(row["kind"]),
        position=Position(lon=row["lon"], lat=row["lat"]),
        bin_id=row["bin_id"],
        disposal_site_id=row["disposal_site_id"],
        arrives_at=row["arrives_at"],
        begins_at=row["begins_at"],
        service_s=row["service_s"],
        expected_fill_pct=row["expected_fill_pct"],
        load_kg=row["load_kg"],
        due_reason=DueReason(row["due_reason"]) if row["due_reason"] else None,
        outcome=None if settled is None else settled.outcome,
        skip_reason=None if settled is None else settled.skip_reason,
        reported_at=None if settled is None else settled.reported_at,
        name=row["name"],
        stream=row["stream"],
        access_note=row["access_note"],
        kept=row["kept"],
        visit_id=row["visit_id"],
        report=mark,
        conflict=row["conflict"],
    )


# Only stops that were open when the new plan was begun: what was done then is over.
_JOIN_VISITS = f"""
    UPDATE stops s SET visit_id = coalesce(old.visit_id, old.stop_id)
    FROM rounds r
    JOIN plans p USING (plan_id)
    JOIN rounds before ON before.plan_id = p.replaces_plan_id
    JOIN {APPEARANCES} a ON a.round_id = before.round_id
    JOIN stops old ON old.stop_id = a.stop_id
    WHERE r.plan_id = %s AND s.round_id = r.round_id AND s.bin_id = old.bin_id
      AND s.visit_id IS NULL
      AND NOT EXISTS (
          SELECT FROM stops v JOIN LATERAL (
              SELECT outcome FROM stop_reports m
              WHERE m.stop_id = v.stop_id AND m.received_at < p.claimed_at
              ORDER BY m.received_at DESC LIMIT 1) said ON true
          WHERE coalesce(v.visit_id, v.stop_id) = coalesce(old.visit_id, old.stop_id)
            AND said.outcome <> 'open')
"""  # noqa: S608 - SQL from the constants above


async def join_visits(conn: Connection, plan_id: UUID) -> None:
    """Let the stops of a saved plan be the same visits as the open ones of the plan before.

    A mark that was under way while the plan was made then holds for the new stop too.
    """
    await conn.execute(_JOIN_VISITS.encode(), (plan_id,))
