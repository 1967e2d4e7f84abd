"""How Dragino's ultrasonic family is read; the makes differ in the scale of their thermometer.

By length, port 2 holds: 4 bytes where it does not find its ultrasonic part, 5 in old firmware
(no probe), 8 since. Bit 12 of the battery's word, which no voltage reaches, marks a batch.
"""

from collections.abc import Sequence

from core.measurements import Measurement
from core.readings import NoLevelReason
from ingest.devices import dragino
from ingest.devices.device import Decode, wrong_at
from ingest.devices.draft import undated
from ingest.devices.dragino import BATTERY, DISTANCE, FOUND, INTERRUPT, probe_c
from ingest.devices.fields import battery_v, read_whole, row, skipped, unix_time

_WITHOUT_SENSOR = (BATTERY, skipped(1), INTERRUPT)
_OLD = (BATTERY, DISTANCE, INTERRUPT)

_BATCHED = 0x10
_BATCH_HEAD = row(battery_v(">H", per_volt=1000, bits=0x0FFF), skipped(6))
_BATCH_TAIL = row(INTERRUPT, probe_c(per_degree=10), FOUND)
_LOG = (BATTERY, DISTANCE, probe_c(per_degree=10), skipped(1), unix_time(">I"))


def reader(*, probe_per_degree: int, make: str) -> Decode:
    """Return the way to read the family's frames.

    Args:
        probe_per_degree: The probe's scale in a frame with one distance; elsewhere it is 10.
        make: Its name, for errors.
    """
    new = (BATTERY, DISTANCE, INTERRUPT, probe_c(per_degree=probe_per_degree), FOUND)

    def read_data(frame: bytes) -> Sequence[Measurement]:
        if frame[0] & _BATCHED:
            return _read_batch(frame)
        if len(frame) == 4:
            draft = read_whole(frame, _WITHOUT_SENSOR, what="a frame without distance")
            draft.put_no_level(NoLevelReason.NO_SENSOR)
            return [draft.measurement()]
        fields = _OLD if len(frame) == 5 else new
        return [read_whole(frame, fields, what="a frame of port 2").measurement()]

    decode = dragino.by_port(
        {
            dragino.DATA_PORT: read_data,
            dragino.LOG_PORT: dragino.log_reader(*_LOG),
            dragino.STATE_PORT: dragino.read_state,
            dragino.BURST_PORT: dragino.read_burst,
        },
        make=make,
    )

    def decode_either(frame: bytes, port: int | None) -> Sequence[Measurement]:
        if dragino.is_nb_iot(frame, port):
            return dragino.read_nb_iot(frame)
        return decode(frame, port)

    return decode_either


def _read_batch(frame: bytes) -> Sequence[Measurement]:
    head, tail = _BATCH_HEAD.size, _BATCH_TAIL.size
    if len(frame) < head + tail:
        raise wrong_at(
            len(frame), f"a batch has {head + tail} bytes and its distances; copy it whole"
        )
    drafts = dragino.read_distances(frame, head, len(frame) - tail)
    _BATCH_HEAD.put(drafts[-1], frame, 0)
    _BATCH_TAIL.put(drafts[-1], frame, len(frame) - tail)
    return undated(drafts)
