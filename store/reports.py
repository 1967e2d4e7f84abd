"""What crews report of a stop: every mark kept, the newest by the crew's clock counts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.errors import ConflictError, NotFoundError
from core.plans import Stop, StopKind, StopReport
from store import levels, rounds
from store.connection import Connection

_LOCK_STOP = """
    SELECT s.stop_id FROM stops s
    WHERE s.stop_id = %(stop_id)s AND (%(crew_id)s::text IS NULL OR EXISTS (
        SELECT FROM rounds r WHERE r.crew_id = %(crew_id)s
          AND (r.round_id = s.round_id
               OR r.round_id IN (SELECT round_id FROM kept_stops WHERE stop_id = s.stop_id))))
    FOR UPDATE OF s
"""
_ADD = """
    INSERT INTO stop_reports (report_id, stop_id, outcome, skip_reason, note, reported_at,
                              received_at, reported_by)
    VALUES (%(report_id)s, %(stop_id)s, %(outcome)s, %(skip_reason)s, %(note)s, %(reported_at)s,
            %(received_at)s, %(reported_by)s)
    ON CONFLICT (report_id) DO NOTHING
"""
_STORED = """
    SELECT stop_id, outcome, skip_reason, note, reported_at FROM stop_reports
    WHERE report_id = %s
"""
# An emptying follows the stop's outcome. A phone's clock may run ahead; the emptying was not
# later than we heard of it.
_EMPTIED = """
    INSERT INTO emptyings (bin_id, emptied_at, source, stop_id, fill_before_pct)
    SELECT s.bin_id, e.emptied_at, 'crew', s.stop_id, (
        SELECT r.fill_pct FROM readings r
        WHERE r.bin_id = s.bin_id AND r.trust = 'trusted' AND r.measured_at <= e.emptied_at
        ORDER BY r.measured_at DESC LIMIT 1)
    FROM stops s, (SELECT least(reported_at, %(received_at)s) AS emptied_at
                   FROM stop_outcomes WHERE stop_id = %(stop_id)s AND outcome = 'done') e
    WHERE s.stop_id = %(stop_id)s
    ON CONFLICT (stop_id) DO UPDATE SET emptied_at = excluded.emptied_at,
        fill_before_pct = excluded.fill_before_pct
"""
_NOT_EMPTIED = """
    DELETE FROM emptyings e USING stop_outcomes o
    WHERE e.stop_id = %(stop_id)s AND o.stop_id = e.stop_id AND o.outcome <> 'done'
"""


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
    something else.
    """
    values = {
        "report_id": report.report_id,
        "stop_id": report.stop_id,
        "outcome": report.outcome,
        "skip_reason": report.skip_reason,
        "note": report.note,
        "reported_at": report.reported_at,
        "received_at": received_at,
        "reported_by": reported_by,
        "crew_id": crew_id,
    }
    if await (await conn.execute(_LOCK_STOP, values)).fetchone() is None:
        raise NotFoundError(f"no stop {report.stop_id} on your rounds")
    added = await conn.execute(_ADD, values)
    if added.rowcount == 0:
        stored = await (await conn.execute(_STORED, (report.report_id,))).fetchone()
        _refuse_other(report, stored)
    stop = await rounds.stop(conn, report.stop_id)
    assert stop is not None  # noqa: S101 - locked above
    if stop.kind is StopKind.BIN and stop.bin_id is not None and added.rowcount == 1:
        await conn.execute(_NOT_EMPTIED, values)
        await conn.execute(_EMPTIED, values)
        await levels.recompute_state(conn, stop.bin_id)
    return stop


def _refuse_other(report: StopReport, stored: Mapping[str, Any] | None) -> None:
    same = stored is not None and stored == {
        "stop_id": report.stop_id,
        "outcome": report.outcome,
        "skip_reason": report.skip_reason,
        "note": report.note,
        "reported_at": report.reported_at,
    }
    if not same:
        raise ConflictError(
            f"report {report.report_id} was used for another mark: make a new id for each mark"
        )


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
