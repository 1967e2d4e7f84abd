"""Milesight EM310-UDL: ultrasonic, no thermometer. Channels of its own numbers."""

from core.measurements import Measurement
from core.readings import Kind, NoLevelReason
from ingest.devices.device import Device, Vector
from ingest.devices.fields import alarm, battery_pct, tilted
from ingest.devices.milesight import ALARM_STATE, DISTANCE, SYSTEM, reader

FIELDS = SYSTEM | {
    bytes.fromhex("0175"): battery_pct("B"),
    bytes.fromhex("0382"): DISTANCE,
    bytes.fromhex("0400"): tilted("B"),
    bytes.fromhex("8382"): alarm(DISTANCE, ALARM_STATE),
}

DEVICE = Device(
    name="milesight-em310-udl",
    title="Milesight EM310-UDL, ultrasonic",
    decode=reader(FIELDS, make="EM310-UDL"),
    vectors=(
        Vector(
            shows="a reading",
            frame="017545 0382b004 040000",
            port=85,
            says=(Measurement(battery_pct=69, distance_mm=1200, tilted=False),),
        ),
        Vector(
            shows="the lid opens: the position alone",
            frame="040001",
            port=85,
            says=(Measurement(kind=Kind.ALARM, tilted=True, no_level_reason=NoLevelReason.TILTED),),
        ),
        Vector(
            shows="an answer about its settings",
            frame="fe035802",
            port=85,
            says=(Measurement(kind=Kind.CONFIG, no_level_reason=NoLevelReason.NOT_MEASURED),),
        ),
    ),
)
