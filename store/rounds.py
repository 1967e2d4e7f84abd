"""Rounds and their stops, with what crews said of each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from core.geo import Position
from core.plans import DueReason, Outcome, Round, SkipReason, Stop, StopKind
from store import ways as ways_store
from store.connection import Connection

_SAVE_ROUND = """
    INSERT INTO rounds (round_id, plan_id, vehicle_id, crew_id, starts_at, ends_at, distance_m,
                        drive_s, load_kg, end_depot_id)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_COPY_STOPS = """
    COPY stops (stop_id, round_id, seq, kind, bin_id, disposal_site_id, lon, lat, arrives_at,
                begins_at, service_s, expected_fill_pct, load_kg, due_reason) FROM STDIN
"""


async def save_round(conn: Connection, plan_id: UUID, round_: Round) -> None:
    """Save one round of a plan with its stops and its way."""
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
        for s in round_.stops:
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
_STOP = """
    SELECT s.stop_id, s.round_id, s.seq, s.kind, s.bin_id, s.disposal_site_id, s.lon, s.lat,
           s.arrives_at, s.begins_at, s.service_s, s.expected_fill_pct, s.load_kg, s.due_reason,
           o.outcome, o.skip_reason, o.reported_at,
           coalesce(b.name, d.name) AS name, b.stream, b.access_note
    FROM stops s
    LEFT JOIN stop_outcomes o USING (stop_id)
    LEFT JOIN bins b USING (bin_id)
    LEFT JOIN disposal_sites d USING (disposal_site_id)
"""
_STOPS = f"{_STOP} WHERE s.round_id = ANY(%s) ORDER BY s.round_id, s.seq"
_ONE_STOP = f"{_STOP} WHERE s.stop_id = %s"


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


async def crew_round(conn: Connection, crew_id: str, day: date) -> tuple[UUID, Round] | None:
    """Return plan_id and round of a crew in the day's plan, with its way; None without one."""
    row = await (await conn.execute(_CREW_ROUND, (crew_id, day))).fetchone()
    if row is None:
        return None
    plan_id = row.pop("plan_id")
    round_id = row["round_id"]
    stops = await _stops(conn, [round_id])
    legs = await ways_store.legs(conn, [round_id])
    return plan_id, Round(**row, stops=tuple(stops[round_id]), legs=tuple(legs.get(round_id, ())))


async def stop(conn: Connection, stop_id: UUID) -> Stop | None:
    """Return one stop with its newest outcome."""
    row = await (await conn.execute(_ONE_STOP.encode(), (stop_id,))).fetchone()
    return None if row is None else _stop(row)


async def _stops(conn: Connection, round_ids: Sequence[UUID]) -> Mapping[UUID, list[Stop]]:
    by_round: dict[UUID, list[Stop]] = defaultdict(list)
    for row in await (await conn.execute(_STOPS.encode(), (list(round_ids),))).fetchall():
        by_round[row["round_id"]].append(_stop(row))
    return by_round


def _stop(row: Mapping[str, Any]) -> Stop:
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
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        skip_reason=SkipReason(row["skip_reason"]) if row["skip_reason"] else None,
        reported_at=row["reported_at"],
        name=row["name"],
        stream=row["stream"],
        access_note=row["access_note"],
    )
