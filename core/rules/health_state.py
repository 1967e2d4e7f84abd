"""How a sensor does: one word, since when, and a sentence for those who repair it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HealthState(StrEnum):
    """What is the matter with a sensor; the worst first."""

    RETIRED = "retired"
    NOT_MOUNTED = "not_mounted"
    NEVER_HEARD = "never_heard"
    SILENT = "silent"
    UNREADABLE = "unreadable"
    """It sends, and all of it is set aside."""
    SENSOR_FAULT = "sensor_fault"
    CLOCK_WRONG = "clock_wrong"
    NO_CALIBRATION = "no_calibration"
    TILTED = "tilted"
    NO_TARGET = "no_target"
    BLIND_ZONE = "blind_zone"
    OUT_OF_RANGE = "out_of_range"
    STUCK = "stuck"
    ERRATIC = "erratic"
    """What it says does not fit together, again and again."""
    NO_LEVEL = "no_level"
    """It lives and has stopped saying how full the bin is."""
    BATTERY_LOW = "battery_low"
    BATTERY_FALLING = "battery_falling"
    OK = "ok"

    @property
    def needs_somebody(self) -> bool:
        """Tell whether somebody has to look after the sensor."""
        return self not in {HealthState.OK, HealthState.RETIRED, HealthState.NOT_MOUNTED}


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """A sensor's state; ``since`` is None where nobody can know. ``why`` is for people."""

    state: HealthState
    since: datetime | None
    why: str
