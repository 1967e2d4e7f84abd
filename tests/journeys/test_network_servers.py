"""Real device messages by way of The Things Stack and ChirpStack, over a real broker."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import store
from core.readings import Kind, Reading, Trust
from core.registry import Registry, SensorRecord
from ingest.messages import Limits
from ingest.replay import replay
from store.readings import history
from store.registry import register
from tests.ingest.parts import (
    counted,
    ingesting,
    publish,
    settings_for,
    settle_town,
    until,
)
from tests.services.brokers import Mosquitto

pytestmark = pytest.mark.journey

EUI = "24e124136b502217"
OTHER_EUI = "24e124136b502218"
DEVICE = "milesight-em400-mud"
LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)


def example(shared_data: Path, name: str) -> Mapping[str, Any]:
    """Return a file of real formats, which lies in its own folder."""
    return json.loads((shared_data / "formats" / name).read_text("utf-8"))  # type: ignore[no-any-return] # JSON


async def mount(database_url: str, eui: str, device: str | None) -> None:
    sensor = SensorRecord(sensor_id=eui, device=device, bin_id="b0", mounted_at=LONG_AGO)
    async with store.connect(database_url) as conn:
        await register(conn, Registry(sensors=[sensor]))


async def readings_of(database_url: str) -> list[Reading]:
    async with store.connect(database_url) as conn:
        until_ = datetime.now(UTC) + timedelta(days=1)
        return list(await history(conn, "b0", since=LONG_AGO, until=until_, limit=99))


async def test_the_same_uplink_means_the_same_by_every_network_server(
    mosquitto: Mosquitto, database_url: str, shared_data: Path
) -> None:
    ttn = example(shared_data, "envelope_ttn_v3_uplink.json")["composed_example"]
    chirpstack = example(shared_data, "envelope_chirpstack_v4.json")
    as_json = chirpstack["composed_example"]
    as_protobuf = base64.b64decode(chirpstack["composed_protobuf_b64"])
    application = as_json["deviceInfo"]["applicationId"]
    up = f"application/{application}/device/{EUI}/event/up"
    await settle_town(database_url, 1)
    await mount(database_url, EUI, DEVICE)

    async with ingesting(settings_for(mosquitto), database_url) as stats:
        await until(lambda: stats.connected)
        sent = [
            ("v3/bins@tenant1/devices/bin-0042/up", json.dumps(ttn).encode()),
            (up, json.dumps(as_json).encode()),
            # the very same uplink, delivered once more and in the other encoding
            (up, as_protobuf),
            (
                up.replace("/up", "/join"),
                json.dumps({**as_json, "time": "2022-07-18T09:00:00Z"}).encode(),
            ),
        ]
        assert await publish(mosquitto, sent) == len(sent)
        await until(lambda: stats.readings == len(sent))

    assert (stats.stored, stats.duplicates, dict(stats.set_aside)) == (3, 1, {})
    by_ttn, join, by_chirpstack = await readings_of(database_url)
    assert (join.kind, join.trust) == (Kind.JOIN, Trust.NOT_MEASURED)
    for reading in (by_ttn, by_chirpstack):
        # the sample's sensor lies on its side, so that nobody believes its 2,116 mm
        assert (reading.raw_distance_mm, reading.battery_pct) == (2_116, 92)
        assert reading.temperature_c == pytest.approx(25.7)
        assert (reading.tilted, reading.trust) == (True, Trust.TILTED)


async def test_a_frame_of_an_unknown_sensor_becomes_readable_once_its_make_is_registered(
    mosquitto: Mosquitto, database_url: str, shared_data: Path
) -> None:
    body = example(shared_data, "envelope_ttn_v3_uplink.json")["composed_example"]
    body["end_device_ids"]["dev_eui"] = OTHER_EUI.upper()
    level = base64.b64encode(bytes.fromhex("0482bc02 050000")).decode()
    body["uplink_message"]["frm_payload"] = level
    settings = settings_for(mosquitto)
    await settle_town(database_url, 1)

    async with ingesting(settings, database_url) as stats:
        await until(lambda: stats.connected)
        await publish(mosquitto, [("v3/bins/devices/new/up", json.dumps(body).encode())])
        await until(lambda: stats.readings == 1)
    assert await counted(database_url) == (0, {"unknown_sensor": 1})

    await mount(database_url, OTHER_EUI, None)
    async with store.open_pool(database_url, application="test") as pool:

        async def replayed() -> dict[str, int]:
            account = await replay(pool, Limits.of(settings), clock=lambda: datetime.now(UTC))
            return {str(reason): n for reason, n in account.kept.items()}

        assert await replayed() == {"unknown_device": 1}, "registered, but nobody said as what"
        await mount(database_url, OTHER_EUI, DEVICE)
        assert await replayed() == {}
    assert await counted(database_url) == (1, {})
    (reading,) = await readings_of(database_url)
    # the town's bins are 1,200 mm deep and full at 200 mm
    assert (reading.raw_distance_mm, reading.fill_pct, reading.trust) == (700, 50, Trust.TRUSTED)
