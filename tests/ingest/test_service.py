"""The ingester against a real Mosquitto with its shipped configuration, on both databases."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import store
from core.readings import RejectReason
from core.wire import readings_topic
from ingest.stats import Stats
from store import rejected
from tests.ingest.parts import (
    counted,
    database_away,
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
from tests.services.engine import Engine

# The service stamps what it receives with the real time.
TODAY = datetime.now(UTC).replace(microsecond=0)
SENSORS = 3


def numbered(n: int) -> tuple[str, bytes]:
    """Return a message with one reading of its own."""
    at = TODAY - timedelta(seconds=n)
    return readings_topic(f"s{n % SENSORS}"), payload(reading(at, n % 101))


def settled(stats: Stats, readings: int) -> bool:
    return stats.readings >= readings and stats.in_flight == 0


async def test_published_is_stored_plus_set_aside(mosquitto: Mosquitto, database_url: str) -> None:
    await settle_town(database_url, SENSORS)
    settings = settings_for(mosquitto)
    arrays = [
        (
            readings_topic("s0"),
            payload(*(reading(TODAY - timedelta(days=1, seconds=40 * a + i)) for i in range(40))),
        )
        for a in range(50)
    ]
    one_bad = [
        (readings_topic("s1"), payload(reading(TODAY - timedelta(days=2, seconds=n)), n))
        for n in range(50)
    ]
    garbage = [(readings_topic("s0"), b"garbage %d" % n) for n in range(50)]
    strangers = [(readings_topic(f"x{n}"), payload(reading(TODAY))) for n in range(50)]
    no_sensor = [(readings_topic(f"-{n}"), payload(reading(TODAY))) for n in range(50)]
    messages = [*map(numbered, range(2_750)), *arrays, *one_bad, *garbage, *strangers, *no_sensor]
    async with ingesting(settings, database_url) as stats:
        await until(lambda: stats.connected)
        assert await publish(mosquitto, messages) == len(messages)
        await until(lambda: settled(stats, 5_000))
        # again: as a gateway does that did not hear the first PUBACK
        await publish(mosquitto, messages[::10])
        await until(lambda: stats.messages == len(messages) + len(messages[::10]))
        await until(lambda: stats.in_flight == 0)
    published = 2_750 + 50 * 40 + 50 * 2 + 3 * 50
    assert published == 5_000
    n, aside = await counted(database_url)
    assert n == 4_800
    assert aside == {"invalid_reading": 50, "not_json": 50, "unknown_sensor": 50, "topic": 50}
    assert n + sum(aside.values()) == published
    assert stats.stored == n
    assert stats.readings == stats.stored + stats.duplicates + stats.set_aside.total()


async def test_a_broker_that_restarts_loses_nothing(
    mosquitto: Mosquitto, database_url: str
) -> None:
    await settle_town(database_url, SENSORS)
    async with ingesting(settings_for(mosquitto), database_url) as stats:
        await until(lambda: stats.connected)
        await publish(mosquitto, map(numbered, range(500)))
        await asyncio.to_thread(mosquitto.restart)
        await publish(mosquitto, map(numbered, range(500, 1_000)))
        await until(lambda: stats.stored == 1_000)
        assert stats.connections == 2
    assert await counted(database_url) == (1_000, {})


async def test_what_is_published_while_the_ingester_is_away_waits_for_it(
    mosquitto: Mosquitto, database_url: str
) -> None:
    await settle_town(database_url, SENSORS)
    settings = settings_for(mosquitto)
    await subscribed_once(settings, database_url)
    await publish(mosquitto, map(numbered, range(300)))
    async with ingesting(settings, database_url) as stats:
        await until(lambda: settled(stats, 300))
    assert await counted(database_url) == (300, {})


async def test_a_database_that_is_away_stops_delivery_and_loses_nothing(
    mosquitto: Mosquitto, database_url: str, engine: Engine
) -> None:
    await settle_town(database_url, SENSORS)
    # a small window, so that it is full long before everything is published
    settings = settings_for(mosquitto, ingest_in_flight_max=50, ingest_batch_max_readings=10)
    async with ingesting(settings, database_url) as stats:
        await until(lambda: stats.connected)
        await publish(mosquitto, map(numbered, range(100)))
        await until(lambda: settled(stats, 100))
        async with database_away(engine, database_url):
            await publish(mosquitto, map(numbered, range(100, 1_000)))
            await until(lambda: not stats.database_up)
            await asyncio.sleep(2)
            assert stats.in_flight == 50, "the broker's window bounds what is held"
            assert stats.connected, "the connection is kept alive meanwhile"
        await until(lambda: stats.stored == 1_000)
    assert await counted(database_url) == (1_000, {})


async def test_a_broken_connection_while_the_database_is_away_holds_one_window(
    mosquitto: Mosquitto, database_url: str, engine: Engine
) -> None:
    await settle_town(database_url, SENSORS)
    settings = settings_for(mosquitto, ingest_in_flight_max=50)
    async with ingesting(settings, database_url) as stats:
        await until(lambda: stats.connected)
        async with database_away(engine, database_url):
            await publish(mosquitto, map(numbered, range(200)))
            await until(lambda: stats.in_flight == 50 and not stats.database_up)
            await asyncio.to_thread(mosquitto.restart)
            await until(lambda: not stats.connected)
            await asyncio.sleep(1)
            assert stats.in_flight == 50, "nothing more is fetched before what is held is stored"
        await until(lambda: stats.stored == 200 and stats.in_flight == 0)
        # stored over the first connection, acknowledged over none: sent again over the second
        assert stats.duplicates == 50
    assert await counted(database_url) == (200, {})


async def test_stopping_stores_and_acknowledges_what_waits(
    mosquitto: Mosquitto, database_url: str
) -> None:
    await settle_town(database_url, SENSORS)
    patient = settings_for(mosquitto, ingest_batch_max_wait_s=60)
    async with ingesting(patient, database_url) as stats:
        await until(lambda: stats.connected)
        await publish(mosquitto, map(numbered, range(20)))
        await until(lambda: stats.in_flight == 20)
        assert stats.stored == 0
    assert (stats.stored, stats.in_flight) == (20, 0)
    # acknowledged too: nothing comes again
    async with ingesting(patient, database_url) as stats:
        await until(lambda: stats.connected)
        await publish(mosquitto, [numbered(20)])
        await until(lambda: stats.messages > 0)
        await asyncio.sleep(0.3)
        assert stats.messages == 1


async def test_stopping_while_the_database_is_away_leaves_it_to_the_broker(
    mosquitto: Mosquitto, database_url: str, engine: Engine
) -> None:
    await settle_town(database_url, SENSORS)
    settings = settings_for(mosquitto)
    async with database_away(engine, database_url):
        async with ingesting(settings, database_url) as stats:
            await until(lambda: stats.connected)
            await publish(mosquitto, map(numbered, range(20)))
            await until(lambda: stats.in_flight == 20)
            began = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - began < 6
        assert stats.in_flight == 20
    async with ingesting(settings, database_url) as stats:
        await until(lambda: settled(stats, 20))
    assert await counted(database_url) == (20, {})


async def test_without_a_promise_there_is_a_bound_and_a_count(
    mosquitto: Mosquitto, database_url: str, engine: Engine
) -> None:
    await settle_town(database_url, SENSORS)
    settings = settings_for(mosquitto, ingest_in_flight_max=50, ingest_batch_max_readings=10)
    async with ingesting(settings, database_url) as stats:
        await until(lambda: stats.connected)
        async with database_away(engine, database_url):
            await publish(mosquitto, map(numbered, range(300)), qos=0)
            await until(lambda: stats.messages == 300)
            assert stats.dropped_qos0 >= 300 - 50 - 4 * 10
            await publish(mosquitto, map(numbered, range(300, 340)))
            await until(lambda: stats.messages == 340)
        await until(lambda: stats.in_flight == 0)
    assert stats.stored == 340 - stats.dropped_qos0
    # what was promised is stored, whatever was published beside it
    async with store.connect(database_url) as conn:
        found = await conn.execute(
            "SELECT count(*) AS n FROM readings WHERE measured_at <= %s",
            [TODAY - timedelta(seconds=300)],
        )
        assert await found.fetchone() == {"n": 40}


async def test_one_poisoned_message_in_the_stream_is_set_aside(
    mosquitto: Mosquitto, database_url: str
) -> None:
    await settle_town(database_url, SENSORS)
    poison = (readings_topic("s0"), payload(reading(TODAY + timedelta(seconds=1), 1e-50)))
    messages = [*map(numbered, range(50)), poison, *map(numbered, range(50, 100))]
    async with ingesting(settings_for(mosquitto), database_url) as stats:
        await until(lambda: stats.connected)
        await publish(mosquitto, messages)
        await until(lambda: settled(stats, 101))
    assert await counted(database_url) == (100, {"storage_refused": 1})
    assert stats.set_aside == Counter({RejectReason.STORAGE_REFUSED: 1})
    async with store.connect(database_url) as conn:
        (kept,) = await rejected.waiting(conn)
    assert kept.payload == poison[1]
