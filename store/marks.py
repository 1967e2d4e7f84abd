"""Marks of crews as they are kept, and what was decided between contradicting ones."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from core.plans import Mark, Outcome, SkipReason
from core.rules.marks import Decision
from store.connection import Connection

SAID = """stop_id, outcome, skip_reason, note, reported_at, weight_kg, photo_ids, device_id,
    follows"""
"""The columns that the phone has said."""

_MARKS = f"""
    SELECT report_id, {SAID}, received_at, reported_by FROM stop_reports WHERE stop_id = %s
    ORDER BY received_at, reported_at, report_id
"""  # noqa: S608 - a constant


async def marks(conn: Connection, stop_id: UUID) -> Sequence[Mark]:
    """Return every mark ever made on a stop, in the order in which they arrived."""
    rows = await (await conn.execute(_MARKS.encode(), (stop_id,))).fetchall()
    return [mark_of(row) for row in rows]


def mark_of(row: Mapping[str, Any]) -> Mark:
    """Make a mark of a row with its columns."""
    return Mark(
        report_id=row["report_id"],
        stop_id=row["stop_id"],
        outcome=Outcome(row["outcome"]),
        skip_reason=None if row["skip_reason"] is None else SkipReason(row["skip_reason"]),
        note=row["note"],
        reported_at=row["reported_at"],
        weight_kg=row["weight_kg"],
        photo_ids=tuple(row["photo_ids"]),
        device_id=row["device_id"],
        follows=row["follows"],
        received_at=row["received_at"],
        reported_by=row["reported_by"],
    )


_DECISION = """
    SELECT report_id, known, decided_at FROM conflict_decisions WHERE stop_id = %s
    ORDER BY decision_id DESC LIMIT 1
"""


async def decision(conn: Connection, stop_id: UUID) -> Decision | None:
    """Return what ops decided last between the marks of a stop; None where nobody had to."""
    row = await (await conn.execute(_DECISION, (stop_id,))).fetchone()
    if row is None:
        return None
    return Decision(
        report_id=row["report_id"], known=frozenset(row["known"]), decided_at=row["decided_at"]
    )
