"""Clients that only receive, and the publisher: what a worker process does with MQTT."""

import asyncio
import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import aiomqtt
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from bench.speed.load import Load

FILTER = "bins/#"
SESSION_S = 3_600
PUBLISH_WINDOW = 5_000
ACKNOWLEDGED_TOGETHER = 1_000
RECEIVE_MAXIMUM = 5_000
"""As many as the ingester's own."""


def _client(client_id: str) -> paho.Client:
    return paho.Client(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=paho.MQTTv5)


def _properties() -> Properties:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call] # paho leaves it untyped
    properties.SessionExpiryInterval = SESSION_S
    properties.ReceiveMaximum = RECEIVE_MAXIMUM
    return properties


def _connect(client: paho.Client, job: dict[str, Any]) -> None:
    client.connect(job["host"], job["port"], clean_start=False, properties=_properties())


def open_sessions(job: dict[str, Any]) -> None:
    """Subscribe each of ``client_ids`` once, so that the broker keeps the backlog for it."""
    for client_id in job["client_ids"]:
        client = _client(client_id)
        client.on_connect = lambda c, *_: c.subscribe(job.get("filter", FILTER), qos=1)
        client.on_subscribe = lambda c, *_: c.disconnect()
        _connect(client, job)
        client.loop_forever()


def publish(job: dict[str, Any]) -> None:
    """Publish a load at QoS 1 and return when the broker has acknowledged all of it."""
    load = Load.from_json(job["load"])
    client = _client("bench-publisher")
    client.max_inflight_messages_set(PUBLISH_WINDOW)
    client.max_queued_messages_set(0)
    client.connect(job["host"], job["port"])
    client.loop_start()
    sent: list[paho.MQTTMessageInfo] = []
    for n in range(load.messages):
        sent.append(client.publish(load.topic(n), load.payload(n), qos=1))
        if len(sent) == PUBLISH_WINDOW:
            _wait_for(sent)
    _wait_for(sent)
    client.disconnect()
    client.loop_stop()


def _wait_for(sent: list[paho.MQTTMessageInfo]) -> None:
    for info in sent:
        info.wait_for_publish(60)
        if not info.is_published():
            raise TimeoutError("the broker acknowledges nothing")
    sent.clear()


def receive_with_paho(job: dict[str, Any]) -> None:
    """Receive n messages and acknowledge them 1,000 at a time; nothing else is done with them."""
    n = int(job["n"])
    client = _client(job["client_id"])
    client.manual_ack_set(True)
    received: list[paho.MQTTMessage] = []
    left = n

    def on_message(_client: paho.Client, _userdata: object, message: paho.MQTTMessage) -> None:
        nonlocal left
        received.append(message)
        left -= 1
        if len(received) == ACKNOWLEDGED_TOGETHER or left == 0:
            for m in received:
                client.ack(m.mid, m.qos)
            received.clear()
        if left == 0:
            client.disconnect()

    client.on_message = on_message
    _connect(client, job)
    client.loop_forever()


def receive_with_aiomqtt(job: dict[str, Any]) -> None:
    """Receive n messages; aiomqtt acknowledges them as they come."""
    asyncio.run(_receive_with_aiomqtt(job))


async def _receive_with_aiomqtt(job: dict[str, Any]) -> None:
    client = aiomqtt.Client(
        job["host"],
        job["port"],
        identifier=job["client_id"],
        protocol=aiomqtt.ProtocolVersion.V5,
        clean_start=False,
        properties=_properties(),
        timeout=math.inf,
    )
    left = int(job["n"])
    async with client:
        async for _ in client.messages:
            left -= 1
            if not left:
                return


def timed(work: Callable[[dict[str, Any]], None], job: dict[str, Any]) -> dict[str, float]:
    """Return what a piece of work took: seconds, and this process's CPU seconds."""
    began, cpu = time.perf_counter(), time.process_time()
    work(job)
    return {"seconds": time.perf_counter() - began, "cpu_s": time.process_time() - cpu}


WORK: dict[str, Callable[[dict[str, Any]], None]] = {
    "sessions": open_sessions,
    "publish": publish,
    "paho": receive_with_paho,
    "aiomqtt": receive_with_aiomqtt,
}
NAMES: Sequence[str] = tuple(WORK)
