"""How full a bin is, how old that number is and whether it can be trusted."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.bins import Bin


class LevelTrust(StrEnum):
    """What a reader may think of a bin's level now."""

    FRESH = "fresh"
    STALE = "stale"
    """The newest trusted level is older than the operator's limit."""
    UNTRUSTED = "untrusted"
    """Newer readings exist and cannot be trusted; the level shown is the last trusted one."""
    NO_LEVEL = "no_level"
    """Nobody has said anything trusted about this bin yet."""


class LevelSource(StrEnum):
    """Who says so."""

    SENSOR = "sensor"
    CREW = "crew"


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """A bin with its current state. The four state fields are None where there is no level."""

    bin: Bin
    trust: LevelTrust
    fill_pct: float | None
    measured_at: datetime | None
    source: LevelSource | None
    sensor_id: str | None
    battery_v: float | None
    heard_at: datetime | None
    """When anything was last measured in this bin, trusted or not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One trusted point of a bin's fill history."""

    measured_at: datetime
    fill_pct: float
