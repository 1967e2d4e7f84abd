"""What crews report of a stop: every mark kept, and which of them holds written beside it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.plans import Stop, StopKind, StopReport
from core.rules.marks import standing
from store import levels, rounds
from store.connection import Connection
from store.fill_before import fill_before
from store.marks import SAID, decision, marks

CHANGED_CHANNEL = "brimful_stop_changed"
"""NOTIFY channel that says, as JSON, which stop of which crew's round in force is another now."""

OF_CREW = """(%(crew_id)s::text IS NULL OR EXISTS (
        SELECT FROM rounds r JOIN (
            SELECT s.round_id UNION ALL SELECT round_id FROM kept_stops WHERE stop_id = s.stop_id
        ) a USING (round_id)
        WHERE r.crew_id = %(crew_id)s))"""
"""The condition that a stop ``s`` is or was on a round of the crew's; anybody's without one."""
_LOCK_STOP = f"""
    SELECT s.stop_id, s.kind FROM stops s WHERE s.stop_id = %(stop_id)s AND {OF_CREW}
    FOR UPDATE OF s
"""  # noqa: S608 - SQL from the constant
_ADD = """
    INSERT INTO stop_reports (report_id, stop_id, outcome, skip_reason, note, reported_at,
                              weight_kg, photo_ids, device_id, follows, received_at, reported_by)
    VALUES (%(report_id)s, %(stop_id)s, %(outcome)s, %(skip_reason)s, %(note)s, %(reported_at)s,
            %(weight_kg)s, %(photo_ids)s, %(device_id)s, %(follows)s, %(received_at)s,
            %(reported_by)s)
    ON CONFLICT (report_id) DO NOTHING
"""
_STORED = f"SELECT {SAID} FROM stop_reports WHERE report_id = %s"  # noqa: S608 - a constant


async def report_stop(
    conn: Connection,
    report: StopReport,
    *,
    reported_by: str,
    crew_id: str | None,
    received_at: datetime,
) -> Stop:
    """Keep a crew's mark and return the stop as it stands now; the same mark twice is one.

    ``crew_id`` limits it to the crew's own rounds (also of a plan superseded meanwhile). Raises
    NotFoundError for another's or an unknown stop, ConflictError when the report_id was used for
    something else, InvalidInputError for a weight where nothing is weighed.
    """
    values = {
        "report_id": report.report_id,
        **_said(report),
        "received_at": received_at,
        "reported_by": reported_by,
        "crew_id": crew_id,
    }
    locked = await (await conn.execute(_LOCK_STOP.encode(), values)).fetchone()
    if locked is None:
        raise NotFoundError(f"no stop {report.stop_id} on your rounds")
    _refuse_weight(report, StopKind(locked["kind"]))
    added = await conn.execute(_ADD, values)
    if added.rowcount == 0:
        stored = await (await conn.execute(_STORED.encode(), (report.report_id,))).fetchone()
        _refuse_other(report, stored)
    else:
        await settle(conn, report.stop_id, now=received_at)
    stop = await rounds.stop(conn, report.stop_id)
    assert stop is not None  # noqa: S101 - locked above
    return stop


def _said(report: StopReport) -> dict[str, Any]:
    return {
        "stop_id": report.stop_id,
        "outcome": report.outcome,
        "skip_reason": report.skip_reason,
        "note": report.note,
        "reported_at": report.reported_at,
        "weight_kg": report.weight_kg,
        "photo_ids": list(report.photo_ids),
        "device_id": report.device_id,
        "follows": report.follows,
    }


def _refuse_weight(report: StopReport, kind: StopKind) -> None:
    if report.weight_kg is not None and kind is not StopKind.DISPOSAL:
        raise InvalidInputError(
            f"weight_kg: nothing is weighed at stop {report.stop_id}, which is a {kind}; only "
            "disposal stops have a weight. Send the mark without it, with a new report_id."
        )


def _refuse_other(report: StopReport, stored: Mapping[str, Any] | None) -> None:
    if stored != _said(report):
        raise ConflictError(
            f"report {report.report_id} was used for another mark: make a new id for each mark"
        )


_SETTLE = """
    INSERT INTO stop_states AS s (stop_id, report_id, changes, in_conflict, conflict_at)
    VALUES (%(stop_id)s, %(report_id)s, 1, %(in_conflict)s,
            CASE WHEN %(in_conflict)s THEN %(now)s::timestamptz END)
    ON CONFLICT (stop_id) DO UPDATE SET
        report_id = excluded.report_id, changes = s.changes + 1,
        in_conflict = excluded.in_conflict,
        conflict_at = coalesce(s.conflict_at, excluded.conflict_at)
"""
# An emptying follows the stop's outcome. A phone's clock may run ahead; the emptying was not
# later than we heard of it.
_EMPTIED = f"""
    INSERT INTO emptyings (bin_id, emptied_at, source, stop_id, fill_before_pct)
    SELECT s.bin_id, e.emptied_at, 'crew', s.stop_id, {fill_before("s.bin_id", "e.emptied_at")}
    FROM stops s, (SELECT least(reported_at, received_at) AS emptied_at
                   FROM stop_outcomes WHERE stop_id = %(stop_id)s AND outcome = 'done') e
    WHERE s.stop_id = %(stop_id)s
    ON CONFLICT (stop_id) DO UPDATE SET emptied_at = excluded.emptied_at,
        fill_before_pct = excluded.fill_before_pct
"""  # noqa: S608 - SQL from the function
_NOT_EMPTIED = """
    DELETE FROM emptyings WHERE stop_id = %(stop_id)s AND NOT EXISTS (
        SELECT FROM stop_outcomes WHERE stop_id = %(stop_id)s AND outcome = 'done')
"""
_BIN = "SELECT bin_id FROM stops WHERE stop_id = %s"
# The stop, and those of other vehicles that are the same visit, wherever they are to be driven.
_TELL = """
    SELECT pg_notify(%(channel)s, json_build_object(
        'plan_id', p.plan_id, 'round_id', r.round_id, 'stop_id', v.stop_id, 'crew_id', r.crew_id
    )::text)
    FROM stops s
    JOIN stops v ON coalesce(v.visit_id, v.stop_id) = coalesce(s.visit_id, s.stop_id)
    JOIN LATERAL (
        SELECT v.round_id UNION SELECT round_id FROM kept_stops WHERE stop_id = v.stop_id
    ) a ON true
    JOIN rounds r ON r.round_id = a.round_id JOIN plans p USING (plan_id)
    WHERE s.stop_id = %(stop_id)s AND p.status = 'ready'
"""


async def settle(conn: Connection, stop_id: UUID, *, now: datetime) -> None:
    """Work out anew what a stop's marks come to, and tell whoever listens.

    The stop is locked by the caller. An emptying is there while the mark that holds says done.
    """
    found = standing(await marks(conn, stop_id), await decision(conn, stop_id))
    values = {
        "stop_id": stop_id,
        "report_id": found.in_force.report_id,
        "in_conflict": bool(found.sides),
        "now": now,
    }
    await conn.execute(_SETTLE, values)
    row = await (await conn.execute(_BIN, (stop_id,))).fetchone()
    if row is not None and row["bin_id"] is not None:
        await levels.hold_state(conn, row["bin_id"])
        await conn.execute(_NOT_EMPTIED, values)
        await conn.execute(_EMPTIED.encode(), values)
        await levels.recompute_state(conn, row["bin_id"])
    await tell(conn, stop_id)


async def tell(conn: Connection, stop_id: UUID) -> None:
    """Tell whoever listens, at the commit, that there is something new of a stop."""
    await conn.execute(_TELL, {"stop_id": stop_id, "channel": CHANGED_CHANNEL})


# A sensor's word for the same emptying is a second row, and must not count twice.
_EMPTYINGS = """
    SELECT count(*) AS emptied, avg(e.fill_before_pct) AS fill_at_pickup_pct
    FROM emptyings e WHERE e.source = 'crew' AND e.emptied_at >= %s AND e.emptied_at < %s
"""


async def emptyings_between(
    conn: Connection, since: datetime, until: datetime
) -> tuple[int, float | None]:
    """Return how many bins crews emptied in [since, until) and their mean fill at pick-up."""
    row = await (await conn.execute(_EMPTYINGS, (since, until))).fetchone()
    return (0, None) if row is None else (row["emptied"], row["fill_at_pickup_pct"])
