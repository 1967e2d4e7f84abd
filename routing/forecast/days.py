"""How much what a bin gains varies, seen from how its days differ.

Days and not steps: what a sensor says wrongly upwards it takes back with the next reading.
"""

from dataclasses import dataclass

import numpy as np

from routing.forecast.groups import Groups
from routing.forecast.histories import Floats, Ints

_DAY_S = 86_400
_USUAL_H = 72.0
"""As if three days like the others' had been seen."""
_TINY = 1e-9


@dataclass(kw_only=True, eq=False)
class Days:
    """Sums of bins' days (n): hours watched, squares of what days were off, how many days."""

    hours: Floats
    off: Floats
    days: Ints

    @classmethod
    def none(cls, bins: int) -> "Days":
        """Return what is known before anything is seen."""
        return cls(hours=np.zeros(bins), off=np.zeros(bins), days=np.zeros(bins, dtype=np.int64))

    def add(self, owner: Ints, at_s: Ints, gain_pct: Floats, hours: Floats) -> None:
        """Count steps (k) in order of bin and time: when they began, their gains and hours.

        All steps of a bin at once.
        """
        if not len(owner):
            return
        day = at_s // _DAY_S
        new = np.flatnonzero((owner[1:] != owner[:-1]) | (day[1:] != day[:-1])) + 1
        begins = np.concatenate([[0], new])
        gain, watched = np.add.reduceat(gain_pct, begins), np.add.reduceat(hours, begins)
        first = int(owner[0])
        whose = owner[begins] - first
        n = int(whose[-1]) + 1
        total_h = np.bincount(whose, weights=watched, minlength=n)
        rate = np.bincount(whose, weights=gain, minlength=n) / np.maximum(total_h, _TINY)
        off = (gain - rate[whose] * watched) ** 2
        some = slice(first, first + n)
        self.hours[some] += total_h
        self.off[some] += np.bincount(whose, weights=off, minlength=n)
        self.days[some] += np.bincount(whose, minlength=n)

    def noise(self, groups: Groups) -> Floats:
        """Return each bin's variance of an hour's gain (n), drawn to its stream's."""
        usual = groups.mean_by_stream(self.off, self.hours, default=1.0)[groups.stream]
        known = self.days > 1
        own_h = np.where(known, self.hours, 0.0)
        noise = (np.where(known, self.off, 0.0) + usual * _USUAL_H) / (own_h + _USUAL_H)
        return np.maximum(noise, 0.01)
