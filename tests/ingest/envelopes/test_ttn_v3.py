from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from core.measurements import Measurement
from core.readings import Kind, NoLevelReason, RejectReason
from ingest.envelopes import EnvelopeError, EventEnvelope, FrameEnvelope, unwrap
from tests.ingest.envelopes.parts import (
    AT,
    EUI,
    FRAME,
    TTN_JOIN,
    TTN_UP,
    raw,
    ttn_join,
    ttn_up,
)

WHOLE = FrameEnvelope(sensor_id=EUI, port=85, frame=FRAME, measured_at=AT)
LATER = datetime(2026, 3, 2, 6, 15, 2, 500_000, tzinfo=UTC)


def _event(kind: Kind, at: datetime = AT) -> EventEnvelope:
    said = Measurement(kind=kind, measured_at=at, no_level_reason=NoLevelReason.NOT_MEASURED)
    return EventEnvelope(sensor_id=EUI, measurement=said)


def _refused(topic: str, payload: bytes) -> EnvelopeError:
    with pytest.raises(EnvelopeError) as caught:
        unwrap(topic, payload)
    return caught.value


@pytest.mark.parametrize("application", ["town-bins@ttn", "town-bins"])
def test_an_uplink_is_the_devices_bytes_and_the_network_servers_time(application: str) -> None:
    assert unwrap(f"v3/{application}/devices/glass-17/up", raw(ttn_up())) == WHOLE


def test_what_the_server_decoded_is_never_looked_at() -> None:
    bent = ttn_up(decoded_payload={"dev_eui": 5, "frm_payload": "!"}, normalized_payload="?")
    assert unwrap(TTN_UP, raw(bent)) == WHOLE


@pytest.mark.parametrize(
    ("message", "uplink", "expected"),
    [
        ({}, {"received_at": None}, LATER),
        ({"received_at": None}, {}, AT),
        (
            {"received_at": None},
            {"received_at": None, "rx_metadata": [{}, {"time": "2026-03-02T05:00:00Z"}]},
            datetime(2026, 3, 2, 5, tzinfo=UTC),
        ),
        (
            {"received_at": None},
            {
                "received_at": None,
                "rx_metadata": [
                    {"time": "1980-01-06T00:00:00Z", "received_at": "2026-03-02T05:00:00Z"}
                ],
            },
            datetime(2026, 3, 2, 5, tzinfo=UTC),
        ),
        (
            {"received_at": "2026-03-02T07:00:00+01:00"},
            {"received_at": None},
            datetime(2026, 3, 2, 6, tzinfo=UTC),
        ),
    ],
)
def test_the_time_is_the_one_nearest_to_the_device(
    message: dict[str, Any], uplink: dict[str, Any], expected: datetime
) -> None:
    got = unwrap(TTN_UP, raw(ttn_up(message, **uplink)))
    assert got == replace(WHOLE, measured_at=expected)


def test_fields_that_are_zero_are_left_out_or_written_and_mean_the_same() -> None:
    written = ttn_up({"simulated": False}, f_cnt=0, decoded_payload={})
    assert unwrap(TTN_UP, raw(written)) == WHOLE
    assert unwrap(TTN_UP, raw(ttn_up(f_cnt=None, decoded_payload=None))) == WHOLE


def test_bytes_without_a_port_are_still_the_devices_bytes() -> None:
    assert unwrap(TTN_UP, raw(ttn_up(f_port=None))) == replace(WHOLE, port=None)


@pytest.mark.parametrize(
    "uplink",
    [
        {"f_port": None, "frm_payload": None},
        {"frm_payload": None},
        {"frm_payload": ""},
        {"f_port": 0},
    ],
)
def test_an_uplink_of_network_commands_alone_is_a_heartbeat(uplink: dict[str, Any]) -> None:
    assert unwrap(TTN_UP, raw(ttn_up(**uplink))) == _event(Kind.HEARTBEAT)


def test_a_join_is_a_join() -> None:
    assert unwrap(TTN_JOIN, raw(ttn_join())) == _event(Kind.JOIN)
    without = ttn_join({"join_accept": {"session_key_id": "AXs="}})
    assert unwrap(TTN_JOIN, raw(without)) == _event(Kind.JOIN, LATER)


@pytest.mark.parametrize(("topic", "make"), [(TTN_UP, ttn_up), (TTN_JOIN, ttn_join)])
def test_what_nobody_measured_is_set_aside_as_simulated(topic: str, make: Any) -> None:  # noqa: ANN401 - one of two functions
    error = _refused(topic, raw(make({"simulated": True})))
    assert error.reason is RejectReason.SIMULATED
    assert "simulated: true" in str(error)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (ttn_up({"end_device_ids": {"device_id": "a"}}), "end_device_ids.dev_eui"),
        (ttn_up({"end_device_ids": {"dev_eui": "A84041000181C06"}}), "end_device_ids.dev_eui"),
        (ttn_up({"end_device_ids": {"dev_eui": "A84041000181C06G"}}), "end_device_ids.dev_eui"),
        (ttn_up({"end_device_ids": {"dev_eui": 12}}), "end_device_ids.dev_eui"),
        (ttn_up({"end_device_ids": None}), "end_device_ids"),
        (ttn_up({"uplink_message": None}), "uplink_message"),
        (ttn_up(frm_payload="AQL//g=!"), "uplink_message.frm_payload"),
        (ttn_up(frm_payload=[1, 2]), "uplink_message.frm_payload"),
        (ttn_up(f_port=256), "uplink_message.f_port"),
        (ttn_up(f_port="85"), "uplink_message.f_port"),
        (ttn_up(f_port=True), "uplink_message.f_port"),
        (ttn_up(received_at="2026-03-02T06:15:00"), "uplink_message.received_at"),
        (ttn_up(received_at="1772432100"), "uplink_message.received_at"),
        (ttn_up(received_at=1772432100), "uplink_message.received_at"),
        (ttn_up(received_at="0001-01-01T00:00:00+14:00"), "uplink_message.received_at"),
        (ttn_up({"simulated": "no"}), "simulated"),
        (ttn_join(), "uplink_message"),
    ],
)
def test_a_wrong_envelope_is_refused_by_the_name_of_its_field(content: Any, field: str) -> None:  # noqa: ANN401 - any JSON
    error = _refused(TTN_UP, raw(content))
    assert error.reason is RejectReason.ENVELOPE
    assert str(error).startswith(f"{field}: ")
    assert "The Things Stack v3" in str(error)


@pytest.mark.parametrize(
    ("topic", "content"),
    [
        (TTN_UP, ttn_up({"received_at": None}, received_at=None)),
        (TTN_UP, ttn_up({"received_at": None}, received_at=None, rx_metadata=[{"rssi": -35}])),
        (TTN_JOIN, ttn_join({"received_at": None, "join_accept": {}})),
    ],
)
def test_without_any_time_twice_would_be_two_so_it_is_refused(topic: str, content: Any) -> None:  # noqa: ANN401 - any JSON
    error = _refused(topic, raw(content))
    assert error.reason is RejectReason.ENVELOPE
    assert str(error).startswith("received_at: missing")


@pytest.mark.parametrize("payload", [b"", b"\x00", b"{", raw(ttn_up())[:-1], b"\xff{}"])
def test_what_is_no_json_is_called_so(payload: bytes) -> None:
    assert _refused(TTN_UP, payload).reason is RejectReason.NOT_JSON


@pytest.mark.parametrize("payload", [b"[]", b"5", b"null", b'"a"', b"{}"])
def test_json_of_another_shape_is_no_envelope(payload: bytes) -> None:
    assert _refused(TTN_UP, payload).reason is RejectReason.ENVELOPE
