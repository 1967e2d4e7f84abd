"""How fast a bin fills: a simple rate that emptyings, gaps and spikes do not bend."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from core.levels import Sample

EMPTYING_DROP_PCT = 10.0
"""A fall by more than this is an emptying (or a spike coming back), not a negative fill rate."""
SATURATION_PCT = 80.0
"""Above this a full bin hides what people would still throw in (field notes: 70 to 80 %)."""
LONGEST_GAP = timedelta(hours=48)
"""Over a longer gap an emptying may have gone unseen."""
SHORTEST_OBSERVATION = timedelta(hours=24)
TRIMMED_SHARE = 0.1


@dataclass(frozen=True, kw_only=True, slots=True)
class FillRate:
    """A bin's usual gain, and on how much observation it rests."""

    pct_per_day: float
    observed_days: float


def fill_rate(history: Sequence[Sample]) -> FillRate | None:
    """Return the winsorised mean of the daily gains, or None with under a day of observation.

    ``history`` holds trusted samples in order of time. Steps that start above SATURATION_PCT,
    fall by more than EMPTYING_DROP_PCT or span more than LONGEST_GAP are passed over. Small falls
    count: they cancel the noise of the small rises. The days' rates are winsorised (the outer
    tenth on each side pulled in to its neighbour, Tukey 1962) because slow bins fill in bursts,
    which a median would not see, and a spike must not count in full.
    """
    gain_pct: dict[date, float] = defaultdict(float)
    span_s: dict[date, float] = defaultdict(float)
    for before, after in pairwise(history):
        span = after.measured_at - before.measured_at
        rise = after.fill_pct - before.fill_pct
        if (
            not timedelta(0) < span <= LONGEST_GAP
            or before.fill_pct > SATURATION_PCT
            or rise < -EMPTYING_DROP_PCT
        ):
            continue
        day = before.measured_at.date()
        gain_pct[day] += rise
        span_s[day] += span.total_seconds()
    observed_s = sum(span_s.values())
    if observed_s < SHORTEST_OBSERVATION.total_seconds():
        return None
    days = sorted((gain_pct[day] / span_s[day] * 86_400, span_s[day]) for day in span_s)
    cut = int(len(days) * TRIMMED_SHARE)
    low, high = days[cut][0], days[-1 - cut][0]
    total = sum(min(max(rate, low), high) * weight_s for rate, weight_s in days)
    return FillRate(pct_per_day=max(0.0, total / observed_s), observed_days=observed_s / 86_400)
