"""All bins with their levels, column by column, written as JSON by the database itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from core.levels import LevelTrust
from store.connection import Connection
from store.level_changes import FILL, MEASURED
from store.levels import TRUST

_LISTS = (
    *("bin_id", "name", "lon", "lat", "stream", "depot", "area", "fill_pct", "trust"),
    *("measured_at_s", "has_sensor", "health", "threshold_pct", "in_service"),
)
_FIELDS = ", ".join(f"'{name}', coalesce(array_agg({name}), '{{}}')" for name in _LISTS)
_COLUMNS = f"""
    WITH numbered_streams AS (
        SELECT stream, row_number() OVER (ORDER BY stream) - 1 AS n
        FROM (SELECT DISTINCT stream FROM bins)
    ), numbered_depots AS (
        SELECT depot_id, row_number() OVER (ORDER BY depot_id) - 1 AS n FROM depots
    ), numbered_districts AS (
        SELECT district, row_number() OVER (ORDER BY district) - 1 AS n
        FROM (SELECT DISTINCT district FROM bins WHERE district IS NOT NULL)
    ), listed AS (
        SELECT b.bin_id, b.name, round(b.lon::numeric, 6) AS lon, round(b.lat::numeric, 6) AS lat,
               m.n AS stream, d.n AS depot, a.n AS area, {FILL} AS fill_pct,
               array_position(%(trusts)s::text[], {TRUST}) - 1 AS trust,
               {MEASURED} AS measured_at_s, (e.bin_id IS NOT NULL)::integer AS has_sensor,
               CASE WHEN e.bin_id IS NOT NULL THEN coalesce(h.health, %(ok)s) END AS health,
               b.threshold_pct, b.in_service::integer AS in_service
        FROM bins b JOIN numbered_streams m USING (stream) JOIN numbered_depots d USING (depot_id)
             LEFT JOIN numbered_districts a USING (district)
             LEFT JOIN bin_states s USING (bin_id)
             LEFT JOIN (SELECT DISTINCT bin_id FROM mountings WHERE unmounted_at IS NULL) e
                       USING (bin_id)
             LEFT JOIN unnest(%(bin_ids)s::text[], %(bin_healths)s::integer[])
                       AS h (bin_id, health) USING (bin_id)
        ORDER BY b.bin_id
    )
    SELECT json_build_object({_FIELDS},
        'streams', ARRAY(SELECT stream FROM numbered_streams ORDER BY n),
        'depots', ARRAY(SELECT depot_id FROM numbered_depots ORDER BY n),
        'areas', ARRAY(SELECT district FROM numbered_districts ORDER BY n),
        'trusts', %(trusts)s::text[], 'healths', %(healths)s::text[]
    )::text AS document
    FROM listed
"""  # noqa: S608 - SQL from constants


async def columns(
    conn: Connection,
    *,
    now: datetime,
    stale_after: timedelta,
    healths: Sequence[str],
    worse: Mapping[str, int],
) -> str:
    """Return a JSON object with a list for each column, in order of bin_id.

    ``worse`` gives the health, as an index into ``healths``, of the bins whose sensor is not as
    the last of ``healths`` says.
    """
    values = {
        "now": now,
        "stale_after": stale_after,
        "trusts": [str(trust) for trust in LevelTrust],
        "healths": list(healths),
        "ok": len(healths) - 1,
        "bin_ids": list(worse),
        "bin_healths": list(worse.values()),
    }
    row = await (await conn.execute(_COLUMNS.encode(), values)).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always gives one
    document: str = row["document"]
    return document
