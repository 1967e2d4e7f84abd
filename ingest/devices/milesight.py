"""What the makes of Milesight share: channels of two bytes, numbers with the least byte first.

Source: the user guides of EM310-UDL, EM400-MUD, EM400-TLD and EM410-RDL. The application port is
85 and can be changed on the device, so any is taken: a foreign frame does not fit the table.

NB-IoT frames carry the same channels behind a header of 86 bytes that begins with 02, a channel
none of the makes has.
"""

from collections.abc import Sequence
from struct import Struct

from core.measurements import Measurement
from core.readings import Kind, NoLevelReason
from ingest.devices.device import Decode, wrong_at
from ingest.devices.draft import Draft, undated
from ingest.devices.fields import (
    Field,
    alarm,
    battery_pct,
    distance_mm,
    join,
    setting,
    skipped,
    temperature_c,
    tilted,
)
from ingest.devices.tlv import Table, walk

NO_DISTANCE = {
    0xFFFD: NoLevelReason.NO_TARGET,
    0xFFFE: NoLevelReason.DISABLED,
    0xFFFF: NoLevelReason.SENSOR_FAULT,
}
"""Instead of a distance; FFFD also for one out of the measuring range."""

DISTANCE = distance_mm("<H", codes=NO_DISTANCE)
TEMPERATURE = temperature_c("<h", per_degree=10)
ALARM_STATE = skipped(1)
"""1 over the threshold, 0 back again; both are worth telling at once."""

_ATTRIBUTES = {"01": 1, "09": 2, "0a": 2, "0b": 1, "0f": 1, "16": 8, "fe": 1, "ff": 2}
"""Versions, serial number, class, power-on, reset: sent once after joining."""

_SETTINGS = (
    {"02": 2, "03": 2, "06": 9, "10": 1, "13": 1, "1b": 5, "1c": 2, "27": 1, "28": 1, "2a": 1}
    | {"3e": 1, "4a": 1, "56": 1, "58": 5, "68": 1, "69": 1, "6a": 3, "70": 2, "71": 1, "77": 2}
    | {"8e": 3, "a0": 1, "a1": 1, "a2": 2, "a3": 1, "a4": 1, "a5": 1, "a6": 1, "ab": 3, "bd": 2}
    | {"f2": 2}
)
_LATER_SETTINGS = {"0d": 3, "12": 1, "13": 1, "14": 2, "15": 2, "16": 1, "39": 2, "c8": 6}
"""Echoed behind F9 as they were set, behind F8 with one byte more: whether it was obeyed."""

SYSTEM: dict[bytes, Field] = (
    {bytes.fromhex("fe" + key): setting(size) for key, size in _SETTINGS.items()}
    | {bytes.fromhex("ff" + key): setting(size) for key, size in _SETTINGS.items()}
    | {bytes.fromhex("f9" + key): setting(size) for key, size in _LATER_SETTINGS.items()}
    | {bytes.fromhex("f8" + key): setting(size + 1) for key, size in _LATER_SETTINGS.items()}
    | {bytes.fromhex("ff" + key): join(size) for key, size in _ATTRIBUTES.items()}
)
"""Channels about the device itself, which every make has."""

EM400: dict[bytes, Field] = SYSTEM | {
    bytes.fromhex("0175"): battery_pct("B"),
    bytes.fromhex("0367"): TEMPERATURE,
    bytes.fromhex("0482"): DISTANCE,
    bytes.fromhex("0500"): tilted("B"),
    bytes.fromhex("0688"): skipped(9),  # position, whether it moves; NB-IoT only
    bytes.fromhex("8367"): alarm(TEMPERATURE, ALARM_STATE),
    bytes.fromhex("8482"): alarm(DISTANCE, ALARM_STATE),
}
"""The channels of the EM400 family."""

_NB_IOT_START = 0x02
_NB_IOT_HEADER = Struct(">BHHBHB4s4s16s15s15s20sBH")


def reader(
    table: Table, *, make: str, history: bytes | None = None, repeats: bool = False
) -> Decode:
    """Return the way to read frames by a table of channels.

    Args:
        table: The make's channels.
        make: Its name, for errors.
        history: The channel that holds a record of the past.
        repeats: Its NB-IoT frames hold the same channels again for each time they were measured.
    """

    def decode(frame: bytes, _port: int | None) -> Sequence[Measurement]:
        begin = _nb_iot_data(frame) if frame[0] == _NB_IOT_START else 0
        past: list[Measurement] = []
        drafts: list[Draft] = []
        last = channels = 0
        for key, field, at in walk(frame, table, key_size=2, make=make, at=begin):
            if key == history:
                record = Draft()
                field.put(record, frame, at)
                past.append(record.measurement(Kind.HISTORY))
                continue
            number = key[0] & 0x0F  # within one measurement it only grows
            if not drafts or (repeats and begin and number <= last):
                drafts.append(Draft())
            field.put(drafts[-1], frame, at)
            last = number
            channels += 1
        # the position alone is sent when the device is tilted or set upright again
        if channels == 1 and drafts[0].tilted is not None:
            drafts[0].alarm = True
        return past + undated(drafts) if drafts or not past else past

    return decode


def _nb_iot_data(frame: bytes) -> int:
    """Return where the channels begin in a frame of NB-IoT."""
    header = _NB_IOT_HEADER.size
    if len(frame) < header:
        raise wrong_at(
            len(frame),
            f"a frame that begins with {_NB_IOT_START:02x} is NB-IoT's, whose header alone has "
            f"{header} bytes; copy it whole",
        )
    *_, size = _NB_IOT_HEADER.unpack_from(frame)
    if len(frame) != header + size:
        raise wrong_at(
            header - 2,
            f"it announces {size} bytes of data, {len(frame) - header} follow; copy it whole",
        )
    return header
