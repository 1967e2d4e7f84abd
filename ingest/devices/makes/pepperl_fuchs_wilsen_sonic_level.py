"""Pepperl+Fuchs WILSEN.sonic.level: ultrasonic with GPS; computes its fill itself.

Each package begins with its length (without the byte that says so) and a name of two bytes, so a
package of another name is skipped. The fill is of ITS full and empty distance.

Three sorts of frames: with a level; the same with a position; serial number, counters and battery.
"""

from collections.abc import Iterator, Sequence
from struct import unpack_from

from core.measurements import Measurement
from core.readings import Kind, NoLevelReason
from ingest.devices.device import Device, FrameError, Vector, wrong_at
from ingest.devices.draft import Draft
from ingest.devices.fields import Field, battery_v, distance_mm, fill_pct, setting

_PORT = 1
_NAME = 2
_NO_ECHO = {0xFFFF: NoLevelReason.NO_TARGET}
_SETTINGS = 0xF1
"""Names from F1 on are answers about its settings."""


def _put_temperature(draft: Draft, frame: bytes, at: int) -> None:
    (celsius,) = unpack_from(">f", frame, at)
    draft.put_temperature_c(round(celsius, 1))  # its thermometer knows no more


FIELDS = {
    "0201": Field(4, _put_temperature),
    "0b01": distance_mm(">H", codes=_NO_ECHO, mm=10),
    "0b02": distance_mm(">H", codes=_NO_ECHO),
    "0b06": fill_pct("B"),
    "5101": battery_v("B", per_volt=10),
}
_BY_NAME = {bytes.fromhex(name): field for name, field in FIELDS.items()}


def _decode(frame: bytes, port: int | None) -> Sequence[Measurement]:
    if port not in (None, _PORT):
        raise FrameError(f"port {port}: a WILSEN sends on port {_PORT}")
    draft = Draft()
    for name, size, at in _packages(frame):
        field = _BY_NAME.get(name)
        if field is None:
            field = setting(size) if name[0] >= _SETTINGS else None
        elif field.size != size:
            raise wrong_at(
                at, f"{name.hex()} has {field.size} bytes, here {size}; check the device's name"
            )
        if field is not None:
            field.put(draft, frame, at)
    return [draft.measurement()]


def _packages(frame: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield each package: its name, how many bytes it has, where they begin."""
    at = 0
    while at < len(frame):
        length = frame[at]
        end = at + 1 + length
        if length < _NAME:
            raise wrong_at(
                at, f"a package of {length} bytes has no room for its name; check the device's name"
            )
        if end > len(frame):
            raise wrong_at(
                len(frame), f"the frame ends within the package of byte {at}; copy it whole"
            )
        yield frame[at + 1 : at + 1 + _NAME], length - _NAME, at + 1 + _NAME
        at = end


DEVICE = Device(
    name="pepperl-fuchs-wilsen-sonic-level",
    title="Pepperl+Fuchs WILSEN.sonic.level, ultrasonic",
    decode=_decode,
    vectors=(
        Vector(
            shows="a reading in frost, centimetres",
            frame="04 0b01 0078 03 0b06 19 06 0201 c0600000 03 5101 21",
            port=1,
            says=(Measurement(distance_mm=1200, fill_pct=25, temperature_c=-3.5, battery_v=3.3),),
        ),
        Vector(
            shows="millimetres, and where it stands",
            frame="04 0b02 04b0 03 0b06 19 06 5001 02faf080 06 5002 00dbba00",
            port=1,
            says=(Measurement(distance_mm=1200, fill_pct=25),),
        ),
        Vector(
            shows="no echo",
            frame="04 0b02 ffff 03 5101 21",
            port=1,
            says=(Measurement(battery_v=3.3, no_level_reason=NoLevelReason.NO_TARGET),),
        ),
        Vector(
            shows="counters and battery: no level in it",
            frame="04 3101 0042 04 3102 0001 06 3103 00000063 03 5101 21",
            port=1,
            says=(
                Measurement(
                    kind=Kind.HEARTBEAT, battery_v=3.3, no_level_reason=NoLevelReason.NOT_MEASURED
                ),
            ),
        ),
        Vector(
            shows="an answer: its full distance",
            frame="04 f405 0032",
            port=1,
            says=(Measurement(kind=Kind.CONFIG, no_level_reason=NoLevelReason.NOT_MEASURED),),
        ),
    ),
)
