"""What the tests of access to the broker share: sensors with credentials of their own, by TLS."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiomqtt
from pydantic import SecretStr

from core.settings import Settings
from tests.services.brokers import Credentials, Mosquitto
from tests.services.command import brimful


async def command(database_url: str, *arguments: str, **changes: str) -> str:
    """Run a command that has to succeed; return what it printed."""
    code, out, err = await brimful(database_url, *arguments, **changes)
    assert code == 0, err
    return out


async def credentials(database_url: str, *sensors: str) -> dict[str, Credentials]:
    """Give sensors new passwords."""
    made = json.loads(await command(database_url, "sensor", "credentials", *sensors, "--json"))
    return {
        each["sensor_id"]: Credentials(username=each["sensor_id"], password=each["password"])
        for each in made
    }


async def files(broker: Mosquitto, database_url: str) -> None:
    """Write the broker's files; return when Mosquitto goes by them."""
    async with told(broker):
        await command(database_url, "broker", "files", "--dir", str(broker.shared))


@asynccontextmanager
async def told(broker: Mosquitto, *names: str) -> AsyncIterator[None]:
    """Wait after the block until the broker has read again what is new, the named files too."""
    before = {name: broker.log().count(f"{name} is new") for name in names or ("passwords",)}
    yield

    def has_been_told() -> bool:
        log = broker.log()
        if any(log.count(f"{name} is new") == n for name, n in before.items()):
            return False
        return "Mosquitto is told" in log.rpartition(" is new")[2]

    async with asyncio.timeout(10):
        while not has_been_told():  # noqa: ASYNC110 - a log has no event to set
            await asyncio.sleep(0.02)
    # it looks for signals between two rounds of its loop, which takes a tenth of a second
    await asyncio.sleep(0.4)


def sensor_client(
    broker: Mosquitto,
    who: Credentials,
    *,
    client_id: str | None = None,
    protocol: aiomqtt.ProtocolVersion = aiomqtt.ProtocolVersion.V5,
    will: aiomqtt.Will | None = None,
    port: int | None = None,
) -> aiomqtt.Client:
    """Return a client as it sits in a sensor: by TLS, on the port for the outside."""
    return aiomqtt.Client(
        broker.host,
        port or broker.sensors_port,
        username=who.username,
        password=who.password,
        identifier=client_id,
        protocol=protocol,
        will=will,
        timeout=5,
        tls_context=ssl.create_default_context(cafile=broker.ca_file),
    )


async def hear(client: aiomqtt.Client, connected: asyncio.Event) -> None:
    """Listen to a broker that has nothing to say, until it hangs up."""
    try:
        async with client:
            connected.set()
            await anext(aiter(client.messages))
    finally:
        # also when it was never let in: whoever waits is to see why
        connected.set()


@asynccontextmanager
async def listening(broker: Mosquitto, *filters: str) -> AsyncIterator[list[str]]:
    """Collect the topics of what arrives for the ingester's user while the block lasts."""
    topics: list[str] = []
    async with aiomqtt.Client(
        broker.host, broker.port, username=broker.username, password=broker.password
    ) as client:
        for each in filters or ("bins/#",):
            await client.subscribe(each, qos=1)

        async def collect() -> None:
            while True:
                topics.append(str((await anext(client.messages)).topic))

        collecting = asyncio.create_task(collect())
        try:
            yield topics
        finally:
            collecting.cancel()


async def until_it_holds(topics: list[str], topic: str) -> None:
    """Wait for a topic; whatever came before it has arrived then, too."""
    async with asyncio.timeout(10):
        while topic not in topics:  # noqa: ASYNC110 - the list has no event to set
            await asyncio.sleep(0.02)


def tls_environment(broker: Mosquitto, **changes: str) -> dict[str, str]:
    """Return the settings of a service that comes by TLS."""
    return {
        "BRIMFUL_MQTT_PORT": str(broker.services_port),
        "BRIMFUL_MQTT_TLS": "true",
        "BRIMFUL_MQTT_CA_FILE": str(Path(broker.ca_file)),
        **changes,
    }


def tls_settings(broker: Mosquitto, **changes: object) -> Settings:
    """Return the settings of an ingester that comes by TLS."""
    values = {
        "mqtt_host": broker.host,
        "mqtt_port": broker.services_port,
        "mqtt_username": broker.username,
        "mqtt_password": SecretStr(broker.password),
        "mqtt_tls": True,
        "mqtt_ca_file": broker.ca_file,
        **changes,
    }
    return Settings.model_validate(values)
