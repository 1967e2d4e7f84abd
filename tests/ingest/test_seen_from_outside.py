"""A running `brimful ingest` as Prometheus and a log collector see it, faults and all."""

import asyncio
import json
import signal
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.wire import readings_topic
from tests.ingest.parts import (
    counted,
    database_away,
    eventually,
    payload,
    publish,
    reading,
    settle_town,
)
from tests.ingest.scraping import Scrape, scrape
from tests.services.brokers import Mosquitto
from tests.services.command import Ingester, brimful, ingester
from tests.services.engine import Engine

TODAY = datetime.now(UTC).replace(microsecond=0)
METRICS = {"BRIMFUL_INGEST_METRICS_PORT": "0"}
GUIDE = Path(__file__).parents[2] / "docs" / "monitoring.md"


def numbered(n: int) -> tuple[str, bytes]:
    """Return a message with one reading of its own, five minutes old at least."""
    at = TODAY - timedelta(minutes=5 + n)
    return readings_topic(f"s{n % 3}"), payload(reading(at, 40.0))


async def metrics_address(running: Ingester) -> str:
    await running.has_logged("serving metrics")
    return str(running.last("serving metrics")["address"])


async def scraped(address: str, condition: Callable[[Scrape], bool]) -> Scrape:
    """Scrape until the condition holds and return that scrape."""
    found = await scrape(address)

    async def holds() -> bool:
        nonlocal found
        found = await scrape(address)
        return condition(found)

    await eventually(holds)
    return found


def total(found: Scrape) -> float:
    return found.value("readings_received_total")


async def test_published_is_stored_plus_duplicates_plus_set_aside_in_what_is_scraped(
    mosquitto: Mosquitto, database_url: str, tmp_path: Path
) -> None:
    await settle_town(database_url)
    single = [numbered(n) for n in range(300)]
    arrays = [
        (
            readings_topic("s0"),
            payload(*(reading(TODAY - timedelta(days=2 + a, minutes=m)) for m in range(10))),
        )
        for a in range(5)
    ]
    garbage = [(readings_topic("s0"), b"garbage %d" % n) for n in range(20)]
    strangers = [(readings_topic(f"x{n}"), payload(reading(TODAY))) for n in range(10)]
    tilted = [
        (readings_topic("s1"), payload(reading(TODAY - timedelta(days=9), 40.0, tilted=True)))
    ]
    again = single[:30]
    published = [*single, *arrays, *garbage, *strangers, *tilted, *again]
    readings = 300 + 50 + 20 + 10 + 1 + 30
    async with ingester(mosquitto, database_url, tmp_path, **METRICS) as running:
        address = await metrics_address(running)
        await running.has_logged("connected")
        assert await publish(mosquitto, published) == len(published)
        found = await scraped(address, lambda s: total(s) >= readings)
        aside = found.by_label("readings_set_aside_total", "reason")
        trust = found.by_label("readings_judged_total", "trust")
    assert total(found) == readings
    assert found.value("messages_received_total") == len(published)
    assert found.value("readings_stored_total") == 351
    assert found.value("readings_duplicate_total") == 30
    assert aside == {"not_json": 20, "unknown_sensor": 10}
    assert total(found) == 351 + 30 + sum(aside.values())
    assert trust["tilted"] == 1
    assert sum(trust.values()) == 351
    assert await counted(database_url) == (351, aside)
    assert found.value("in_flight_messages") == 0
    assert found.value("batch_readings_sum") == readings
    assert found.value("receipt_to_commit_seconds_count") == len(published)
    lag = dict(found.buckets("measurement_to_commit_seconds"))
    assert lag[60.0] == 0, "nothing was measured within the last minute"
    assert lag[86_400.0] == 300, "the arrays and the tilted one are days old"
    assert found.value("broker_connected") == found.value("broker_connections_total") == 1
    assert found.value("database_up") == 1
    now = datetime.now(UTC).timestamp()
    assert now - 60 < found.value("last_commit_timestamp_seconds") <= now


async def test_a_dead_database_shows_with_work_waiting_and_without(
    mosquitto: Mosquitto, database_url: str, tmp_path: Path, engine: Engine
) -> None:
    await settle_town(database_url)
    async with ingester(mosquitto, database_url, tmp_path, **METRICS) as running:
        address = await metrics_address(running)
        await running.has_logged("connected")
        await scraped(address, lambda s: s.value("database_up") == 1)
        async with database_away(engine, database_url):
            # nothing comes: it is asked all the same
            await scraped(address, lambda s: s.value("database_up") == 0)
            await publish(mosquitto, [numbered(n) for n in range(5)])
            found = await scraped(address, lambda s: s.value("in_flight_messages") == 5)
            assert found.value("database_up") == 0
            assert total(found) == 0
        found = await scraped(address, lambda s: total(s) == 5)
        assert found.value("database_up") == 1
        assert found.value("in_flight_messages") == 0
        async with database_away(engine, database_url):
            await scraped(address, lambda s: s.value("database_up") == 0)
        await scraped(address, lambda s: s.value("database_up") == 1)
        assert running.last("database is available again")["level"] == "info"


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
async def test_a_lost_broker_shows(mosquitto: Mosquitto, database_url: str, tmp_path: Path) -> None:
    await settle_town(database_url)
    async with ingester(mosquitto, database_url, tmp_path, **METRICS) as running:
        address = await metrics_address(running)
        await scraped(address, lambda s: s.value("broker_connected") == 1)
        await asyncio.to_thread(mosquitto.stop)
        await scraped(address, lambda s: s.value("broker_connected") == 0)
        await asyncio.to_thread(mosquitto.start)
        found = await scraped(address, lambda s: s.value("broker_connected") == 1)
        assert found.value("broker_connections_total") == 2


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
async def test_a_device_gone_mad_is_set_aside_and_the_others_are_not(
    mosquitto: Mosquitto, database_url: str, tmp_path: Path
) -> None:
    await settle_town(database_url)
    bounds = {"BRIMFUL_INGEST_RATE_PER_MINUTE": "1", "BRIMFUL_INGEST_RATE_BURST": "40"}
    mad = [
        (readings_topic("s0"), payload(reading(TODAY - timedelta(seconds=n)))) for n in range(100)
    ]
    quiet = [
        (readings_topic("s1"), payload(reading(TODAY - timedelta(seconds=n)))) for n in range(40)
    ]
    async with ingester(mosquitto, database_url, tmp_path, **METRICS, **bounds) as running:
        address = await metrics_address(running)
        await running.has_logged("connected")
        await publish(mosquitto, [*mad, *quiet])
        found = await scraped(address, lambda s: total(s) == 140)
        assert found.by_label("readings_set_aside_total", "reason") == {"rate": 60}
        assert found.value("readings_stored_total") == 80
    assert await counted(database_url) == (80, {"rate": 60})
    # nothing is lost by it: whoever finds that the device was right brings them in
    code, told, _ = await brimful(database_url, "rejected", "replay", "--reason", "rate", "--json")
    assert (code, json.loads(told)["stored"]) == (0, 60)
    assert await counted(database_url) == (140, {})


async def test_a_port_that_is_taken_ends_the_command_in_words() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = str(other.getsockname()[1])
        code, _, said = await brimful(
            "postgresql://nobody@127.0.0.1:1/x", "ingest", BRIMFUL_INGEST_METRICS_PORT=taken
        )
    assert code == 1
    assert "Traceback" not in said
    last = said.splitlines()[-1]
    assert last.startswith(f"brimful: metrics cannot be served on 127.0.0.1 port {taken}")


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
async def test_every_line_of_a_run_with_faults_is_an_event_with_fields(
    mosquitto: Mosquitto, database_url: str, tmp_path: Path, engine: Engine
) -> None:
    secret = "what-only-the-sensor-said"
    await settle_town(database_url)
    # the second is JSON, and the database alone refuses it
    poison = [
        (readings_topic("s0"), b"\xff\x00" + secret.encode()),
        (readings_topic("s0"), payload(reading(TODAY, 1e-50, device=secret))),
        (readings_topic(secret), payload(reading(TODAY))),
        (readings_topic("s1"), payload([[[secret]]])),
        *(numbered(n) for n in range(20)),
    ]
    async with ingester(
        mosquitto, database_url, tmp_path, **METRICS, BRIMFUL_LOG_LEVEL="debug"
    ) as running:
        address = await metrics_address(running)
        await running.has_logged("connected")
        await publish(mosquitto, poison)
        await scraped(address, lambda s: total(s) == len(poison))
        await asyncio.to_thread(mosquitto.kill)
        await running.has_logged("no connection to broker")
        await asyncio.to_thread(mosquitto.start)
        await scraped(address, lambda s: s.value("broker_connections_total") == 2)
        async with database_away(engine, database_url):
            await publish(mosquitto, [numbered(20)])
            await running.has_logged("database is not available; holding")
        await scraped(address, lambda s: total(s) > len(poison))
        assert await running.end(signal.SIGTERM) == 0
        text = running.log()
    lines = [json.loads(line) for line in text.splitlines()]
    assert len(lines) > 8
    for line in lines:
        assert line["level"] in {"debug", "info", "warning", "error"}
        assert datetime.fromisoformat(line["timestamp"]).tzinfo is not None
        assert line["logger"]
    # libraries have words of their own
    events = {e["event"] for e in lines if e["logger"].partition(".")[0] in {"ingest", "cli"}}
    guide = GUIDE.read_text("utf-8")
    assert {event for event in events if f"| `{event}` |" not in guide} == set()
    assert {"connected", "no connection to broker", "stopped"} <= events
    assert secret not in text
    assert mosquitto.password not in text
