"""Levels by eye: how full a crew says a bin is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.errors import ConflictError, NotFoundError
from store import fill_before, levels
from store.connection import Connection


@dataclass(frozen=True, kw_only=True, slots=True)
class EyeLevel:
    """What a crew says; ``report_id`` and ``reported_at`` are made on the phone."""

    report_id: UUID
    bin_id: str
    fill_pct: float
    note: str | None
    reported_at: datetime
    device_id: UUID | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptEyeLevel(EyeLevel):
    """A level by eye as it is kept; ``measured_at`` is never later than it came."""

    measured_at: datetime
    received_at: datetime
    crew_id: str
    reported_by: str


# A crew looks at bins of its vehicle's depot, and at those it was ever sent to.
_MAY = """
    SELECT FROM bins b WHERE b.bin_id = %(bin_id)s AND (
        EXISTS (SELECT FROM crews c JOIN vehicles v USING (vehicle_id)
                WHERE c.crew_id = %(crew_id)s AND v.depot_id = b.depot_id)
        OR EXISTS (SELECT FROM stops s JOIN rounds r USING (round_id)
                   WHERE s.bin_id = b.bin_id AND r.crew_id = %(crew_id)s))
"""
_ADD = """
    INSERT INTO eye_levels (report_id, bin_id, fill_pct, note, reported_at, received_at, crew_id,
                            reported_by, device_id)
    VALUES (%(report_id)s, %(bin_id)s, %(fill_pct)s, %(note)s, %(reported_at)s, %(received_at)s,
            %(crew_id)s, %(reported_by)s, %(device_id)s)
    ON CONFLICT (report_id) DO NOTHING
"""
_SAME = """
    SELECT FROM eye_levels
    WHERE report_id = %(report_id)s AND bin_id = %(bin_id)s AND fill_pct = %(fill_pct)s::real
      AND note IS NOT DISTINCT FROM %(note)s AND reported_at = %(reported_at)s
      AND device_id IS NOT DISTINCT FROM %(device_id)s AND crew_id = %(crew_id)s
"""


async def report(
    conn: Connection, level: EyeLevel, *, crew_id: str, reported_by: str, received_at: datetime
) -> None:
    """Keep a level by eye; the same one twice is one. The bin's state follows.

    Raises NotFoundError for a bin that is not there or not the crew's to look at, ConflictError
    when the report_id was used for something else.
    """
    values = {
        "report_id": level.report_id,
        "bin_id": level.bin_id,
        "fill_pct": level.fill_pct,
        "note": level.note,
        "reported_at": level.reported_at,
        "device_id": level.device_id,
        "crew_id": crew_id,
        "reported_by": reported_by,
        "received_at": received_at,
    }
    if await (await conn.execute(_MAY, values)).fetchone() is None:
        raise NotFoundError(
            f"no bin {level.bin_id} of your depot or on your rounds: check the bin's id"
        )
    await levels.hold_state(conn, level.bin_id)
    added = await conn.execute(_ADD, values)
    if added.rowcount == 1:
        since = min(level.reported_at, received_at)
        await levels.recompute_state(conn, level.bin_id)
        await fill_before.refill_reported(conn, level.bin_id, since)
    elif await (await conn.execute(_SAME, values)).fetchone() is None:
        raise ConflictError(
            f"report {level.report_id} was used for another level: make a new id for each"
        )


_OF_BIN = """
    SELECT report_id, bin_id, fill_pct, note, reported_at, device_id, measured_at, received_at,
           crew_id, reported_by
    FROM eye_levels
    WHERE bin_id = %(bin_id)s AND measured_at >= %(since)s AND measured_at < %(until)s
    ORDER BY measured_at DESC, report_id LIMIT %(limit)s
"""


async def of_bin(
    conn: Connection, bin_id: str, *, since: datetime, until: datetime, limit: int
) -> Sequence[KeptEyeLevel]:
    """Return what crews said of a bin in [since, until), the newest first."""
    values = {"bin_id": bin_id, "since": since, "until": until, "limit": limit}
    return [KeptEyeLevel(**row) for row in await (await conn.execute(_OF_BIN, values)).fetchall()]
