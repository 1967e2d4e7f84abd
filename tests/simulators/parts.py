"""What the simulators' tests share: chance with a seed, a broker to publish to, its listeners."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random

import aiomqtt

from cli.embedded import BrokerAddress
from simulators.broker import Broker
from tests.services.brokers import Credentials, Mosquitto


def chance(seed: int) -> Random:
    """Return repeatable chance."""
    return Random(seed)  # noqa: S311 - a simulation, nothing to guess


def as_gateway(mosquitto: Mosquitto, who: Credentials = Mosquitto.gateway) -> Broker:
    """Return the broker as the simulators know it, for a user that may publish."""
    return Broker(
        host=mosquitto.host, port=mosquitto.port, username=who.username, password=who.password
    )


def embedded(address: BrokerAddress) -> Broker:
    """Return the embedded broker as the simulators know it."""
    return Broker(host=address.host, port=address.port, protocol="3.1.1")


class Listener:
    """A QoS 1 subscriber with a persistent session; it comes back when the broker was away."""

    def __init__(self, mosquitto: Mosquitto) -> None:
        self.messages: list[tuple[str, bytes]] = []
        self.connected = asyncio.Event()
        self._mosquitto = mosquitto

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            client = aiomqtt.Client(
                self._mosquitto.host,
                self._mosquitto.port,
                username=self._mosquitto.ingest.username,
                password=self._mosquitto.ingest.password,
                identifier="listener",
                clean_session=False,
            )
            try:
                async with client:
                    await client.subscribe("bins/#", qos=1)
                    self.connected.set()
                    async for message in client.messages:
                        assert isinstance(message.payload, bytes)
                        self.messages.append((message.topic.value, message.payload))
            except aiomqtt.MqttError:
                await asyncio.sleep(0.1)


@asynccontextmanager
async def listening(mosquitto: Mosquitto) -> AsyncIterator[Listener]:
    """Listen to everything on bins/# while the block lasts."""
    listener = Listener(mosquitto)
    task = asyncio.create_task(listener.run())
    try:
        async with asyncio.timeout(10):
            await listener.connected.wait()
        yield listener
    finally:
        task.cancel()


async def until(condition: Callable[[], bool], *, limit_s: float = 60.0) -> None:
    """Wait for a condition; a test that waits longer has failed."""
    async with asyncio.timeout(limit_s):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event to set
            await asyncio.sleep(0.02)
