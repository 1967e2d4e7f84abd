"""Forecasts made some weeks ago, held against what was read since: how good, and how to correct.

Two things come of it: each bin's error a day ahead, which grades it, and for each stream where in
the stated distributions that lay which came. If a tenth of it lay in the top twentieth, the stated
shares are corrected by just that (recalibration of the probability integral transform; Gneiting,
Balabdaoui & Raftery 2007).
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from core.forecasts import UNCHECKED, Checked, ForecastGrade
from routing.forecast.grid import between
from routing.forecast.groups import Groups
from routing.forecast.histories import Floats, Histories, Ints
from routing.forecast.pairs import nearest, tolerance_h
from routing.forecast.steps import EMPTIED_PCT

CHECK_DAYS = 42.0
HORIZONS_H = np.array([6.0, 12.0, 24.0, 48.0])
EDGES = np.linspace(0.0, 1.0, 21)
AS_MANY_AS = 50.0
"""Independent answers that "they hold as stated" counts for."""
MOST_ORIGINS = 40_000
HIGH_PCT, MEDIUM_PCT = 6.0, 12.0
"""Mean errors a day ahead up to which a forecast is of that grade."""
FEWEST_CHECKS = 14
_DAY_H = 24.0
_HALF_STEP_PCT = 0.5


class States(Protocol):
    """Whoever states distributions: a Forecaster."""

    @property
    def groups(self) -> Groups:
        """Which bins are alike."""
        ...

    def stated_below(
        self, which: Ints, fill_pct: Floats, from_s: Ints, to_s: Ints, level_pct: Floats
    ) -> Floats:
        """Return how likely the sensor shows less than ``level_pct``, not corrected."""
        ...

    def stated_median(self, which: Ints, fill_pct: Floats, from_s: Ints, to_s: Ints) -> Floats:
        """Return the median level, not corrected."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class Check:
    """What came of the check.

    Attributes:
        lay_below: (streams, horizons, edges) share of what came that lay below each edge of the
            stated distribution; EDGES itself where they hold.
        error_pct: (n) mean absolute error a day ahead in points; nan: nothing to check.
        checks: (n) on how many forecasts that rests.
    """

    lay_below: Floats
    error_pct: Floats
    checks: Ints

    def of(self, n: int) -> Checked:
        """Return what the check says of a bin."""
        checks, error_pct = int(self.checks[n]), float(self.error_pct[n])
        if not checks:
            return UNCHECKED
        return Checked(grade=grade(error_pct, checks), error_pct=error_pct, checks=checks)

    def corrected(self, stream: Ints, horizon_h: Floats, stated: Floats) -> Floats:
        """Return stated shares (k) as they turned out to hold."""
        found = np.zeros(len(stated))
        knot, share = between(stated, EDGES)
        for table, weight in self._tables(stream, horizon_h):
            rows = np.arange(len(stated))
            low, high = table[rows, knot], table[rows, knot + 1]
            found += weight * (low + share * (high - low))
        return found

    def to_state(self, stream: Ints, horizon_h: Floats, wanted: Floats) -> Floats:
        """Return the stated shares (k) that turn out as ``wanted``: the way back."""
        table = sum(weight[:, None] * table for table, weight in self._tables(stream, horizon_h))
        table = np.asarray(table, dtype=np.float64)
        knot = np.clip((table <= wanted[:, None]).sum(axis=1) - 1, 0, len(EDGES) - 2)
        rows = np.arange(len(wanted))
        low, high = table[rows, knot], table[rows, knot + 1]
        share = np.clip((wanted - low) / np.maximum(high - low, 1e-12), 0, 1)
        return np.asarray(EDGES[knot] + share * (EDGES[knot + 1] - EDGES[knot]))

    def _tables(self, stream: Ints, horizon_h: Floats) -> list[tuple[Floats, Floats]]:
        knot, share = between(np.log(np.maximum(horizon_h, 1e-3)), np.log(HORIZONS_H))
        return [
            (self.lay_below[stream, knot], 1 - share),
            (self.lay_below[stream, knot + 1], share),
        ]


def unchecked(groups: Groups) -> Check:
    """Return what is said when nothing could be checked."""
    n = len(groups.stream)
    return Check(
        lay_below=np.broadcast_to(EDGES, (groups.streams, len(HORIZONS_H), len(EDGES))).copy(),
        error_pct=np.full(n, np.nan),
        checks=np.zeros(n, dtype=np.int64),
    )


def check(states: States, history: Histories, since_s: int) -> Check:
    """Hold forecasts from readings since ``since_s`` against the later ones of ``history``.

    ``states`` must know nothing later than ``since_s``. A target counts where nobody emptied the
    bin in between.
    """
    found = unchecked(states.groups)
    if len(history.at_s) < 2:
        return found
    origins = np.flatnonzero(history.at_s >= since_s)
    origins = origins[:: max(1, -(-len(origins) // MOST_ORIGINS))]
    emptyings = np.concatenate([[0], np.cumsum(np.diff(history.fill_pct) <= -EMPTIED_PCT)])
    for n, horizon_h in enumerate(HORIZONS_H.tolist()):
        pairs = nearest(history, origins, horizon_h, tolerance_h(horizon_h))
        kept = emptyings[pairs.origin] == emptyings[pairs.target]
        origin, target = pairs.origin[kept], pairs.target[kept]
        asked = (
            history.owner[origin],
            history.fill_pct[origin],
            history.at_s[origin],
            history.at_s[target],
        )
        came = history.fill_pct[target]
        found.lay_below[:, n] = _lay_below(states, asked, came)
        if horizon_h == _DAY_H:
            bins = len(history.bins)
            off = np.abs(states.stated_median(*asked) - came)
            found.checks[:] = np.bincount(asked[0], minlength=bins)
            total = np.bincount(asked[0], weights=off, minlength=bins)
            found.error_pct[:] = np.where(
                found.checks > 0, total / np.maximum(found.checks, 1), np.nan
            )
    return found


def _lay_below(states: States, asked: tuple[Ints, Floats, Ints, Ints], came: Floats) -> Floats:
    """Return (streams, edges): where what came lay, evenly within what is one rounded value."""
    groups = states.groups
    low = np.where(came <= 0, 0.0, states.stated_below(*asked, came - _HALF_STEP_PCT))
    high = np.where(came >= 100, 1.0, states.stated_below(*asked, came + _HALF_STEP_PCT))
    wide = np.maximum(high - low, 1e-9)
    stream = groups.stream[asked[0]]
    asked_of = np.bincount(stream, minlength=groups.streams)
    counted = np.bincount(stream, weights=_apart(asked), minlength=groups.streams)
    each = counted / np.maximum(asked_of, 1)
    found = np.zeros((groups.streams, len(EDGES)))
    for n, edge in enumerate(EDGES.tolist()):
        share = np.clip((edge - low) / wide, 0, 1)
        below = each * np.bincount(stream, weights=share, minlength=groups.streams)
        found[:, n] = (below + AS_MANY_AS * edge) / (counted + AS_MANY_AS)
    return found


def _apart(asked: tuple[Ints, Floats, Ints, Ints]) -> Floats:
    """Return what each question counts for: those of one bin whose times overlap share one."""
    owner, _, since, until = asked
    if not len(owner):
        return np.zeros(0)
    hours = (until - since) / 3600
    # until the bin's next question, or as long as the question itself
    pause = np.where(np.diff(owner, append=-1) == 0, np.diff(since, append=0) / 3600, hours)
    return np.clip(pause / hours, 0.0, 1.0)


def grade(error_pct: float, checks: int) -> ForecastGrade:
    """Return the grade of a mean error a day ahead, found in so many checks."""
    if checks < FEWEST_CHECKS or error_pct > MEDIUM_PCT:
        return ForecastGrade.LOW
    return ForecastGrade.HIGH if error_pct <= HIGH_PCT else ForecastGrade.MEDIUM
