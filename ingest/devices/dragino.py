"""What the makes of Dragino share: rows of fields, numbers with the most byte first.

Source: the user manuals of LDDS75, DDS75-LB, LDS12-LB and NDDS75, and the vendor's decoders where
those are silent. Port 2 holds measurements, port 3 the log it was asked for, port 5 its state.
"""

from collections.abc import Callable, Mapping, Sequence

from core.measurements import Measurement
from core.readings import Kind, NoLevelReason
from ingest.devices.device import Decode, FrameError, wrong_at
from ingest.devices.draft import Draft, undated
from ingest.devices.fields import (
    Field,
    alarmed,
    battery_v,
    distance_mm,
    no_level_if_zero,
    read_whole,
    row,
    setting,
    skipped,
    temperature_c,
    unix_time,
)

type ReadPort = Callable[[bytes], Sequence[Measurement]]

DATA_PORT, LOG_PORT, STATE_PORT, BURST_PORT = 2, 3, 5, 6

BATTERY = battery_v(">H", per_volt=1000, bits=0x3FFF)
NO_PROBE = frozenset({0x7FFF, 0xF001})
"""What stands for a temperature where no probe is plugged in."""
INTERRUPT = alarmed("B")
"""1 where the interrupt pin made it send."""

NO_DISTANCE = {0: NoLevelReason.NO_SENSOR, 0xFFFF: NoLevelReason.NO_TARGET} | dict.fromkeys(
    range(1, 21), NoLevelReason.BLIND_ZONE
)
"""0: it does not find its own ultrasonic part; 20 mm and less: nearer than the 280 it can see."""
DISTANCE = distance_mm(">H", codes=NO_DISTANCE)
FOUND = no_level_if_zero("B", NoLevelReason.NO_SENSOR)
"""Whether it finds its ultrasonic part."""

_STATE = (setting(5), battery_v(">H", per_volt=1000, bits=0x3FFF))
"""Model, firmware, band, sub-band, battery."""


def probe_c(*, per_degree: int) -> Field:
    """The temperature of a DS18B20 probe, where one is plugged in."""
    return temperature_c(">h", per_degree=per_degree, codes=NO_PROBE)


def by_port(ports: Mapping[int, ReadPort], *, make: str) -> Decode:
    """Return the way to read frames of the ports; without one, the measurements' is meant."""

    def decode(frame: bytes, port: int | None) -> Sequence[Measurement]:
        read = ports.get(DATA_PORT if port is None else port)
        if read is None:
            known = ", ".join(str(number) for number in sorted(ports))
            raise FrameError(f"port {port}: {make} sends on ports {known}")
        return read(frame)

    return decode


def read_state(frame: bytes) -> Sequence[Measurement]:
    """Read port 5."""
    return [read_whole(frame, _STATE, what="the state of a device").measurement()]


def read_burst(frame: bytes) -> Sequence[Measurement]:
    """Read distances that were measured one after the other, and nothing else."""
    return undated(read_distances(frame, 0, len(frame)))


def read_distances(frame: bytes, begin: int, end: int) -> list[Draft]:
    """Read distances without times, the newest last.

    Raises:
        FrameError: There is none, or the last one is cut.
    """
    if end <= begin or (end - begin) % DISTANCE.size:
        raise wrong_at(
            end, f"distances have 2 bytes each from byte {begin} on, here are {end - begin} bytes"
        )
    drafts = []
    for at in range(begin, end, DISTANCE.size):
        draft = Draft()
        DISTANCE.put(draft, frame, at)
        drafts.append(draft)
    return drafts


def log_reader(*record: Field) -> ReadPort:
    """Return the way to read port 3: records of these fields; one of zeros is an empty one."""
    whole = row(*record)

    def read(frame: bytes) -> Sequence[Measurement]:
        if len(frame) % whole.size:
            raise wrong_at(
                len(frame), f"the log's records have {whole.size} bytes each; copy the frame whole"
            )
        past = []
        for at in range(0, len(frame), whole.size):
            if any(frame[at : at + whole.size]):
                draft = Draft()
                whole.put(draft, frame, at)
                past.append(draft.measurement(Kind.HISTORY))
        return past or [Draft().measurement()]

    return read


_NB_IOT_LOG = row(DISTANCE, unix_time(">I"))
_NB_IOT_STATE = (battery_v(">H", per_volt=1000), skipped(1))  # battery, signal
_NB_IOT_OLD = (skipped(8), *_NB_IOT_STATE, DISTANCE, INTERRUPT)  # id 6, version 2 bytes
_NB_IOT_NEW = (skipped(10), *_NB_IOT_STATE, skipped(1), INTERRUPT, _NB_IOT_LOG)  # id 8
_NB_IOT_NEWEST = (
    *(skipped(18), *_NB_IOT_STATE, skipped(1), INTERRUPT, skipped(1)),  # id 8, IMSI 8
    _NB_IOT_LOG,
)


def is_nb_iot(frame: bytes, port: int | None) -> bool:
    """Tell a frame of the NB-IoT sisters (NDDS75, DDS75-NB): no port, and a length of theirs."""
    size = len(frame)
    sizes = size == 14 or (size >= 21 and size % 6 == 3) or (size >= 30 and size % 6 == 0)
    return port is None and sizes


def read_nb_iot(frame: bytes) -> Sequence[Measurement]:
    """Read a frame of the NB-IoT sisters: the newest measurement, then the log, newest first."""
    if len(frame) == 14:
        return [read_whole(frame, _NB_IOT_OLD, what="a frame of NB-IoT").measurement()]
    fields = _NB_IOT_NEW if len(frame) % 6 == 3 else _NB_IOT_NEWEST
    end = sum(field.size for field in fields)
    now = read_whole(frame[:end], fields, what="a frame of NB-IoT")
    past = []
    for at in range(end, len(frame), _NB_IOT_LOG.size):
        if any(frame[at : at + _NB_IOT_LOG.size]):
            draft = Draft()
            _NB_IOT_LOG.put(draft, frame, at)
            past.append(draft.measurement(Kind.HISTORY))
    return [*reversed(past), now.measurement()]
