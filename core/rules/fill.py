"""What a distance means, and whether a measurement can be trusted."""

from datetime import datetime, timedelta

from core.bins import Geometry
from core.readings import Trust

FLOOR_TOLERANCE = 1.10
"""A distance up to 10 % beyond the floor is an empty bin with a warped floor, not a fault."""


def fill_from_distance(distance_mm: float, geometry: Geometry) -> float:
    """Return the fill in percent for a distance from lid to content.

    clamp((empty - d) / (empty - full)), the form all distance sensors of the field share.
    """
    span_mm = geometry.empty_distance_mm - geometry.full_distance_mm
    return min(100.0, max(0.0, 100 * (geometry.empty_distance_mm - distance_mm) / span_mm))


def judge(
    *,
    measured_at: datetime,
    received_at: datetime,
    fill_pct: float | None,
    distance_mm: float | None,
    tilted: bool | None,
    geometry: Geometry | None,
    clock_tolerance: timedelta,
) -> tuple[float | None, Trust]:
    """Return what one measurement says about the fill, and whether to believe it.

    A device that reports a fill itself is taken at its word; a distance needs the bin's geometry.
    The fill is given for untrusted measurements too, so that people can see what was said.
    """
    fill = fill_pct
    if fill is None and distance_mm is not None and geometry is not None:
        fill = fill_from_distance(distance_mm, geometry)
    if measured_at > received_at + clock_tolerance:
        return fill, Trust.CLOCK_AHEAD
    if tilted:
        return fill, Trust.TILTED
    if fill is None:
        return None, Trust.NO_GEOMETRY
    if (
        fill_pct is None
        and distance_mm is not None
        and geometry is not None
        and distance_mm > geometry.empty_distance_mm * FLOOR_TOLERANCE
    ):
        return fill, Trust.OUT_OF_RANGE
    return fill, Trust.TRUSTED
