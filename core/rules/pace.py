"""How fast a bin fills as its sensor sees it, so that rules know what filling explains."""

from datetime import datetime

from core.rules.track import Track, TrackChanges
from core.rules.trust_limits import TrustLimits


def fast_pct_per_h(track: Track, limits: TrustLimits) -> float:
    """Return the points in an hour that filling explains: some times what the bin usually gains.

    A paper bin in a busy street does in two hours what a glass bin does not in a week.
    """
    gain = track.gain_pct_per_h
    if gain is None:
        return limits.first_fast_pct_per_h
    return max(limits.least_fast_pct_per_h, limits.fast_factor * gain)


def note_gain(
    track: Track, fill_pct: float, at: datetime, limits: TrustLimits, changes: TrackChanges
) -> None:
    """Draw the usual gain towards the step from the track's level to a newer trusted one.

    The mean is exponential with ``fast_window_days`` as its time constant. Falls that may be
    emptyings are passed over; small ones count, since they cancel the noise of the small rises.
    """
    level_at, level_pct = track.level_at, track.level_pct
    if level_at is None or level_pct is None:
        return
    rise_pct = fill_pct - level_pct
    if rise_pct <= -limits.emptying_drop_pct:
        return
    hours = (at - level_at).total_seconds() / 3600
    share = min(1.0, hours / (24 * limits.fast_window_days))
    gain = track.gain_pct_per_h
    if gain is None:
        gain = limits.first_fast_pct_per_h / limits.fast_factor
    changes["gain_pct_per_h"] = max(0.0, gain + share * (rise_pct / hours - gain))


def is_jump(track: Track, rise_pct: float, hours: float, limits: TrustLimits) -> bool:
    """Tell whether a rise is more than filling explains."""
    return rise_pct > limits.spike_rise_pct and (
        rise_pct > limits.spike_rise_pct + fast_pct_per_h(track, limits) * hours
    )


def came_back(
    track: Track, rise_pct: float, still_missing_pct: float, hours: float, limits: TrustLimits
) -> bool:
    """Tell whether a level rose at one go, faster than by filling, to where it was before.

    ``still_missing_pct`` is how far it is now below where it was.
    """
    if abs(still_missing_pct) > limits.bounce_pct:
        return False
    return rise_pct > limits.bounce_pct + fast_pct_per_h(track, limits) * hours
