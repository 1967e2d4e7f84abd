"""Which levels wait for the next one, and which next one makes them true."""

from datetime import datetime

from core.readings import Trust
from core.rules.pace import came_back, fast_pct_per_h, is_jump
from core.rules.track import Track
from core.rules.trust_limits import TrustLimits


def why_doubt(
    track: Track, fill_pct: float, at: datetime, interval_s: float | None, limits: TrustLimits
) -> Trust | None:
    """Say why a level needs another one beside it, or None when it can stand alone.

    ``interval_s`` is the usual time between two readings, this one counted in. A sensor that
    speaks once a day is taken at its word: nobody can wait for the next one, and a day explains
    nearly everything.
    """
    level_pct, level_at = track.level_pct, track.level_at
    if level_pct is None or level_at is None:
        return None
    rise_pct = fill_pct - level_pct
    if fill_pct == 0.0 and -rise_pct >= limits.zero_drop_pct:
        doubt = Trust.ZERO_FOR_MISSING
    # asked here as well, to be quick: nearly nothing rises so much
    elif rise_pct > limits.spike_rise_pct and is_jump(
        track, rise_pct, (at - level_at).total_seconds() / 3600, limits
    ):
        doubt = Trust.SPIKE
    else:
        return None
    return doubt if (interval_s or 0.0) <= 3600 * limits.doubt_interval_h else None


def confirms(track: Track, fill_pct: float, at: datetime, limits: TrustLimits) -> bool:
    """Tell whether a level goes with the doubted one rather than with the level before."""
    suspect_pct, suspect_at, level_pct = track.suspect_pct, track.suspect_at, track.level_pct
    if suspect_pct is None or suspect_at is None or level_pct is None:
        return False
    rise_pct = fill_pct - suspect_pct
    hours = (at - suspect_at).total_seconds() / 3600
    if track.suspect_trust is Trust.ZERO_FOR_MISSING:
        # nothing can be below it: either the level is back where it was, or it fills from there
        back = came_back(track, rise_pct, level_pct - fill_pct, hours, limits)
        return not back and not is_jump(track, rise_pct, hours, limits)
    if abs(rise_pct) > abs(fill_pct - level_pct) or rise_pct < -limits.confirm_within_pct:
        return False
    return rise_pct <= limits.confirm_within_pct + fast_pct_per_h(track, limits) * hours
