"""A reading: when it was measured, when it arrived, what the device said, what that means."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.records import record


class Kind(StrEnum):
    """What sort of frame a measurement came in."""

    READING = "reading"
    """Sent by the clock, or because somebody asked."""
    ALARM = "alarm"
    """Sent because something happened; usually without battery and the rest."""
    HISTORY = "history"
    """Measured earlier, kept by the device and sent now."""
    HEARTBEAT = "heartbeat"
    """Alive, and no level in it."""
    STATUS = "status"
    """What the network server says of the device: its battery."""
    JOIN = "join"
    """The device was switched on or has joined the network."""
    CONFIG = "config"
    """An answer about the device's own settings."""


class NoLevelReason(StrEnum):
    """Why a measurement says nothing about the level, as the device itself tells it."""

    NOT_MEASURED = "not_measured"
    """A frame that has no place for a level, or leaves it out: join, heartbeat, status."""
    NO_TARGET = "no_target"
    """No echo came back."""
    TOO_FEW_SAMPLES = "too_few_samples"
    """Echoes, but too few of them agreed."""
    BLIND_ZONE = "blind_zone"
    """Something is nearer than the sensor can see."""
    TILTED = "tilted"
    """The device does not measure while it is tilted."""
    DISABLED = "disabled"
    """Somebody has switched the measuring off."""
    NO_SENSOR = "no_sensor"
    """The device does not find its own measuring part."""
    SENSOR_FAULT = "sensor_fault"
    """The measuring part reports a fault of its own."""
    UNKNOWN_TIME = "unknown_time"
    """There is a level, measured some time before the frame was sent; nobody knows when."""


class Trust(StrEnum):
    """Whether a reading may move a bin's state and a plan; anything but TRUSTED says why not."""

    TRUSTED = "trusted"
    NOT_MEASURED = "not_measured"
    """There is no level in it, and none was to be expected."""
    UNKNOWN_TIME = "unknown_time"
    """Kept by a device without a clock: nobody knows when it was measured."""
    NO_TARGET = "no_target"
    """The sensor got no echo, or too few."""
    SENSOR_FAULT = "sensor_fault"
    """The device says that it is broken."""
    TILTED = "tilted"
    """The sensor says it does not look straight down."""
    CLOCK_AHEAD = "clock_ahead"
    """Measured later than it arrived: the device's clock is wrong."""
    NO_CALIBRATION = "no_calibration"
    """A distance without the bin's empty and full distance means nothing yet."""
    BLIND_ZONE = "blind_zone"
    """Nearer than this sensor can see in this bin."""
    OUT_OF_RANGE = "out_of_range"
    """A distance the bin cannot have: well below its floor."""
    SPIKE = "spike"
    """A jump that no reading has confirmed yet."""
    ZERO_FOR_MISSING = "zero_for_missing"
    """A sudden exact zero that no reading has confirmed yet: many sources write 0 for "none"."""
    STUCK = "stuck"
    """The sensor has said exactly the same for too long."""

    @property
    def claims_a_level(self) -> bool:
        """Tell whether a level was to be expected, so that distrust of it means something."""
        return self not in _NO_CLAIM


@record
class Reading:
    """One measurement, assigned to its bin. (sensor_id, measured_at) identifies it.

    ``fill_pct`` is 0 to 100 of what the bin may hold, or None where the measurement says nothing
    about it. The raw values are kept as the device said them, with the version of the bin's
    calibration that was applied (None: none was needed, or there was none), so that a corrected
    calibration can compute the fill anew.
    """

    sensor_id: str
    bin_id: str
    measured_at: datetime
    received_at: datetime
    fill_pct: float | None
    trust: Trust
    kind: Kind = Kind.READING
    no_level_reason: NoLevelReason | None = None
    calibration_version: int | None = None
    raw_fill_pct: float | None = None
    raw_distance_mm: int | None = None
    battery_v: float | None = None
    battery_pct: float | None = None
    temperature_c: float | None = None
    tilted: bool | None = None


_NO_CLAIM = frozenset({Trust.NOT_MEASURED, Trust.UNKNOWN_TIME})


class RejectReason(StrEnum):
    """Why a message (or some readings in it) could not be used and was set aside."""

    TOPIC = "topic"
    ENVELOPE = "envelope"
    """What a network server wraps around a device's bytes is not as it should be."""
    SIMULATED = "simulated"
    """The network server says that nobody measured this."""
    RATE = "rate"
    """The sensor sends more often than any sensor needs to."""
    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    INVALID_READING = "invalid_reading"
    IMPLAUSIBLE_TIME = "implausible_time"
    UNREADABLE_FRAME = "unreadable_frame"
    """The device's bytes do not fit the table of its make."""
    UNKNOWN_DEVICE = "unknown_device"
    """Nobody said of which make the sensor is, so its bytes mean nothing yet."""
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
    sensor_id: str | None = None
    """Whose message it is, where it says so."""
