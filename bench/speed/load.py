"""What is published: a town whose bins fill and are emptied, the same messages for everybody."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from core.registry import BinRecord, DepotRecord, Registry, SensorRecord
from core.wire import readings_topic

STEP = timedelta(minutes=15)
"""A sensor measures so often."""
_RISE_PCT = 1.3
"""In one step. A bin is emptied when it would be over 90 %."""
_EMPTIED_AT_PCT = 90.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """A backlog: ``messages`` from ``sensors`` in turn, each with so many readings.

    The newest reading is measured at ``end``; every reading is unique.
    """

    messages: int
    per_message: int
    sensors: int
    end: datetime

    @property
    def readings(self) -> int:
        """How many readings it holds."""
        return self.messages * self.per_message

    def as_json(self) -> dict[str, Any]:
        """Return it for a process of its own."""
        return {**asdict(self), "end": self.end.isoformat()}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Self:
        """Read what ``as_json`` wrote."""
        return cls(**{**document, "end": datetime.fromisoformat(document["end"])})

    def measured(self, message: int) -> Iterator[tuple[datetime, float]]:
        """Yield time and fill of a message's readings, oldest first."""
        steps = -(-self.messages // self.sensors) * self.per_message
        sensor, first = message % self.sensors, message // self.sensors * self.per_message
        for step in range(first, first + self.per_message):
            # no two sensors measure in the same moment, and no two bins are equally full
            at = self.end - (steps - 1 - step) * STEP - timedelta(milliseconds=100 * sensor)
            yield at, round((step * _RISE_PCT + sensor * 7) % _EMPTIED_AT_PCT, 1)

    def topic(self, message: int) -> str:
        """Return the topic of a message."""
        return readings_topic(sensor_id(message % self.sensors))

    def payload(self, message: int) -> bytes:
        """Return what the sensor writes."""
        parts = [
            f'{{"measured_at":"{at.isoformat()}","fill_pct":{fill_pct},'
            f'"battery_v":3.58,"temperature_c":11.5}}'
            for at, fill_pct in self.measured(message)
        ]
        return (parts[0] if self.per_message == 1 else f"[{','.join(parts)}]").encode()

    def registry(self) -> Registry:
        """Return the town in which every sensor sits in its bin since long ago."""
        mounted_at = self.end - timedelta(days=3_000)
        return Registry(
            depots=[DepotRecord(depot_id="bench", name="Bench", lon=14.4, lat=50.1)],
            bins=[
                BinRecord(
                    bin_id=bin_id(n),
                    name=f"Street {n}",
                    stream="paper",
                    capacity_l=1_100,
                    depot_id="bench",
                )
                for n in range(self.sensors)
            ],
            sensors=[
                SensorRecord(sensor_id=sensor_id(n), bin_id=bin_id(n), mounted_at=mounted_at)
                for n in range(self.sensors)
            ],
        )


def sensor_id(n: int) -> str:
    """Name the n-th sensor, as long as a DevEUI."""
    return f"{n:016x}"


def bin_id(n: int) -> str:
    """Name the n-th bin."""
    return f"bin-{n:05d}"
