"""Does a reading cost the same in a table of fifty million as in one of one million?"""

import random
import time
from collections.abc import Awaitable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import psycopg

import store
from bench.speed import contenders as c
from bench.speed.comparing import queue_backlog
from bench.speed.load import STEP, Load
from bench.speed.rig import own_database, running_broker
from store import levels

SIZES = (1_000_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000)
BACKLOG = 60_000
CHUNK_STEPS = 250
QUERIES_OF_ONE, QUERIES_OF_ALL = 1_000, 40
_SEED = 1

# A reading for each sensor and step, as the ingester would have stored it, before all that comes.
_FILL = """
    INSERT INTO readings (sensor_id, bin_id, measured_at, received_at, fill_pct, trust, kind,
                          raw_fill_pct, battery_v, temperature_c)
    SELECT lpad(to_hex(sensor), 16, '0'), 'bin-' || lpad(sensor::text, 5, '0'), at,
           at + interval '2 seconds', fill, 'trusted', 'reading', fill, 3.58, 11.5
    FROM generate_series(%(first)s::integer, %(last)s::integer) AS step,
         generate_series(0, %(sensors)s::integer - 1) AS sensor,
         LATERAL (SELECT %(from)s::timestamptz + step * %(step)s::interval
                         - sensor * interval '100 milliseconds' AS at,
                         ((step * 13 + sensor * 70) %% 900) / 10.0 AS fill) AS made
"""
_SIZE = """
    SELECT pg_size_pretty(hypertable_size('readings')) AS size,
           (SELECT count(*) FROM timescaledb_information.chunks
            WHERE hypertable_name = 'readings') AS chunks
"""


async def watch_growth(
    server_url: str, most: int, sensors: int, more: Mapping[str, str]
) -> Sequence[dict[str, Any]]:
    """Fill the table from size to size; at each, ingest a backlog and ask for levels."""
    sizes = [size for size in SIZES if size <= most] or [most]
    now = datetime.now(UTC).replace(microsecond=0)
    town = Load(messages=sensors, per_message=1, sensors=sensors, end=now)
    rows = []
    async with (
        own_database(server_url, town.registry()) as url,
        running_broker() as broker,
        await psycopg.AsyncConnection.connect(url, autocommit=True) as conn,
    ):
        first = now - timedelta(days=2) - (sizes[-1] // sensors + 1) * STEP
        filled = 0
        for n, size in enumerate(sizes):
            steps = size // sensors
            await _fill(conn, filled, steps, sensors, first)
            filled = steps
            backlog = Load(
                messages=BACKLOG,
                per_message=1,
                sensors=sensors,
                # after what was filled in, and after the backlog before
                end=now - (len(sizes) - 1 - n) * (BACKLOG // sensors + 1) * STEP,
            )
            client = f"bench-growth-{n}"
            await queue_backlog(broker, backlog, [client])
            ingested = await c.ingester(broker, url, backlog, client, more, checked=False)
            rows.append({**await _row(conn, url, steps * sensors), **_cost(ingested)})
    return rows


async def _fill(
    conn: psycopg.AsyncConnection[Any], begin: int, end: int, sensors: int, first: datetime
) -> None:
    for step in range(begin, end, CHUNK_STEPS):
        values = {
            "first": step,
            "last": min(end, step + CHUNK_STEPS) - 1,
            "sensors": sensors,
            "from": first,
            "step": STEP,
        }
        await conn.execute(_FILL, values)
    await conn.execute("VACUUM ANALYZE readings")


async def _row(conn: psycopg.AsyncConnection[Any], url: str, filled: int) -> dict[str, Any]:
    size = await (await conn.execute(_SIZE)).fetchone()
    one, all_ = await _ask(url)
    return {
        "rows": filled,
        "table": "" if size is None else size[0],
        "chunks": 0 if size is None else size[1],
        "one_bin_p50_ms": _quantile(one, 0.5),
        "one_bin_p99_ms": _quantile(one, 0.99),
        "all_bins_p50_ms": _quantile(all_, 0.5),
        "all_bins_p99_ms": _quantile(all_, 0.99),
    }


def _cost(result: c.Result) -> dict[str, Any]:
    return {
        "readings_per_s": round(result.readings_per_s),
        "ingester_us": round(result.cpu_s["client"] / result.readings * 1e6, 1),
        "database_us": round(result.cpu_s["database"] / result.readings * 1e6, 1),
    }


async def _ask(url: str) -> tuple[list[float], list[float]]:
    """Return how long the level of one bin and of all took, in seconds, query by query."""
    chance = random.Random(_SEED)  # noqa: S311 - picks bins, guards nothing
    one, all_ = [], []
    async with store.connect(url, application="bench") as conn:
        ask = partial(levels.levels, conn, now=datetime.now(UTC), stale_after=timedelta(hours=48))
        bins = [level.bin.bin_id for level in await ask()]
        for _ in range(QUERIES_OF_ONE):
            bin_id = chance.choice(bins)
            one.append(await _seconds(ask(bin_id=bin_id)))
        all_ += [await _seconds(ask()) for _ in range(QUERIES_OF_ALL)]
    return one, all_


async def _seconds(query: Awaitable[object]) -> float:
    began = time.perf_counter()
    await query
    return time.perf_counter() - began


def _quantile(seconds: list[float], share: float) -> float:
    return round(sorted(seconds)[min(len(seconds) - 1, int(share * len(seconds)))] * 1e3, 2)
