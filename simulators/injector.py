"""Wrongs one sensor's readings at the rates a tester asked for, and counts exactly."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from simulators.faults import Fault
from simulators.messages import Delivery, Expected, reading_text, wire_time
from simulators.world import Measurement

CLOCK_AHEAD_BY = timedelta(hours=1)
"""At least; Brimful keeps what is less than a day ahead, and does not trust it."""
LATE_BY_READINGS = (2, 12)
STUCK_H, SILENT_H = (12, 120), (24, 72)


@dataclass(kw_only=True)
class FaultInjector:
    """Passes one sensor's measurements on, some of them wronged. Everything follows from rng.

    ``speed`` shortens stuck and silent spells where the town's time runs faster than ours.
    ``happened`` counts the readings each fault hit; sensors may share one counter.
    """

    sensor_id: str
    rng: Random
    rates: Mapping[Fault, float]
    speed: float = 1.0
    happened: Counter[Fault] = field(default_factory=Counter)
    _stuck: Measurement | None = None
    _stuck_until: datetime | None = None
    _silent_until: datetime | None = None
    _times_ahead: int = 0
    _held: list[tuple[int, Delivery]] = field(default_factory=list)
    """What is sent later, with the number of this sensor's readings that go first."""

    def deliver(self, measurement: Measurement, *, now: datetime) -> list[Delivery]:
        """Return what goes out ``now``: none while silent, two for a duplicate, held ones when due.

        Measurements come in order of time, at whole milliseconds, no two of the same moment.
        """
        released = self._released()
        return [*self._wronged(measurement, now), *released]

    def flush(self) -> list[Delivery]:
        """Return what is still held back; then everything measured was sent or withheld."""
        held, self._held = self._held, []
        return [delivery for _, delivery in held]

    def deliver_all(
        self, measurements: Iterable[Measurement], *, now: datetime
    ) -> Iterator[Delivery]:
        """Pass a whole history on that is sent ``now``, what was held back included."""
        for measurement in measurements:
            yield from self.deliver(measurement, now=now)
        yield from self.flush()

    def _wronged(self, measurement: Measurement, now: datetime) -> list[Delivery]:
        at = measurement.measured_at
        if self._silent_until is not None and at < self._silent_until:
            self.happened[Fault.SILENT] += 1
            return []
        if self._stuck is not None and self._stuck_until is not None and at < self._stuck_until:
            self.happened[Fault.STUCK] += 1
            return [self._good(_with_values_of(measurement, self._stuck))]
        fault = self._drawn()
        if fault is None:
            return [self._good(measurement)]
        self.happened[fault] += 1
        return self._effects()[fault](measurement, now)

    def _effects(self) -> Mapping[Fault, Callable[[Measurement, datetime], list[Delivery]]]:
        return {
            Fault.LATE: self._late,
            Fault.DUPLICATE: self._duplicate,
            Fault.OUT_OF_ORDER: self._out_of_order,
            Fault.GARBLED: self._garbled,
            Fault.UNKNOWN_SENSOR: self._unknown_sensor,
            Fault.CLOCK_AHEAD: self._clock_ahead,
            Fault.STUCK: self._stuck_from,
            Fault.SPIKE: self._spike,
            Fault.TILTED: self._tilted,
            Fault.SILENT: self._silent,
            Fault.ZERO_FOR_MISSING: self._zero_for_missing,
        }

    def _late(self, measurement: Measurement, _now: datetime) -> list[Delivery]:
        self._held.append((self.rng.randint(*LATE_BY_READINGS), self._good(measurement)))
        return []

    def _out_of_order(self, measurement: Measurement, _now: datetime) -> list[Delivery]:
        self._held.append((1, self._good(measurement)))
        return []

    def _duplicate(self, measurement: Measurement, _now: datetime) -> list[Delivery]:
        good = self._good(measurement)
        return [good, replace(good, expected=Expected.DUPLICATE)]

    def _silent(self, measurement: Measurement, _now: datetime) -> list[Delivery]:
        self._silent_until = measurement.measured_at + self._spell(SILENT_H)
        return []

    def _stuck_from(self, measurement: Measurement, _now: datetime) -> list[Delivery]:
        self._stuck = measurement
        self._stuck_until = measurement.measured_at + self._spell(STUCK_H)
        return [self._good(measurement)]

    def _garbled(self, measurement: Measurement, _now: datetime) -> list[Delivery]:
        text = _garbled_text(self.rng, measurement)
        return [Delivery(sensor_id=self.sensor_id, text=text, expected=Expected.UNREADABLE)]

    def _unknown_sensor(self, measurement: Measurement, _now: datetime) -> list[Delivery]:
        return [
            Delivery(
                sensor_id=f"{self.sensor_id}-unregistered",
                text=reading_text(measurement),
                expected=Expected.UNKNOWN_SENSOR,
            )
        ]

    def _clock_ahead(self, measurement: Measurement, now: datetime) -> list[Delivery]:
        # Each further than the last, and off the whole milliseconds that right clocks show: no
        # two readings of a sensor may carry the same time, or they would be one.
        self._times_ahead += 1
        ahead = max(now, measurement.measured_at) + CLOCK_AHEAD_BY
        ahead = ahead.replace(microsecond=1) + timedelta(seconds=self._times_ahead)
        return [self._good(replace(measurement, measured_at=ahead))]

    def _spike(self, measurement: Measurement, _now: datetime) -> list[Delivery]:
        return [self._good(_with_fill(measurement, self.rng.uniform(0, 100)))]

    def _zero_for_missing(self, measurement: Measurement, _now: datetime) -> list[Delivery]:
        return [self._good(_zeroed(measurement))]

    def _tilted(self, measurement: Measurement, _now: datetime) -> list[Delivery]:
        return [self._good(measurement, tilted=True)]

    def _good(self, measurement: Measurement, *, tilted: bool = False) -> Delivery:
        return Delivery(sensor_id=self.sensor_id, text=reading_text(measurement, tilted=tilted))

    def _drawn(self) -> Fault | None:
        """Draw at most one fault for a reading."""
        left = self.rng.random()
        for fault, rate in self.rates.items():
            left -= rate
            if left < 0:
                return fault
        return None

    def _released(self) -> list[Delivery]:
        waiting = [(n - 1, delivery) for n, delivery in self._held]
        self._held = [(n, delivery) for n, delivery in waiting if n > 0]
        return [delivery for n, delivery in waiting if n <= 0]

    def _spell(self, hours: tuple[float, float]) -> timedelta:
        return timedelta(hours=self.rng.uniform(*hours)) / self.speed


def _with_values_of(measurement: Measurement, other: Measurement) -> Measurement:
    return replace(measurement, fill_pct=other.fill_pct, distance_mm=other.distance_mm)


def _with_fill(measurement: Measurement, share_pct: float) -> Measurement:
    """Return any value at all; for a distance, between the lid and three metres below."""
    if measurement.distance_mm is not None:
        return replace(measurement, distance_mm=round(30 * share_pct))
    return replace(measurement, fill_pct=round(share_pct, 1))


def _zeroed(measurement: Measurement) -> Measurement:
    if measurement.distance_mm is not None:
        return replace(measurement, distance_mm=0)
    return replace(measurement, fill_pct=0.0)


def _garbled_text(rng: Random, measurement: Measurement) -> str:
    """Return a payload nobody can use, different from every other of this sensor.

    The same bytes on the same topic are one message to whoever counts; the time of the
    measurement stays in them and keeps them apart.
    """
    at = wire_time(measurement.measured_at)
    naive = at.partition("+")[0]
    return rng.choice(
        (
            f'{{"measured_at": "{at}", "fill_p',
            f"\u00ff\u0000{at}\u0007 AT+NSEND=1,3,ERR",
            f"measured_at={at};fill_pct=62",
            json.dumps({"measured_at": at, "fill_pct": 187.0}),
            json.dumps({"measured_at": at, "fill_pct": "87"}),
            json.dumps({"measured_at": at, "distance_mm": -3}),
            json.dumps({"measured_at": at, "battery_v": 3.6}),
            json.dumps({"measured_at": f"{naive} local", "fill_pct": 50.0}),
        )
    )
