"""The publisher counts a message when the broker has promised it, and never before."""

import asyncio
from pathlib import Path

import pytest

from bench.faults.publisher import Publisher, publishing
from bench.services.mosquitto import Mosquitto


def message(number: int) -> tuple[str, bytes]:
    return "bins/b/readings", b"%d" % number


@pytest.fixture
def broker(tmp_path: Path, mosquitto_program: str) -> Mosquitto:  # noqa: ARG001 - skips without it
    return Mosquitto(tmp_path)


async def test_each_message_is_promised_once(broker: Mosquitto) -> None:
    await broker.start()
    try:
        publisher = Publisher(broker.host, broker.port, message)
        async with publishing(publisher, range(2_000)):
            pass
        assert sorted(publisher.promised) == list(range(2_000))
        assert len(publisher.promised_at) == 2_000
    finally:
        await broker.close()


async def test_nothing_is_promised_by_a_broker_that_is_away_and_all_when_it_is_back(
    broker: Mosquitto,
) -> None:
    publisher = Publisher(broker.host, broker.port, message)
    try:
        async with publishing(publisher, range(300)):
            await asyncio.sleep(0.5)
            assert not publisher.promised
            await broker.start()
        assert sorted(publisher.promised) == list(range(300))
        async with publishing(publisher, range(300, 900), per_s=400):
            await asyncio.sleep(0.3)
            await broker.kill()
            await broker.start()
        assert sorted(publisher.promised) == list(range(900))
    finally:
        await broker.close()
