"""What the makes' own frames leave open: codes, rare fields, lengths, and errors in words."""

from datetime import UTC, datetime

import pytest

from core.measurements import Measurement
from core.readings import Kind, NoLevelReason
from ingest.devices import FrameError, decode_frame

MUD, RADAR, LDDS = "milesight-em400-mud", "milesight-em410-rdl", "dragino-ldds75"
WILSEN = "pepperl-fuchs-wilsen-sonic-level"
AT = datetime(2025, 8, 19, 21, 9, 20, tzinfo=UTC)
STAMP = "68a4e800"


def only(device: str, frame: str, port: int | None = None) -> Measurement:
    (said,) = decode_frame(device, bytes.fromhex(frame), port=port)
    return said


def error(device: str, frame: str, port: int | None = None) -> str:
    with pytest.raises(FrameError) as raised:
        decode_frame(device, bytes.fromhex(frame), port=port)
    return str(raised.value)


@pytest.mark.parametrize(
    ("device", "frame", "port", "distance_mm", "reason"),
    [
        (MUD, "0482feff", 85, None, NoLevelReason.DISABLED),
        (MUD, "0482ffff", 85, None, NoLevelReason.SENSOR_FAULT),
        (MUD, "04820000", 85, 0, NoLevelReason.BLIND_ZONE),
        (MUD, "0482409c", 85, None, NoLevelReason.SENSOR_FAULT),  # 40 m
        (MUD, "0482204e", 85, 20_000, None),
        (RADAR, "0482fdff", 85, None, NoLevelReason.NO_TARGET),
        (RADAR, "b4822c0101", 85, 300, NoLevelReason.BLIND_ZONE),
        (RADAR, "b4822c0100", 85, 300, None),
        (RADAR, "b482ffff03", 85, None, NoLevelReason.SENSOR_FAULT),
        (LDDS, "0d480000000000 01", 2, None, NoLevelReason.NO_SENSOR),
        (LDDS, "0d48ffff000000 01", 2, None, NoLevelReason.NO_TARGET),
        (LDDS, "0d4803e8000000 00", 2, 1000, NoLevelReason.NO_SENSOR),
        (LDDS, "0d480013 00", 2, None, NoLevelReason.BLIND_ZONE),
        (LDDS, "0d480015 00", 2, 21, None),
        ("dragino-lds12-lb", "0ce40000 03e8 0064 00 0501", 2, 1000, NoLevelReason.NO_TARGET),
        ("dragino-lds12-lb", "0ce40000 03e8 0065 00 0501", 2, 1000, None),
        ("dragino-lds12-lb", "0ce40000 03e8 ffff 00 0501", 2, 1000, NoLevelReason.NO_TARGET),
        ("dragino-lds12-lb", "0ce40000 ffff 0000 00 0501", 2, None, NoLevelReason.NO_TARGET),
        ("elsys-elt-ultrasonic", "0effff", 5, None, NoLevelReason.NO_TARGET),
        (WILSEN, "040b01ffff", 1, None, NoLevelReason.NO_TARGET),
        (WILSEN, "040b01fffe", 1, None, NoLevelReason.SENSOR_FAULT),  # 655 m
        (WILSEN, "030b06ff", 1, None, NoLevelReason.SENSOR_FAULT),
        ("decentlab-dl-mbx", "02 0001 0001 04d2 0000", 1, None, NoLevelReason.TOO_FEW_SAMPLES),
        ("decentlab-dl-mbx", "02 0001 0001 ffff 000f", 1, None, NoLevelReason.NO_TARGET),
    ],
)
def test_a_distance_and_what_stands_for_none(
    device: str, frame: str, port: int, distance_mm: int | None, reason: NoLevelReason | None
) -> None:
    said = only(device, frame, port)
    assert (said.distance_mm, said.no_level_reason) == (distance_mm, reason)
    assert said.kind in (Kind.READING, Kind.ALARM)


@pytest.mark.parametrize(
    ("device", "frame", "port", "temperature_c"),
    [
        (MUD, "0367ffff", 85, -0.1),
        (MUD, "0367feff", 85, -0.2),
        (MUD, "0367ff7f", 85, None),
        (LDDS, "0d4803e800 8001 01", 2, None),
        (LDDS, "0d4803e800 7fff 01", 2, None),
        (LDDS, "0d4803e800 f001 01", 2, None),
        ("dragino-dds75-lb", "0d4803e800 f001 01", 2, None),
        ("dragino-dds75-lb", "0d4803e800 7fff 01", 2, None),
        ("netvox-r718x", "013401 24 00 012c ff38 32 00", 6, -20.0),
        ("elsys-elt-ultrasonic", "01ff9c", 5, -10.0),
        (WILSEN, "060201 7fc00000", 1, None),  # not a number
        (WILSEN, "060201 7f800000", 1, None),  # infinite
    ],
)
def test_negative_temperatures_stay_negative_and_no_probe_is_none(
    device: str, frame: str, port: int, temperature_c: float | None
) -> None:
    assert only(device, frame, port).temperature_c == temperature_c


@pytest.mark.parametrize(
    ("device", "frame", "port", "battery_pct", "battery_v"),
    [
        (MUD, "0175ff", 85, None, None),
        (MUD, "017500", 85, 0, None),
        (LDDS, "cd48 03e8 00", 2, None, 3.4),  # the two highest bits are no voltage
        ("netvox-r718x", "013401 a4 00 012c 0107 32 0a", 6, None, 3.6),
        ("elsys-elt-ultrasonic", "07ffff", 5, None, None),  # 65 V
    ],
)
def test_a_battery_that_cannot_be_is_left_out(
    device: str, frame: str, port: int, battery_pct: float | None, battery_v: float | None
) -> None:
    said = only(device, frame, port)
    assert (said.battery_pct, said.battery_v) == (battery_pct, battery_v)


@pytest.mark.parametrize(
    ("device", "frame", "port", "kind"),
    [
        (MUD, "8367e80001", 85, Kind.ALARM),
        (MUD, "8482410600", 85, Kind.ALARM),  # back under the threshold
        (MUD, "01755c 8482410601", 85, Kind.ALARM),  # together with a regular report
        (MUD, "050001", 85, Kind.ALARM),
        (MUD, "050000", 85, Kind.ALARM),
        (MUD, "01755c", 85, Kind.HEARTBEAT),
        (MUD, "0688ffffffffffffffff20", 85, Kind.HEARTBEAT),
        (MUD, "fffeff", 85, Kind.JOIN),
        (MUD, "ffff0100 ff0bff 017564", 85, Kind.JOIN),
        (MUD, "fe06 0a 0000 e803 00000000", 85, Kind.CONFIG),
        (MUD, "ff10ff", 85, Kind.CONFIG),
        (RADAR, "f8391e0000 f91200", 85, Kind.CONFIG),
        (RADAR, "fe1b00 0000 e02e", 85, Kind.CONFIG),
        (LDDS, "0d48 03e8 01 0000 01", 2, Kind.ALARM),
        ("dragino-lds12-lb", "0ce40000 03e8 01f4 03 0501", 2, Kind.ALARM),
        ("dragino-lds12-lb", "0ce40000 03e8 01f4 02 0501", 2, Kind.READING),
        ("dragino-lds12-lb", "0300000000000000000002", 2, Kind.CONFIG),
        (LDDS, "00" * 11, 3, Kind.HEARTBEAT),  # a log without records
        ("elsys-elt-ultrasonic", "1300" + "00" * 64 + "0e03e8", 5, Kind.READING),
        (WILSEN, "06500102faf080", 1, Kind.HEARTBEAT),
        (WILSEN, "03 9999 00 040b0203e8", 1, Kind.READING),  # a package nobody knows
    ],
)
def test_what_kind_of_frame_it_is(device: str, frame: str, port: int, kind: Kind) -> None:
    assert only(device, frame, port).kind is kind


@pytest.mark.parametrize(("degrees", "tilted"), [(0, False), (19, False), (20, True), (180, True)])
def test_netvox_is_tilted_from_20_degrees(degrees: int, *, tilted: bool) -> None:
    said = only("netvox-r718x", f"0134012400012c010732{degrees:02x}", 6)
    assert said.tilted is tilted


def test_an_angle_that_cannot_be_says_nothing() -> None:
    assert only("netvox-r718x", "0134012400012c010732ff", 6).tilted is None


def test_a_fill_over_100_leaves_the_distance() -> None:
    said = only("netvox-r718x", "0134012400012c0107ff00", 6)
    assert (said.fill_pct, said.distance_mm, said.no_level_reason) == (None, 300, None)


def test_without_a_port_the_answers_of_netvox_are_known_by_their_first_byte() -> None:
    assert only("netvox-r718x", "8134000000000000000000").kind is Kind.CONFIG


def test_history_and_a_reading_in_one_frame() -> None:
    frame = "20ce00e8a468 b004 c800 0000 04 0482a604"
    past, now = decode_frame(RADAR, bytes.fromhex(frame), port=85)
    assert past == Measurement(
        kind=Kind.HISTORY,
        measured_at=AT,
        distance_mm=1200,
        temperature_c=20.0,
        no_level_reason=NoLevelReason.BLIND_ZONE,
    )
    assert now == Measurement(distance_mm=1190)


def test_two_short_records_of_history() -> None:
    frame = "20ce00e8a468b004 20ce10f6a468fdff"
    first, second = decode_frame(RADAR, bytes.fromhex(frame), port=85)
    assert (first.distance_mm, second.no_level_reason) == (1200, NoLevelReason.NO_TARGET)


def test_the_log_of_a_dragino_has_its_own_times() -> None:
    records = f"0d48 03e8 00d2 40 {STAMP}" + "00" * 11 + f"0d48 0000 7fff 40 {STAMP}"
    first, second = decode_frame(LDDS, bytes.fromhex(records), port=3)
    assert (first.kind, first.measured_at, first.distance_mm) == (Kind.HISTORY, AT, 1000)
    assert (second.no_level_reason, second.temperature_c) == (NoLevelReason.NO_SENSOR, None)


def test_a_burst_of_a_dragino_has_the_newest_last() -> None:
    older, newest = decode_frame(LDDS, bytes.fromhex("03e803de"), port=6)
    assert (older.kind, older.distance_mm) == (Kind.HISTORY, 1000)
    assert (newest.kind, newest.distance_mm) == (Kind.READING, 990)


@pytest.mark.parametrize(
    "head", ["f868411056756471", "f868411056756471 f460043224213110"], ids=["id", "id and IMSI"]
)
def test_nb_iot_sisters_of_the_dragino_send_their_log_along(head: str) -> None:
    level = "00" if "f460" in head else ""
    frame = f"{head} 0078 0ce4 15 01 00 {level} 03e8 {STAMP} 03de 68a4da00 0000 00000000"
    past, now = decode_frame(LDDS, bytes.fromhex(frame), port=None)
    assert (now.distance_mm, now.battery_v, now.measured_at) == (1000, 3.3, AT)
    assert (past.kind, past.distance_mm) == (Kind.HISTORY, 990)


@pytest.mark.parametrize(
    ("device", "frame", "port", "words"),
    [
        (MUD, "04", 85, "byte 1: the frame ends within the name"),
        (MUD, "0482e8", 85, "byte 3: the frame ends within 0482, which has 2 bytes from byte 2"),
        (MUD, "21ce0000", 85, "byte 0: 21ce is in no table of EM400-MUD"),
        (MUD, "02 0001 005f", None, "NB-IoT"),
        (MUD, "02" + "30" * 83 + "0009" + "0175", None, "announces 9 bytes of data, 2 follow"),
        (RADAR, "07ba3c00", 85, "a series"),
        (LDDS, "0d48", 2, "byte 2: a frame of port 2 has 8 bytes, this frame has 2"),
        (LDDS, "0d4803e80000d20100", 2, "byte 8: a frame of port 2 has 8 bytes"),
        (LDDS, "0d4803e800", 4, "port 4: LDDS75 sends on ports 2, 3, 5, 6"),
        (LDDS, "0d4803e800", 3, "11 bytes each"),
        (LDDS, "1d48000000000000 0320 03", 2, "a batch has 12 bytes and its distances"),
        ("netvox-r718x", "01b101240001f419000000", 6, "device type b1 (R718PE)"),
        ("netvox-r718x", "013402240001f419000000", 6, "report type 02"),
        ("netvox-r718x", "0134", 6, "before the report type"),
        ("netvox-r718x", "0134000000000000000000", 7, "command 01 is no answer"),
        ("netvox-r718x", "0134012400012c0107320a", 8, "port 8"),
        ("decentlab-dl-mbx", "01 0001 0003", 1, "protocol 1, only 2 is known"),
        ("decentlab-dl-mbx", "02 0001", 1, "before its flags"),
        ("decentlab-dl-mbx", "02 0001 0007 04d2", 1, "flags 0007"),
        ("decentlab-dl-mbx", "02 0001 0002 0c1c", 2, "port 2"),
        ("elsys-elt-ultrasonic", "99", 5, "99 is in no table of Elsys"),
        ("elsys-elt-ultrasonic", "3e", 5, "ends within 3e"),
        ("elsys-elt-ultrasonic", "3e0507", 5, "ends within 3e, which has 6 bytes"),
        (WILSEN, "0100", 1, "no room for its name"),
        (WILSEN, "030b0131", 1, "0b01 has 2 bytes, here 1"),
        (WILSEN, "040b01", 1, "ends within the package of byte 0"),
        (WILSEN, "040b010031", 85, "port 85"),
        ("dragino-lds12-lb", "0ce4", 2, "has 11 bytes"),
    ],
)
def test_what_does_not_fit_is_said_with_its_place(
    device: str, frame: str, port: int | None, words: str
) -> None:
    assert words in error(device, frame, port)
