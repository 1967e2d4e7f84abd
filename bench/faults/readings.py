"""Numbered readings: each is unique, and a row of the database tells which one it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.registry import BinRecord, DepotRecord, Registry, SensorRecord
from core.wire import readings_topic

STEP = timedelta(minutes=15)
"""A sensor measures so often."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Readings:
    """The readings 0, 1, 2, ... of so many sensors in turn, measured from ``begin`` on.

    ``begin`` must be a whole second. ``instead`` are payloads sent in place of a number's own.
    """

    sensors: int
    begin: datetime
    instead: dict[int, bytes]

    def message(self, number: int) -> tuple[str, bytes]:
        """Return topic and payload."""
        turn, sensor = divmod(number, self.sensors)
        at = self.begin + turn * STEP
        # a bin that fills slowly; no two neighbours are equally full
        fill_pct = (turn * 3 + sensor * 7) % 80 + sensor % 10 / 10
        own = b'{"measured_at":"%s","fill_pct":%.1f,"battery_v":3.58}'
        return (
            readings_topic(sensor_id(sensor)),
            self.instead.get(number) or own % (at.isoformat().encode(), fill_pct),
        )

    def number(self, sensor: str, measured_at: datetime) -> int | None:
        """Return the number of a stored reading; None when it is none of these."""
        turn, rest = divmod(measured_at - self.begin, STEP)
        if rest or turn < 0 or not sensor.startswith("fault-"):
            return None
        return turn * self.sensors + int(sensor.removeprefix("fault-"))

    def town(self) -> Registry:
        """Return the registry in which every sensor has sat in its bin for ten years."""
        mounted_at = self.begin - timedelta(days=3_000)
        return Registry(
            depots=[DepotRecord(depot_id="depot", name="Depot", lon=14.4, lat=50.1)],
            bins=[
                BinRecord(
                    bin_id=f"bin-{n}",
                    name=f"Street {n}",
                    stream="paper",
                    capacity_l=1_100,
                    depot_id="depot",
                )
                for n in range(self.sensors)
            ],
            sensors=[
                SensorRecord(sensor_id=sensor_id(n), bin_id=f"bin-{n}", mounted_at=mounted_at)
                for n in range(self.sensors)
            ],
        )


def sensor_id(n: int) -> str:
    """Name the n-th sensor."""
    return f"fault-{n:05d}"
