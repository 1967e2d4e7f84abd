"""The comparison: one broker, one backlog, every contender in turn."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bench.services.mosquitto import Mosquitto
from bench.speed import contenders as c
from bench.speed import processes
from bench.speed.contenders import Result
from bench.speed.load import Load
from bench.speed.rig import own_database, running_broker

SESSIONS = ("bench-sub", "bench-paho", "bench-aiomqtt", "bench-ingest")
BATCH = 5_000
"""Rows in a transaction where only COPY is measured: as many as the ingester's default."""


def loads(messages: int, arrays: int, per_array: int, sensors: int) -> Sequence[Load]:
    """Return the two backlogs: one reading in each message, and arrays."""
    end = datetime.now(UTC).replace(microsecond=0)
    single = Load(messages=messages, per_message=1, sensors=sensors, end=end)
    array = Load(messages=arrays, per_message=per_array, sensors=sensors, end=end)
    return [load for load in (single, array) if load.messages]


async def compare(server_url: str, load: Load, more: Mapping[str, str]) -> Sequence[Result]:
    """Let everybody take the same backlog; ``more`` are variables of the ingester."""
    async with own_database(server_url, load.registry()) as url, running_broker() as broker:
        await queue_backlog(broker, load, SESSIONS)
        sub, paho, aiomqtt, ingest = SESSIONS
        received = [
            await c.mosquitto_sub(broker, load, sub),
            await c.receiver(c.PAHO, "paho", broker, load, paho),
            await c.receiver(c.AIOMQTT, "aiomqtt", broker, load, aiomqtt),
            await c.ingester(broker, url, load, ingest, more),
        ]
    copied = []
    for way in c.COPIES:
        async with own_database(server_url, load.registry()) as url:
            copied.append(await c.copy(url, load, batch=BATCH, way=way))
    return [*received, *copied]


async def queue_backlog(broker: Mosquitto, load: Load, sessions: Sequence[str]) -> None:
    """Open a lasting session for each contender, then publish: the broker queues it for all."""
    await processes.work("sessions", c.broker_job(broker, client_ids=list(sessions)))
    await processes.work("publish", c.broker_job(broker, load=load.as_json()))
