"""Dragino LDDS75 and its sisters LDDS20, DDS75-LB, DDS20-LB: ultrasonic (0.28 to 7.5 m).

Also the NB-IoT sisters NDDS75 and DDS75-NB. The temperature is in tenths of a degree; where a
DDS75-LB's come out ten times too high, it is a dragino-dds75-lb (newest firmware: hundredths).
"""

from datetime import UTC, datetime

from core.measurements import Measurement
from core.readings import Kind, NoLevelReason
from ingest.devices.device import Device, Vector
from ingest.devices.ldds75 import reader

DEVICE = Device(
    name="dragino-ldds75",
    title="Dragino LDDS75, DDS75-LB, NDDS75, ultrasonic",
    decode=reader(probe_per_degree=10, make="LDDS75"),
    vectors=(
        Vector(
            shows="a reading in frost",
            frame="0d48 04b0 00 ffdd 01",
            port=2,
            says=(Measurement(battery_v=3.4, distance_mm=1200, temperature_c=-3.5),),
        ),
        Vector(
            shows="no probe, and something too near to measure",
            frame="0d48 0014 00 7fff 01",
            port=2,
            says=(Measurement(battery_v=3.4, no_level_reason=NoLevelReason.BLIND_ZONE),),
        ),
        Vector(
            shows="old firmware, sent because its interrupt pin was pulled",
            frame="0d48 0320 01",
            port=2,
            says=(Measurement(kind=Kind.ALARM, battery_v=3.4, distance_mm=800),),
        ),
        Vector(
            shows="old firmware that finds no ultrasonic part",
            frame="0d48 00 00",
            port=2,
            says=(Measurement(battery_v=3.4, no_level_reason=NoLevelReason.NO_SENSOR),),
        ),
        Vector(
            shows="batched: two distances, the newest last, then interrupt, probe, part found",
            frame="1d48 000000000000 0320 0316 00 00d2 01",
            port=2,
            says=(
                Measurement(kind=Kind.HISTORY, distance_mm=800),
                Measurement(battery_v=3.4, distance_mm=790, temperature_c=21.0),
            ),
        ),
        Vector(
            shows="one record of its log",
            frame="0d48 0320 00d2 40 68a4e800",
            port=3,
            says=(
                Measurement(
                    kind=Kind.HISTORY,
                    measured_at=datetime(2025, 8, 19, 21, 9, 20, tzinfo=UTC),
                    battery_v=3.4,
                    distance_mm=800,
                    temperature_c=21.0,
                ),
            ),
        ),
        Vector(
            shows="its state, which it sends after joining",
            frame="27 0110 01 ff 0d48",
            port=5,
            says=(
                Measurement(
                    kind=Kind.CONFIG, battery_v=3.4, no_level_reason=NoLevelReason.NOT_MEASURED
                ),
            ),
        ),
        Vector(
            shows="NB-IoT: no port",
            frame="f12345678901 0078 0ce4 15 03e8 00",
            port=None,
            says=(Measurement(battery_v=3.3, distance_mm=1000),),
        ),
    ),
)
