"""Netvox R718X: ultrasonic with thermometer and inclinometer; computes its fill itself.

The fill is of ITS full and empty distance, set by downlink (answers on port 7): a bin with
distances of its own in Brimful is computed from the distance beside it. Bit 7 of the battery's
byte says "low", the others hold tenths of a volt.
"""

from collections.abc import Sequence

from core.measurements import Measurement
from core.readings import Kind, NoLevelReason
from ingest.devices.device import Device, FrameError, Vector, wrong_at
from ingest.devices.draft import Draft
from ingest.devices.fields import (
    battery_v,
    distance_mm,
    fill_pct,
    join,
    read_whole,
    setting,
    skipped,
    temperature_c,
    tilted_from,
)

TILTED_FROM_DEG = 20
"""What Milesight's sensors call tilted, so that the word means the same of every make."""

_R718X = 0x34
_TYPES = {0xB1: "R718PE", 0xD5: "R718PE02"}
_HEAD = skipped(3)  # version, device type, report type
_REPORTS = {
    0: (_HEAD, join(8)),  # versions and date of the firmware: sent when it is switched on
    1: (
        _HEAD,
        battery_v("B", per_volt=10, bits=0x7F),
        skipped(1),  # whether something is nearer than a threshold
        distance_mm(">H", codes={0xFFFF: NoLevelReason.NO_TARGET}),
        temperature_c(">h", per_degree=10),
        fill_pct("B"),
        tilted_from("B", degrees=TILTED_FROM_DEG),
    ),
}
_ANSWERS = frozenset({0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x8B, 0x8C})
_ANSWER = (setting(11),)
_REPORT_PORT, _SETTINGS_PORT = 6, 7


def _decode(frame: bytes, port: int | None) -> Sequence[Measurement]:
    if port is None:  # what answers has its highest bit set, and no version has
        port = _SETTINGS_PORT if frame[0] & 0x80 else _REPORT_PORT
    if len(frame) > 1 and frame[1] != _R718X:
        other = f" ({_TYPES[frame[1]]})" if frame[1] in _TYPES else ""
        raise wrong_at(
            1,
            f"device type {frame[1]:02x}{other}, the R718X is {_R718X:02x}; check which device "
            "the sensor is registered as",
        )
    if port == _REPORT_PORT:
        return [_report(frame).measurement()]
    if port == _SETTINGS_PORT:
        if frame[0] not in _ANSWERS:
            raise wrong_at(0, f"command {frame[0]:02x} is no answer of an R718X")
        return [read_whole(frame, _ANSWER, what="an answer").measurement()]
    raise FrameError(f"port {port}: an R718X reports on port 6 and answers on port 7")


def _report(frame: bytes) -> Draft:
    if len(frame) < _HEAD.size:
        raise wrong_at(len(frame), "the frame ends before the report type; copy it whole")
    fields = _REPORTS.get(frame[2])
    if fields is None:
        raise wrong_at(2, f"report type {frame[2]:02x} is unknown, there are 00 and 01")
    return read_whole(frame, fields, what="a report")


DEVICE = Device(
    name="netvox-r718x",
    title="Netvox R718X, ultrasonic",
    decode=_decode,
    vectors=(
        Vector(
            shows="a reading in frost, battery low",
            frame="01 34 01 9f 00 0320 ffce 2a 03",
            port=6,
            says=(
                Measurement(
                    battery_v=3.1, distance_mm=800, temperature_c=-5.0, fill_pct=42, tilted=False
                ),
            ),
        ),
        Vector(
            shows="the lid is open, and nothing in range",
            frame="01 34 01 24 00 ffff 00c8 00 5a",
            port=6,
            says=(
                Measurement(
                    battery_v=3.6,
                    temperature_c=20.0,
                    fill_pct=0,
                    tilted=True,
                    no_level_reason=NoLevelReason.NO_TARGET,
                ),
            ),
        ),
        Vector(
            shows="it was switched on",
            frame="01 34 00 0b 01 20230405 0000",
            port=6,
            says=(Measurement(kind=Kind.JOIN, no_level_reason=NoLevelReason.NOT_MEASURED),),
        ),
        Vector(
            shows="an answer: setting the full distance has worked",
            frame="85 34 00 0000000000000000",
            port=7,
            says=(Measurement(kind=Kind.CONFIG, no_level_reason=NoLevelReason.NOT_MEASURED),),
        ),
    ),
)
