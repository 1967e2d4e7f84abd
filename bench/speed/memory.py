"""Does the ingester's memory stay flat? Many readings, and its resident size all the time."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg

from bench.services.mosquitto import Mosquitto
from bench.speed import contenders as c
from bench.speed import processes
from bench.speed.load import STEP, Load
from bench.speed.rig import own_database, running_broker

PARTS = 20
PER_MESSAGE = 20
CLIENT = "bench-memory"
_EVERY_S = 0.25


async def watch_memory(
    server_url: str, readings: int, sensors: int, more: Mapping[str, str]
) -> Sequence[dict[str, Any]]:
    """Let one ingester store so many readings in parts; return its memory part by part."""
    parts = _parts(readings, sensors)
    async with (
        own_database(server_url, parts[0].registry()) as url,
        running_broker() as broker,
        processes.ingester(c.ingester_variables(broker, url, CLIENT, more)) as running,
        await psycopg.AsyncConnection.connect(url, autocommit=True) as conn,
    ):
        await running.has_logged("connected")
        rows = []
        for n, part in enumerate(parts, 1):
            row = await _one_part(running, broker, conn, part)
            rows.append({"readings": n * part.readings, **row})
    return rows


def _parts(readings: int, sensors: int) -> list[Load]:
    """Return the load in parts, each later than the one before."""
    # each sensor sends as many as the others, so at least so many readings
    messages = -(-readings // (PER_MESSAGE * PARTS * sensors)) * sensors
    span = messages // sensors * PER_MESSAGE * STEP
    end = datetime.now(UTC).replace(microsecond=0)
    return [
        Load(messages=messages, per_message=PER_MESSAGE, sensors=sensors, end=end - n * span)
        for n in reversed(range(PARTS))
    ]


async def _one_part(
    running: processes.Ingester,
    broker: Mosquitto,
    conn: psycopg.AsyncConnection[Any],
    part: Load,
) -> dict[str, Any]:
    sizes = [processes.rss_mb(running.pid)]

    async def sample() -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            sizes.append(processes.rss_mb(running.pid))

    began = time.perf_counter()
    sampling = asyncio.create_task(sample(), name="bench.memory.sample")
    try:
        await processes.work("publish", c.broker_job(broker, load=part.as_json()))
        await c.until_stored(conn, part)
    finally:
        sampling.cancel()
    return {
        "seconds": round(time.perf_counter() - began, 1),
        "rss_mb_at_most": round(max(sizes), 1),
        "rss_mb_after": round(sizes[-1], 1),
        "broker_mb": round(processes.rss_mb(broker.pid), 1),
    }
