"""How long bins stood full, as far as levels are known."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from core.driven import FullTime
from store.connection import Connection

# A level counts until the next one, a crew's emptying being one of 0, and no longer than it is
# fresh. Each stretch is cut at midnight by the depot's clock.
_FULL = """
    WITH known AS (
        SELECT r.bin_id, b.stream, r.measured_at AS at, r.fill_pct
        FROM readings r JOIN bins b USING (bin_id)
        WHERE b.depot_id = %(depot_id)s AND r.trust = 'trusted'
          AND r.measured_at >= %(since)s - %(fresh)s::interval AND r.measured_at < %(until)s
        UNION ALL
        SELECT e.bin_id, b.stream, e.emptied_at, 0
        FROM emptyings e JOIN bins b USING (bin_id)
        WHERE b.depot_id = %(depot_id)s AND e.source = 'crew'
          AND e.emptied_at >= %(since)s - %(fresh)s::interval AND e.emptied_at < %(until)s
    ), stretches AS (
        SELECT bin_id, stream, fill_pct, greatest(at, %(since)s) AS begin_at,
               least(lead(at, 1, %(until)s) OVER (PARTITION BY bin_id ORDER BY at),
                     at + %(fresh)s::interval, %(until)s) AS end_at
        FROM known
    ), of_bins AS (
        SELECT d.day::date AS day, s.stream, s.bin_id, sum(p.hours) AS known_h,
               sum(p.hours) FILTER (WHERE s.fill_pct >= %(full_pct)s) AS full_h
        FROM stretches s
        CROSS JOIN LATERAL generate_series(
            (s.begin_at AT TIME ZONE %(timezone)s)::date,
            (s.end_at AT TIME ZONE %(timezone)s - interval '1 us')::date,
            interval '1 day') AS d (day)
        CROSS JOIN LATERAL (
            SELECT extract(epoch FROM
                least(s.end_at, (d.day::date + 1)::timestamp AT TIME ZONE %(timezone)s)
                - greatest(s.begin_at, d.day::date::timestamp AT TIME ZONE %(timezone)s)
            )::double precision / 3600 AS hours) p
        WHERE s.end_at > s.begin_at
        GROUP BY d.day, s.stream, s.bin_id
    )
    SELECT d.day::date AS day, b.stream, count(b.bin_id) AS bins,
           coalesce(sum(b.known_h), 0) AS known_h, coalesce(sum(b.full_h), 0) AS full_h
    FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS d (day)
    LEFT JOIN of_bins b ON b.day = d.day::date
    GROUP BY d.day, b.stream ORDER BY d.day, b.stream
"""


async def full_times_by_stream(
    conn: Connection,
    depot_id: str,
    *,
    timezone: str,
    first: date,
    last: date,
    since: datetime,
    until: datetime,
    fresh: timedelta,
    full_pct: float,
) -> Sequence[FullTime]:
    """Return for each day and stream how long bins stood at ``full_pct`` or over.

    A day of which no level is known is there once, with stream None.

    ``since`` and ``until`` are where the span begins and ends (now, where that is earlier); a
    level counts no longer than ``fresh``.
    """
    cursor = await conn.execute(
        _FULL,
        {
            "depot_id": depot_id,
            "timezone": timezone,
            "first": first,
            "last": last,
            "since": since,
            "until": until,
            "fresh": fresh,
            "full_pct": full_pct,
        },
    )
    return [
        FullTime(
            day=row["day"],
            full_h=float(row["full_h"]),
            known_h=float(row["known_h"]),
            bins=row["bins"],
            stream=row["stream"],
        )
        for row in await cursor.fetchall()
    ]


async def full_times(
    conn: Connection,
    depot_id: str,
    **span: Any,  # noqa: ANN401 - as full_times_by_stream has them
) -> Sequence[FullTime]:
    """Return for each day of the span how long all bins of the depot stood full."""
    found = await full_times_by_stream(conn, depot_id, **span)
    return [
        FullTime(
            day=day,
            full_h=sum(one.full_h for one in of_day),
            known_h=sum(one.known_h for one in of_day),
            bins=sum(one.bins for one in of_day),
        )
        for day, of_day in ((d, list(g)) for d, g in groupby(found, key=lambda one: one.day))
    ]
