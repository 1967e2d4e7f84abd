"""Do several ingesters on one shared subscription add up?"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import psycopg

from bench.speed import contenders as c
from bench.speed import processes
from bench.speed.load import Load
from bench.speed.rig import RigError, own_database, running_broker

GROUP = "bench"
_COUNT = "SELECT count(*) FROM readings"
_EVERY_S = 0.2
_LIMIT_S = 600.0


async def share(
    server_url: str, members: int, messages: int, sensors: int, more: Mapping[str, str]
) -> Sequence[dict[str, Any]]:
    """Let one ingester, then ``members`` of them, take one backlog of a shared subscription."""
    end = datetime.now(UTC).replace(microsecond=0)
    load = Load(messages=messages, per_message=1, sensors=sensors, end=end)
    rows = [await _share(server_url, n, load, more) for n in (1, members)]
    for row in rows:
        row["times_one"] = round(row["readings_per_s"] / rows[0]["readings_per_s"], 2)
    return rows


async def _share(
    server_url: str, members: int, load: Load, more: Mapping[str, str]
) -> dict[str, Any]:
    clients = [f"bench-share-{n}" for n in range(members)]
    shared = {"client_ids": clients, "filter": f"$share/{GROUP}/bins/#"}
    async with (
        own_database(server_url, load.registry()) as url,
        running_broker() as broker,
        AsyncExitStack() as stack,
        await psycopg.AsyncConnection.connect(url, autocommit=True) as conn,
    ):
        await processes.work("sessions", c.broker_job(broker, **shared))
        await processes.work("publish", c.broker_job(broker, load=load.as_json()))
        variables = {**more, "BRIMFUL_MQTT_SHARE_GROUP": GROUP}
        running = [
            await stack.enter_async_context(
                processes.ingester(c.ingester_variables(broker, url, client, variables))
            )
            for client in clients
        ]
        async with asyncio.timeout(processes.START_LIMIT_S):
            await _first_connected(running)
        seconds = await _until_all_stored(conn, load)
        used = [processes.cpu_s(one.pid) for one in running]
        return {
            "ingesters": members,
            "readings_per_s": round(load.readings / seconds),
            "seconds": round(seconds, 2),
            "ingesters_cpu_s": [round(s, 1) for s in used],
            "broker_cpu_s": round(processes.cpu_s(broker.pid), 1),
        }


async def _first_connected(running: Sequence[processes.Ingester]) -> None:
    while not any(one.last("connected") for one in running):  # noqa: ASYNC110 - a process has no event
        await asyncio.sleep(0.002)


async def _until_all_stored(conn: psycopg.AsyncConnection[Any], load: Load) -> float:
    """Return how long it took; what two queues hold is stored in no order."""
    began = time.perf_counter()
    while True:
        row = await (await conn.execute(_COUNT)).fetchone()
        if row is not None and row[0] >= load.readings:
            return time.perf_counter() - began
        if time.perf_counter() - began > _LIMIT_S:
            raise RigError(f"only {row} of {load.readings} readings are stored")
        await asyncio.sleep(_EVERY_S)
