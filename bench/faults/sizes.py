"""How much is published and for how long things stay broken: the full run and the short one."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Sizes:
    """The measures of a run; times in seconds, rates in messages a second."""

    sensors: int
    per_s: float
    """Messages published in a second while something is broken."""
    before_s: float
    """How long all is well before, and again after."""
    kills: int
    """How often the ingester is killed at any moment, besides the one kill amid a transaction."""
    server_away_s: float
    """How long a killed server stays away."""
    network_away_s: float
    disk_full_s: float
    backlog: int
    """Messages that wait for an ingester that was away."""
    backlog_sensors: int
    broker_kills: int
    autosave_s: int | None
    """Seconds between two saves of the broker; None: as shipped."""
    catch_up_limit_s: float


FULL = Sizes(
    sensors=1_000,
    per_s=500,
    before_s=5,
    kills=10,
    server_away_s=20,
    network_away_s=120,
    disk_full_s=30,
    backlog=960_000,
    backlog_sensors=10_000,
    broker_kills=5,
    autosave_s=None,
    catch_up_limit_s=900,
)
SHORT = Sizes(
    sensors=200,
    per_s=400,
    before_s=1,
    kills=1,
    server_away_s=2,
    network_away_s=10,
    disk_full_s=3,
    backlog=20_000,
    backlog_sensors=1_000,
    broker_kills=1,
    autosave_s=2,
    catch_up_limit_s=120,
)
