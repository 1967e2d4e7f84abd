"""Each contender takes the same backlog, one after the other: who is how fast at what cost."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg

from bench.services.mosquitto import Mosquitto
from bench.speed import processes
from bench.speed.copying import DIRECT, INSERT, STAGE
from bench.speed.load import Load, sensor_id
from bench.speed.receivers import FILTER, RECEIVE_MAXIMUM, SESSION_S
from bench.speed.rig import RigError, program

SUB, PAHO, AIOMQTT, INGESTER = (
    "mosquitto_sub",
    "paho",
    "aiomqtt",
    "brimful ingest",
)
COPIES = {STAGE: "COPY", INSERT: "COPY + INSERT", DIRECT: "COPY to readings"}
"""By way: into a temporary table only; on from there with ON CONFLICT DO NOTHING; at once."""
STALL_LIMIT_S = 120.0
"""An ingester that has not stored everything by then has failed; for each 100,000 readings."""

_LAST_IS_THERE = "SELECT FROM readings WHERE sensor_id = %s AND measured_at = %s"
_COUNT = "SELECT count(*) AS n FROM readings"
_BACKENDS = """
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'brimful-ingest'
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What one contender took for a load; ``cpu_s`` by process."""

    contender: str
    messages: int
    readings: int
    seconds: float
    cpu_s: Mapping[str, float] = field(default_factory=dict)

    @property
    def messages_per_s(self) -> float:
        """Messages in a second."""
        return self.messages / self.seconds

    @property
    def readings_per_s(self) -> float:
        """Readings in a second."""
        return self.readings / self.seconds


def broker_job(broker: Mosquitto, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever a job needs
    """Return the job of a worker process that talks to the broker."""
    return {"host": broker.host, "port": broker.port, **more}


def ingester_variables(
    broker: Mosquitto, database_url: str, client_id: str, more: Mapping[str, str]
) -> dict[str, str]:
    """Return the environment of an ingester."""
    return {
        "BRIMFUL_MQTT_HOST": broker.host,
        "BRIMFUL_MQTT_PORT": str(broker.port),
        "BRIMFUL_MQTT_CLIENT_ID": client_id,
        "BRIMFUL_DATABASE_URL": database_url,
        **more,
    }


async def mosquitto_sub(broker: Mosquitto, load: Load, client_id: str) -> Result:
    """Drain the session with Mosquitto's own client, which writes to nowhere."""
    before = processes.cpu_s(broker.pid)
    taken = await processes.run_to_its_end(
        program("mosquitto_sub"),
        *("-h", broker.host, "-p", str(broker.port)),
        *("-V", "mqttv5", "-i", client_id, "-c", "-x", str(SESSION_S), "-q", "1", "-t", FILTER),
        *("-D", "connect", "receive-maximum", str(RECEIVE_MAXIMUM), "-C", str(load.messages)),
    )
    cost = {"client": taken["cpu_s"], "broker": processes.cpu_s(broker.pid) - before}
    return _result(SUB, load, taken["seconds"], cost)


async def receiver(name: str, work: str, broker: Mosquitto, load: Load, client_id: str) -> Result:
    """Drain the session with a client in Python that only receives."""
    before = processes.cpu_s(broker.pid)
    job = broker_job(broker, client_id=client_id, n=load.messages)
    taken = await processes.work(work, job)
    cost = {"client": taken["cpu_s"], "broker": processes.cpu_s(broker.pid) - before}
    return _result(name, load, taken["seconds"], cost)


async def copy(database_url: str, load: Load, *, batch: int, way: str) -> Result:
    """Copy the same rows into the database, without any message."""
    job = {"database_url": database_url, "load": load.as_json(), "batch": batch, "way": way}
    taken = await processes.work("copy", job)
    return _result(COPIES[way], load, taken["seconds"], {"client": taken["cpu_s"]})


async def ingester(
    broker: Mosquitto,
    database_url: str,
    load: Load,
    client_id: str,
    more: Mapping[str, str],
    *,
    checked: bool = True,
) -> Result:
    """Let the ingester store the backlog: acknowledged after commit, judged, states moved.

    Timed from its connection to the commit of the last message. ``checked``: the database holds
    this load and nothing else in the end.
    """
    variables = ingester_variables(broker, database_url, client_id, more)
    async with (
        await psycopg.AsyncConnection.connect(database_url, autocommit=True) as conn,
        processes.ingester(variables) as running,
    ):
        await running.has_logged("connected")
        began = time.perf_counter()
        own, its = processes.cpu_s(running.pid), processes.cpu_s(broker.pid)
        backends = await until_stored(conn, load)
        seconds = time.perf_counter() - began
        cost = {
            "client": processes.cpu_s(running.pid) - own,
            "broker": processes.cpu_s(broker.pid) - its,
            # a connection of the ingester's lives from its first batch on
            "database": sum(processes.cpu_s(pid) for pid in backends),
        }
        if checked:
            await _check(conn, load)
    return _result(INGESTER, load, seconds, cost)


async def until_stored(conn: psycopg.AsyncConnection[Any], load: Load) -> list[int]:
    """Wait for the last reading of a load; return the ingester's server processes."""
    last = load.messages - 1
    at = max(at for at, _ in load.measured(last))
    asked = (sensor_id(last % load.sensors), at)
    deadline = time.monotonic() + STALL_LIMIT_S * (1 + load.readings / 100_000)
    while not (await conn.execute(_LAST_IS_THERE, asked)).rowcount:
        if time.monotonic() > deadline:
            raise RigError("the ingester does not store what it gets")
        await asyncio.sleep(0.01)
    return [row[0] for row in await (await conn.execute(_BACKENDS)).fetchall()]


async def _check(conn: psycopg.AsyncConnection[Any], load: Load) -> None:
    row = await (await conn.execute(_COUNT)).fetchone()
    if row is None or row[0] != load.readings:
        raise RigError(f"{row} of {load.readings} readings are stored: this figure would be a lie")


def _result(name: str, load: Load, seconds: float, cost: Mapping[str, float]) -> Result:
    return Result(
        contender=name,
        messages=load.messages,
        readings=load.readings,
        seconds=seconds,
        cpu_s=cost,
    )
