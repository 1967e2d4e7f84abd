"""What is remembered of a sensor between two readings, so that the next one can be judged."""

from dataclasses import dataclass
from datetime import datetime

from core.readings import Trust


@dataclass(frozen=True, kw_only=True, slots=True)
class Track:
    """A sensor in its bin, as far as it was followed; one row of ``sensor_states``.

    Only what is newer than ``newest_at`` is followed: a late reading is judged by itself.
    All of it is None while nothing was heard.
    """

    bin_id: str | None = None
    """The bin it was followed in: in another one everything below begins anew."""
    newest_at: datetime | None = None
    """When the newest reading of any kind was measured."""
    interval_s: float | None = None
    """The usual time between two readings, smoothed."""

    level_at: datetime | None = None
    level_pct: float | None = None
    """The newest trusted level."""

    suspect_at: datetime | None = None
    suspect_pct: float | None = None
    suspect_trust: Trust | None = None
    """A newer reading that is doubted until the next one confirms or refutes it."""

    drop_at: datetime | None = None
    drop_before_pct: float | None = None
    drop_after_pct: float | None = None
    """The newest emptying seen, while it may still turn out to be a bounce."""

    said_fill_pct: float | None = None
    said_distance_mm: int | None = None
    same_since: datetime | None = None
    same_n: int = 0
    """What the device said last, raw; since when, and how many times, exactly that."""

    fault_trust: Trust | None = None
    fault_since: datetime | None = None
    fault_n: int = 0
    """The unbroken run of untrusted readings of one sort that it is in."""

    battery_at: datetime | None = None
    battery_v: float | None = None
    battery_pct: float | None = None
    battery_was_at: datetime | None = None
    battery_was_v: float | None = None
    battery_was_pct: float | None = None
    """The battery now, and about a window earlier."""
