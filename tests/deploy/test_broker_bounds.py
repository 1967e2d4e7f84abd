"""What one sensor, or very many, can take of the broker: bounded, and the others go on."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import aiomqtt
import pytest

from core.broker_access import SALT_BYTES, password_hash
from tests.deploy.access import hear, listening, sensor_client, until_it_holds
from tests.services.brokers import SHIPPED, Credentials, Mosquitto

SENSORS = {name: Credentials(username=name, password=f"{name}'s") for name in ("s0", "s1", "s2")}
SALT = bytes(SALT_BYTES)
TOO_LARGE = 3_000_000
LARGE = 1_500_000
V311 = aiomqtt.ProtocolVersion.V311


@pytest.fixture
def broker(mosquitto_program: str, tmp_path: Path) -> Iterator[Mosquitto]:
    """The shipped broker with room for two sensors at a time."""
    found = Mosquitto(mosquitto_program, tmp_path, max_connections=2)
    lines = [f"{w.username}:{password_hash(w.password, SALT)}\n" for w in SENSORS.values()]
    (found.shared / "passwords").write_text("".join(lines))
    found.start()
    try:
        yield found
    finally:
        found.kill()


async def publish_large(client: aiomqtt.Client) -> None:
    async with client:
        await client.publish("bins/s1/large", bytes(LARGE), qos=1)
        await client.publish("bins/s1/too-large", bytes(TOO_LARGE), qos=1)


async def test_a_message_that_is_too_large_ends_the_connection_and_nothing_else(
    broker: Mosquitto,
) -> None:
    async with (
        listening(broker) as topics,
        sensor_client(broker, SENSORS["s0"]) as other,
    ):
        with pytest.raises(aiomqtt.MqttError):
            await publish_large(sensor_client(broker, SENSORS["s1"], protocol=V311))
        await other.publish("bins/s0/readings", b"{}", qos=1)
        await until_it_holds(topics, "bins/s0/readings")
    assert topics == ["bins/s1/large", "bins/s0/readings"]


async def test_more_sensors_than_there_is_room_for_lock_out_no_service(broker: Mosquitto) -> None:
    async with sensor_client(broker, SENSORS["s0"]), sensor_client(broker, SENSORS["s1"]):
        with pytest.raises(aiomqtt.MqttError):
            async with sensor_client(broker, SENSORS["s2"]):
                pass
        async with sensor_client(broker, broker.ingest, port=broker.services_port) as ingest:
            (granted,) = await ingest.subscribe("bins/#", qos=1)
            assert str(granted) == "Granted QoS 1"
    async with sensor_client(broker, SENSORS["s2"]):
        pass


async def test_a_sensor_has_one_connection(broker: Mosquitto) -> None:
    """One that lost its network and comes back takes no second place."""
    connected = asyncio.Event()
    before = asyncio.create_task(hear(sensor_client(broker, SENSORS["s0"]), connected))
    await connected.wait()
    async with (
        sensor_client(broker, SENSORS["s0"], client_id="another"),
        sensor_client(broker, SENSORS["s1"]),
    ):
        with pytest.raises(aiomqtt.MqttError):
            await asyncio.wait_for(before, 10)


def test_the_shipped_bounds_are_finite_and_fit_the_files_a_process_may_open() -> None:
    settings = dict(
        line.split(maxsplit=1)
        for line in (SHIPPED / "mosquitto.conf").read_text().splitlines()
        if line and not line.startswith("#")
    )
    compose = (SHIPPED.parents[1] / "docker-compose.yml").read_text()
    files_max = int(compose.partition("nofile: ")[2].partition("}")[0])
    assert 0 < int(settings["max_connections"]) < files_max
    assert settings["use_username_as_clientid"] == "true"
