"""Milesight EM400-TLD: time-of-flight laser. LoRaWAN and NB-IoT."""

from core.measurements import Measurement
from core.readings import Kind, NoLevelReason
from ingest.devices.device import Device, Vector
from ingest.devices.fields import alarm, skipped
from ingest.devices.milesight import EM400, reader

DEVICE = Device(
    name="milesight-em400-tld",
    title="Milesight EM400-TLD, laser",
    decode=reader(
        EM400 | {bytes.fromhex("8800"): alarm(skipped(1))}, make="EM400-TLD", repeats=True
    ),
    vectors=(
        Vector(
            shows="a reading",
            frame="01753c 03676e00 04827602 050000",
            port=85,
            says=(Measurement(battery_pct=60, temperature_c=11.0, distance_mm=630, tilted=False),),
        ),
        Vector(
            shows="the laser is broken",
            frame="0482ffff 050000",
            port=85,
            says=(Measurement(tilted=False, no_level_reason=NoLevelReason.SENSOR_FAULT),),
        ),
        Vector(
            shows="somebody takes it off the lid",
            frame="880001",
            port=85,
            says=(Measurement(kind=Kind.ALARM, no_level_reason=NoLevelReason.NOT_MEASURED),),
        ),
    ),
)
