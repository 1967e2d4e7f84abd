"""A sensor with credentials of its own publishes as itself, by TLS, and can do nothing else."""

import asyncio
import json
import signal
import socket
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiomqtt
import pytest

from core.broker_access import SALT_BYTES, SERVICE_USERS, password_hash
from tests.deploy.access import (
    command,
    credentials,
    files,
    hear,
    listening,
    sensor_client,
    tls_environment,
    tls_settings,
    told,
    until_it_holds,
)
from tests.ingest.parts import (
    counted,
    eventually,
    ingesting,
    payload,
    reading,
    settle_town,
    until,
)
from tests.services.brokers import Credentials, Mosquitto
from tests.services.command import PROGRAM, environment, ingester

# What the broker lets in does not depend on the database.
pytestmark = pytest.mark.parametrize("engine", ["embedded"], indirect=True)


@pytest.fixture
async def town(mosquitto: Mosquitto, database_url: str) -> dict[str, Credentials]:
    """The sensors s0 to s2, with credentials that the broker knows."""
    await settle_town(database_url)
    made = await credentials(database_url, "s0", "s1", "s2")
    await files(mosquitto, database_url)
    return made


async def test_the_whole_walk_by_tls(
    mosquitto: Mosquitto, database_url: str, town: dict[str, Credentials], tmp_path: Path
) -> None:
    now = datetime.now(UTC)

    async def all_there() -> bool:
        return await counted(database_url) == (200, {"topic": 1})

    async with ingester(mosquitto, database_url, tmp_path, **tls_environment(mosquitto)) as running:
        await running.has_logged("connected")
        async with sensor_client(mosquitto, town["s0"]) as sensor:
            # another one's name: refused; beside the right topic: set aside, for all to see
            await sensor.publish("bins/s1/readings", payload(reading(now)), qos=1)
            await sensor.publish("bins/s0/level", payload(reading(now)), qos=1)
            for n in range(200):
                at = datetime.fromtimestamp(now.timestamp() - n, UTC)
                await sensor.publish("bins/s0/readings", payload(reading(at)), qos=1)
        await eventually(all_there)
        assert await running.end(signal.SIGTERM) == 0
    for secret in (mosquitto.password, town["s0"].password):
        assert secret not in running.log()


@pytest.mark.parametrize("version", [aiomqtt.ProtocolVersion.V5, aiomqtt.ProtocolVersion.V311])
async def test_it_cannot_publish_as_another_one(
    mosquitto: Mosquitto,
    town: dict[str, Credentials],
    version: aiomqtt.ProtocolVersion,
) -> None:
    async with listening(mosquitto, "bins/#", "v3/#", "application/#") as topics:
        async with sensor_client(mosquitto, town["s0"], protocol=version) as sensor:
            for topic in (
                "bins/s1/readings",
                "bins/s0x/readings",
                "bins",
                "bins/readings",
                "v3/app@tenant/devices/s0/up",
                "application/1/device/s0/event/up",
                "$SYS/broker/uptime",
            ):
                await sensor.publish(topic, b"{}", qos=1)
            await sensor.publish("bins/s0/readings", b"{}", qos=1)
        await until_it_holds(topics, "bins/s0/readings")
    assert topics == ["bins/s0/readings"]


async def test_its_last_will_cannot_be_another_ones(
    mosquitto: Mosquitto, town: dict[str, Credentials]
) -> None:
    async with listening(mosquitto) as topics:
        for name, about in (("s0", "s1"), ("s2", "s2")):
            will = aiomqtt.Will(topic=f"bins/{about}/readings", payload=b"{}", qos=1)
            with suppress(aiomqtt.MqttError):
                async with sensor_client(mosquitto, town[name], will=will) as sensor:
                    connection = sensor._client.socket()
                    assert isinstance(connection, socket.socket)
                    # gone without a goodbye, as when the battery is taken out
                    connection.shutdown(socket.SHUT_RDWR)
        await until_it_holds(topics, "bins/s2/readings")
    assert topics == ["bins/s2/readings"]


async def test_it_reads_nothing(mosquitto: Mosquitto, town: dict[str, Credentials]) -> None:
    """Mosquitto grants any subscription, and then gives nothing."""
    async with sensor_client(mosquitto, town["s0"]) as sensor:
        for filter_ in ("bins/s0/readings", "bins/#", "#", "v3/#", "$SYS/#"):
            await sensor.subscribe(filter_, qos=1)
        await sensor.publish("bins/s0/readings", b"{}", qos=1)
        async with sensor_client(mosquitto, mosquitto.gateway) as gateway:
            await gateway.publish("bins/s1/readings", b"{}", qos=1)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(aiter(sensor.messages)), 1)


async def test_it_cannot_take_a_share_of_the_ingesters_messages(
    mosquitto: Mosquitto, database_url: str, town: dict[str, Credentials]
) -> None:
    """Whoever joins a shared subscription gets a part of it, or has it thrown away."""
    settings = tls_settings(mosquitto, mqtt_share_group="town")
    now = datetime.now(UTC)
    async with ingesting(settings, database_url) as stats:
        await until(lambda: stats.connected)
        async with sensor_client(mosquitto, town["s0"]) as thief:
            await thief.subscribe("$share/town/bins/#", qos=1)
            async with sensor_client(mosquitto, town["s1"]) as sensor:
                for n in range(10):
                    at = now - timedelta(minutes=n)
                    await sensor.publish("bins/s1/readings", payload(reading(at)), qos=1)
            await until(lambda: stats.stored == 10, limit_s=10)


async def test_it_cannot_take_the_ingesters_session(
    mosquitto: Mosquitto, town: dict[str, Credentials]
) -> None:
    """The client id of the ingester throws nobody out, and its queue is still there."""
    ingest = aiomqtt.Client(
        mosquitto.host,
        mosquitto.port,
        username=mosquitto.username,
        password=mosquitto.password,
        identifier="brimful-ingest",
        clean_session=False,
        protocol=aiomqtt.ProtocolVersion.V311,
    )
    async with ingest:
        await ingest.subscribe("bins/#", qos=1)
    async with sensor_client(mosquitto, town["s0"], client_id="brimful-ingest") as sensor:
        await sensor.publish("bins/s0/readings", b"kept", qos=1)
    async with ingest, asyncio.timeout(5):
        message = await anext(aiter(ingest.messages))
    assert message.payload == b"kept"


@pytest.mark.parametrize("name", ["s0", "nobody", *sorted(SERVICE_USERS)])
async def test_a_wrong_password_is_refused(
    mosquitto: Mosquitto, town: dict[str, Credentials], name: str
) -> None:
    # another one's good password is a wrong one too
    for password in ("guessed", town["s1"].password, ""):
        with pytest.raises(aiomqtt.MqttError, match=r"(?i)not authori[sz]ed"):
            async with sensor_client(mosquitto, Credentials(username=name, password=password)):
                pass


@pytest.mark.parametrize("how", ["revoke", "retire"])
async def test_who_loses_access_is_cut_off_and_the_others_are_not(
    mosquitto: Mosquitto, database_url: str, town: dict[str, Credentials], how: str
) -> None:
    async with sensor_client(mosquitto, town["s1"]) as other:
        connected = asyncio.Event()
        hearing = asyncio.create_task(hear(sensor_client(mosquitto, town["s0"]), connected))
        await connected.wait()
        await command(database_url, "sensor", how, "s0")
        await files(mosquitto, database_url)
        with pytest.raises(aiomqtt.MqttError):
            await asyncio.wait_for(hearing, 10)
        async with listening(mosquitto) as topics:
            await other.publish("bins/s1/readings", b"{}", qos=1)
            await until_it_holds(topics, "bins/s1/readings")
    with pytest.raises(aiomqtt.MqttError, match=r"(?i)not authori[sz]ed"):
        async with sensor_client(mosquitto, town["s0"]):
            pass


async def test_new_credentials_work_by_themselves_where_brimful_watches(
    mosquitto: Mosquitto, database_url: str, tmp_path: Path
) -> None:
    await settle_town(database_url)
    with (tmp_path / "watch.log").open("wb") as log:
        watching = await asyncio.create_subprocess_exec(
            *PROGRAM,
            *("broker", "files", "--dir", str(mosquitto.shared), "--watch", "--every-s", "0.2"),
            env=environment(None, database_url, {}),
            stdout=log,
            stderr=log,
        )
    made = await credentials(database_url, "s0")
    try:

        async def is_let_in() -> bool:
            try:
                async with sensor_client(mosquitto, made["s0"]):
                    return True
            except aiomqtt.MqttError:
                return False

        await eventually(is_let_in)
    finally:
        watching.send_signal(signal.SIGTERM)
        assert await watching.wait() == 0, (tmp_path / "watch.log").read_text()
    said = (tmp_path / "watch.log").read_text()
    assert json.loads(said.splitlines()[-1])["event"] == "broker files"
    assert made["s0"].password not in said


async def test_without_tls_there_is_no_answer(
    mosquitto: Mosquitto, town: dict[str, Credentials]
) -> None:
    client = aiomqtt.Client(
        mosquitto.host,
        mosquitto.sensors_port,
        username="s0",
        password=town["s0"].password,
        timeout=2,
    )
    with pytest.raises(aiomqtt.MqttError):
        async with client:
            pass


async def test_a_second_gateway_has_a_user_of_its_own(
    mosquitto: Mosquitto, database_url: str, town: dict[str, Credentials], tmp_path: Path
) -> None:
    north = Credentials(username="gateway-north", password="north's")
    hashed = password_hash(north.password, bytes(SALT_BYTES))
    (tmp_path / "services").write_text(f"{north.username}:{hashed}\n")
    async with told(mosquitto, "passwords", "acl"):
        await command(
            database_url,
            *("broker", "files", "--dir", str(mosquitto.shared)),
            *("--services", str(tmp_path / "services")),
        )
    async with (
        listening(mosquitto) as topics,
        sensor_client(mosquitto, mosquitto.gateway) as first,
        sensor_client(mosquitto, north) as second,
        sensor_client(mosquitto, town["s0"]) as sensor,
    ):
        for client, topic in (
            (sensor, "bins/s1/readings"),
            (first, "bins/s1/readings"),
            (second, "bins/s2/readings"),
        ):
            await client.publish(topic, b"{}", qos=1)
        await until_it_holds(topics, "bins/s2/readings")
    assert topics == ["bins/s1/readings", "bins/s2/readings"]
