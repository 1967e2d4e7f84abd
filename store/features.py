"""Bins with their levels as GeoJSON, written by the database itself."""

from datetime import datetime, timedelta
from typing import Unpack

from store.connection import Connection
from store.levels import ANY, MATCHING, Conditions

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
    **only: Unpack[Conditions],
) -> str:
    """Return a FeatureCollection (RFC 7946) of the bins that stand somewhere, the others counted.

    In order of bin_id. Times are in UTC.
    """
    values = {**ANY, **only, "now": now, "stale_after": stale_after, "after": ""}
    row = await (await conn.execute(_FEATURES.encode(), values)).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always gives one
    document: str = row["document"]
    return document
