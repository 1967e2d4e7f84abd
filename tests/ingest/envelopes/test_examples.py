"""The examples that the network servers' own documents give, read from outside the repository."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from core.readings import Kind
from ingest.envelopes import EventEnvelope, FrameEnvelope, unwrap
from tests.ingest.envelopes.parts import chirpstack_topic, raw

TTN = "envelope_ttn_v3_uplink.json"
CHIRPSTACK = "envelope_chirpstack_v4.json"


def _file(shared_data: Path, name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((shared_data / "formats" / name).read_text())
    return content


def _is_what_it_wraps(got: object, *, frame: str, port: int | None, eui: str, at: str) -> None:
    assert isinstance(got, FrameEnvelope)
    assert (got.sensor_id, got.port, got.frame) == (eui.lower(), port, b64decode(frame))
    # to the microsecond, whatever follows it
    assert got.measured_at.isoformat(timespec="microseconds")[:26].startswith(at[:26].rstrip("Z"))


@pytest.mark.parametrize(
    "name", ["real_example_docs", "real_example_mqtt_page", "composed_example"]
)
def test_the_things_stack(shared_data: Path, name: str) -> None:
    example = _file(shared_data, TTN)[name]
    uplink = example["uplink_message"]
    at = uplink.get("received_at") or uplink["rx_metadata"][0]["time"]
    for application in ("app1@tenant1", "app1"):
        _is_what_it_wraps(
            unwrap(f"v3/{application}/devices/dev1/up", raw(example)),
            frame=uplink["frm_payload"],
            port=uplink.get("f_port"),
            eui=example["end_device_ids"]["dev_eui"],
            at=at,
        )


@pytest.mark.parametrize("name", ["real_example_up", "composed_example"])
def test_chirpstack(shared_data: Path, name: str) -> None:
    example = _file(shared_data, CHIRPSTACK)[name]
    eui = example["deviceInfo"]["devEui"]
    _is_what_it_wraps(
        unwrap(chirpstack_topic("up", eui), raw(example)),
        frame=example["data"],
        port=example["fPort"],
        eui=eui,
        at=example["time"],
    )


def test_chirpstack_in_protobuf_is_what_it_is_in_json(shared_data: Path) -> None:
    examples = _file(shared_data, CHIRPSTACK)
    in_json = examples["composed_example"]
    topic = chirpstack_topic("up", in_json["deviceInfo"]["devEui"])
    got = unwrap(topic, b64decode(examples["composed_protobuf_b64"]))
    assert isinstance(got, FrameEnvelope)
    assert got == unwrap(topic, raw(in_json))


@pytest.mark.parametrize(("event", "kind"), [("join", Kind.JOIN), ("status", Kind.STATUS)])
def test_chirpstack_events(shared_data: Path, event: str, kind: Kind) -> None:
    example = _file(shared_data, CHIRPSTACK)[f"real_example_{event}"]
    eui = example["deviceInfo"]["devEui"]
    got = unwrap(chirpstack_topic(event, eui), raw(example))
    assert isinstance(got, EventEnvelope)
    assert (got.sensor_id, got.measurement.kind) == (eui, kind)
    assert got.measurement.battery_pct == example.get("batteryLevel")
