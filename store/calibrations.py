"""How what a sensor says becomes a fill, in each bin, by version."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from core.bins import Calibration
from core.plausible import EARLIEST
from core.registry import BinRecord
from store.connection import Connection

_FIELDS = "empty_distance_mm, full_distance_mm, blind_zone_mm, vendor_full_pct"
# A bin's first calibration counts for all its history; another one from now on. Who wants it to
# reach back says so (`brimful recalibrate`).
_REGISTER = f"""
    INSERT INTO calibrations (bin_id, version, valid_from, {_FIELDS})
    SELECT %(bin_id)s, coalesce(last.version, 0) + 1,
           CASE WHEN last.version IS NULL THEN %(earliest)s::timestamptz ELSE now() END,
           %(empty_distance_mm)s, %(full_distance_mm)s, %(blind_zone_mm)s, %(vendor_full_pct)s
    FROM (SELECT 1) AS one LEFT JOIN (
        SELECT version, {_FIELDS} FROM calibrations WHERE bin_id = %(bin_id)s
        ORDER BY version DESC LIMIT 1) AS last ON true
    WHERE (last.empty_distance_mm, last.full_distance_mm, last.blind_zone_mm, last.vendor_full_pct)
          IS DISTINCT FROM (%(empty_distance_mm)s::integer, %(full_distance_mm)s::integer,
                            %(blind_zone_mm)s::integer, %(vendor_full_pct)s::real)
"""  # noqa: S608 - column names from the constant above


async def register(conn: Connection, bins: Sequence[BinRecord]) -> None:
    """Note the calibrations of these bins; one that stands already makes no new version."""
    async with conn.cursor() as cursor:
        await cursor.executemany(
            _REGISTER, [{**b.calibration(), "earliest": EARLIEST} for b in bins if b.calibrated]
        )


_ADD = f"""
    INSERT INTO calibrations (bin_id, version, valid_from, {_FIELDS}, noted_at, note)
    SELECT %(bin_id)s, coalesce(max(version), 0) + 1, %(valid_from)s, %(empty_distance_mm)s,
           %(full_distance_mm)s, %(blind_zone_mm)s, %(vendor_full_pct)s, %(now)s, %(note)s
    FROM calibrations WHERE bin_id = %(bin_id)s
    RETURNING version
"""  # noqa: S608 - column names from the constant above


async def add(
    conn: Connection,
    bin_id: str,
    *,
    valid_from: datetime,
    empty_distance_mm: int | None,
    full_distance_mm: int | None,
    blind_zone_mm: int,
    vendor_full_pct: float,
    note: str | None,
    now: datetime,
) -> int:
    """Add a calibration that counts from ``valid_from`` on; return its version."""
    values = {
        "bin_id": bin_id,
        "valid_from": valid_from,
        "empty_distance_mm": empty_distance_mm,
        "full_distance_mm": full_distance_mm,
        "blind_zone_mm": blind_zone_mm,
        "vendor_full_pct": vendor_full_pct,
        "note": note,
        "now": now,
    }
    row = await (await conn.execute(_ADD, values)).fetchone()
    assert row is not None  # noqa: S101 - an aggregate gives one row
    return int(row["version"])


_OF_BINS = f"""
    SELECT bin_id, version, valid_from, {_FIELDS} FROM calibrations
    WHERE bin_id = ANY(%s) ORDER BY bin_id, version
"""  # noqa: S608 - column names from the constant above


async def of_bins(
    conn: Connection, bin_ids: Collection[str]
) -> Mapping[str, Sequence[Calibration]]:
    """Return the calibrations of each bin by version; a bin without any has no key."""
    found: dict[str, list[Calibration]] = {}
    for row in await (await conn.execute(_OF_BINS, (list(bin_ids),))).fetchall():
        found.setdefault(row["bin_id"], []).append(calibration(row))
    return found


def calibration(row: Mapping[str, Any]) -> Calibration:
    """Read a calibration from a row that has its columns."""
    return Calibration(
        version=row["version"],
        valid_from=row["valid_from"],
        empty_distance_mm=row["empty_distance_mm"],
        full_distance_mm=row["full_distance_mm"],
        blind_zone_mm=row["blind_zone_mm"],
        vendor_full_pct=row["vendor_full_pct"],
    )
