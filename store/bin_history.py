"""A bin's levels over a time, thinned for drawing, written as JSON by the database itself."""

from datetime import datetime

from core.readings import Trust
from store.connection import Connection

# Thinned to the first, the last, the lowest and the highest of each slice of time: drawn with a
# slice for each column of the screen it looks as if nothing were left out (M4: Jugel, Jerzak,
# Hackenbroich, Markl, "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB 2014).
# What is trusted and what is not are two pictures: neither may hide the other.
_HISTORY = """
    SELECT (SELECT json_build_object(
        'measured_at_s', coalesce(array_agg(at_s), '{}'),
        'fill_pct', coalesce(array_agg(fill_pct), '{}'),
        'trust', coalesce(array_agg(trust), '{}'),
        'trusts', %(trusts)s::text[],
        'readings', coalesce(max(total), 0)
    )::text FROM (
        SELECT floor(extract(epoch FROM measured_at))::bigint AS at_s,
               round(fill_pct::float8 * 10) / 10 AS fill_pct,
               array_position(%(trusts)s::text[], trust) - 1 AS trust, total
        FROM (
            SELECT *, row_number() OVER (slice ORDER BY measured_at) AS from_first,
                   row_number() OVER (slice ORDER BY measured_at DESC) AS from_last,
                   row_number() OVER (slice ORDER BY fill_pct, measured_at) AS from_lowest,
                   row_number() OVER (slice ORDER BY fill_pct DESC, measured_at) AS from_highest
            FROM (
                SELECT measured_at, fill_pct, trust, count(*) OVER () AS total,
                       width_bucket(extract(epoch FROM measured_at),
                                    extract(epoch FROM %(since)s::timestamptz),
                                    extract(epoch FROM %(until)s::timestamptz),
                                    %(slices)s) AS n
                FROM readings
                WHERE bin_id = %(bin_id)s AND measured_at >= %(since)s
                  AND measured_at < %(until)s AND fill_pct IS NOT NULL
            ) AS sliced
            WINDOW slice AS (PARTITION BY n, trust = 'trusted')
        ) AS ranked
        WHERE total <= %(points)s
           OR least(from_first, from_last, from_lowest, from_highest) = 1
        ORDER BY measured_at
    ) AS kept) AS document
    FROM bins WHERE bin_id = %(bin_id)s
"""
_KEPT_OF_A_SLICE = 8
"""Four of what is trusted, four of what is not."""


async def history(
    conn: Connection, bin_id: str, *, since: datetime, until: datetime, points: int
) -> str | None:
    """Return the levels measured in [since, until), oldest first; None where there is no bin.

    A JSON object with the lists measured_at_s, fill_pct and trust (an index into trusts), at most
    ``points`` long, and of how many readings they are.
    """
    values = {
        "bin_id": bin_id,
        "since": since,
        "until": until,
        "points": points,
        "slices": max(1, points // _KEPT_OF_A_SLICE),
        "trusts": [str(trust) for trust in Trust],
    }
    row = await (await conn.execute(_HISTORY, values)).fetchone()
    if row is None:
        return None
    document: str = row["document"]
    return document
