"""What a device publishes beside the right topic is promised by the broker too."""

import pytest

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

BESIDE = ("bins/s0/reading", "bins/readings", "bins/s0/s0/readings", "bins/s0/readings/", "bins/s0")


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
async def test_it_is_set_aside_and_not_lost(mosquitto: Mosquitto, database_url: str) -> None:
    await settle_town(database_url)
    async with ingesting(settings_for(mosquitto, database_url), database_url) as stats:
        await until(lambda: stats.connected)
        messages = [(topic, payload(reading())) for topic in (*BESIDE, "bins/s0/readings")]
        promised = await publish(mosquitto, messages)
        assert promised == len(messages)
        await until(lambda: stats.readings >= promised)
    assert await counted(database_url) == (1, {"topic": len(BESIDE)})
