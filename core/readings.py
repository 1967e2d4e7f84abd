"""A reading: when it was measured, when it arrived, what the device said, what that means."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Trust(StrEnum):
    """Whether a reading may move a bin's state and a plan; anything but TRUSTED says why not."""

    TRUSTED = "trusted"
    TILTED = "tilted"
    """The sensor says it does not look straight down."""
    CLOCK_AHEAD = "clock_ahead"
    """Measured later than it arrived: the device's clock is wrong."""
    NO_GEOMETRY = "no_geometry"
    """A distance without the bin's empty and full distance means nothing yet."""
    OUT_OF_RANGE = "out_of_range"
    """A distance the bin cannot have: well below its floor."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One measurement, assigned to its bin. (sensor_id, measured_at) identifies it.

    ``fill_pct`` is 0 to 100 of what the bin may hold, or None where the measurement says nothing
    about it. The raw values are kept as the device said them.
    """

    sensor_id: str
    bin_id: str
    measured_at: datetime
    received_at: datetime
    fill_pct: float | None
    trust: Trust
    raw_fill_pct: float | None = None
    raw_distance_mm: int | None = None
    battery_v: float | None = None
    battery_pct: float | None = None
    temperature_c: float | None = None
    tilted: bool | None = None


class RejectReason(StrEnum):
    """Why a message (or some readings in it) could not be used and was set aside."""

    TOPIC = "topic"
    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    INVALID_READING = "invalid_reading"
    IMPLAUSIBLE_TIME = "implausible_time"
    UNKNOWN_SENSOR = "unknown_sensor"
    NOT_MOUNTED = "not_mounted"
    CONFLICTING_READING = "conflicting_reading"
    """The sensor said something else for the same moment before."""
    STORAGE_REFUSED = "storage_refused"
    """The database refuses just this message; a bug worth a look, and nothing is lost."""
    UNEXPECTED_ERROR = "unexpected_error"
    """Brimful itself fails on just this message; a bug worth a report, and nothing is lost."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejection:
    """A message set aside as received, so that it can be replayed after a fix.

    ``readings`` counts the unusable readings in it; a message that cannot be read at all
    counts as one.
    """

    topic: str
    payload: bytes
    received_at: datetime
    reason: RejectReason
    detail: str
    readings: int = 1
