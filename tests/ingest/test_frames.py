from datetime import timedelta

from core.bins import KnownSensor
from core.measurements import Measurement
from core.readings import Kind, NoLevelReason, RejectReason
from ingest.devices import DEVICES
from ingest.envelopes import FrameEnvelope
from ingest.frames import decode_opened
from ingest.messages import Message, Opened
from tests.ingest.parts import NOW

EUI = "24e124136b502217"


def opened(frame: bytes, port: int | None = 85) -> Opened:
    envelope = FrameEnvelope(sensor_id=EUI, port=port, frame=frame, measured_at=NOW)
    return Opened(
        message=Message(topic="t", payload=b"{}", received_at=NOW + timedelta(seconds=1)),
        sensor_id=EUI,
        frame=envelope,
    )


def decoded(frame: bytes, device: str = "milesight-em400-mud", port: int | None = 85) -> Opened:
    return decode_opened(
        opened(frame, port), KnownSensor(sensor_id=EUI, device=device, mountings=())
    )


def test_a_frame_is_read_by_the_table_of_its_make_and_as_old_as_the_network_says() -> None:
    found = decoded(bytes.fromhex("0482e803 050000"))
    assert (found.frame, found.problems, found.readings_in) == (None, (), 1)
    (only,) = found.readings
    assert only.index is None
    assert only.measurement == Measurement(measured_at=NOW, distance_mm=1_000, tilted=False)


def test_history_keeps_its_own_times() -> None:
    vectors = [
        vector
        for device in DEVICES.values()
        for vector in device.vectors
        if any(m.kind is Kind.HISTORY and m.measured_at is not None for m in vector.says)
    ]
    assert vectors, "no device shows a frame with history"
    for device in DEVICES.values():
        for vector in device.vectors:
            found = decoded(bytes.fromhex(vector.frame), device.name, vector.port)
            times = [n.measurement.measured_at for n in found.readings]
            assert None not in times
            assert len(set(times)) == len(times), f"{device.name}: {vector.shows}"
            own = [m.measured_at for m in vector.says if m.measured_at is not None]
            assert set(own) <= set(times)


def test_what_a_device_without_a_clock_kept_says_that_nobody_knows_when_it_was() -> None:
    clockless = [
        (device.name, vector)
        for device in DEVICES.values()
        for vector in device.vectors
        if sum(m.measured_at is None for m in vector.says) > 1
    ]
    assert clockless, "no device shows a frame with several measurements without times"
    for device, vector in clockless:
        *before, newest = decoded(bytes.fromhex(vector.frame), device, vector.port).readings
        assert newest.measurement.measured_at == NOW
        assert newest.measurement.no_level_reason is vector.says[-1].no_level_reason
        for numbered in before:
            assert numbered.measurement.no_level_reason is not None
            assert NOW - timedelta(seconds=1) < (numbered.measurement.measured_at or NOW) < NOW
        assert any(n.measurement.no_level_reason is NoLevelReason.UNKNOWN_TIME for n in before)


def test_what_cannot_be_read_is_one_problem_that_says_what_to_do() -> None:
    for device, frame, reason, words in (
        ("milesight-em400-mud", b"\x04\x82\xe8", RejectReason.UNREADABLE_FRAME, "port 85"),
        ("milesight-em400-mut", b"\x01", RejectReason.UNKNOWN_DEVICE, "milesight-em400-mud"),
        ("native", b"\x01", RejectReason.UNKNOWN_DEVICE, "brimful decode --list"),
    ):
        found = decoded(frame, device)
        (problem,) = found.problems
        assert (problem.reason, problem.readings, found.readings) == (reason, 1, ())
        assert words in problem.text
        assert found.readings_in == 1


def test_a_message_without_a_frame_stays_as_it_is() -> None:
    plain = Opened(message=opened(b"").message, sensor_id=EUI)
    sensor = KnownSensor(sensor_id=EUI, device="native", mountings=())
    assert decode_opened(plain, sensor) is plain
