"""Conflicts: marks of two phones on one stop that contradict each other, and what ops decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.plans import Mark
from core.rules.marks import Standing, standing
from store import audit
from store import marks as marks_store
from store.audit import Actor
from store.connection import Connection
from store.reports import settle
from store.rounds import APPEARANCES


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """A decision of operations; ``report_id`` is the mark that holds."""

    report_id: UUID
    decided_at: datetime
    decided_by: str
    note: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """A stop whose marks contradict each other, or did; ``sides`` is empty where that is over."""

    stop_id: UUID
    noticed_at: datetime
    plan_id: UUID
    round_id: UUID
    day: date
    depot_id: str
    vehicle_id: str
    crew_id: str | None
    kind: str
    bin_id: str | None
    name: str | None
    marks: tuple[Mark, ...]
    in_force: Mark
    sides: tuple[Mark, ...]
    decided: Decided | None


_CONFLICTS = f"""
    SELECT t.stop_id, t.conflict_at AS noticed_at, o.plan_id, o.round_id, o.day, o.depot_id,
           o.vehicle_id, o.crew_id, s.kind, s.bin_id, coalesce(b.name, d.name) AS name
    FROM stop_states t JOIN stops s USING (stop_id)
    JOIN LATERAL (
        SELECT p.plan_id, r.round_id, p.day, p.depot_id, r.vehicle_id, r.crew_id
        FROM {APPEARANCES} a JOIN rounds r USING (round_id) JOIN plans p USING (plan_id)
        WHERE a.stop_id = s.stop_id ORDER BY p.status = 'ready' DESC, a.kept LIMIT 1
    ) o ON true
    LEFT JOIN bins b USING (bin_id)
    LEFT JOIN disposal_sites d USING (disposal_site_id)
    WHERE t.conflict_at IS NOT NULL
      AND (NOT %(only_open)s OR t.in_conflict)
      AND (%(stop_id)s::uuid IS NULL OR t.stop_id = %(stop_id)s)
      AND (%(day)s::date IS NULL OR o.day = %(day)s)
      AND (%(depot_id)s::text IS NULL OR o.depot_id = %(depot_id)s)
      AND (%(after)s::uuid IS NULL OR (t.conflict_at, t.stop_id)
           < (SELECT conflict_at, stop_id FROM stop_states WHERE stop_id = %(after)s))
    ORDER BY t.conflict_at DESC, t.stop_id DESC LIMIT %(limit)s
"""  # noqa: S608 - SQL from the constant


async def conflicts(
    conn: Connection,
    *,
    only_open: bool = True,
    stop_id: UUID | None = None,
    day: date | None = None,
    depot_id: str | None = None,
    after: UUID | None = None,
    limit: int | None = None,
) -> Sequence[Conflict]:
    """Return conflicts, the newest first, beginning after that of the stop ``after``."""
    values = {
        "only_open": only_open,
        "stop_id": stop_id,
        "day": day,
        "depot_id": depot_id,
        "after": after,
        "limit": limit,
    }
    found = []
    for row in await (await conn.execute(_CONFLICTS.encode(), values)).fetchall():
        made, stands = await stop_marks(conn, row["stop_id"])
        assert stands is not None  # noqa: S101 - a state is written with a mark
        found.append(
            Conflict(
                **row,
                marks=tuple(made),
                in_force=stands.in_force,
                sides=stands.sides,
                decided=await _decided(conn, row["stop_id"]),
            )
        )
    return found


async def stop_marks(conn: Connection, stop_id: UUID) -> tuple[Sequence[Mark], Standing | None]:
    """Return every mark of a stop and what they come to; None where there is none."""
    made = await marks_store.marks(conn, stop_id)
    if not made:
        return made, None
    return made, standing(made, await marks_store.decision(conn, stop_id))


_IS_STOP = "SELECT FROM stops WHERE stop_id = %s"


async def is_stop(conn: Connection, stop_id: UUID) -> bool:
    """Return whether there is or ever was such a stop."""
    return await (await conn.execute(_IS_STOP, (stop_id,))).fetchone() is not None


_DECIDED = """
    SELECT report_id, decided_at, decided_by, note FROM conflict_decisions WHERE stop_id = %s
    ORDER BY decision_id DESC LIMIT 1
"""


async def _decided(conn: Connection, stop_id: UUID) -> Decided | None:
    row = await (await conn.execute(_DECIDED, (stop_id,))).fetchone()
    return None if row is None else Decided(**row)


_LOCK = "SELECT FROM stops WHERE stop_id = %s FOR UPDATE"
_DECIDE = """
    INSERT INTO conflict_decisions (stop_id, report_id, known, note, decided_at, decided_by)
    VALUES (%s, %s, %s, %s, %s, %s)
"""


async def decide(
    conn: Connection,
    stop_id: UUID,
    report_id: UUID,
    *,
    note: str | None,
    decided_by: Actor,
    now: datetime,
) -> Conflict:
    """Let one of the marks that contradict each other hold; the other is kept, and overruled.

    The same decision again changes nothing; another one takes its place. Raises NotFoundError for
    an unknown stop, ConflictError where its marks do not contradict each other, InvalidInputError
    for a mark that is no side of it.
    """
    if await (await conn.execute(_LOCK, (stop_id,))).fetchone() is None:
        raise NotFoundError(f"There is no stop {stop_id}.")
    made, stands = await stop_marks(conn, stop_id)
    before = await _decided(conn, stop_id)
    sides = (
        set() if stands is None else {m.report_id for m in (*stands.sides, *standing(made).sides)}
    )
    if stands is None or not (stands.sides or before):
        raise ConflictError(
            f"The marks of stop {stop_id} do not contradict each other (any more): there is "
            "nothing to decide. GET /conflicts lists where there is."
        )
    if report_id not in sides:
        named = ", ".join(sorted(str(side) for side in sides))
        raise InvalidInputError(
            f"report_id: {report_id} is no disputed mark of stop {stop_id}; choose one of {named}"
        )
    same = before is not None and before.report_id == report_id and before.note == note
    if stands.sides or not same:
        known = [mark.report_id for mark in made]
        values = (stop_id, report_id, known, note, now, decided_by.name)
        await conn.execute(_DECIDE, values)
        await audit.note(
            conn,
            who=decided_by,
            what="conflict.decided",
            subject=f"stop {stop_id}",
            detail={"report_id": str(report_id), "note": note},
            now=now,
        )
        await settle(conn, stop_id, now=now)
    (found,) = await conflicts(conn, only_open=False, stop_id=stop_id)
    return found
