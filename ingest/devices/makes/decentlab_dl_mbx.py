"""Decentlab DL-MBX: ultrasonic (MaxBotix, up to 5 or 10 m). Words, most bytes first.

A distance is the median of the samples that were valid, of 15; of 0 samples it is none.
"""

from collections.abc import Sequence
from struct import unpack_from

from core.measurements import Measurement
from core.readings import Kind, NoLevelReason
from ingest.devices.device import Device, FrameError, Vector, wrong_at
from ingest.devices.fields import (
    Field,
    battery_v,
    distance_mm,
    no_level_if_zero,
    read_whole,
    row,
    skipped,
)

_PORT, _PROTOCOL = 1, 2
_HEAD = skipped(5)  # protocol, device id, flags
_FLAGGED: Sequence[Field] = (
    row(
        distance_mm(">H", codes={0xFFFF: NoLevelReason.NO_TARGET}),
        no_level_if_zero(">H", NoLevelReason.TOO_FEW_SAMPLES, and_no_distance=True),
    ),
    battery_v(">H", per_volt=1000),
)
"""Present where the flag of its place, from the lowest bit on, is set."""


def _decode(frame: bytes, port: int | None) -> Sequence[Measurement]:
    if port not in (None, _PORT):
        raise FrameError(f"port {port}: a DL-MBX sends on port {_PORT}")
    if frame[0] != _PROTOCOL:
        raise wrong_at(
            0, f"protocol {frame[0]}, only {_PROTOCOL} is known; check the device's name"
        )
    if len(frame) < _HEAD.size:
        raise wrong_at(len(frame), "the frame ends before its flags; copy it whole")
    (flags,) = unpack_from(">H", frame, 3)
    if flags >> len(_FLAGGED):
        raise wrong_at(3, f"flags {flags:04x}: a DL-MBX has two parts; check the device's name")
    fields = [field for place, field in enumerate(_FLAGGED) if flags >> place & 1]
    return [read_whole(frame, [_HEAD, *fields], what="a frame with these flags").measurement()]


DEVICE = Device(
    name="decentlab-dl-mbx",
    title="Decentlab DL-MBX, ultrasonic",
    decode=_decode,
    vectors=(
        Vector(
            shows="a reading",
            frame="02 0a1b 0003 0384 000f 0c1c",
            port=1,
            says=(Measurement(distance_mm=900, battery_v=3.1),),
        ),
        Vector(
            shows="no sample was valid",
            frame="02 0a1b 0003 0000 0000 0c1c",
            port=1,
            says=(Measurement(battery_v=3.1, no_level_reason=NoLevelReason.TOO_FEW_SAMPLES),),
        ),
        Vector(
            shows="the battery alone",
            frame="02 0a1b 0002 0c1c",
            port=1,
            says=(
                Measurement(
                    kind=Kind.HEARTBEAT, battery_v=3.1, no_level_reason=NoLevelReason.NOT_MEASURED
                ),
            ),
        ),
    ),
)
