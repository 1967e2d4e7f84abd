"""What a frame has said so far, and the measurement it comes to.

Values outside what a field can mean are not passed on. A broken battery gauge or probe is left
out (None), because the level beside it is worth more; a level that cannot be is no level, with
SENSOR_FAULT as the reason. The bounds are those of the native message (core.wire).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from core.measurements import Measurement
from core.readings import Kind, NoLevelReason

DISTANCE_MAX_MM = 20_000
BATTERY_MAX_V = 60.0
TEMPERATURE_MIN_C, TEMPERATURE_MAX_C = -80.0, 200.0


@dataclass(slots=True, kw_only=True)
class Draft:
    """Fields put into it what they read; the rest of the names are those of Measurement."""

    measured_at: datetime | None = None
    fill_pct: float | None = None
    distance_mm: int | None = None
    battery_pct: float | None = None
    battery_v: float | None = None
    temperature_c: float | None = None
    tilted: bool | None = None
    no_level_reason: NoLevelReason | None = None

    has_level_field: bool = False
    """There was a place for a level in the frame, whatever stood in it."""
    alarm: bool = False
    joined: bool = False
    answers: bool = False
    """It holds settings of the device."""

    def put_distance_mm(self, distance_mm: int) -> None:
        """Take a distance; one that no sensor can measure is kept and called void.

        At 0 or below (radars are set off by a calibration of their own) something touches the
        sensor: nearer than any can see.
        """
        self.has_level_field = True
        if distance_mm > DISTANCE_MAX_MM:
            return
        self.distance_mm = distance_mm
        if distance_mm <= 0 and self.no_level_reason is None:
            self.no_level_reason = NoLevelReason.BLIND_ZONE

    def put_no_level(self, reason: NoLevelReason) -> None:
        """Take the device's word that it could not measure."""
        self.has_level_field = True
        self.no_level_reason = reason

    def put_fill_pct(self, fill_pct: float) -> None:
        """Take a fill the device has computed."""
        self.has_level_field = True
        if 0 <= fill_pct <= 100:
            self.fill_pct = fill_pct

    def put_battery_pct(self, battery_pct: float) -> None:
        """Take a charge; 255 and the like mean that the device cannot tell."""
        if 0 <= battery_pct <= 100:
            self.battery_pct = battery_pct

    def put_battery_v(self, battery_v: float) -> None:
        """Take a voltage."""
        if 0 <= battery_v <= BATTERY_MAX_V:
            self.battery_v = battery_v

    def put_temperature_c(self, temperature_c: float) -> None:
        """Take a temperature; 3276.7 and the like mean that there is no probe."""
        if isfinite(temperature_c) and TEMPERATURE_MIN_C <= temperature_c <= TEMPERATURE_MAX_C:
            self.temperature_c = temperature_c

    def measurement(self, kind: Kind | None = None) -> Measurement:
        """Return the sum, of the kind that its contents make it unless one is given."""
        return Measurement(
            kind=kind or self._kind(),
            measured_at=self.measured_at,
            fill_pct=self.fill_pct,
            distance_mm=self.distance_mm,
            battery_pct=self.battery_pct,
            battery_v=self.battery_v,
            temperature_c=self.temperature_c,
            tilted=self.tilted,
            no_level_reason=self._reason(),
        )

    def _kind(self) -> Kind:
        if self.alarm:
            return Kind.ALARM
        # a tilted device may leave its level out of what would be a reading
        if self.has_level_field or self.tilted:
            return Kind.READING
        if self.joined:
            return Kind.JOIN
        return Kind.CONFIG if self.answers else Kind.HEARTBEAT

    def _reason(self) -> NoLevelReason | None:
        if self.no_level_reason is not None:
            return self.no_level_reason
        if self.fill_pct is not None or self.distance_mm is not None:
            return None
        if self.tilted:
            return NoLevelReason.TILTED
        if self.has_level_field:
            return NoLevelReason.SENSOR_FAULT
        return NoLevelReason.NOT_MEASURED


def undated(drafts: Sequence[Draft]) -> list[Measurement]:
    """Return measurements that came in one frame without times, the newest last.

    A frame without any contents is a sign of life.
    """
    *earlier, newest = drafts or [Draft()]
    return [*(draft.measurement(Kind.HISTORY) for draft in earlier), newest.measurement()]
