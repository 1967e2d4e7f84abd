"""How waste comes: bursts by hour of day and week as in real bins, counted bags, or a record."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evidence.setting import SLOTS_PER_DAY, Deposited, Litres
from simulators.fill import HOUR_WEIGHTS, WEEKDAY_WEIGHTS


@dataclass(frozen=True, kw_only=True, eq=False)
class Bursts:
    """Bursts of exponential size at random moments: what ``simulators.fill`` does to one bin.

    ``litres_per_day`` (n,) is the mean, ``burst_l`` (n,) the mean of one burst. A day's amount of
    mean m then varies by sqrt(2 * burst / m): with the simulator's bursts of 8 % of a bin by 0.45
    at 80 % a day and by 2.8 at 2 % a day, as measured in Prague.
    """

    litres_per_day: Litres
    burst_l: Litres

    def draw(self, seed: int, days: int) -> Deposited:
        """Return the litres of each bin and slot."""
        rng = np.random.default_rng(np.random.SeedSequence([seed, 1]))
        n = len(self.litres_per_day)
        litres = np.empty((n, days * SLOTS_PER_DAY))
        for day in range(days):
            weights = slot_weights(day)
            mean = (self.litres_per_day / self.burst_l)[:, None] * weights[None, :]
            bursts = rng.poisson(mean)
            # the sum of k exponential bursts is gamma distributed with shape k
            amount = rng.standard_gamma(np.maximum(bursts, 1e-9)) * (bursts > 0)
            begin = day * SLOTS_PER_DAY
            litres[:, begin : begin + SLOTS_PER_DAY] = amount * self.burst_l[:, None]
        return Deposited(litres=litres)


@dataclass(frozen=True, kw_only=True, eq=False)
class CountedBags:
    """Bags of ``bag_l`` at random moments, each counted at the door.

    As in Wouda, Aerts-Veenstra and van Foreest 2024 (arXiv 2409.13386): the hourly rates are a
    Poisson process's, one day is as the next; who plans knows how many bags came, not how large
    they are. ``bag_l`` (least, usual, most) is a triangular distribution.
    """

    bags_per_day: NDArray[np.float64]
    bag_l: tuple[float, float, float]

    def draw(self, seed: int, days: int) -> Deposited:
        """Return the litres of each bin and slot, and the bags at their mean size."""
        rng = np.random.default_rng(np.random.SeedSequence([seed, 1]))
        n = len(self.bags_per_day)
        litres = np.empty((n, days * SLOTS_PER_DAY))
        counted = np.empty_like(litres)
        hours = _hour_weights()
        for day in range(days):
            bags = rng.poisson(self.bags_per_day[:, None] * hours[None, :])
            sizes = rng.triangular(*self.bag_l, int(bags.sum()))
            owner = np.repeat(np.arange(bags.size), bags.ravel())
            slots = slice(day * SLOTS_PER_DAY, (day + 1) * SLOTS_PER_DAY)
            litres[:, slots] = np.bincount(owner, sizes, minlength=bags.size).reshape(bags.shape)
            counted[:, slots] = bags * (sum(self.bag_l) / len(self.bag_l))
        return Deposited(litres=litres, told_litres=counted)


@dataclass(frozen=True, kw_only=True, eq=False)
class Recorded:
    """What a history shows; there is one of it, so every seed has the same deposits."""

    litres: Litres

    def draw(self, seed: int, days: int) -> Deposited:  # noqa: ARG002 - there is but one record
        """Return the first so many days of the record."""
        return Deposited(litres=self.litres[:, : days * SLOTS_PER_DAY])


def slot_weights(day: int) -> NDArray[np.float64]:
    """(slots of a day,) share of a mean day's amount that comes in each; day 0 is a Monday."""
    week = np.array(WEEKDAY_WEIGHTS) * len(WEEKDAY_WEIGHTS) / sum(WEEKDAY_WEIGHTS)
    weights: NDArray[np.float64] = _hour_weights() * week[day % 7]
    return weights


def _hour_weights() -> NDArray[np.float64]:
    per_hour = SLOTS_PER_DAY // 24
    hours = np.array(HOUR_WEIGHTS) / sum(HOUR_WEIGHTS)
    return np.repeat(hours / per_hour, per_hour)
