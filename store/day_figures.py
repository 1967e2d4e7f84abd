"""The sums of each depot's days: reckoned from plans, marks and levels, and kept."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from psycopg.types.json import Jsonb

from core.figures import DaySums
from core.fleet import Depot
from core.rules.day_sums import note_round
from core.rules.driven import FULL_PCT
from core.rules.emptying_match import DisagreementKind
from core.settings import Settings
from store.connection import Connection
from store.emptying_account import account
from store.full_times import full_times_by_stream
from store.known_emptyings import Account
from store.report import driven_rounds

SETTLED_AFTER = timedelta(days=7)
"""Marks of phones and readings of sensors that were away come later than this hardly ever."""
FRESH_FOR = timedelta(seconds=60)
"""The sums of a day that may still change are reckoned anew after this time."""

type Sums = Mapping[str, DaySums]
"""By stream."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptDay:
    """The sums of a depot's day, and when they were reckoned."""

    day: date
    made_at: datetime
    sums: Sums


_KEPT = """
    SELECT day, stream, made_at, sums FROM day_figures
    WHERE depot_id = %s AND day BETWEEN %s AND %s ORDER BY day, stream
"""


async def kept(
    conn: Connection, depot: Depot, *, first: date, last: date, now: datetime
) -> Mapping[date, KeptDay]:
    """Return the days of [first, last] whose sums are as they would be reckoned now, by day."""
    rows = await (await conn.execute(_KEPT, (depot.depot_id, first, last))).fetchall()
    found: dict[date, dict[str, DaySums]] = {}
    made: dict[date, datetime] = {}
    for row in rows:
        found.setdefault(row["day"], {})[row["stream"]] = DaySums.read(row["sums"])
        made[row["day"]] = row["made_at"]
    return {
        day: KeptDay(day=day, made_at=made[day], sums=sums)
        for day, sums in found.items()
        if made[day] >= min(_end(depot, day) + SETTLED_AFTER, now - FRESH_FOR)
    }


def _begin(depot: Depot, day: date) -> datetime:
    return depot.at_local(day, time(0))


def _end(depot: Depot, day: date) -> datetime:
    return depot.at_local(day + timedelta(days=1), time(0))


_KEEP = """
    INSERT INTO day_figures (depot_id, day, stream, made_at, sums) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (depot_id, day, stream) DO UPDATE SET
        made_at = excluded.made_at, sums = excluded.sums
"""


async def reckon(
    conn: Connection, settings: Settings, depot: Depot, *, first: date, last: date, now: datetime
) -> Mapping[date, KeptDay]:
    """Reckon the sums of [first, last] and return them by day.

    A depot without bins has no streams, and its days no sums.
    """
    bins = await _bins(conn, depot.depot_id)
    days = {
        # a bin that has moved to another depot may be the only one of its stream
        first + timedelta(days=n): defaultdict(DaySums, {stream: DaySums() for stream in bins})
        for n in range((last - first).days + 1)
    }
    if bins:
        await _note_all(conn, settings, depot, days, now)
    for day, sums in days.items():
        hours = (min(now, _end(depot, day)) - _begin(depot, day)).total_seconds() / 3600
        for stream, of in sums.items():
            of.bin_h = max(0.0, hours) * bins.get(stream, 0)
    return {day: KeptDay(day=day, made_at=now, sums=sums) for day, sums in days.items()}


async def keep(conn: Connection, days: Mapping[tuple[str, date], KeptDay]) -> None:
    """Keep days by depot_id and day, in one order: then nobody waits for one who waits for them."""
    rows = [
        (depot_id, day, stream, made.made_at, Jsonb(of.written()))
        for (depot_id, day), made in sorted(days.items(), key=lambda one: one[0])
        for stream, of in sorted(made.sums.items())
    ]
    if rows:
        async with conn.cursor() as cursor:
            await cursor.executemany(_KEEP, rows)


async def _note_all(
    conn: Connection,
    settings: Settings,
    depot: Depot,
    days: Mapping[date, Sums],
    now: datetime,
) -> None:
    first, last = min(days), max(days)
    for round_ in await driven_rounds(conn, depot.depot_id, first=first, last=last):
        note_round(days[round_.day], round_, depot.zone)
    since = _begin(depot, first)
    until = max(since, min(now, _end(depot, last)))
    for full in await full_times_by_stream(
        conn,
        depot.depot_id,
        timezone=depot.timezone,
        first=first,
        last=last,
        since=since,
        until=until,
        fresh=settings.stale_after,
        full_pct=FULL_PCT,
    ):
        if full.stream is not None:
            days[full.day][full.stream].full_h = full.full_h
            days[full.day][full.stream].known_h = full.known_h
    if since < until:
        found = await account(
            conn,
            since=since,
            until=until,
            now=now,
            limits=settings.trust_limits,
            tolerance=settings.emptying_tolerance,
            round_slack=settings.emptying_round_slack,
            depot_id=depot.depot_id,
        )
        await _note_disagreements(conn, depot, days, found)
    await _note_counts(conn, depot, days, now)


async def _note_disagreements(
    conn: Connection, depot: Depot, days: Mapping[date, Sums], known: Account
) -> None:
    streams = await _streams(conn, [d.disagreement.bin_id for d in known.disagreements])
    for one in known.disagreements:
        sums = days[depot.local_day(one.disagreement.at)][streams[one.disagreement.bin_id]]
        sums.missed += one.disagreement.kind is DisagreementKind.MISSED_PICKUP
        sums.false_done += one.disagreement.kind is DisagreementKind.DONE_WITHOUT_DROP


_STREAMS = "SELECT bin_id, stream FROM bins WHERE bin_id = ANY(%s)"
# Also streams whose bins are all out of service: their history is there.
_BINS = """
    SELECT stream, count(*) FILTER (WHERE in_service) AS n FROM bins WHERE depot_id = %s
    GROUP BY stream
"""
_LEFT_OUT = """
    SELECT p.day, b.stream, l.reason, count(*) AS n
    FROM plans p JOIN left_out l USING (plan_id) JOIN bins b USING (bin_id)
    WHERE p.depot_id = %(depot_id)s AND p.day BETWEEN %(first)s AND %(last)s AND p.status = 'ready'
    GROUP BY p.day, b.stream, l.reason
"""
_SENSORS = """
    SELECT d.day, b.stream, count(*) AS n,
           count(*) FILTER (WHERE EXISTS (
               SELECT FROM readings r
               WHERE r.sensor_id = m.sensor_id AND r.trust = 'trusted'
                 AND r.measured_at >= d.begin_at AND r.measured_at < d.end_at)) AS well
    FROM (SELECT day::date AS day, day::date::timestamp AT TIME ZONE %(timezone)s AS begin_at,
                 (day::date + 1)::timestamp AT TIME ZONE %(timezone)s AS end_at
          FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS day) d
    JOIN bins b ON b.depot_id = %(depot_id)s
    JOIN mountings m ON m.bin_id = b.bin_id AND m.mounted_at <= d.begin_at
                    AND (m.unmounted_at IS NULL OR m.unmounted_at >= d.end_at)
    WHERE d.end_at <= %(now)s
    GROUP BY d.day, b.stream
"""


async def _bins(conn: Connection, depot_id: str) -> Mapping[str, int]:
    rows = await (await conn.execute(_BINS, (depot_id,))).fetchall()
    return {row["stream"]: row["n"] for row in rows}


async def _streams(conn: Connection, bin_ids: Sequence[str]) -> Mapping[str, str]:
    rows = await (await conn.execute(_STREAMS, (bin_ids,))).fetchall()
    return {row["bin_id"]: row["stream"] for row in rows}


async def _note_counts(
    conn: Connection, depot: Depot, days: Mapping[date, Sums], now: datetime
) -> None:
    values = {
        "depot_id": depot.depot_id,
        "first": min(days),
        "last": max(days),
        "timezone": depot.timezone,
        "now": now,
    }
    for row in await (await conn.execute(_LEFT_OUT, values)).fetchall():
        days[row["day"]][row["stream"]].left_out[row["reason"]] += row["n"]
    for row in await (await conn.execute(_SENSORS, values)).fetchall():
        sums = days[row["day"]][row["stream"]]
        sums.sensor_days, sums.sensor_days_well = row["n"], row["well"]
