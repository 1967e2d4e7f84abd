"""A crew's round as its phone shows it: whose it is, how full its bins are, whether it changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from core.fleet import Depot
from core.geo import Position
from core.levels import LevelTrust
from store.connection import Connection
from store.levels import TRUST


@dataclass(frozen=True, kw_only=True, slots=True)
class Whose:
    """Whose round it is, and where it leaves from."""

    depot: Depot
    crew_name: str
    vehicle_name: str


_WHOSE = """
    SELECT d.depot_id, d.name, d.lon, d.lat, d.timezone, c.name AS crew_name,
           v.name AS vehicle_name
    FROM rounds r JOIN plans p USING (plan_id) JOIN depots d USING (depot_id)
         JOIN crews c USING (crew_id) JOIN vehicles v ON v.vehicle_id = r.vehicle_id
    WHERE r.round_id = %s
"""


async def whose(conn: Connection, round_id: UUID) -> Whose:
    """Return whose a crew's round is. Raises LookupError for one that is no crew's."""
    row = await (await conn.execute(_WHOSE, (round_id,))).fetchone()
    if row is None:
        raise LookupError(f"round {round_id} has no crew")
    return Whose(
        depot=Depot(
            depot_id=row["depot_id"],
            name=row["name"],
            position=Position(lon=row["lon"], lat=row["lat"]),
            timezone=row["timezone"],
        ),
        crew_name=row["crew_name"],
        vehicle_name=row["vehicle_name"],
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class BinNow:
    """How full a bin on a round is; ``fill_pct`` and ``measured_at`` None: nobody knows."""

    has_sensor: bool
    trust: LevelTrust
    fill_pct: float | None
    measured_at: datetime | None


_BINS_NOW = f"""
    SELECT b.bin_id, s.fill_pct, s.measured_at, {TRUST} AS trust,
           EXISTS (SELECT FROM mountings m WHERE m.bin_id = b.bin_id
                   AND m.mounted_at <= %(now)s
                   AND (m.unmounted_at IS NULL OR m.unmounted_at > %(now)s)) AS has_sensor
    FROM bins b LEFT JOIN bin_states s USING (bin_id)
    WHERE b.bin_id = ANY(%(bin_ids)s)
"""  # noqa: S608 - SQL from the constant


async def bins_now(
    conn: Connection, bin_ids: Sequence[str], *, now: datetime, stale_after: timedelta
) -> Mapping[str, BinNow]:
    """Return how full these bins are and whether a sensor sits in them, by bin_id."""
    values = {"bin_ids": list(bin_ids), "now": now, "stale_after": stale_after}
    rows = await (await conn.execute(_BINS_NOW.encode(), values)).fetchall()
    return {row.pop("bin_id"): BinNow(**{**row, "trust": LevelTrust(row["trust"])}) for row in rows}


# Marks on other vehicles' stops of the same visits change what this round shows, too.
_REVISION = """
    WITH mine AS (
        SELECT r.round_id FROM rounds r JOIN plans p USING (plan_id)
        WHERE r.crew_id = %s AND p.day = %s AND p.status = 'ready'
        ORDER BY p.finished_at DESC LIMIT 1
    ), on_it AS (
        SELECT coalesce(visit_id, stop_id) AS visit FROM stops JOIN mine USING (round_id)
        UNION ALL
        SELECT coalesce(s.visit_id, s.stop_id) FROM kept_stops k
        JOIN mine ON mine.round_id = k.round_id JOIN stops s ON s.stop_id = k.stop_id
    )
    SELECT round_id, (
        SELECT coalesce(sum(t.changes), 0) FROM on_it
        JOIN stops v ON coalesce(v.visit_id, v.stop_id) = on_it.visit
        JOIN stop_states t ON t.stop_id = v.stop_id
    ) AS changes
    FROM mine
"""


async def revision(conn: Connection, crew_id: str, day: date) -> str | None:
    """Return what is another with every mark on a crew's round and every plan; None without one.

    Counted, not the newest of something: two marks may be committed in another order than they
    were begun.
    """
    row = await (await conn.execute(_REVISION, (crew_id, day))).fetchone()
    return None if row is None else f"{row['round_id'].hex}-{row['changes']}"
