"""Bins with their levels as GeoJSON, written by the database itself."""

from datetime import datetime, timedelta

from core.levels import LevelTrust
from store.connection import Connection
from store.levels import MATCHING

# Made as objects in Python, 50,000 bins took six times as long as asking for them.
_FEATURES = f"""
    WITH matching AS ({MATCHING})
    SELECT '{{"type":"FeatureCollection","features":['
        || coalesce(string_agg(json_build_object(
               'type', 'Feature',
               'id', bin_id,
               'geometry', json_build_object(
                   'type', 'Point', 'coordinates', json_build_array(lon, lat)),
               'properties', json_build_object(
                   'bin_id', bin_id, 'name', name, 'stream', stream, 'capacity_l', capacity_l,
                   'threshold_pct', threshold_pct, 'depot_id', depot_id, 'in_service', in_service,
                   'fill_pct', fill_pct,
                   'measured_at', replace(to_json(measured_at) #>> '{{}}', '+00:00', 'Z'),
                   'age_s', greatest(
                       0, trunc(extract(epoch FROM %(now)s::timestamptz - measured_at))::bigint),
                   'trust', level_trust, 'source', source)
           )::text, ',' ORDER BY bin_id) FILTER (WHERE lon IS NOT NULL), '')
        || '],"without_position":' || count(*) FILTER (WHERE lon IS NULL) || '}}' AS document
    FROM matching
"""  # noqa: S608 - SQL from constants


async def features(
    conn: Connection,
    *,
    now: datetime,
    stale_after: timedelta,
    depot_id: str | None = None,
    stream: str | None = None,
    trust: LevelTrust | None = None,
    min_fill_pct: float | None = None,
) -> str:
    """Return a FeatureCollection (RFC 7946) of the bins that stand somewhere, the others counted.

    In order of bin_id; the conditions are those of ``store.levels.levels``. Times are in UTC.
    """
    values = {
        "now": now,
        "stale_after": stale_after,
        "bin_id": None,
        "depot_id": depot_id,
        "stream": stream,
        "trust": trust,
        "min_fill_pct": min_fill_pct,
        "after": "",
    }
    row = await (await conn.execute(_FEATURES.encode(), values)).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always gives one
    document: str = row["document"]
    return document
