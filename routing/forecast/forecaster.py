"""The answers: how full a bin will be, how likely it overflows by when, and when it is full."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.forecast.checking import Check
from routing.forecast.grid import FILL_KNOTS, MEAN_KNOTS, between
from routing.forecast.groups import Groups
from routing.forecast.histories import BinOf, Floats, Ints
from routing.forecast.rates import Rates
from routing.forecast.spread import Spread, below_gain, cumulated, gain_at, part_of_class

FULL_PCT = 100.0
LOOKED_AHEAD_H = 24 * 60
"""Nothing is said of what is further away than two months."""
HALF = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Forecaster:
    """What is known of how bins fill, apart from how full they are now.

    All methods take ``which`` (k), indices into ``bins``, and for each of them a level and times in
    seconds since 1970 UTC; a number stands for the same everywhere. They answer as if nobody
    emptied the bin in between.
    """

    bins: tuple[BinOf, ...]
    groups: Groups
    rates: Rates
    spread: Spread
    check: Check

    def __post_init__(self) -> None:
        object.__setattr__(self, "_demand", cumulated(self.spread.demand))
        object.__setattr__(self, "_shown", cumulated(self.spread.shown))

    def expected_gain(self, which: Ints, from_s: Ints | int, to_s: Ints | int) -> Floats:
        """Return the mean gain between two times, percent (k); 0 where ``to_s`` is earlier."""
        since = np.broadcast_to(np.asarray(from_s, dtype=np.int64), which.shape)
        until = np.broadcast_to(np.asarray(to_s, dtype=np.int64), which.shape)
        gain = self.rates.gained(which, until) - self.rates.gained(which, since)
        return np.maximum(0.0, gain)

    def overflow_probability(
        self, which: Ints, fill_pct: Floats | float, from_s: Ints | int, to_s: Ints | int
    ) -> Floats:
        """Return how likely more than a bin may hold has come by ``to_s`` (k), 0 to 1.

        ``fill_pct`` is the level at ``from_s``.
        """
        return self.reaching_probability(which, fill_pct, from_s, to_s, FULL_PCT)

    def reaching_probability(
        self,
        which: Ints,
        fill_pct: Floats | float,
        from_s: Ints | int,
        to_s: Ints | int,
        level_pct: Floats | float,
    ) -> Floats:
        """Return how likely so much has come that ``level_pct`` is reached by ``to_s`` (k).

        It is about what is thrown in, not about what a sensor shows: a full bin's sensor may never
        say 100 %.
        """
        fill = np.broadcast_to(np.asarray(fill_pct, dtype=np.float64), which.shape)
        expected = self.expected_gain(which, from_s, to_s)
        stream = self.groups.stream[which]
        knot, share = between(expected, MEAN_KNOTS)
        table: Floats = self._demand  # type: ignore[attr-defined]
        found = np.zeros(len(which))
        for step, weight in ((0, 1 - share), (1, share)):
            lacking = level_pct - fill + MEAN_KNOTS[knot + step] - expected
            found += weight * (1 - below_gain(table[stream, knot + step], lacking))
        # sums of many shares miss 1 by a last bit
        return np.where(fill >= level_pct, 1.0, np.clip(found, 0.0, 1.0))

    def full_at(self, which: Ints, fill_pct: Floats | float, from_s: Ints | int) -> Ints:
        """Return from when on the bins are more likely full than not (k), seconds, to the hour.

        -1 where that is not within LOOKED_AHEAD_H after ``from_s``.
        """
        since = np.broadcast_to(np.asarray(from_s, dtype=np.int64), which.shape)
        early = np.zeros(len(which), dtype=np.int64)
        late = np.full(len(which), LOOKED_AHEAD_H, dtype=np.int64)
        never = self.overflow_probability(which, fill_pct, since, since + late * 3600) < HALF
        for _ in range(LOOKED_AHEAD_H.bit_length()):
            middle = (early + late) // 2
            full = self.overflow_probability(which, fill_pct, since, since + middle * 3600) >= HALF
            late, early = np.where(full, middle, late), np.where(full, early, middle)
        at_once = self.overflow_probability(which, fill_pct, since, since) >= HALF
        return np.where(never, -1, since + np.where(at_once, 0, late) * 3600)

    def shown_quantile(
        self,
        which: Ints,
        fill_pct: Floats | float,
        from_s: Ints | int,
        to_s: Ints | int,
        probability: Floats | float,
    ) -> Floats:
        """Return the level the sensor will not exceed with this probability (k), 0 to 100."""
        fill = np.broadcast_to(np.asarray(fill_pct, dtype=np.float64), which.shape)
        wanted = np.broadcast_to(np.asarray(probability, dtype=np.float64), which.shape)
        stream, hours = self.groups.stream[which], _hours(which, from_s, to_s)
        below = self._shown_of(which, fill, self.expected_gain(which, from_s, to_s))
        gain = gain_at(below, self.check.to_state(stream, hours, wanted))
        return np.clip(fill + gain, 0.0, 100.0)

    def shown_quantiles(
        self,
        which: Ints,
        fill_pct: Floats,
        from_s: Ints | int,
        to_s: Ints | int,
        probabilities: Sequence[float],
    ) -> Floats:
        """Return several quantiles of what the sensor will show (k, probabilities), 0 to 100."""
        stream, hours = self.groups.stream[which], _hours(which, from_s, to_s)
        below = self._shown_of(which, fill_pct, self.expected_gain(which, from_s, to_s))
        gains = [
            gain_at(below, self.check.to_state(stream, hours, np.full(len(which), probability)))
            for probability in probabilities
        ]
        return np.clip(fill_pct[:, None] + np.stack(gains, axis=1), 0.0, 100.0)

    def shown_below(
        self,
        which: Ints,
        fill_pct: Floats | float,
        from_s: Ints | int,
        to_s: Ints | int,
        level_pct: Floats | float,
    ) -> Floats:
        """Return how likely the sensor will show less than ``level_pct`` (k), 0 to 1."""
        stated = self.stated_below(which, fill_pct, from_s, to_s, level_pct)
        return self.check.corrected(self.groups.stream[which], _hours(which, from_s, to_s), stated)

    def stated_below(
        self,
        which: Ints,
        fill_pct: Floats | float,
        from_s: Ints | int,
        to_s: Ints | int,
        level_pct: Floats | float,
    ) -> Floats:
        """Return the same as counted, not corrected by what came of earlier forecasts."""
        fill = np.broadcast_to(np.asarray(fill_pct, dtype=np.float64), which.shape)
        level = np.broadcast_to(np.asarray(level_pct, dtype=np.float64), which.shape)
        nth, share = part_of_class(level - fill)
        expected = self.expected_gain(which, from_s, to_s)
        # of each row only the two edges that are asked for
        edges = nth[:, None] + np.arange(2)
        low, high = self._shown_of(which, fill, expected, edges).T
        return np.asarray(low + share * (high - low))

    def stated_median(
        self, which: Ints, fill_pct: Floats, from_s: Ints | int, to_s: Ints | int
    ) -> Floats:
        """Return the median level as counted, not corrected (k)."""
        below = self._shown_of(which, fill_pct, self.expected_gain(which, from_s, to_s))
        return np.clip(fill_pct + gain_at(below, HALF), 0.0, 100.0)

    def _shown_of(
        self, which: Ints, fill: Floats, expected: Floats, edges: Ints | None = None
    ) -> Floats:
        """Return (k, classes + 1), or of each row only these ``edges`` (k, some)."""
        mean_knot, mean_share = between(expected, MEAN_KNOTS)
        fill_knot, fill_share = between(fill, FILL_KNOTS)
        stream = self.groups.stream[which]
        table: Floats = self._shown  # type: ignore[attr-defined]
        found = np.zeros((len(which), table.shape[-1]) if edges is None else edges.shape)
        for i, fill_weight in ((0, 1 - fill_share), (1, fill_share)):
            for j, mean_weight in ((0, 1 - mean_share), (1, mean_share)):
                weight = (fill_weight * mean_weight)[:, None]
                at = (stream, fill_knot + i, mean_knot + j)
                if edges is None:
                    found += weight * table[at]
                else:
                    found += weight * table[(*(index[:, None] for index in at), edges)]
        return found


def _hours(which: Ints, from_s: Ints | int, to_s: Ints | int) -> Floats:
    seconds = np.asarray(to_s, dtype=np.int64) - np.asarray(from_s, dtype=np.int64)
    return np.broadcast_to(seconds / 3600, which.shape)
