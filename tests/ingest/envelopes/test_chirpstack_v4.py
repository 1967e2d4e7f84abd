from datetime import datetime, timedelta

import pytest

from core.measurements import Measurement
from core.readings import Kind, NoLevelReason, RejectReason
from ingest.envelopes import EnvelopeError, EventEnvelope, FrameEnvelope, unwrap
from tests.ingest.envelopes.parts import (
    AT,
    EUI,
    FRAME,
    chirpstack,
    chirpstack_topic,
    chirpstack_up,
    chunk,
    outcome,
    protobuf_event,
    raw,
    single,
    varint,
)

UP, JOIN, STATUS = (chirpstack_topic(event) for event in ("up", "join", "status"))
WHOLE = FrameEnvelope(sensor_id=EUI, port=85, frame=FRAME, measured_at=AT)
MICROSECOND = timedelta(microseconds=1)
PROTOBUF_UP = protobuf_event(varint(7, 7), varint(8, 85), chunk(10, FRAME))


def _event(kind: Kind, at: datetime = AT, battery_pct: float | None = None) -> EventEnvelope:
    said = Measurement(
        kind=kind,
        measured_at=at,
        battery_pct=battery_pct,
        no_level_reason=NoLevelReason.NOT_MEASURED,
    )
    return EventEnvelope(sensor_id=EUI, measurement=said)


def _refused(topic: str, payload: bytes) -> EnvelopeError:
    with pytest.raises(EnvelopeError) as caught:
        unwrap(topic, payload)
    return caught.value


@pytest.mark.parametrize("payload", [raw(chirpstack_up()), b" \n" + raw(chirpstack_up())])
def test_an_uplink_is_the_devices_bytes_and_the_servers_time(payload: bytes) -> None:
    assert unwrap(UP, payload) == WHOLE


def test_protobuf_says_the_same() -> None:
    assert unwrap(UP, PROTOBUF_UP) == WHOLE
    assert unwrap(JOIN, protobuf_event()) == unwrap(JOIN, raw(chirpstack()))


def test_fields_of_protobuf_that_are_not_ours_are_passed_over() -> None:
    others = chunk(4, b"00189440") + chunk(12, b"\x0a\x10") + chunk(99, b"\xff" * 9) + single(98, 1)
    assert unwrap(UP, PROTOBUF_UP + others) == WHOLE


def test_defaults_that_are_written_mean_what_defaults_left_out_mean() -> None:
    written = chirpstack_up(adr=False, fCnt=0, dr=0, confirmed=False, object=None, rxInfo=[])
    assert unwrap(UP, raw(written)) == unwrap(UP, raw(chirpstack_up(fCnt=None))) == WHOLE


def test_the_topic_may_have_the_eui_in_capitals() -> None:
    body = chirpstack_up(deviceInfo={"devEui": EUI.upper()})
    assert unwrap(chirpstack_topic("up", EUI.upper()), raw(body)) == WHOLE


@pytest.mark.parametrize(
    "payload",
    [
        raw(chirpstack_up(fPort=0)),
        raw(chirpstack_up(fPort=None)),
        raw(chirpstack_up(data="")),
        raw(chirpstack_up(data=None, fPort=None)),
        protobuf_event(varint(8, 85)),
        protobuf_event(chunk(10, FRAME)),
    ],
)
def test_an_uplink_of_network_commands_alone_is_a_heartbeat(payload: bytes) -> None:
    assert unwrap(UP, payload) == _event(Kind.HEARTBEAT)


def test_a_join_is_a_join() -> None:
    assert unwrap(JOIN, raw(chirpstack(devAddr="00189440"))) == _event(Kind.JOIN)


@pytest.mark.parametrize(
    ("payload", "battery_pct"),
    [
        (raw(chirpstack(margin=10, batteryLevel=88.3)), 88.3),
        (raw(chirpstack(batteryLevel=100)), 100.0),
        (raw(chirpstack(batteryLevel=0, batteryLevelUnavailable=True)), None),
        (raw(chirpstack(batteryLevel=0, externalPowerSource=True)), None),
        (raw(chirpstack(batteryLevel=50, externalPowerSource=True)), None),
        (
            raw(
                chirpstack(
                    batteryLevel=0.39, externalPowerSource=False, batteryLevelUnavailable=False
                )
            ),
            0.39,
        ),
        (raw(chirpstack(batteryLevel=0)), None),
        (raw(chirpstack(margin=10)), None),
        (protobuf_event(varint(5, 10), single(8, 88.3)), 88.3),
        (protobuf_event(varint(5, -10), varint(7, 1)), None),
        (protobuf_event(varint(6, 1), single(8, 20.0)), None),
    ],
)
def test_a_status_tells_the_battery_where_it_is_known(
    payload: bytes, battery_pct: float | None
) -> None:
    expected = _event(Kind.STATUS, AT + MICROSECOND, battery_pct)
    assert unwrap(STATUS, payload) == expected


def test_the_status_that_came_in_a_frame_is_another_reading_than_the_frame() -> None:
    """The server gives both one time and one deduplicationId; the store knows them by time."""
    frame = unwrap(UP, raw(chirpstack_up()))
    status = unwrap(STATUS, raw(chirpstack(batteryLevel=50)))
    assert isinstance(frame, FrameEnvelope)
    assert isinstance(status, EventEnvelope)
    assert status.measurement.measured_at == frame.measured_at + MICROSECOND


def test_the_same_deduplication_id_twice_is_the_same_reading_twice() -> None:
    json_first, protobuf_again = unwrap(UP, raw(chirpstack_up())), unwrap(UP, PROTOBUF_UP)
    assert json_first == protobuf_again == unwrap(UP, raw(chirpstack_up()))


def test_a_status_at_the_end_of_time_is_left_to_judging() -> None:
    payload = raw(chirpstack(time="9999-12-31T23:59:59.999999Z"))
    got = unwrap(STATUS, payload)
    assert isinstance(got, EventEnvelope)
    assert got.measurement.measured_at is not None
    assert got.measurement.measured_at.year == 9999


@pytest.mark.parametrize("payload", [raw(chirpstack_up()), PROTOBUF_UP])
def test_the_topic_and_the_message_must_name_the_same_device(payload: bytes) -> None:
    other = EUI.replace("a8", "a9")
    error = _refused(chirpstack_topic("up", other), payload)
    assert error.reason is RejectReason.ENVELOPE
    assert EUI in str(error)
    assert other in str(error)


@pytest.mark.parametrize(
    ("topic", "payload", "field"),
    [
        (UP, raw(chirpstack_up(deviceInfo=None)), "deviceInfo"),
        (UP, raw(chirpstack_up(deviceInfo={"deviceName": "a"})), "deviceInfo.devEui"),
        (UP, raw(chirpstack_up(deviceInfo={"devEui": "a8:40"})), "deviceInfo.devEui"),
        (UP, raw(chirpstack_up(time=None)), "time"),
        (UP, raw(chirpstack_up(time="yesterday")), "time"),
        (UP, raw(chirpstack_up(data="AQL//g=!")), "data"),
        (UP, raw(chirpstack_up(fPort=-1)), "fPort"),
        (UP, raw(chirpstack_up(fPort=85.0)), "fPort"),
        (STATUS, raw(chirpstack(batteryLevel=101)), "batteryLevel"),
        (STATUS, raw(chirpstack(batteryLevel="88")), "batteryLevel"),
        (STATUS, raw(chirpstack()).replace(b"}}", b'}, "batteryLevel": NaN}'), "batteryLevel"),
        (UP, protobuf_event(varint(8, 256)), "fPort"),
        (UP, protobuf_event(eui="a8"), "deviceInfo.devEui"),
        (UP, PROTOBUF_UP[:38], "deviceInfo"),
        (UP, protobuf_event(seconds=1 << 62), "time"),
        (UP, protobuf_event(seconds=-(1 << 40)), "time"),
        (STATUS, protobuf_event(single(8, float("nan"))), "batteryLevel"),
    ],
)
def test_a_wrong_envelope_is_refused_by_the_name_of_its_field(
    topic: str, payload: bytes, field: str
) -> None:
    error = _refused(topic, payload)
    assert error.reason is RejectReason.ENVELOPE
    assert str(error).startswith(f"{field}: ")
    assert "ChirpStack v4" in str(error)


def test_protobuf_that_is_cut_off_is_refused_wherever_it_ends() -> None:
    for end in range(2, len(PROTOBUF_UP)):
        got = outcome(UP, PROTOBUF_UP[:end])
        if isinstance(got, EnvelopeError):
            assert got.reason is RejectReason.ENVELOPE
        else:
            # cut between two fields it is a whole message of fewer, and has no frame
            assert got == _event(Kind.HEARTBEAT)


def test_neither_json_nor_protobuf_is_called_no_json() -> None:
    for payload in (b"", b"\x0a", b"\x0a\x23" + b"a" * 35, raw(chirpstack_up())[:-1]):
        assert _refused(UP, payload).reason is RejectReason.NOT_JSON
