"""A bin's levels over a time, thinned for drawing, written as JSON by the database itself."""

from datetime import datetime

from core.levels import LevelSource
from core.readings import Trust
from store.connection import Connection

_WRITTEN = """
    SELECT json_build_object(
        'measured_at_s', coalesce(array_agg(date_part('epoch', measured_at)::bigint), '{}'),
        'fill_pct', coalesce(array_agg(round(fill_pct::float8 * 10) / 10), '{}'),
        'trust', coalesce(array_agg(array_position(%(trusts)s::text[], trust) - 1), '{}'),
        'trusts', %(trusts)s::text[],
        'source', coalesce(array_agg(source), '{}'), 'sources', %(sources)s::text[],
        'readings', coalesce(max(total), 0)
    )::text AS document, coalesce(max(total), 0) AS total
"""
_LEVELS = """
    SELECT measured_at, fill_pct, trust, 0 AS source FROM readings
    WHERE bin_id = %(bin_id)s AND measured_at >= %(since)s AND measured_at < %(until)s
      AND fill_pct IS NOT NULL
    UNION ALL
    SELECT measured_at, fill_pct, 'trusted', 1 FROM eye_levels
    WHERE bin_id = %(bin_id)s AND measured_at >= %(since)s AND measured_at < %(until)s
"""
# One more than wanted says that there are too many.
_ALL = f"""
    {_WRITTEN} FROM (
        SELECT *, count(*) OVER () AS total
        FROM ({_LEVELS} ORDER BY measured_at LIMIT %(points)s + 1) AS levels
        ORDER BY measured_at
    ) AS counted
"""  # noqa: S608 - SQL from constants
# Thinned to the first, the last, the lowest and the highest of each slice of time: drawn with a
# slice for each column of the screen it looks as if nothing were left out (M4: Jugel, Jerzak,
# Hackenbroich, Markl, "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB 2014).
# What is trusted and what is not are two pictures: neither may hide the other.
_THINNED = f"""
    WITH sliced AS MATERIALIZED (
        SELECT *, trust = 'trusted' AS trusted,
               width_bucket(date_part('epoch', measured_at),
                            date_part('epoch', %(since)s::timestamptz),
                            date_part('epoch', %(until)s::timestamptz), %(slices)s) AS n
        FROM ({_LEVELS}) AS levels
    ), spans AS (
        SELECT n, trusted, min(measured_at) AS first_at, max(measured_at) AS last_at,
               min(fill_pct) AS lowest, max(fill_pct) AS highest
        FROM sliced GROUP BY n, trusted
    ), kept AS (
        SELECT DISTINCT n, trusted, unnest(ARRAY[first_at, last_at, lowest_at, highest_at]) AS at
        FROM (
            SELECT n, trusted, first_at, last_at,
                   min(measured_at) FILTER (WHERE fill_pct = lowest) AS lowest_at,
                   min(measured_at) FILTER (WHERE fill_pct = highest) AS highest_at
            FROM sliced JOIN spans USING (n, trusted) GROUP BY n, trusted, first_at, last_at
        ) AS extremes
    )
    {_WRITTEN} FROM (
        SELECT DISTINCT ON (s.measured_at, s.trusted) s.*,
               (SELECT count(*) FROM sliced) AS total
        FROM sliced s JOIN kept k ON (k.n, k.trusted, k.at) = (s.n, s.trusted, s.measured_at)
        ORDER BY s.measured_at, s.trusted
    ) AS ordered
"""  # noqa: S608 - SQL from constants
_SOURCES = [str(LevelSource.SENSOR), str(LevelSource.CREW)]
_KEPT_OF_A_SLICE = 8
"""Four of what is trusted, four of what is not."""


async def history(
    conn: Connection, bin_id: str, *, since: datetime, until: datetime, points: int
) -> str | None:
    """Return the levels measured in [since, until), oldest first; None where there is no bin.

    A JSON object with the lists measured_at_s, fill_pct, trust (an index into trusts) and source
    (into sources), at most ``points`` long, and how many levels there are: of sensors, trusted or
    not, and by the eye of crews.
    """
    values = {
        "bin_id": bin_id,
        "since": since,
        "until": until,
        "points": points,
        "slices": max(1, points // _KEPT_OF_A_SLICE),
        "trusts": [str(trust) for trust in Trust],
        "sources": _SOURCES,
    }
    row = await (await conn.execute(_ALL.encode(), values)).fetchone()
    if row is not None and row["total"] > points:
        row = await (await conn.execute(_THINNED.encode(), values)).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always gives one
    if row["total"] == 0 and not await _is_there(conn, bin_id):
        return None
    document: str = row["document"]
    return document


_THERE = "SELECT FROM bins WHERE bin_id = %s"


async def _is_there(conn: Connection, bin_id: str) -> bool:
    return await (await conn.execute(_THERE, (bin_id,))).fetchone() is not None
