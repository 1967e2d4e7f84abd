"""What is simple: persistence, and mean rates by hour, as everybody would write them.

A rate is what a bin gained over how long that took, over all steps between readings that start
below 80 %, are no emptying (a fall of 20 points) and are not more than 48 hours apart; a step
counts in each hour it touches. Where an hour was never seen the next coarser rate stands in. No
shrinking, no other bins, all of the past alike. Forecasts are kept within 0 and 100.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from routing.forecast.clock import HOURS_PER_WEEK, local_s
from routing.forecast.histories import Floats, Histories, Ints
from routing.forecast.rates import Rates, over_hours
from routing.forecast.steps import EMPTIED_PCT, SATURATED_PCT

LONGEST_STEP_H = 48.0
NAMES = ("persistence", "constant_rate", "hour_of_day", "hour_of_week")


@dataclass(frozen=True, kw_only=True, eq=False)
class Baselines:
    """The mean rates of all bins, by what they distinguish."""

    by_name: dict[str, Rates]

    def forecast(
        self, name: str, which: Ints, fill_pct: Floats, from_s: Ints, to_s: Ints
    ) -> Floats:
        """Return the level expected at ``to_s`` (k)."""
        if name == "persistence":
            return fill_pct
        rates = self.by_name[name]
        gain = rates.gained(which, to_s) - rates.gained(which, from_s)
        return np.clip(fill_pct + gain, 0.0, 100.0)


def baselines(history: Histories, zone: ZoneInfo) -> Baselines:
    """Take the rates from a history."""
    gain, hours = _sums(history, zone)
    days = (-1, 7, 24)
    all_gain, all_hours = gain.sum(axis=1, keepdims=True), hours.sum(axis=1, keepdims=True)
    constant = _ratio(all_gain, all_hours, np.zeros_like(all_gain))
    by_hour = _ratio(gain.reshape(days).sum(axis=1), hours.reshape(days).sum(axis=1), constant)
    by_week = _ratio(gain, hours, np.tile(by_hour, (1, 7)))
    found = {
        "constant_rate": np.tile(constant, (1, HOURS_PER_WEEK)),
        "hour_of_day": np.tile(by_hour, (1, 7)),
        "hour_of_week": by_week,
    }
    return Baselines(
        by_name={
            name: Rates(per_hour=rate, own_h=all_hours[:, 0], noise=all_hours[:, 0] * 0, zone=zone)
            for name, rate in found.items()
        }
    )


def _ratio(gain: Floats, hours: Floats, otherwise: Floats) -> Floats:
    return np.where(hours > 0, gain / np.where(hours > 0, hours, 1.0), otherwise)


def _sums(history: Histories, zone: ZoneInfo) -> tuple[Floats, Floats]:
    n = len(history.bins)
    if len(history.at_s) < 2:
        return np.zeros((n, HOURS_PER_WEEK)), np.zeros((n, HOURS_PER_WEEK))
    hours, gain = np.diff(history.at_s) / 3600, np.diff(history.fill_pct)
    used = np.flatnonzero(
        history.follows
        & (hours <= LONGEST_STEP_H)
        & (gain > -EMPTIED_PCT)
        & (history.fill_pct[:-1] < SATURATED_PCT)
    )
    local = local_s(history.at_s, zone)
    return over_hours(
        history.owner[used],
        local[used],
        local[used + 1],
        gain[used],
        np.ones(len(used)),
        bins=n,
    )
