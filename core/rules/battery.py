"""How a sensor's battery does over the weeks."""

from datetime import datetime

from core.readings import Reading
from core.rules.track import Track, TrackChanges
from core.rules.trust_limits import TrustLimits

SMALLEST_FALL_V = 0.1
SMALLEST_FALL_PCT = 3.0
"""Less than this is the weather: a cell gives a tenth of a volt less on a cold night."""


def note_battery(
    track: Track, reading: Reading, at: datetime, limits: TrustLimits, changes: TrackChanges
) -> None:
    """Remember the battery, and draw the mean of the last weeks towards it.

    The mean is exponential with ``battery_window_days`` as its time constant: of a steady fall it
    lags behind by what is lost in one window.
    """
    share = 1.0
    if track.battery_at is not None:
        days = (at - track.battery_at).total_seconds() / 86_400
        share = min(1.0, days / limits.battery_window_days)
    changes["battery_at"] = at
    battery_v, battery_pct = track.battery_v, track.battery_pct
    if reading.battery_v is not None:
        battery_v = changes["battery_v"] = reading.battery_v
        changes["battery_was_v"] = _drawn(track.battery_was_v, battery_v, share)
    if reading.battery_pct is not None:
        battery_pct = changes["battery_pct"] = reading.battery_pct
        changes["battery_was_pct"] = _drawn(track.battery_was_pct, battery_pct, share)
    if not is_low(battery_v, battery_pct, limits):
        if track.battery_low_since is not None:
            changes["battery_low_since"] = None
    elif track.battery_low_since is None:
        changes["battery_low_since"] = at


def _drawn(was: float | None, now: float, share: float) -> float:
    return now if was is None else was + share * (now - was)


def is_low(battery_v: float | None, battery_pct: float | None, limits: TrustLimits) -> bool:
    """Tell whether either figure is below its limit; a missing one says nothing."""
    return (battery_pct is not None and battery_pct < limits.battery_low_pct) or (
        battery_v is not None and battery_v < limits.battery_low_v
    )


def days_left(track: Track, limits: TrustLimits) -> float | None:
    """Return in how many days the battery will be low at its present pace; None: not falling.

    A charge in percent counts before a voltage, which hardly tells a lithium cell's charge.
    """
    if track.battery_pct is not None:
        was, now = track.battery_was_pct, track.battery_pct
        low, smallest = limits.battery_low_pct, SMALLEST_FALL_PCT
    elif track.battery_v is not None:
        was, now = track.battery_was_v, track.battery_v
        low, smallest = limits.battery_low_v, SMALLEST_FALL_V
    else:
        return None
    if was is None or was - now < smallest:
        return None
    return max(0.0, now - low) / (was - now) * limits.battery_window_days
