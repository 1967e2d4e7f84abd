"""How often one sensor may send: a bound for each sensor, whatever the others do.

The bucket of each sensor is kept as one number, the moment at which it is full again. The method
is the generic cell rate algorithm in its virtual scheduling form (ITU-T I.371, annex A), which
admits exactly what a token bucket of that rate and size does.
"""

from core.settings import Settings

MOST_SENSORS = 250_000
"""So many sensors are remembered at the same time (about 30 MB); a country has fewer bins."""

_FIRST_SWEEP = 1_024


class RateGuard:
    """Tell for each message whether its sensor may send it. Time is an argument: any seconds.

    A sensor nobody has heard of for a while is forgotten, because its bucket is full again: names
    that a sender invents do not pile up. Above ``most_sensors`` half are forgotten, those first
    who sent least; forgetting a sensor lets it send one burst more, never less.
    """

    def __init__(self, *, per_minute: float, burst: int, most_sensors: int = MOST_SENSORS) -> None:
        """Admit ``per_minute`` messages of a sensor for ever, and ``burst`` at once."""
        self._interval_s = 60.0 / per_minute
        self._ahead_max_s = (burst - 1) * self._interval_s
        self._most_sensors = most_sensors
        self._sweep_at = min(_FIRST_SWEEP, most_sensors)
        self._full_at: dict[str, float] = {}

    @classmethod
    def of(cls, settings: Settings) -> "RateGuard | None":
        """Take the bound from the settings; None where they want none."""
        per_minute = settings.ingest_rate_per_minute
        return (
            None
            if per_minute is None
            else cls(per_minute=per_minute, burst=settings.ingest_rate_burst)
        )

    def __len__(self) -> int:
        """Return how many sensors are remembered."""
        return len(self._full_at)

    def admits(self, sensor_id: str, now: float) -> bool:
        """Count a message of the sensor and tell whether it is within the bound.

        One that is not admitted costs the sensor nothing.
        """
        full_at = self._full_at.get(sensor_id)
        if full_at is None or full_at < now:
            full_at = now
            if len(self._full_at) >= self._sweep_at:
                self._forget(now)
        elif full_at - now > self._ahead_max_s:
            return False
        self._full_at[sensor_id] = full_at + self._interval_s
        return True

    def _forget(self, now: float) -> None:
        """Forget whoever may send a whole burst again.

        The next time comes when twice as many are remembered, so that a message pays next to
        nothing for it.
        """
        kept = {sensor: full_at for sensor, full_at in self._full_at.items() if full_at > now}
        if len(kept) >= self._most_sensors:
            by_debt = sorted(kept.items(), key=lambda item: item[1], reverse=True)
            kept = dict(by_debt[: self._most_sensors // 2])
        self._full_at = kept
        self._sweep_at = min(max(_FIRST_SWEEP, 2 * len(kept)), self._most_sensors)
