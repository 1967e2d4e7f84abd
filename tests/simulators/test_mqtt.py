"""Publishing on a real broker: nothing is lost over its restart, and the account says so."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cli.embedded import BrokerAddress
from core.wire import readings_topic
from simulators.account import Progress
from simulators.broker import Broker, BrokerRefusedError
from simulators.faults import Fault
from simulators.messages import Expected, Message
from simulators.simulation import Simulation, open_outbox
from simulators.town import make_town
from tests.services.brokers import Mosquitto
from tests.simulators.parts import as_gateway, embedded, listening, until

RATES = dict.fromkeys(Fault, 0.02)


def message(n: int) -> Message:
    return Message(
        topic=readings_topic(f"s{n % 7}"), payload=f"{n}".encode(), counts={Expected.STORED: 1}
    )


async def test_what_was_put_arrives_and_is_counted_when_acknowledged(mosquitto: Mosquitto) -> None:
    progress = Progress()
    async with (
        listening(mosquitto) as listener,
        open_outbox(as_gateway(mosquitto), progress) as box,
    ):
        for n in range(500):
            await box.put(message(n))
        await box.drained()
        assert progress.account.messages == progress.account.stored == 500
        assert progress.connected
        await until(lambda: len(listener.messages) == 500)
    assert Counter(p for _, p in listener.messages) == Counter(f"{n}".encode() for n in range(500))
    assert progress.account.nobody_listened == progress.account.sent_again == 0


async def test_nothing_is_missing_after_the_broker_restarts_in_the_middle(
    mosquitto: Mosquitto,
) -> None:
    progress = Progress()
    async with (
        listening(mosquitto) as listener,
        open_outbox(as_gateway(mosquitto), progress) as box,
    ):

        async def publish() -> None:
            for n in range(4_000):
                await box.put(message(n))
                if n % 40 == 0:
                    await asyncio.sleep(0.01)
            await box.drained()

        publishing = asyncio.create_task(publish())
        for after in (500, 1_500):
            await until(lambda after=after: progress.account.messages > after)  # type: ignore[misc]  # mypy cannot infer a default
            mosquitto.restart()
        await publishing
        await until(lambda: len({p for _, p in listener.messages}) == 4_000)
    assert progress.account.messages == progress.account.stored == 4_000


async def test_the_broker_away_for_a_while_is_said_and_waited_out(mosquitto: Mosquitto) -> None:
    progress = Progress()
    async with open_outbox(as_gateway(mosquitto), progress) as box:
        await until(lambda: progress.connected)
        mosquitto.stop()
        await until(lambda: not progress.connected)
        await box.put(message(1))
        await asyncio.sleep(0.5)
        assert progress.account.messages == 0
        mosquitto.start()
        await box.drained()
    assert progress.account.messages == 1


async def test_messages_nobody_subscribed_to_are_counted(mosquitto: Mosquitto) -> None:
    progress = Progress()
    async with open_outbox(as_gateway(mosquitto), progress) as box:
        await box.put(message(1))
        await box.drained()
    assert progress.account.nobody_listened == 1


async def test_a_user_who_may_not_publish_is_told_so(mosquitto: Mosquitto) -> None:
    # exactly one, though several messages are refused at once
    with pytest.RaisesGroup(
        pytest.RaisesExc(BrokerRefusedError, match="takes no readings from user 'ingest'"),
        flatten_subgroups=True,
    ):
        async with open_outbox(as_gateway(mosquitto, mosquitto.ingest), Progress()) as box:
            for n in range(20):
                await box.put(message(n))
            await box.drained()


@pytest.mark.parametrize("what", ["password", "port", "host"])
async def test_a_wrong_address_or_password_ends_it_at_once(mosquitto: Mosquitto, what: str) -> None:
    right = as_gateway(mosquitto)
    wrong: dict[str, tuple[Broker, str]] = {
        "password": (replace(right, password="wrong"), "BRIMFUL_MQTT_PASSWORD"),
        "port": (replace(right, port=1), "Check BRIMFUL_MQTT_HOST, BRIMFUL_MQTT_PORT"),
        "host": (replace(right, host="nowhere.invalid"), "nowhere.invalid:"),
    }
    broker, told = wrong[what]
    with pytest.RaisesGroup(
        pytest.RaisesExc(BrokerRefusedError, match=told), flatten_subgroups=True
    ):
        async with asyncio.timeout(20), open_outbox(broker, Progress()) as box:
            await box.put(message(1))
            await box.drained()


async def test_a_town_with_every_fault_arrives_whole_on_the_embedded_broker(
    embedded_broker: BrokerAddress,
) -> None:
    """History in arrays and live readings; counted at a subscriber of the same broker."""
    import aiomqtt  # noqa: PLC0415 - only this test subscribes by itself

    now, progress = datetime.now(UTC), Progress()
    got: list[bytes] = []

    async def subscribe(ready: asyncio.Event) -> None:
        async with aiomqtt.Client(embedded_broker.host, embedded_broker.port) as client:
            await client.subscribe("bins/#", qos=1)
            ready.set()
            async for received in client.messages:
                assert isinstance(received.payload, bytes)
                got.append(received.payload)

    ready = asyncio.Event()
    subscriber = asyncio.create_task(subscribe(ready))
    await ready.wait()
    async with open_outbox(embedded(embedded_broker), progress) as box:
        simulation = Simulation(
            town=make_town(seed=1, bins=60, now=now, days=3),
            began_at=now,
            outbox=box,
            progress=progress,
            days=3,
            speed=20_000,
            faults=RATES,
        )
        await simulation.backfill()
        after_backfill = progress.account.readings
        await simulation.live(timedelta(seconds=1))
    await until(lambda: len(got) == progress.account.messages)
    subscriber.cancel()
    assert after_backfill > 60 * 3 * 5
    assert progress.account.readings > after_backfill
    assert progress.account.set_aside > 0
