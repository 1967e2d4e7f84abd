"""Somebody has seen what is the matter with a sensor and says so, until a day."""

from dataclasses import dataclass
from datetime import datetime

from core.rules.health_state import Health, HealthState


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A note on a sensor's trouble: which it was, since when, and until when it may rest.

    ``ended_at`` is when it was taken back or another note took its place; None while neither was.
    """

    sensor_id: str
    health: HealthState
    since: datetime | None
    note: str
    until: datetime
    noted_at: datetime
    noted_by: str
    ended_at: datetime | None = None
    ended_by: str | None = None

    def holds(self, health: Health, now: datetime) -> bool:
        """Tell whether the sensor may rest at ``now``.

        Not when the time is over, and not when its trouble is another one: also the same word
        anew, after the sensor was well meanwhile.
        """
        return (
            self.ended_at is None
            and now < self.until
            and (self.health, self.since) == (health.state, health.since)
        )
