"""A well-kept forecasting library beside us: statsforecast (Nixtla), on a regular grid.

Levels jump at every emptying, which no such model knows of. So it forecasts gains, as a person who
uses it would have it do: three-hourly gains of each bin, without emptyings and saturated hours,
decomposed into seasons of a day and a week with a trend by exponential smoothing (MSTL; Bandara,
Hyndman & Bergmeir 2021). What it forecasts is added to the level, within 0 and 100.
"""

import warnings

import numpy as np

from routing.forecast.histories import Floats, Histories, Ints
from routing.forecast.steps import steps

GRID_S = 3 * 3600
PER_DAY, PER_WEEK = 8, 56
LEARNT_FROM = 26 * PER_WEEK
"""Half a year: longer took minutes and gained nothing."""
LEARNS_AGAIN_DAYS = 28
AHEAD = (LEARNS_AGAIN_DAYS + 10) * PER_DAY


class Mstl:
    """MSTL of statsforecast; learns anew every four weeks, for it takes long."""

    name = "mstl"

    def __init__(self) -> None:
        self._learnt_s: int | None = None
        self._begin_s = 0
        self._sums = np.zeros((0, 0))

    def learn(self, history: Histories, now_s: int) -> None:
        """Take in what was before ``now_s``, if the last time is long ago."""
        if self._learnt_s is not None and now_s < self._learnt_s + LEARNS_AGAIN_DAYS * 86_400:
            return
        self._learnt_s = now_s
        self._begin_s = now_s // GRID_S * GRID_S
        gains = _gains(history, self._begin_s)
        ahead = np.stack([_forecast(one) for one in gains])
        none = np.zeros((len(ahead), 1))
        self._sums = np.concatenate([none, np.cumsum(ahead, axis=1)], axis=1)

    def forecast(self, which: Ints, fill_pct: Floats, from_s: Ints, to_s: Ints) -> Floats:
        """Return the level expected at ``to_s`` (k)."""
        gain = self._gained(which, to_s) - self._gained(which, from_s)
        return np.clip(fill_pct + gain, 0.0, 100.0)

    def _gained(self, which: Ints, at_s: Ints) -> Floats:
        place = np.clip((at_s - self._begin_s) / GRID_S, 0, self._sums.shape[1] - 1.001)
        low = place.astype(np.int64)
        here, there = self._sums[which, low], self._sums[which, low + 1]
        return np.asarray(here + (place - low) * (there - here))


def _gains(history: Histories, end_s: int) -> list[Floats]:
    """Return each bin's gains on the grid before ``end_s``; nan where nothing was seen."""
    step = steps(history)
    found = []
    for n in range(len(history.bins)):
        inside = np.flatnonzero(step.tells & (history.owner[1:] == n))
        rate = np.full(LEARNT_FROM, np.nan)
        begin_s = end_s - LEARNT_FROM * GRID_S
        middles = begin_s + np.arange(LEARNT_FROM) * GRID_S + GRID_S // 2
        if len(inside):
            nth = np.searchsorted(history.at_s[inside], middles, side="right") - 1
            at = inside[np.maximum(nth, 0)]
            covers = (nth >= 0) & (history.at_s[at + 1] > middles)
            rate[covers] = (step.gain_pct[at] / step.hours[at])[covers] * GRID_S / 3600
        found.append(rate)
    return found


def _forecast(gains: Floats) -> Floats:
    seen = np.isfinite(gains)
    if not seen.any():
        return np.zeros(AHEAD)
    begin = int(np.argmax(seen))
    some = gains[begin:]
    mean = float(np.nanmean(some))
    if len(some) < 3 * PER_WEEK or np.isfinite(some).mean() < 0.1:
        return np.full(AHEAD, mean)
    from statsforecast.models import MSTL, AutoETS  # noqa: PLC0415 - takes seconds to load

    # where nothing was seen the same hour of other weeks stands in
    of_week = np.arange(len(some)) % PER_WEEK
    usual = np.array(
        [
            np.nanmean(some[of_week == n]) if np.isfinite(some[of_week == n]).any() else mean
            for n in range(PER_WEEK)
        ]
    )
    whole = np.where(np.isfinite(some), some, usual[of_week])
    model = MSTL(season_length=[PER_DAY, PER_WEEK], trend_forecaster=AutoETS(model="ANN"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ahead = model.forecast(y=whole, h=AHEAD)["mean"]
    return np.nan_to_num(np.asarray(ahead, dtype=np.float64), nan=mean)
