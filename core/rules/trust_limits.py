"""From where on a reading is doubted, a sensor ill, a fall an emptying; docs/trust.md says why."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class TrustLimits:
    """The thresholds of the rules that look back; core.trust_settings tells each one's source.

    Percents are points of fill, 0 to 100, but for the battery's.
    """

    doubt_interval_h: float = 12.0
    """Only where the next reading usually comes within this time, it is waited for."""
    spike_rise_pct: float = 40.0
    """A rise up to this is never doubted."""
    fast_factor: float = 3.0
    fast_window_days: float = 7.0
    """On top of it, in each hour so many times what the bin usually gained in this window."""
    first_fast_pct_per_h: float = 7.0
    """Until that is known ..."""
    least_fast_pct_per_h: float = 1.0
    """... and for bins that hardly fill."""
    confirm_within_pct: float = 15.0
    """A doubted reading is confirmed by a next one as near as this."""
    zero_drop_pct: float = 10.0
    """An exact zero is doubted when it comes from a level at least this high."""

    stuck_h: float = 96.0
    stuck_readings: int = 24
    """Exactly the same value for so long and so often is no measuring any more."""
    stuck_at_end_h: float = 168.0
    stuck_at_end_readings: int = 48
    """The same at 0 and at 100 %, where a bin that is empty or overfull does stand still."""

    emptying_drop_pct: float = 20.0
    """A fall of at least this ..."""
    emptying_left_share: float = 0.5
    """... that leaves at most this share of what was in the bin is an emptying."""
    bounce_h: float = 12.0
    bounce_pct: float = 10.0
    """A level that comes back at one go within this time, as near as this, refutes it."""

    silent_h: float = 24.0
    silent_intervals: float = 4.0
    """A sensor is silent after this time, and not before so many of its usual intervals."""
    fault_readings: int = 2
    """So many untrusted readings of one sort in a row are a state, fewer are an event."""
    erratic_share: float = 0.05
    """A sensor is erratic when so many of its last levels were refuted by the next one."""

    battery_low_pct: float = 20.0
    battery_low_v: float = 2.75
    """A battery below either is low."""
    battery_window_days: float = 14.0
    """Time over which its fall is smoothed."""
    battery_falling_days: float = 60.0
    """It is falling when it will be low within this time at its present pace."""


DEFAULT_LIMITS = TrustLimits()
