"""Killed while it works off a backlog, started again: Brimful, and a peer in the same way."""

import asyncio
import time

import store
from bench.faults.account import account
from bench.faults.result import Result, conclude
from bench.faults.sizes import Sizes
from bench.faults.stage import Stage
from bench.faults.staging import staged
from bench.peers.node_red import CREATE_TABLE, NodeRed
from bench.services.cluster import Cluster
from core.errors import BrimfulError

NAME, PEER = "killed-in-backlog", "peer-node-red"
MESSAGES = 20_000
KILLED_AT = MESSAGES // 4
QUIET_S = 10.0
_PEER_ROWS = "SELECT sensor_id, measured_at FROM peer_readings"
_FORGET_ROWS = "TRUNCATE peer_readings"
_PEER_COUNT = "SELECT count(*) AS n FROM peer_readings"


async def play(cluster: Cluster, sizes: Sizes) -> Result:
    """Kill `brimful ingest` when a quarter is stored."""
    async with staged(cluster, sizes) as stage:
        first = stage.ingester()
        await first.connected()
        await first.stop()
        await stage.publish(MESSAGES)
        # as small a batch as still keeps up, so that a quarter is not stored at once
        second = stage.ingester(INGEST_BATCH_MAX_READINGS="500")
        await stage.some_settled(KILLED_AT)
        await second.kill()
        stage.notes["stored_at_the_kill"] = await stage.settled()
        stage.ingester()
        stage.mended()
        return await conclude(stage, NAME)


async def play_peer(cluster: Cluster, sizes: Sizes) -> Result:
    """Kill Node-RED when a quarter is stored; it may lose, and how much is the row."""
    async with staged(cluster, sizes) as stage:
        async with store.connect(stage.url, application="bench") as conn:
            await conn.execute(CREATE_TABLE)
        peer = NodeRed(stage.folder, broker_port=stage.broker.port, database_url=stage.url)
        try:
            await peer.start()
            await _warm_up(stage)
            await peer.stop()
            async with store.connect(stage.url, application="bench") as conn:
                await conn.execute(_FORGET_ROWS)
            await stage.publish(MESSAGES)
            began = time.monotonic()
            await peer.start()
            await _count_reaches(stage, KILLED_AT)
            await peer.kill()
            if not (stored := await _count(stage)):
                raise BrimfulError(f"Node-RED stores nothing:\n{peer.said()[-2000:]}")
            stage.notes["stored_at_the_kill"] = stored
            stage.notes["killed_after_s"] = round(time.monotonic() - began, 1)
            await peer.start()
            await _count_reaches(stage, MESSAGES)
        finally:
            await peer.kill()
        async with store.connect(stage.url, application="bench") as conn:
            found = await account(
                conn,
                stage.publisher.promised,
                number_of=stage.readings.number,
                message=stage.readings.message,
                rows=_PEER_ROWS,
            )
        stage.notes["lost"] = len(found.missing)
        return Result(
            scenario=PEER, account=found, caught_up_s=None, notes=stage.notes, problem=None
        )


async def _warm_up(stage: Stage) -> None:
    """Publish until something is stored: it says that it is connected before it subscribes."""
    async with asyncio.timeout(QUIET_S):
        while not await _count(stage):
            await stage.publish(1)
            await asyncio.sleep(0.1)
    stage.publisher.forget()


async def _count_reaches(stage: Stage, readings: int) -> None:
    """Wait for so many rows of the peer's, or until nothing has come for a while."""
    before, moved_at = -1, time.monotonic()
    while (now := await _count(stage)) < readings:
        if now != before:
            before, moved_at = now, time.monotonic()
        if time.monotonic() - moved_at > QUIET_S:
            return
        await asyncio.sleep(0.01)


async def _count(stage: Stage) -> int:
    async with store.connect(stage.url, application="bench") as conn:
        row = await (await conn.execute(_PEER_COUNT)).fetchone()
        return 0 if row is None else int(row["n"])
