"""`brimful ingest` and `brimful rejected` as people and containers run them."""

import asyncio
import json
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

import store
from core.readings import Rejection, RejectReason
from core.wire import readings_topic
from store import rejected
from tests.ingest.parts import (
    NOW,
    counted,
    database_away,
    ingesting,
    payload,
    publish,
    reading,
    settings_for,
    settle_town,
    until,
)
from tests.services.brokers import Mosquitto
from tests.services.command import brimful, ingester
from tests.services.engine import Engine

# What commands say does not depend on the database.
pytestmark = pytest.mark.parametrize("engine", ["embedded"], indirect=True)


async def set_aside(database_url: str, *contents: tuple[RejectReason, str, bytes]) -> None:
    async with store.connect(database_url) as conn:
        await rejected.set_aside(
            conn,
            [
                Rejection(
                    topic=readings_topic(sensor),
                    payload=raw,
                    received_at=NOW,
                    reason=reason,
                    detail=f"why {n}",
                )
                for n, (reason, sensor, raw) in enumerate(contents)
            ],
        )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_both_signals_stop_the_ingester_cleanly(
    mosquitto: Mosquitto, database_url: str, tmp_path: Path, number: signal.Signals
) -> None:
    await settle_town(database_url)
    patient = {"BRIMFUL_INGEST_BATCH_MAX_WAIT_S": "30"}
    async with ingester(mosquitto, database_url, tmp_path, **patient) as running:
        await running.has_logged("connected")
        message = (readings_topic("s0"), payload(reading(datetime.now(UTC))))
        await publish(mosquitto, [message])
        assert await running.end(number) == 0, running.log()
        stored = running.last("stopped")["stored"]
        assert "Traceback" not in running.log()
    # it may have been stopped before the message came: then it comes now
    async with ingesting(settings_for(mosquitto), database_url) as stats:
        await until(lambda: stored + stats.stored == 1)
    assert await counted(database_url) == (1, {})


async def test_it_waits_for_broker_and_database_and_its_heart_beats_only_with_both(
    mosquitto: Mosquitto, database_url: str, tmp_path: Path, engine: Engine
) -> None:
    await settle_town(database_url)
    beat = tmp_path / "beat"
    await asyncio.to_thread(mosquitto.stop)
    async with ingester(
        mosquitto, database_url, tmp_path, "--heartbeat-file", str(beat)
    ) as running:
        async with database_away(engine, database_url):
            await running.has_logged("no connection to broker")
            assert not beat.exists()
            await asyncio.to_thread(mosquitto.start)
            await running.has_logged("connected")
            message = (readings_topic("s0"), payload(reading(datetime.now(UTC))))
            await publish(mosquitto, [message])
            await running.has_logged("database is not available")
            beat.unlink(missing_ok=True)
            await asyncio.sleep(6)
            assert not beat.exists()
        deadline = time.monotonic() + 30
        while not beat.exists():
            assert time.monotonic() < deadline, running.log()
            await asyncio.sleep(0.1)
        assert await running.end(signal.SIGTERM) == 0
    assert await counted(database_url) == (1, {})


async def test_what_is_set_aside_is_listed_for_people(database_url: str) -> None:
    assert await brimful(database_url, "rejected", "list") == (0, "nothing is set aside\n", "")
    await set_aside(
        database_url,
        (RejectReason.NOT_JSON, "s0", b"\x1b[31mgarbage\xff" + b"." * 200),
        (RejectReason.UNKNOWN_SENSOR, "s1", payload(reading())),
    )
    code, told, _ = await brimful(database_url, "rejected", "list")
    assert code == 0
    assert "2026-03-02 12:00:00 UTC  bins/s0/readings" in told
    assert "not_json (1 unusable): why 0" in told
    assert "(213 bytes)" in told
    assert "\x1b" not in told, "a payload must not write to the terminal"
    assert told.endswith("readings set aside in all: 1 not_json, 1 unknown_sensor\n")
    _, only, _ = await brimful(database_url, "rejected", "list", "--reason", "unknown_sensor")
    assert "why 1" in only
    assert "why 0" not in only


async def test_what_is_set_aside_is_listed_for_programs(database_url: str) -> None:
    await set_aside(
        database_url,
        (RejectReason.NOT_JSON, "s0", b"\xff"),
        (RejectReason.NOT_JSON, "s1", b"text"),
    )
    code, told, _ = await brimful(database_url, "rejected", "list", "--json", "--limit", "9")
    document = json.loads(told)
    assert code == 0
    assert document["readings_by_reason"] == {"not_json": 2}
    assert {m.get("payload") or m["payload_hex"] for m in document["messages"]} == {"ff", "text"}


async def test_a_replay_gives_its_account(database_url: str) -> None:
    await set_aside(
        database_url,
        (RejectReason.NOT_JSON, "s0", b"still garbage"),
        (RejectReason.UNKNOWN_SENSOR, "s1", payload(reading())),
    )
    await settle_town(database_url)
    code, told, _ = await brimful(database_url, "rejected", "replay", "--json")
    assert code == 0
    assert json.loads(told) == {
        "messages": 2,
        "replayed": 1,
        "stored": 1,
        "duplicates": 0,
        "kept": {"not_json": 1},
    }
    code, told, _ = await brimful(database_url, "rejected", "replay")
    assert code == 0
    assert told == (
        "1 messages: 0 are stored whole now (0 new readings, 0 were there already), "
        "1 stay set aside\n    not_json: 1 readings\n"
    )
    assert await counted(database_url) == (1, {"not_json": 1})


async def test_an_unknown_reason_is_refused_with_the_known_ones(database_url: str) -> None:
    code, _, said = await brimful(database_url, "rejected", "list", "--reason", "bad_mood")
    assert code == 2
    assert "not_json" in said


@pytest.mark.usefixtures("engine")
async def test_a_database_that_is_away_is_said_in_one_line() -> None:
    code, told, said = await brimful("postgresql://nobody@127.0.0.1:1/x", "rejected", "list")
    assert (code, told) == (1, "")
    assert said.startswith("brimful: ")
    assert "Traceback" not in said
