"""What brokers refuse, in words; and the brokers that know no MQTT 5."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from amqtt.broker import Broker
from pydantic import SecretStr
from structlog.testing import capture_logs

from cli.embedded import BrokerAddress
from core.settings import Settings
from core.wire import readings_topic
from ingest.mqtt import probe
from ingest.session import BrokerError
from tests.ingest.parts import (
    counted,
    ingesting,
    payload,
    publish,
    reading,
    settings_for,
    settle_town,
    until,
)
from tests.services.brokers import Mosquitto

# What brokers say does not depend on the database.
pytestmark = pytest.mark.parametrize("engine", ["embedded"], indirect=True)


async def test_a_wrong_password_is_said_and_tried_again(
    mosquitto: Mosquitto, database_url: str
) -> None:
    settings = settings_for(mosquitto, mqtt_password=SecretStr("wrong"))
    with capture_logs() as logs:
        async with ingesting(settings, database_url) as stats:
            await until(lambda: len(logs) >= 2)
            assert not stats.connected
    told = [entry["error"] for entry in logs if entry["log_level"] == "warning"]
    assert len(told) >= 2
    assert all("refuses user ingest: check BRIMFUL_MQTT_USERNAME" in error for error in told)
    assert not any("wrong" in str(entry) for entry in logs), "a password is never logged"


async def test_no_broker_is_said_and_waited_for(mosquitto: Mosquitto, database_url: str) -> None:
    await asyncio.to_thread(mosquitto.stop)
    with capture_logs() as logs:
        async with ingesting(settings_for(mosquitto), database_url) as stats:
            await until(lambda: bool(logs))
            await asyncio.to_thread(mosquitto.start)
            await until(lambda: stats.connected)
    assert logs[0]["event"] == "no connection to broker"
    assert "no connection to broker 127.0.0.1" in logs[0]["error"]
    assert "refused" in logs[0]["error"]


async def test_two_ingesters_with_one_client_id_are_told(
    mosquitto: Mosquitto, database_url: str
) -> None:
    await settle_town(database_url)
    settings = settings_for(mosquitto)
    with capture_logs() as logs:
        async with ingesting(settings, database_url) as first:
            await until(lambda: first.connected)
            async with ingesting(settings, database_url) as second:
                await until(lambda: second.connected and not first.connected)
                await until(lambda: any(e["log_level"] == "warning" for e in logs))
                now = datetime.now(UTC)
                await publish(mosquitto, [(readings_topic("s0"), payload(reading(now)))])
                await until(lambda: first.stored + second.stored == 1)
    (warning,) = [e for e in logs if e["log_level"] == "warning"]
    assert "another client took over the session brimful-ingest" in warning["error"]
    assert warning["next_try_s"] >= 5, "or the two would throw each other out all the time"


@pytest.fixture
async def strict_broker() -> AsyncIterator[BrokerAddress]:
    """A broker whose access list lets everyone in and nobody read."""
    broker = Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": "127.0.0.1:0"}},
            "plugins": {
                "amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True},
                "amqtt.plugins.topic_checking.TopicAccessControlListPlugin": {
                    "acl": {"anonymous": ["nothing"]},
                },
            },
        }
    )
    await broker.start()
    try:
        sockets = broker._servers["default"].instance.sockets
        yield BrokerAddress(host="127.0.0.1", port=sockets[0].getsockname()[1])
    finally:
        await broker.shutdown()


async def test_a_probe_says_what_is_wrong_and_leaves_the_session_alone(
    mosquitto: Mosquitto, database_url: str
) -> None:
    settings = settings_for(mosquitto)
    async with ingesting(settings, database_url) as stats:
        await until(lambda: stats.connected)
        await probe(settings)
        await probe(settings.model_copy(update={"mqtt_protocol": "3.1.1"}))
        assert stats.connected
        assert stats.connections == 1
    with pytest.raises(BrokerError, match="BRIMFUL_MQTT_PASSWORD"):
        await probe(settings_for(mosquitto, mqtt_password=SecretStr("wrong")))
    await asyncio.to_thread(mosquitto.stop)
    with pytest.raises(BrokerError, match="is it running"):
        await probe(settings)


async def test_a_broker_that_forgot_the_session_is_told_of(
    mosquitto: Mosquitto, database_url: str
) -> None:
    with capture_logs() as logs:
        async with ingesting(settings_for(mosquitto), database_url) as stats:
            await until(lambda: stats.connected)
            # so soon after its start it has written nothing down
            await asyncio.to_thread(mosquitto.kill)
            await asyncio.to_thread(mosquitto.start)
            await until(lambda: stats.connections == 2)
            await asyncio.to_thread(mosquitto.restart)
            await until(lambda: stats.connections == 3)
    connected = [e["session_continued"] for e in logs if e["event"] == "connected"]
    assert connected == [False, False, True]
    assert sum("lost our session" in e["event"] for e in logs) == 1


# amqtt calls its own option deprecated and refuses the new one's name
@pytest.mark.filterwarnings("ignore:The 'acl' option:DeprecationWarning")
async def test_a_refused_subscription_is_an_error_and_not_silence(
    strict_broker: BrokerAddress, database_url: str
) -> None:
    settings = Settings(
        mqtt_host=strict_broker.host, mqtt_port=strict_broker.port, mqtt_protocol="3.1.1"
    )
    with capture_logs() as logs:
        async with ingesting(settings, database_url) as stats:
            await until(lambda: bool(logs))
            assert stats.connections == 0
    assert "refuses user (none) the subscription bins/#" in logs[0]["error"]


async def test_a_broker_without_mqtt_5(embedded_broker: BrokerAddress, database_url: str) -> None:
    await settle_town(database_url)
    settings = Settings(
        mqtt_host=embedded_broker.host, mqtt_port=embedded_broker.port, mqtt_protocol="3.1.1"
    )
    now = datetime.now(UTC)
    async with ingesting(settings, database_url) as stats:
        await until(lambda: stats.connected)
        await publish(embedded_broker, [(readings_topic("s0"), payload(reading(now)))])
        await until(lambda: stats.stored == 1)
    assert await counted(database_url) == (1, {})


async def test_mosquitto_by_3_1_1_keeps_a_session_too(
    mosquitto: Mosquitto, database_url: str
) -> None:
    await settle_town(database_url)
    settings = settings_for(mosquitto, mqtt_protocol="3.1.1")
    async with ingesting(settings, database_url) as stats:
        await until(lambda: stats.connected)
    now = datetime.now(UTC)
    await publish(mosquitto, [(readings_topic("s0"), payload(reading(now)))])
    async with ingesting(settings, database_url) as stats:
        await until(lambda: stats.stored == 1)
        assert stats.in_flight == 0


async def test_who_hangs_up_before_answering_is_not_waited_for(database_url: str) -> None:  # noqa: ARG001 - the module's engine
    def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with asyncio.timeout(3):
            with pytest.raises(BrokerError, match="hung up before it answered"):
                await probe(Settings(mqtt_host="127.0.0.1", mqtt_port=port))


async def test_who_sends_no_mqtt_is_left(database_url: str) -> None:  # noqa: ARG001 - the module's engine
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted, publish_without_a_topic = b"\x20\x03\x00\x00\x00", b"\x30\x00"
        writer.write(accepted + publish_without_a_topic)
        # until the client hangs up
        await reader.read()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with asyncio.timeout(5):
            with pytest.raises(BrokerError):
                await probe(Settings(mqtt_host="127.0.0.1", mqtt_port=port))
