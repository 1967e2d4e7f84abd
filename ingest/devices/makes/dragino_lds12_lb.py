"""Dragino LDS12-LB and LLDS12: laser (up to 12 m). Millimetres; the vendor shows centimetres.

The echo's strength tells whether the distance means anything: over 100, and not 65535 (blinded).
The temperature is the probe's; the laser's own is that of a chip at work.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from struct import unpack_from

from core.measurements import Measurement
from core.readings import Kind, NoLevelReason
from ingest.devices import dragino
from ingest.devices.device import Device, Vector
from ingest.devices.draft import Draft
from ingest.devices.dragino import BATTERY, probe_c
from ingest.devices.fields import (
    Field,
    alarmed,
    distance_mm,
    read_whole,
    setting,
    skipped,
    unix_time,
)

STRENGTH_MIN = 101
_BLINDED = 0xFFFF
_SETTINGS_MESSAGE = 2


def _put_strength(draft: Draft, frame: bytes, at: int) -> None:
    (strength,) = unpack_from(">H", frame, at)
    if strength < STRENGTH_MIN or strength == _BLINDED:
        draft.put_no_level(NoLevelReason.NO_TARGET)


_DISTANCE = distance_mm(">H", codes=dict.fromkeys(range(0xFFFC, 0x10000), NoLevelReason.NO_TARGET))
_STRENGTH = Field(2, _put_strength)
_INTERRUPT = alarmed("B", bits=0x01)

_DATA = (BATTERY, probe_c(per_degree=10), _DISTANCE, _STRENGTH, _INTERRUPT, skipped(2))
_SETTINGS = (setting(11),)
_LOG = (skipped(2), _DISTANCE, _STRENGTH, skipped(1), unix_time(">I"))


def _read_data(frame: bytes) -> Sequence[Measurement]:
    """Read port 2; the last byte says what sort of message it is."""
    fields = _SETTINGS if frame[-1] == _SETTINGS_MESSAGE else _DATA
    return [read_whole(frame, fields, what="a frame of port 2").measurement()]


DEVICE = Device(
    name="dragino-lds12-lb",
    title="Dragino LDS12-LB, LLDS12, laser",
    decode=dragino.by_port(
        {
            dragino.DATA_PORT: _read_data,
            dragino.LOG_PORT: dragino.log_reader(*_LOG),
            dragino.STATE_PORT: dragino.read_state,
        },
        make="LDS12-LB",
    ),
    vectors=(
        Vector(
            shows="a reading in frost",
            frame="0ce4 ffd3 0640 01f4 00 05 01",
            port=2,
            says=(Measurement(battery_v=3.3, temperature_c=-4.5, distance_mm=1600),),
        ),
        Vector(
            shows="a weak echo: the distance is kept and void; no probe",
            frame="0ce4 7fff 2ee0 0020 00 15 01",
            port=2,
            says=(
                Measurement(
                    battery_v=3.3, distance_mm=12_000, no_level_reason=NoLevelReason.NO_TARGET
                ),
            ),
        ),
        Vector(
            shows="one record of its log",
            frame="80 00 0640 01f4 15 68a4e800",
            port=3,
            says=(
                Measurement(
                    kind=Kind.HISTORY,
                    measured_at=datetime(2025, 8, 19, 21, 9, 20, tzinfo=UTC),
                    distance_mm=1600,
                ),
            ),
        ),
        Vector(
            shows="its state",
            frame="24 0100 01 ff 0ce4",
            port=5,
            says=(
                Measurement(
                    kind=Kind.CONFIG, battery_v=3.3, no_level_reason=NoLevelReason.NOT_MEASURED
                ),
            ),
        ),
    ),
)
