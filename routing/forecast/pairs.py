"""Pairs of levels some hours apart: what was expected in between, and what came."""

from dataclasses import dataclass

import numpy as np

from routing.forecast.histories import Bools, Floats, Histories, Ints
from routing.forecast.rates import Rates
from routing.forecast.steps import SATURATED_PCT, Steps

TRAINING_HORIZONS_H = (3.0, 6.0, 12.0, 24.0, 48.0, 96.0)
HALF_LIFE_DAYS = 60.0
"""Age at which a pair counts half: how sensors show what is there changes as well."""
TOLERANCE_SHARE = 0.15
TOLERANCE_MIN_H = 1.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairs:
    """Origins and targets within one bin, as indices into the histories (k)."""

    origin: Ints
    target: Ints


def nearest(history: Histories, origin: Ints, horizon_h: float, tolerance_h: float) -> Pairs:
    """Return for each origin the level nearest to ``horizon_h`` later, where there is one.

    At most ``tolerance_h`` off, of the same bin, and later than the origin.
    """
    at_s, owner = history.at_s, history.owner
    wanted = at_s[origin] + round(horizon_h * 3600)
    end = history.starts[owner[origin] + 1] - 1
    after = _first_from(at_s, wanted, origin, end)
    before = np.maximum(after - 1, origin)
    target = np.where(np.abs(at_s[after] - wanted) < np.abs(at_s[before] - wanted), after, before)
    good = (target > origin) & (np.abs(at_s[target] - wanted) <= tolerance_h * 3600)
    return Pairs(origin=origin[good], target=target[good])


def _first_from(at_s: Ints, wanted: Ints, low: Ints, high: Ints) -> Ints:
    """Return for each the first index within ``low`` and ``high`` from ``wanted`` on, or ``high``.

    All searches are halved at once, each within its own bin.
    """
    low, high = low.copy(), high.copy()
    for _ in range(int((high - low).max(initial=0)).bit_length()):
        middle = (low + high) // 2
        late = at_s[middle] >= wanted
        high = np.where(late, middle, high)
        low = np.where(late, low, np.minimum(middle + 1, high))
    return low


def tolerance_h(horizon_h: float) -> float:
    """Return how far off a target may be for training."""
    return max(TOLERANCE_MIN_H, TOLERANCE_SHARE * horizon_h)


@dataclass(frozen=True, kw_only=True, eq=False)
class Course:
    """Each bin's history as if it had never been emptied.

    Few steps are special, and few levels are asked about: only where the special ones are is kept,
    and all else is worked out where it is asked.

    Attributes:
        history: of m levels.
        rates: what is expected.
        emptied: (e) steps in which a bin was emptied, rising.
        lost_pct: (e + 1) sums of what these steps fell by, up to each.
        passed_pct: (e + 1) sums of what was expected in these steps, up to each.
        unknown: steps of a stuck sensor, rising; nothing is told across them.
        saturated: levels that are saturated, rising, and m at the end.
        now_s: the moment from which things are looked at.
    """

    history: Histories
    rates: Rates
    emptied: Ints
    lost_pct: Floats
    passed_pct: Floats
    unknown: Ints
    saturated: Ints
    now_s: int

    def gained(self, pairs: Pairs) -> Floats:
        """Return percent gained between, emptyings passed over."""
        fill = self.history.fill_pct
        gain = fill[pairs.target] - fill[pairs.origin]
        return np.asarray(gain - self._between(self.lost_pct, pairs), dtype=np.float64)

    def expected(self, pairs: Pairs) -> Floats:
        """Return percent expected by the rates, over the same steps."""
        history = self.history
        owner = history.owner[pairs.origin]
        gain = self.rates.gained(owner, history.at_s[pairs.target]) - self.rates.gained(
            owner, history.at_s[pairs.origin]
        )
        return np.asarray(gain - self._between(self.passed_pct, pairs), dtype=np.float64)

    def fresh(self, origin: Ints) -> Floats:
        """Return how much what began then counts, 1 for now."""
        age_s = self.now_s - self.history.at_s[origin]
        return np.asarray(0.5 ** (age_s / (86_400 * HALF_LIFE_DAYS)), dtype=np.float64)

    def first_saturated(self, origin: Ints) -> Ints:
        """Return the first level at or after each that is saturated, of any bin; m: none."""
        return self.saturated[np.searchsorted(self.saturated, origin)]

    def tells(self, pairs: Pairs) -> Bools:
        """Tell for which pairs nothing unknown happened in between."""
        return _none_between(self.unknown, pairs)

    def not_emptied(self, pairs: Pairs) -> Bools:
        """Tell for which pairs the bin was not emptied in between."""
        return _none_between(self.emptied, pairs)

    def hides(self, pairs: Pairs) -> Bools:
        """Tell for which pairs the bin was saturated in between, so that more came than shows.

        Not for those at whose end it is below again without an emptying: a sensor's noise did it.
        """
        was_full = self.first_saturated(pairs.origin) <= pairs.target
        below = self.not_emptied(pairs) & (self.history.fill_pct[pairs.target] < SATURATED_PCT)
        return np.asarray(was_full & ~below, dtype=np.bool_)

    def _between(self, sums: Floats, pairs: Pairs) -> Floats:
        until = sums[np.searchsorted(self.emptied, pairs.target)]
        return np.asarray(until - sums[np.searchsorted(self.emptied, pairs.origin)])


def course(history: Histories, step: Steps, rates: Rates, *, now_s: int) -> Course:
    """Return the histories' courses."""
    emptied = np.flatnonzero(step.emptied)
    owner, at_s = history.owner[emptied], history.at_s
    expected = rates.gained(owner, at_s[emptied + 1]) - rates.gained(owner, at_s[emptied])
    return Course(
        history=history,
        rates=rates,
        emptied=emptied,
        lost_pct=_sums(step.gain_pct[emptied]),
        passed_pct=_sums(expected),
        unknown=np.flatnonzero(step.stuck),
        saturated=np.append(np.flatnonzero(history.fill_pct >= SATURATED_PCT), len(at_s)),
        now_s=now_s,
    )


def _none_between(step: Ints, pairs: Pairs) -> Bools:
    same = np.searchsorted(step, pairs.origin) == np.searchsorted(step, pairs.target)
    return np.asarray(same, dtype=np.bool_)


def _sums(values: Floats) -> Floats:
    return np.concatenate([np.zeros(1), np.cumsum(values)])
