"""How a sensor's battery does over the weeks."""

from datetime import datetime

from core.readings import Reading
from core.rules.track import Track, TrackChanges
from core.rules.trust_limits import TrustLimits


def note_battery(
    track: Track, reading: Reading, at: datetime, limits: TrustLimits, changes: TrackChanges
) -> None:
    """Remember the battery, and draw the mean of the last weeks towards it.

    The mean is exponential with ``battery_window_days`` as its time constant: of a steady fall it
    lags behind by what is lost in one window, and a cold night hardly moves it.
    """
    if track.battery_at is None:
        changes["battery_since"] = at
        share = 1.0
    else:
        days = (at - track.battery_at).total_seconds() / 86_400
        share = min(1.0, days / limits.battery_window_days)
    changes["battery_at"] = at
    if reading.battery_v is not None:
        changes["battery_v"] = reading.battery_v
        changes["battery_was_v"] = _drawn(track.battery_was_v, reading.battery_v, share)
    if reading.battery_pct is not None:
        changes["battery_pct"] = reading.battery_pct
        changes["battery_was_pct"] = _drawn(track.battery_was_pct, reading.battery_pct, share)


def _drawn(was: float | None, now: float, share: float) -> float:
    return now if was is None else was + share * (now - was)
