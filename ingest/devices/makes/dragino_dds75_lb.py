"""Dragino DDS75-LB with the newest firmware: an LDDS75 whose probe counts in hundredths.

The vendor's decoder divides by 10 until 2025 and by 100 since, and in batches and logs by 10
always. Registered as dragino-ldds75, such a device shows a temperature ten times too high.
"""

from core.measurements import Measurement
from core.readings import Kind
from ingest.devices.device import Device, Vector
from ingest.devices.ldds75 import reader

DEVICE = Device(
    name="dragino-dds75-lb",
    title="Dragino DDS75-LB, ultrasonic, probe in hundredths of a degree",
    decode=reader(probe_per_degree=100, make="DDS75-LB"),
    vectors=(
        Vector(
            shows="a reading in frost",
            frame="0d48 04b0 00 fea2 01",
            port=2,
            says=(Measurement(battery_v=3.4, distance_mm=1200, temperature_c=-3.5),),
        ),
        Vector(
            shows="batched, where the probe counts in tenths",
            frame="1d48 000000000000 0320 01 00d2 01",
            port=2,
            says=(
                Measurement(kind=Kind.ALARM, battery_v=3.4, distance_mm=800, temperature_c=21.0),
            ),
        ),
    ),
)
