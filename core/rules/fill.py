"""What a distance means, and whether a measurement can be trusted."""

from datetime import datetime, timedelta

from core.bins import Calibration
from core.measurements import Measurement
from core.readings import NoLevelReason, Trust

FLOOR_TOLERANCE = 1.10
"""A distance up to 10 % beyond the floor is an empty bin with a warped floor, not a fault."""


def fill_from_distance(distance_mm: float, calibration: Calibration) -> float | None:
    """Return the fill in percent for a distance from lid to content; None without distances.

    clamp((empty - d) / (empty - full)), the form all distance sensors of the field share.
    """
    empty_mm, full_mm = calibration.empty_distance_mm, calibration.full_distance_mm
    if empty_mm is None or full_mm is None:
        return None
    return min(100.0, max(0.0, 100 * (empty_mm - distance_mm) / (empty_mm - full_mm)))


def fill_said(
    fill_pct: float | None, distance_mm: float | None, calibration: Calibration | None
) -> float | None:
    """Return the fill in percent that a measurement means in this bin; None where it means none.

    A distance counts where the bin has its distances: they can be corrected, a device's own
    arithmetic cannot. Else the device's fill, put right by what its "100 %" means here.
    """
    if distance_mm is not None and calibration is not None:
        measured = fill_from_distance(distance_mm, calibration)
        if measured is not None:
            return measured
    if fill_pct is None:
        return None
    vendor_full_pct = 100.0 if calibration is None else calibration.vendor_full_pct
    return min(100.0, max(0.0, fill_pct * vendor_full_pct / 100))


_OF_REASON = {
    NoLevelReason.NOT_MEASURED: Trust.NOT_MEASURED,
    NoLevelReason.DISABLED: Trust.NOT_MEASURED,
    NoLevelReason.UNKNOWN_TIME: Trust.UNKNOWN_TIME,
    NoLevelReason.NO_TARGET: Trust.NO_TARGET,
    NoLevelReason.TOO_FEW_SAMPLES: Trust.NO_TARGET,
    NoLevelReason.BLIND_ZONE: Trust.BLIND_ZONE,
    NoLevelReason.TILTED: Trust.TILTED,
    NoLevelReason.NO_SENSOR: Trust.SENSOR_FAULT,
    NoLevelReason.SENSOR_FAULT: Trust.SENSOR_FAULT,
}


def judge(
    measurement: Measurement,
    *,
    measured_at: datetime,
    received_at: datetime,
    calibration: Calibration | None,
    clock_tolerance: timedelta,
) -> tuple[float | None, Trust]:
    """Return what one measurement says about the fill, and whether to believe it by itself.

    The fill is given for untrusted measurements too, so that people can see what was said. Of
    several things that are wrong the first counts: the clock (the fill may be right and is for
    another time), what the device itself says, then what the bin's calibration says.
    """
    fill_pct = fill_said(measurement.fill_pct, measurement.distance_mm, calibration)
    if measured_at > received_at + clock_tolerance:
        return fill_pct, Trust.CLOCK_AHEAD
    if measurement.no_level_reason is not None:
        return fill_pct, _OF_REASON[measurement.no_level_reason]
    if measurement.tilted:
        return fill_pct, Trust.TILTED
    if fill_pct is None:
        said = measurement.distance_mm is not None
        return None, Trust.NO_CALIBRATION if said else Trust.NOT_MEASURED
    return fill_pct, _within_bounds(measurement, calibration)


def _within_bounds(measurement: Measurement, calibration: Calibration | None) -> Trust:
    distance_mm = measurement.distance_mm
    if distance_mm is not None and calibration is not None:
        if distance_mm < calibration.blind_zone_mm:
            return Trust.BLIND_ZONE
        if calibration.empty_distance_mm is not None:
            if distance_mm <= 0:  # no sensor measures 0 mm: some send it for nothing seen
                return Trust.BLIND_ZONE
            too_far = distance_mm > calibration.empty_distance_mm * FLOOR_TOLERANCE
            return Trust.OUT_OF_RANGE if too_far else Trust.TRUSTED
    said_pct = measurement.fill_pct
    if said_pct is not None and not 0 <= said_pct <= 100:
        return Trust.OUT_OF_RANGE
    return Trust.TRUSTED
