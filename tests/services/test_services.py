"""The fixtures themselves: what they promise to every other test."""

import asyncio

import aiomqtt
import psycopg
import pytest

import store
from tests.services.brokers import Credentials, Mosquitto
from tests.services.engine import Engine

TOPIC = "bins/bin-1/readings"


def client(broker: Mosquitto, who: Credentials, *, name: str | None = None) -> aiomqtt.Client:
    return aiomqtt.Client(
        broker.host,
        broker.port,
        username=who.username,
        password=who.password,
        identifier=name,
        clean_session=name is None,
        protocol=aiomqtt.ProtocolVersion.V311,
        timeout=5,
    )


async def publish(broker: Mosquitto, payload: bytes) -> None:
    async with client(broker, broker.gateway) as gateway:
        await gateway.publish(TOPIC, payload, qos=1)


async def receive(broker: Mosquitto) -> bytes:
    async with client(broker, broker.ingest, name="ingest") as ingest, asyncio.timeout(5):
        await ingest.subscribe("bins/#", qos=1)
        async for message in ingest.messages:
            assert isinstance(message.payload, bytes)
            return message.payload
    raise AssertionError


async def leave_a_session(broker: Mosquitto) -> None:
    async with client(broker, broker.ingest, name="ingest") as ingest:
        await ingest.subscribe("bins/#", qos=1)


@pytest.mark.parametrize("round_", [1, 2])
async def test_each_test_has_a_migrated_database_of_its_own(
    conn: store.Connection, round_: int
) -> None:
    found = await (await conn.execute("SELECT to_regclass('mark') AS mark")).fetchone()
    assert found == {"mark": None}, f"round {round_} sees the table of another test"
    await conn.execute("CREATE TABLE mark ()")
    await conn.execute("SELECT FROM readings, plans")


async def test_an_empty_database_has_no_tables(empty_database_url: str) -> None:
    async with store.connect(empty_database_url) as conn:
        found = await conn.execute("SELECT FROM pg_tables WHERE schemaname = 'public'")
        assert found.rowcount == 0


@pytest.mark.parametrize("engine", ["timescaledb"], indirect=True)
async def test_timescaledb_is_timescaledb(conn: store.Connection) -> None:
    found = await conn.execute("SELECT FROM timescaledb_information.hypertables")
    assert found.rowcount > 0


async def test_a_database_is_dropped_under_an_open_connection(engine: Engine) -> None:
    with engine.database() as name:
        left_open = await psycopg.AsyncConnection.connect(engine.url(name))
    with pytest.raises(psycopg.OperationalError):
        await left_open.execute("SELECT 1")


async def test_mosquitto_keeps_the_queue_over_a_restart(mosquitto: Mosquitto) -> None:
    await leave_a_session(mosquitto)
    await publish(mosquitto, b"kept")
    mosquitto.restart()
    assert await receive(mosquitto) == b"kept"


async def test_mosquitto_comes_back_after_a_kill(mosquitto: Mosquitto) -> None:
    mosquitto.kill()
    with pytest.raises(aiomqtt.MqttError):
        await publish(mosquitto, b"nobody is there")
    mosquitto.start()
    await publish(mosquitto, b"fine")


async def test_mosquitto_refuses_a_wrong_password(mosquitto: Mosquitto) -> None:
    with pytest.raises(aiomqtt.MqttError, match=r"(?i)not authori[sz]ed"):
        async with client(mosquitto, Credentials(username="ingest", password="guessed")):
            pass
