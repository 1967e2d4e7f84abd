"""An ingester given up for good: nothing is left in its session, and nothing comes there."""

import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

import store
from core.wire import readings_topic
from ingest.leaving import leave
from tests.ingest.parts import (
    counted,
    eventually,
    ingesting,
    payload,
    publish,
    reading,
    settings_for,
    settle_town,
    subscribed_once,
    until,
)
from tests.services.brokers import Mosquitto
from tests.services.command import brimful, ingester

# What a broker keeps does not depend on the database.
pytestmark = pytest.mark.parametrize("engine", ["embedded"], indirect=True)
QUIET_S = 1.0


def messages(numbers: Iterator[int], n: int) -> list[tuple[str, bytes]]:
    begin = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    ats = [begin + timedelta(seconds=next(numbers)) for _ in range(n)]
    return [(readings_topic("s0"), payload(reading(at))) for at in ats]


async def stored(database_url: str) -> int:
    return (await counted(database_url))[0]


async def test_what_waited_is_stored_and_the_session_is_gone(
    mosquitto: Mosquitto, database_url: str
) -> None:
    await settle_town(database_url)
    settings, numbers = settings_for(mosquitto), count()
    await subscribed_once(settings, database_url)
    await publish(mosquitto, messages(numbers, 300))
    async with store.open_pool(database_url, application="test") as pool:
        stats = await leave(settings, pool, quiet_s=QUIET_S)
    assert (stats.stored, stats.in_flight) == (300, 0)
    assert await stored(database_url) == 300
    # nobody keeps these: that is what leaving means
    await publish(mosquitto, messages(numbers, 10))
    async with ingesting(settings, database_url) as again:
        await until(lambda: again.connected)
        await publish(mosquitto, messages(numbers, 1))
        await until(lambda: again.stored == 1)
    assert await stored(database_url) == 301


async def test_a_group_goes_on_without_the_one_that_left(
    mosquitto: Mosquitto, database_url: str, tmp_path: Path
) -> None:
    await settle_town(database_url)
    numbers = count()
    group = {"BRIMFUL_MQTT_SHARE_GROUP": "all"}
    first = {**group, "BRIMFUL_MQTT_CLIENT_ID": "first"}
    second = {**group, "BRIMFUL_MQTT_CLIENT_ID": "second"}
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
    async with ingester(mosquitto, database_url, folders[0], **first) as one:
        await one.has_logged("connected")
        async with ingester(mosquitto, database_url, folders[1], **second) as other:
            await other.has_logged("connected")
            await one.end(signal.SIGTERM)
            await publish(mosquitto, messages(numbers, 200))
            # some of it waits in the session of the one that is stopped
            broker = {
                "BRIMFUL_MQTT_HOST": mosquitto.host,
                "BRIMFUL_MQTT_PORT": str(mosquitto.port),
                "BRIMFUL_MQTT_USERNAME": mosquitto.username,
                "BRIMFUL_MQTT_PASSWORD": mosquitto.password,
            }
            code, _, err = await brimful(database_url, "ingest", "--leave", **broker, **first)
            assert code == 0, err
            assert "nothing waits for this client any more" in err
            assert await stored(database_url) == 200

            async def all_is_stored() -> bool:
                return await stored(database_url) == 400

            await publish(mosquitto, messages(numbers, 200))
            await eventually(all_is_stored)
