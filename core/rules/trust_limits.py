"""From where on a reading is doubted, a sensor ill, a fall an emptying; docs/trust.md says why."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class TrustLimits:
    """The thresholds of the rules that look back. The settings ``trust_*`` tell each one's source.

    Percents are points of fill, 0 to 100.
    """

    spike_rise_pct: float = 40.0
    """A rise up to this is never doubted."""
    fastest_pct_per_h: float = 7.0
    """On top of it, what the busiest bins gain."""
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
    """A rise by more than this, beyond what filling explains and so soon after it, is a bounce."""

    silent_h: float = 24.0
    silent_intervals: float = 4.0
    """A sensor is silent after this time, and not before so many of its usual intervals."""
    erratic_readings: int = 5
    """So many readings in a row that do not fit one another."""

    battery_low_pct: float = 15.0
    battery_low_v: float = 3.0
    battery_window_days: float = 14.0
    battery_falling_days: float = 60.0
    """At the pace of the last weeks it is empty within these days."""


DEFAULT_LIMITS = TrustLimits()
