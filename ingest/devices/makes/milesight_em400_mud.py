"""Milesight EM400-MUD: ultrasonic, with a mode for waste bins. LoRaWAN and NB-IoT.

No distance while tilted where "tilt and distance linkage" is switched on.
"""

from core.measurements import Measurement
from core.readings import Kind, NoLevelReason
from ingest.devices.device import Device, Vector
from ingest.devices.milesight import EM400, reader

DEVICE = Device(
    name="milesight-em400-mud",
    title="Milesight EM400-MUD, ultrasonic",
    decode=reader(EM400, make="EM400-MUD", repeats=True),
    vectors=(
        Vector(
            shows="a reading in frost",
            frame="017557 0367f6ff 0482e803 050000",
            port=85,
            says=(Measurement(battery_pct=87, temperature_c=-1.0, distance_mm=1000, tilted=False),),
        ),
        Vector(
            shows="an alarm is partial: no battery, no position",
            frame="8482dc0001",
            port=85,
            says=(Measurement(kind=Kind.ALARM, distance_mm=220),),
        ),
        Vector(
            shows="nothing in range",
            frame="017557 0482fdff",
            port=85,
            says=(Measurement(battery_pct=87, no_level_reason=NoLevelReason.NO_TARGET),),
        ),
        Vector(
            shows="tilted, and the distance left out",
            frame="017557 03670a00 050001",
            port=85,
            says=(
                Measurement(
                    battery_pct=87,
                    temperature_c=1.0,
                    tilted=True,
                    no_level_reason=NoLevelReason.TILTED,
                ),
            ),
        ),
        Vector(
            shows="NB-IoT: two measurements behind a header, the newest last",
            frame=(
                "02 0007 0065 00 0003 01 30313034 30313230"
                + " 30" * (16 + 15 + 15 + 20)  # serial number, IMEI, IMSI, ICCID
                + "14 0014 017550 04828403 050000 017550 04827a03 050000"
            ),
            port=None,
            says=(
                Measurement(kind=Kind.HISTORY, battery_pct=80, distance_mm=900, tilted=False),
                Measurement(battery_pct=80, distance_mm=890, tilted=False),
            ),
        ),
        Vector(
            shows="it has just joined",
            frame="ff0bff ff0101 ff0f00",
            port=85,
            says=(Measurement(kind=Kind.JOIN, no_level_reason=NoLevelReason.NOT_MEASURED),),
        ),
    ),
)
