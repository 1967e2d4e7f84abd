"""What goes to the broker: deliveries of single readings, packed into MQTT messages."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.wire import readings_topic
from simulators.world import Measurement

READINGS_PER_BACKFILL_MESSAGE = 200
"""About 20 kB: small enough for any broker's packet limit."""


class Expected(StrEnum):
    """What Brimful should make of a delivery."""

    STORED = "stored"
    UNREADABLE = "unreadable"
    """Set aside: no JSON, or no valid reading."""
    UNKNOWN_SENSOR = "unknown_sensor"
    """Set aside: nobody registered this sensor."""
    CONFLICTING = "conflicting"
    """Set aside: the sensor said something else for the same moment before."""
    TOO_OLD = "too_old"
    """Set aside: measured longer ago than Brimful takes."""
    DUPLICATE = "duplicate"
    """Sent before, byte for byte: nothing new is stored."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One reading (or what a fault made of it) on its way. ``text`` is its JSON, or not JSON."""

    sensor_id: str
    text: str
    expected: Expected = Expected.STORED


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One MQTT message; ``counts`` says how many deliveries of which kind are in it."""

    topic: str
    payload: bytes
    counts: dict[Expected, int]


def reading_text(measurement: Measurement, *, tilted: bool = False) -> str:
    """Return the JSON object of one reading on the wire."""
    reading: dict[str, object] = {"measured_at": wire_time(measurement.measured_at)}
    if measurement.fill_pct is not None:
        reading["fill_pct"] = measurement.fill_pct
    if measurement.distance_mm is not None:
        reading["distance_mm"] = measurement.distance_mm
    reading["battery_v"] = measurement.battery_v
    reading["temperature_c"] = measurement.temperature_c
    if tilted:
        reading["tilted"] = True
    return json.dumps(reading)


def wire_time(at: datetime) -> str:
    """Return a time as RFC 3339 with offset."""
    return at.isoformat()


def single(delivery: Delivery) -> Message:
    """Return the message of a device that reports one reading at a time."""
    return Message(
        topic=readings_topic(delivery.sensor_id),
        payload=delivery.text.encode(),
        counts={delivery.expected: 1},
    )


def packed(deliveries: Iterable[Delivery]) -> Iterator[Message]:
    """Pack one sensor's deliveries into arrays of up to 200, as a device does that catches up.

    What cannot be read, and what comes from an unknown sensor, goes alone: a message that is set
    aside then counts for exactly one reading.
    """
    waiting: list[Delivery] = []
    for delivery in deliveries:
        if delivery.expected in {Expected.UNREADABLE, Expected.UNKNOWN_SENSOR}:
            yield single(delivery)
            continue
        if waiting and (
            len(waiting) == READINGS_PER_BACKFILL_MESSAGE
            or waiting[0].sensor_id != delivery.sensor_id
        ):
            yield _array(waiting)
            waiting = []
        waiting.append(delivery)
    if waiting:
        yield _array(waiting)


def _array(deliveries: list[Delivery]) -> Message:
    counts: dict[Expected, int] = {}
    for delivery in deliveries:
        counts[delivery.expected] = counts.get(delivery.expected, 0) + 1
    return Message(
        topic=readings_topic(deliveries[0].sensor_id),
        payload=f"[{','.join(d.text for d in deliveries)}]".encode(),
        counts=counts,
    )
