"""How a bin fills: people throw things in by the hour of the day, in bursts, until it is full.

Follows what public data shows (23 containers in Prague, 24 bins in Wyndham): little at night,
most between 9 and 17 h; the daily amount varies by about 45 % at busy bins and by three times its
mean at slow ones; sensors repeat themselves at night and are off by 1.2 points otherwise.
"""

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

DEPOSIT_PCT = 8.0
"""Mean of one burst. With exponential bursts at random moments (compound Poisson) a day's amount
of mean m varies by sqrt(2 * 8 / m): 0.45 at 80 %/day and 2.8 at 2 %/day, as measured."""
NOISE_SD_PCT = 1.2
SAME_NOISE_SHARE = 0.67
"""Share of measurements whose error is the last one's; rounding included, 3 of 4 repeat."""
REMAINS_PCT = (1.0, 13.0)
"""What an emptying leaves behind."""
FULL_PCT = 100.0
HOUR_WEIGHTS = (
    0.15, 0.08, 0.04, 0.04, 0.04, 0.10, 0.35, 0.80, 1.30, 1.75, 1.80, 1.85,
    1.80, 1.75, 1.75, 1.80, 1.85, 1.75, 1.45, 1.10, 0.95, 0.70, 0.45, 0.35,
)  # fmt: skip
"""Share of the day's amount by local hour, times 24 (the mean is 1)."""
WEEKDAY_WEIGHTS = (1.05, 1.0, 1.0, 1.0, 1.1, 1.05, 0.8)
_HOUR = timedelta(hours=1)


@dataclass(kw_only=True)
class FillProcess:
    """The content of one bin over time. Not thread-safe; time only goes forward.

    ``fill_pct`` is the truth at ``at`` and never above 100: what no longer fits lies beside it.
    """

    rng: Random
    rate_pct_per_day: float
    timezone: ZoneInfo
    at: datetime
    fill_pct: float
    _noise_pct: float = field(default=0.0)

    def advance(self, to: datetime) -> None:
        """Let people throw things in until ``to``; a moment in the past changes nothing."""
        while self.at < to:
            local = self.at.astimezone(self.timezone)
            hour_end = self.at + _HOUR - timedelta(minutes=local.minute, seconds=local.second)
            # microseconds are left over, so that each step moves on by at least one of them
            until = min(to, max(hour_end, self.at + timedelta(seconds=1)))
            weight = HOUR_WEIGHTS[local.hour] * WEEKDAY_WEIGHTS[local.weekday()]
            share_of_day = (until - self.at).total_seconds() / 86_400
            bursts = self.rate_pct_per_day * weight * share_of_day / DEPOSIT_PCT
            for _ in range(_poisson(self.rng, bursts)):
                self.fill_pct = min(FULL_PCT, self.fill_pct + self.rng.expovariate(1 / DEPOSIT_PCT))
            self.at = until

    def empty(self) -> None:
        """Empty the bin; a little remains."""
        self.fill_pct = min(self.fill_pct, self.rng.uniform(*REMAINS_PCT))

    def measured_pct(self) -> float:
        """Return what a sensor reads now: whole percent, noisy, often the same as before."""
        if self.rng.random() > SAME_NOISE_SHARE:
            self._noise_pct = self.rng.gauss(0.0, NOISE_SD_PCT)
        return float(min(100, max(0, round(self.fill_pct + self._noise_pct))))


def _poisson(rng: Random, mean: float) -> int:
    """Draw from a Poisson distribution (Knuth 1969, vol. 2, 3.4.1); for small means."""
    limit, n, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        n += 1
        product *= rng.random()
    return n


def next_interval(rng: Random, local: datetime) -> timedelta:
    """Return the time to a sensor's next measurement: about 2 h by day, 3 to 7 h by night."""
    night = local.hour >= 22 or local.hour < 4
    hours = rng.uniform(3, 7) if night else rng.uniform(1.8, 2.2)
    return timedelta(seconds=round(hours * 3600))
