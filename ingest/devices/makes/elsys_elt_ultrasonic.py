"""Elsys ELT Ultrasonic and its sisters ELT-2, ELT Lite, EMS: types of one byte, most byte first.

The port can be changed on the device, so any is taken. Every type of the vendor's payload
description has its length here, so that what else hangs on the device is skipped.

Tilted is not told: the accelerometer knows how the box hangs, and a box may hang any way over its
sensor, which sits at the end of a cable.
"""

from collections.abc import Sequence

from core.measurements import Measurement
from core.readings import Kind, NoLevelReason
from ingest.devices.device import Device, Vector
from ingest.devices.draft import Draft
from ingest.devices.fields import Field, battery_v, distance_mm, setting, skipped, temperature_c
from ingest.devices.tlv import Table, walk

_OTHER_SIZES = (
    {0x02: 1, 0x03: 3, 0x04: 2, 0x05: 1, 0x06: 2, 0x08: 2, 0x09: 6, 0x0A: 2, 0x0B: 4, 0x0C: 2}
    | {0x0D: 1, 0x0F: 1, 0x10: 4, 0x11: 1, 0x12: 1, 0x13: 65, 0x14: 4, 0x15: 2, 0x16: 2, 0x17: 4}
    | {0x18: 2, 0x19: 2, 0x1A: 1, 0x1B: 4, 0x1C: 2, 0x3D: 4}
)
"""Humidity, accelerometer, light, motion, CO2, analogue, position, pulses, probes, ..."""


def _settings(frame: bytes, at: int) -> Field:
    """The device's settings: their length in a byte, then they."""
    return setting(1 + frame[at] if at < len(frame) else 1)


FIELDS: Table = {bytes([kind]): skipped(size) for kind, size in _OTHER_SIZES.items()} | {
    b"\x01": temperature_c(">h", per_degree=10),
    b"\x07": battery_v(">H", per_volt=1000),
    b"\x0e": distance_mm(">H", codes={0xFFFF: NoLevelReason.NO_TARGET}),
    b"\x3e": _settings,
}


def _decode(frame: bytes, _port: int | None) -> Sequence[Measurement]:
    draft = Draft()
    for _, field, at in walk(frame, FIELDS, key_size=1, make="Elsys"):
        field.put(draft, frame, at)
    return [draft.measurement()]


DEVICE = Device(
    name="elsys-elt-ultrasonic",
    title="Elsys ELT Ultrasonic, ELT-2, EMS",
    decode=_decode,
    vectors=(
        Vector(
            shows="a reading in frost",
            frame="01ffe2 0250 03003f00 070e10 0e0578",
            port=5,
            says=(Measurement(temperature_c=-3.0, battery_v=3.6, distance_mm=1400),),
        ),
        Vector(
            shows="no echo",
            frame="0100c8 0effff",
            port=5,
            says=(Measurement(temperature_c=20.0, no_level_reason=NoLevelReason.NO_TARGET),),
        ),
        Vector(
            shows="no distance in it",
            frame="0100c8 070e10",
            port=5,
            says=(
                Measurement(
                    kind=Kind.HEARTBEAT,
                    temperature_c=20.0,
                    battery_v=3.6,
                    no_level_reason=NoLevelReason.NOT_MEASURED,
                ),
            ),
        ),
        Vector(
            shows="its settings",
            frame="3e04 0805 0701",
            port=6,
            says=(Measurement(kind=Kind.CONFIG, no_level_reason=NoLevelReason.NOT_MEASURED),),
        ),
    ),
)
