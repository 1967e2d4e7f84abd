"""Milesight EM410-RDL: radar (up to 12 m). LoRaWAN and NB-IoT; keeps a history and sends it again.

Distances are signed: its own calibration can set them below zero. The history's record has 11
bytes in most firmware and 6 (time and distance) in the newest; which one is told by what follows.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from core.measurements import Measurement
from core.readings import Kind, NoLevelReason
from ingest.devices.device import Device, Vector, wrong_at
from ingest.devices.draft import Draft, undated
from ingest.devices.fields import (
    Field,
    alarm,
    battery_pct,
    distance_mm,
    row,
    skipped,
    temperature_c,
    tilted,
    unix_time,
)
from ingest.devices.milesight import ALARM_STATE, NO_DISTANCE, SYSTEM, TEMPERATURE, reader
from ingest.devices.tlv import Table

_DISTANCE = distance_mm("<h", codes=NO_DISTANCE)
_EXCEPTIONS = {
    1: NoLevelReason.BLIND_ZONE,
    2: NoLevelReason.NO_TARGET,
    3: NoLevelReason.SENSOR_FAULT,
}
_HISTORY = bytes.fromhex("20ce")
_SERIES = bytes.fromhex("07ba")
_BLIND_ALARM, _TILT_ALARM = 1 << 2, 1 << 5


def _put_exception(draft: Draft, frame: bytes, at: int) -> None:
    """Say why the distance beside it is none; 0 is the end of a blind alarm."""
    reason = _EXCEPTIONS.get(frame[at])
    if reason is not None:
        draft.put_no_level(reason)


def _put_events(draft: Draft, frame: bytes, at: int) -> None:
    """Take what had happened at that moment of the history."""
    if frame[at] & _BLIND_ALARM and draft.no_level_reason is None:
        draft.put_no_level(NoLevelReason.BLIND_ZONE)
    if frame[at] & _TILT_ALARM:
        draft.tilted = True


_SHORT_RECORD = row(unix_time("<I"), _DISTANCE)
_RECORD = row(
    _SHORT_RECORD,
    temperature_c("<h", per_degree=10, codes=frozenset({0xFFFE, 0xFFFF})),
    skipped(2),  # by how much the distance jumped
    Field(1, _put_events),
)


def _record(frame: bytes, at: int) -> Field:
    """Tell by what follows it how long a record of the history is."""

    def fits(record: Field) -> bool:
        after = at + record.size
        return after == len(frame) or frame[after : after + 2] in FIELDS

    return _SHORT_RECORD if fits(_SHORT_RECORD) and not fits(_RECORD) else _RECORD


FIELDS: Table = SYSTEM | {
    bytes.fromhex("0175"): battery_pct("B"),
    bytes.fromhex("01b9"): skipped(2),  # a voltage, in units nobody has written down
    bytes.fromhex("0367"): TEMPERATURE,
    bytes.fromhex("0482"): _DISTANCE,
    bytes.fromhex("0500"): tilted("B"),
    bytes.fromhex("06c7"): skipped(2),  # strength of the echo
    bytes.fromhex("8482"): alarm(_DISTANCE, ALARM_STATE),
    bytes.fromhex("9482"): alarm(_DISTANCE, skipped(2), ALARM_STATE),
    bytes.fromhex("b482"): alarm(_DISTANCE, Field(1, _put_exception)),
    _HISTORY: _record,
}


def _series(frame: bytes) -> Sequence[Measurement]:
    """Read distances measured in a row, without times: the key, the period, the distances."""
    first = len(_SERIES) + 2
    if len(frame) < first + _DISTANCE.size or (len(frame) - first) % _DISTANCE.size:
        raise wrong_at(
            len(frame), f"a series has distances of 2 bytes each from byte {first}; copy it whole"
        )
    drafts = []
    for at in range(first, len(frame), _DISTANCE.size):
        draft = Draft()
        _DISTANCE.put(draft, frame, at)
        drafts.append(draft)
    return undated(drafts)


_channels = reader(FIELDS, make="EM410-RDL", history=_HISTORY)


def _decode(frame: bytes, port: int | None) -> Sequence[Measurement]:
    return _series(frame) if frame.startswith(_SERIES) else _channels(frame, port)


DEVICE = Device(
    name="milesight-em410-rdl",
    title="Milesight EM410-RDL, radar",
    decode=_decode,
    vectors=(
        Vector(
            shows="a reading in frost",
            frame="017532 0367ecff 0482dc05 050000 06c7f401",
            port=85,
            says=(Measurement(battery_pct=50, temperature_c=-2.0, distance_mm=1500, tilted=False),),
        ),
        Vector(
            shows="below the zero of its own calibration: nearer than it can see",
            frame="0482f6ff",
            port=85,
            says=(Measurement(distance_mm=-10, no_level_reason=NoLevelReason.BLIND_ZONE),),
        ),
        Vector(
            shows="no echo comes back",
            frame="b482fdff02",
            port=85,
            says=(Measurement(kind=Kind.ALARM, no_level_reason=NoLevelReason.NO_TARGET),),
        ),
        Vector(
            shows="a sudden jump of 800 mm",
            frame="9482580220fc02",
            port=85,
            says=(Measurement(kind=Kind.ALARM, distance_mm=600),),
        ),
        Vector(
            shows="two records of its history, in the first the sensor was switched off",
            frame="20ce 00e8a468 feff feff 0000 00 20ce 10f6a468 b004 8700 0000 20",
            port=85,
            says=(
                Measurement(
                    kind=Kind.HISTORY,
                    measured_at=datetime(2025, 8, 19, 21, 9, 20, tzinfo=UTC),
                    no_level_reason=NoLevelReason.DISABLED,
                ),
                Measurement(
                    kind=Kind.HISTORY,
                    measured_at=datetime(2025, 8, 19, 22, 9, 20, tzinfo=UTC),
                    distance_mm=1200,
                    temperature_c=13.5,
                    tilted=True,
                ),
            ),
        ),
        Vector(
            shows="the newest firmware's shorter record",
            frame="20ce 00e8a468 b004",
            port=85,
            says=(
                Measurement(
                    kind=Kind.HISTORY,
                    measured_at=datetime(2025, 8, 19, 21, 9, 20, tzinfo=UTC),
                    distance_mm=1200,
                ),
            ),
        ),
        Vector(
            shows="a series without times, the newest last",
            frame="07ba 3c00 b004 a604",
            port=85,
            says=(Measurement(kind=Kind.HISTORY, distance_mm=1200), Measurement(distance_mm=1190)),
        ),
    ),
)
