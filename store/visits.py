"""What the days' plans made of one bin: the round it was on and what came of it, or why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core.plans import DueReason, LeftOutReason, Outcome, SkipReason
from store.connection import Connection
from store.rounds import APPEARANCES, OUTCOME


@dataclass(frozen=True, kw_only=True, slots=True)
class OnRound:
    """A bin's stop on a round, and the crew's newest word about it."""

    stop_id: UUID
    round_id: UUID
    seq: int
    vehicle_id: str
    vehicle_name: str
    crew_id: str | None
    crew_name: str | None
    arrives_at: datetime
    due_reason: DueReason | None
    outcome: Outcome | None
    skip_reason: SkipReason | None
    note: str | None
    photo_ids: tuple[UUID, ...]
    reported_by: str | None
    reported_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NotOnRound:
    """Why a bin is on no round."""

    reason: LeftOutReason
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A bin in a day's plan: on a round or left out."""

    plan_id: UUID
    day: date
    expected_fill_pct: float | None
    on_round: OnRound | None
    left_out: NotOnRound | None


# Of a plan that was superseded only what somebody has marked, and that the plan in force has not
# kept: the rest was never to be driven.
_ON_ROUNDS = f"""
    SELECT p.plan_id, p.day, a.expected_fill_pct, s.stop_id, a.round_id, a.seq, r.vehicle_id,
           v.name AS vehicle_name, r.crew_id, c.name AS crew_name, a.arrives_at, a.due_reason,
           o.outcome, o.skip_reason, o.note, o.reported_at, m.photo_ids, m.reported_by
    FROM stops s
    JOIN {APPEARANCES} a USING (stop_id)
    JOIN rounds r ON r.round_id = a.round_id
    JOIN plans p USING (plan_id)
    JOIN vehicles v USING (vehicle_id)
    LEFT JOIN crews c ON c.crew_id = r.crew_id
    LEFT JOIN {OUTCOME} o ON true
    LEFT JOIN stop_reports m ON m.report_id = o.report_id
    WHERE s.bin_id = %(bin_id)s AND p.day >= %(since)s
      AND (p.status = 'ready'
           OR p.status = 'superseded' AND NOT a.kept
              AND EXISTS (SELECT FROM stop_outcomes w WHERE w.stop_id = s.stop_id)
              AND NOT EXISTS (
                  SELECT FROM kept_stops k JOIN rounds USING (round_id) JOIN plans q USING (plan_id)
                  WHERE k.stop_id = s.stop_id AND q.status = 'ready'))
    ORDER BY p.day DESC, a.arrives_at DESC, s.stop_id
"""  # noqa: S608 - SQL from constants
_LEFT_OUT = """
    SELECT p.plan_id, p.day, l.expected_fill_pct, l.reason, l.detail
    FROM plans p JOIN left_out l USING (plan_id)
    WHERE p.day >= %(since)s AND p.status = 'ready' AND l.bin_id = %(bin_id)s
"""


async def visits(conn: Connection, bin_id: str, *, since: date) -> Sequence[Visit]:
    """Return what plans from ``since`` on made of a bin, the newest day first."""
    values = {"bin_id": bin_id, "since": since}
    found = [
        *map(_on_round, await (await conn.execute(_ON_ROUNDS.encode(), values)).fetchall()),
        *map(_left_out, await (await conn.execute(_LEFT_OUT, values)).fetchall()),
    ]
    return sorted(found, key=lambda visit: visit.day, reverse=True)


def _on_round(row: Mapping[str, Any]) -> Visit:
    return Visit(
        plan_id=row["plan_id"],
        day=row["day"],
        expected_fill_pct=row["expected_fill_pct"],
        on_round=OnRound(
            stop_id=row["stop_id"],
            round_id=row["round_id"],
            seq=row["seq"],
            vehicle_id=row["vehicle_id"],
            vehicle_name=row["vehicle_name"],
            crew_id=row["crew_id"],
            crew_name=row["crew_name"],
            arrives_at=row["arrives_at"],
            due_reason=DueReason(row["due_reason"]) if row["due_reason"] else None,
            outcome=Outcome(row["outcome"]) if row["outcome"] else None,
            skip_reason=SkipReason(row["skip_reason"]) if row["skip_reason"] else None,
            note=row["note"],
            photo_ids=tuple(row["photo_ids"] or ()),
            reported_by=row["reported_by"],
            reported_at=row["reported_at"],
        ),
        left_out=None,
    )


def _left_out(row: Mapping[str, Any]) -> Visit:
    return Visit(
        plan_id=row["plan_id"],
        day=row["day"],
        expected_fill_pct=row["expected_fill_pct"],
        on_round=None,
        left_out=NotOnRound(reason=LeftOutReason(row["reason"]), detail=row["detail"]),
    )
