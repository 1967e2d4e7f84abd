"""Node-RED beside the ingester, on the same backlog."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from bench.peers import node_red
from bench.speed import contenders as c
from bench.speed.comparing import queue_backlog
from bench.speed.load import Load
from bench.speed.rig import own_database, running_broker

CLIENT = "bench-ingest"
_COUNT = "SELECT count(*) FROM peer_readings"
_EVERY_S = 0.1
_STALLED_S = 20.0


async def beside_node_red(
    server_url: str, messages: int, sensors: int, more: Mapping[str, str]
) -> Sequence[dict[str, Any]]:
    """Let the ingester and Node-RED (one INSERT a message, ten connections) take one backlog."""
    end = datetime.now(UTC).replace(microsecond=0)
    load = Load(messages=messages, per_message=1, sensors=sensors, end=end)
    with TemporaryDirectory(prefix="brimful-bench-") as folder:
        async with own_database(server_url, load.registry()) as url, running_broker() as broker:
            peer = node_red.NodeRed(Path(folder), broker_port=broker.port, database_url=url)
            # once, so that the broker keeps the backlog for it, too
            await peer.start()
            await peer.stop()
            await queue_backlog(broker, load, [CLIENT])
            ours = await c.ingester(broker, url, load, CLIENT, more)
            theirs = await _run(peer, url, load)
    theirs["ingester_is"] = round(ours.readings_per_s / max(1, theirs["readings_per_s"]), 1)
    mine = {"who": c.INGESTER, "readings": load.readings, "stored": load.readings}
    return [{**mine, "readings_per_s": round(ours.readings_per_s)}, theirs]


async def _run(peer: node_red.NodeRed, url: str, load: Load) -> dict[str, Any]:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as conn:
        await conn.execute(node_red.CREATE_TABLE.encode())
        await peer.start()
        began = last = time.perf_counter()
        stored = 0
        while stored < load.readings and time.perf_counter() - last < _STALLED_S:
            await asyncio.sleep(_EVERY_S)
            row = await (await conn.execute(_COUNT)).fetchone()
            if row is not None and row[0] > stored:
                stored, last = row[0], time.perf_counter()
        await peer.kill()
    return {
        "who": "Node-RED",
        "readings": load.readings,
        "stored": stored,
        "readings_per_s": round(stored / max(0.001, last - began)),
    }
