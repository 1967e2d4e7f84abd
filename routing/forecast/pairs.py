"""Pairs of levels some hours apart: what was expected in between, and what came."""

from dataclasses import dataclass

import numpy as np

from routing.forecast.histories import Bools, Floats, Histories, Ints
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
    # one search for all bins: bins are set apart by more than any time there is
    begin = int(at_s.min(initial=0))
    span = int(at_s.max(initial=0)) - begin + 2 * round(horizon_h * 3600) + 2
    key = owner * span + (at_s - begin)
    after = np.searchsorted(key, owner[origin] * span + (wanted - begin))
    end = history.starts[owner[origin] + 1] - 1
    after = np.minimum(after, end)
    before = np.maximum(after - 1, origin)
    target = np.where(np.abs(at_s[after] - wanted) < np.abs(at_s[before] - wanted), after, before)
    good = (target > origin) & (np.abs(at_s[target] - wanted) <= tolerance_h * 3600)
    return Pairs(origin=origin[good], target=target[good])


def tolerance_h(horizon_h: float) -> float:
    """Return how far off a target may be for training."""
    return max(TOLERANCE_MIN_H, TOLERANCE_SHARE * horizon_h)


@dataclass(frozen=True, kw_only=True, eq=False)
class Course:
    """Each bin's history as if it had never been emptied; all (m), sums since its first level.

    Attributes:
        gained: percent, emptyings passed over.
        expected: percent by the rates, over the same steps.
        emptyings: how many there were until then.
        gaps: steps over a gap or of a stuck sensor until then; nothing is told across them.
        saturated: index of the first level at or after this one that is saturated; m: none.
        fresh: how much what began then counts, 1 for now.
    """

    gained: Floats
    expected: Floats
    emptyings: Ints
    gaps: Ints
    saturated: Ints
    fresh: Floats

    def tells(self, pairs: Pairs) -> Bools:
        """Tell for which pairs nothing unknown happened in between."""
        same: Bools = self.gaps[pairs.origin] == self.gaps[pairs.target]
        return same

    def not_emptied(self, pairs: Pairs) -> Bools:
        """Tell for which pairs the bin was not emptied in between."""
        same: Bools = self.emptyings[pairs.origin] == self.emptyings[pairs.target]
        return same

    def hides(self, history: Histories, pairs: Pairs) -> Bools:
        """Tell for which pairs the bin was saturated in between, so that more came than shows.

        Not for those at whose end it is below again without an emptying: a sensor's noise did it.
        """
        was_full = self.saturated[pairs.origin] <= pairs.target
        below = self.not_emptied(pairs) & (history.fill_pct[pairs.target] < SATURATED_PCT)
        return np.asarray(was_full & ~below, dtype=np.bool_)


def course(
    history: Histories, step: Steps, gained: Floats, unknown: Bools, *, now_s: int
) -> Course:
    """Return the histories' courses.

    ``gained`` (m) is what the rates expect from long ago until each level; ``unknown`` (m - 1) are
    the steps of which nobody knows what happened.
    """
    m = len(history.at_s)
    expected = np.where(history.follows, np.diff(gained), 0.0)
    over = step.emptied | ~history.follows
    full = np.where(history.fill_pct >= SATURATED_PCT, np.arange(m), m)
    return Course(
        gained=_sums(np.where(over, 0.0, step.gain_pct)),
        expected=_sums(np.where(over, 0.0, expected)),
        emptyings=_sums(step.emptied.astype(np.int64)),
        gaps=_sums(unknown.astype(np.int64)),
        saturated=np.minimum.accumulate(full[::-1])[::-1],
        fresh=0.5 ** ((now_s - history.at_s) / (86_400 * HALF_LIFE_DAYS)),
    )


def _sums[T: (Floats, Ints)](values: T) -> T:
    return np.concatenate([np.zeros(1, dtype=values.dtype), np.cumsum(values)])
