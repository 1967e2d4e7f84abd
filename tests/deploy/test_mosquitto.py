"""The broker as it is shipped: who may do what, and what it keeps for an absent ingester."""

import asyncio
import re
from pathlib import Path

import aiomqtt
import pytest

from core.settings import Settings
from tests.services.brokers import SHIPPED, Credentials, Mosquitto

TOPIC = "bins/bin-1/readings"
CONFIGURATION = dict(
    line.split(maxsplit=1)
    for line in (SHIPPED / "mosquitto.conf").read_text().splitlines()
    if line and not line.startswith("#")
)


def client(broker: Mosquitto, who: Credentials | None, name: str | None = None) -> aiomqtt.Client:
    return aiomqtt.Client(
        broker.host,
        broker.port,
        username=who.username if who else None,
        password=who.password if who else None,
        identifier=name,
        clean_session=name is None,
        protocol=aiomqtt.ProtocolVersion.V311,
        timeout=5,
        max_queued_outgoing_messages=None,
    )


async def subscribe(broker: Mosquitto) -> None:
    async with client(broker, broker.ingest, "ingest") as ingest:
        await ingest.subscribe("bins/#", qos=1)


async def receive(broker: Mosquitto, messages: int, *, limit_s: float) -> list[bytes]:
    """Return what waits for the ingester's session, at most `messages` of them."""
    received: list[bytes] = []
    try:
        async with asyncio.timeout(limit_s), client(broker, broker.ingest, "ingest") as ingest:
            async for message in ingest.messages:
                assert isinstance(message.payload, bytes)
                received.append(message.payload)
                if len(received) == messages:
                    break
    except TimeoutError:
        pass
    return received


async def publish(broker: Mosquitto, who: Credentials, *, qos: int = 1, messages: int = 1) -> None:
    async with client(broker, who) as publisher, asyncio.TaskGroup() as group:
        for number in range(messages):
            payload = str(number).encode()
            group.create_task(publisher.publish(TOPIC, payload, qos=qos, timeout=30))


async def test_nobody_comes_in_without_a_name(mosquitto: Mosquitto) -> None:
    with pytest.raises(aiomqtt.MqttError, match=r"(?i)not authori[sz]ed"):
        async with client(mosquitto, None):
            pass


@pytest.mark.parametrize("qos", [0, 1])
async def test_a_reading_waits_for_the_ingester(mosquitto: Mosquitto, qos: int) -> None:
    await subscribe(mosquitto)
    await publish(mosquitto, mosquitto.gateway, qos=qos)
    assert await receive(mosquitto, 1, limit_s=5) == [b"0"]


async def test_only_gateways_write(mosquitto: Mosquitto) -> None:
    await subscribe(mosquitto)
    await publish(mosquitto, mosquitto.ingest)
    assert await receive(mosquitto, 1, limit_s=0.5) == []


async def test_gateways_do_not_read(mosquitto: Mosquitto) -> None:
    async with client(mosquitto, mosquitto.gateway) as gateway:
        await gateway.subscribe("bins/#", qos=1)
        await publish(mosquitto, mosquitto.gateway)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await anext(aiter(gateway.messages))


async def test_more_waits_than_the_defaults_would_keep(mosquitto: Mosquitto) -> None:
    # Mosquitto's own limit is 1,000 messages; the rest would be gone, though acknowledged.
    await subscribe(mosquitto)
    await publish(mosquitto, mosquitto.gateway, messages=3_000)
    mosquitto.restart()
    received = await receive(mosquitto, 3_000, limit_s=30)
    assert sorted(map(int, received)) == list(range(3_000))


def test_the_bounds_fit_the_ingester() -> None:
    settings = Settings.model_fields
    assert int(CONFIGURATION["max_inflight_messages"]) >= settings["ingest_in_flight_max"].default
    assert int(CONFIGURATION["max_packet_size"]) > settings["ingest_payload_max_bytes"].default
    for bound in ("max_queued_messages", "max_queued_bytes", "max_inflight_messages"):
        assert int(CONFIGURATION[bound]) > 0, "0 means without bound"


def test_no_password_stands_in_clear_where_it_runs(mosquitto: Mosquitto) -> None:
    line = re.search(r"^password_file (.+)$", mosquitto.configuration, re.MULTILINE)
    assert line is not None
    passwords = Path(line[1])
    assert passwords.stat().st_mode & 0o077 == 0
    for who in (mosquitto.ingest, mosquitto.gateway):
        assert who.password not in passwords.read_text()
        assert who.password not in mosquitto.log()
