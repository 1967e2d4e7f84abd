"""How full every bin is now, with age and trust."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack

from core.bins import Bin
from core.geo import Position
from core.levels import Level, LevelSource, LevelTrust
from core.vehicles import VehicleSize
from store import parts
from store.calibrations import calibration
from store.connection import Connection

# The one place that says what fresh, stale and untrusted mean, so that filters, pages and plans
# agree. A level is untrusted when something newer was heard and could not be believed.
TRUST = """
    CASE WHEN s.fill_pct IS NULL THEN 'no_level'
         WHEN s.doubted_at > s.measured_at THEN 'untrusted'
         WHEN s.measured_at < %(now)s::timestamptz - %(stale_after)s::interval THEN 'stale'
         ELSE 'fresh'
    END
"""
MATCHING = f"""
    SELECT * FROM (
        SELECT b.*, coalesce(b.service_s, t.service_s, m.service_s, 60) AS takes_s,
               c.version, c.valid_from, c.empty_distance_mm, c.full_distance_mm,
               c.blind_zone_mm, c.vendor_full_pct, s.fill_pct, s.measured_at,
               s.source, s.sensor_id, s.battery_v, s.heard_at,
               {TRUST} AS level_trust
        FROM bins b JOIN streams m USING (stream) LEFT JOIN bin_types t USING (bin_type)
             LEFT JOIN bin_states s USING (bin_id)
             LEFT JOIN current_calibrations c USING (bin_id)
    ) AS levels
    WHERE (%(bin_id)s::text IS NULL OR bin_id = %(bin_id)s)
      AND (%(depot_id)s::text IS NULL OR depot_id = %(depot_id)s)
      AND (%(stream)s::text IS NULL OR stream = %(stream)s)
      AND (%(trust)s::text IS NULL OR level_trust = %(trust)s)
      AND (%(min_fill_pct)s::float8 IS NULL OR fill_pct >= %(min_fill_pct)s)
      AND bin_id > %(after)s
"""  # noqa: S608 - SQL from the constant above
"""Bins with their levels, and the conditions every list of them has."""
_LEVELS = f"{MATCHING} ORDER BY bin_id LIMIT %(limit)s"


class Conditions(TypedDict, total=False):
    """Which bins: every condition that is given has to hold."""

    bin_id: str | None
    depot_id: str | None
    stream: str | None
    trust: LevelTrust | None
    min_fill_pct: float | None


ANY = Conditions(bin_id=None, depot_id=None, stream=None, trust=None, min_fill_pct=None)
"""All bins."""


async def levels(
    conn: Connection,
    *,
    now: datetime,
    stale_after: timedelta,
    after: str = "",
    limit: int | None = None,
    **only: Unpack[Conditions],
) -> Sequence[Level]:
    """Return bins with their levels in order of bin_id, beginning after the bin ``after``."""
    asked = {"now": now, "stale_after": stale_after, "after": after, "limit": limit}
    cursor = await conn.execute(_LEVELS.encode(), {**ANY, **only, **asked})
    return [_level(row) for row in await cursor.fetchall()]


def _level(row: Mapping[str, Any]) -> Level:
    return Level(
        bin=_bin(row),
        trust=LevelTrust(row["level_trust"]),
        fill_pct=row["fill_pct"],
        measured_at=row["measured_at"],
        source=LevelSource(row["source"]) if row["source"] else None,
        sensor_id=row["sensor_id"],
        battery_v=row["battery_v"],
        heard_at=row["heard_at"],
    )


def _bin(row: Mapping[str, Any]) -> Bin:
    return Bin(
        bin_id=row["bin_id"],
        name=row["name"],
        stream=row["stream"],
        capacity_l=row["capacity_l"],
        threshold_pct=row["threshold_pct"],
        depot_id=row["depot_id"],
        position=None if row["lon"] is None else Position(lon=row["lon"], lat=row["lat"]),
        calibration=None if row["version"] is None else calibration(row),
        service_s=row["takes_s"],
        access_note=row["access_note"],
        in_service=row["in_service"],
        walk_m=row["walk_m"],
        site_id=row["site_id"],
        windows=parts.hours(row["windows"]),
        max_vehicle_size=VehicleSize(row["max_vehicle_size"]) if row["max_vehicle_size"] else None,
        pinned_vehicle_id=row["pinned_vehicle_id"],
        forbidden_vehicle_ids=frozenset(row["forbidden_vehicle_ids"]),
    )


_HOLD_STATE = "INSERT INTO bin_states (bin_id) VALUES (%s) ON CONFLICT (bin_id) DO NOTHING"
_LOCK_STATE = "SELECT FROM bin_states WHERE bin_id = %s FOR UPDATE"
# The newest of what a sensor measured, what a crew did and what a crew saw; of one moment, what was
# done.
_RECOMPUTE = """
    WITH candidates AS (
        (SELECT fill_pct, measured_at, 'sensor' AS source, sensor_id, battery_v, 2 AS rank
         FROM readings
         WHERE bin_id = %(bin_id)s AND trust = 'trusted' ORDER BY measured_at DESC LIMIT 1)
        UNION ALL
        (SELECT 0, emptied_at, 'crew', NULL, NULL, 1 FROM emptyings
         WHERE bin_id = %(bin_id)s AND source = 'crew' ORDER BY emptied_at DESC LIMIT 1)
        UNION ALL
        (SELECT fill_pct, measured_at, 'crew', NULL, NULL, 3 FROM eye_levels
         WHERE bin_id = %(bin_id)s ORDER BY measured_at DESC LIMIT 1)
    ), newest AS (SELECT * FROM candidates ORDER BY measured_at DESC, rank LIMIT 1)
    UPDATE bin_states s SET
        fill_pct = n.fill_pct, measured_at = n.measured_at, source = n.source,
        sensor_id = coalesce(n.sensor_id, CASE WHEN n.source = 'crew' THEN s.sensor_id END),
        battery_v = coalesce(n.battery_v, s.battery_v)
    FROM (SELECT 1) AS one LEFT JOIN newest n ON true
    WHERE s.bin_id = %(bin_id)s
"""


async def hold_state(conn: Connection, bin_id: str) -> None:
    """Let nobody else say anything of a bin until the transaction ends.

    Whoever changes emptyings of crews or levels by eye takes it first: what one writes is worked
    out from what the other has written.
    """
    await conn.execute(_HOLD_STATE, (bin_id,))
    await conn.execute(_LOCK_STATE, (bin_id,))


async def recompute_state(conn: Connection, bin_id: str) -> None:
    """Derive a bin's state anew after a crew's report was added, changed or taken back.

    Holds the row first, so that a reading being stored at the same time comes before or after.
    """
    await hold_state(conn, bin_id)
    await conn.execute(_RECOMPUTE, {"bin_id": bin_id})
