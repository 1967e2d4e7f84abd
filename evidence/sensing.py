"""When sensors measure and what goes wrong with them, drawn ahead: the same for every policy.

What really happens in sensors is in the public histories of Prague, Wyndham and DTU that
docs/trust.md and docs/evidence.md describe; the defaults below are taken from there.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DAY_S = 86_400.0
NIGHT_FROM_H, NIGHT_UNTIL_H = 22, 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Sensing:
    """How bins tell their fill. Shares are of the bins, rates of the readings.

    Attributes:
        interval_h, night_interval_h: least and most time to the next measurement.
        delivered: least and most share of its readings that arrive; drawn for each bin. A LoRaWAN
            network delivered 70 to 92 %, the city's own network in Prague all.
        noise_sd_pct: error of a reading; ``same_noise_share`` of them repeat the last one's.
        spike_share: least and most rate of readings with any value at all; drawn for each bin.
        zero_share: rate of readings that are 0 where nothing was measured.
        outage_share: bins with an outage of ``outage_days``, at any time of the simulation. In
            Prague a quarter of the bins had one in two years: here it comes in weeks.
        stuck_share: bins whose sensor repeats one value for ``stuck_days``.
        dead_share: bins whose sensor never says anything, as of those that failed on fitting.
    """

    interval_h: tuple[float, float] = (1.8, 2.2)
    night_interval_h: tuple[float, float] = (3.0, 7.0)
    delivered: tuple[float, float] = (0.7, 1.0)
    noise_sd_pct: float = 1.2
    same_noise_share: float = 0.67
    spike_share: tuple[float, float] = (0.0, 0.011)
    zero_share: float = 0.001
    outage_share: float = 0.25
    outage_days: tuple[float, float] = (1.0, 26.0)
    stuck_share: float = 0.05
    stuck_days: tuple[float, float] = (4.0, 39.0)
    dead_share: float = 0.02


PERFECT = Sensing(
    interval_h=(1.0, 1.0),
    night_interval_h=(1.0, 1.0),
    delivered=(1.0, 1.0),
    noise_sd_pct=0.0,
    same_noise_share=1.0,
    spike_share=(0.0, 0.0),
    zero_share=0.0,
    outage_share=0.0,
    stuck_share=0.0,
    dead_share=0.0,
)
"""Every hour the truth, to the percent."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SensorDiary:
    """One bin's k measurements that arrive, in order of time.

    Attributes:
        at_s: (k,) seconds since the beginning, whole.
        error_pct: (k,) added to the fill.
        instead_pct: (k,) what is said in place of the fill, NaN where the fill is told.
        stuck: (k,) bool: says again what it said before.
    """

    at_s: NDArray[np.int64]
    error_pct: NDArray[np.float64]
    instead_pct: NDArray[np.float64]
    stuck: NDArray[np.bool_]


def diaries(sensing: Sensing, *, bins: int, days: int, seed: int) -> list[SensorDiary]:
    """Return each bin's diary; the same seed gives the same, whatever the policy does."""
    children = np.random.SeedSequence([seed, 2]).spawn(bins)
    return [_diary(np.random.default_rng(child), sensing, days) for child in children]


def _diary(rng: np.random.Generator, sensing: Sensing, days: int) -> SensorDiary:
    at_s = _times(rng, sensing, days)
    k = len(at_s)
    arrives = rng.random(k) < rng.uniform(*sensing.delivered)
    if rng.random() < sensing.dead_share:
        arrives[:] = False
    if rng.random() < sensing.outage_share:
        arrives &= ~_spell(rng, at_s, days, sensing.outage_days)
    stuck = np.zeros(k, dtype=np.bool_)
    if rng.random() < sensing.stuck_share:
        stuck = _spell(rng, at_s, days, sensing.stuck_days)
    instead_pct = np.full(k, np.nan)
    spikes = rng.random(k) < rng.uniform(*sensing.spike_share)
    instead_pct[spikes] = np.rint(rng.uniform(0, 100, int(spikes.sum())))
    instead_pct[rng.random(k) < sensing.zero_share] = 0.0
    return SensorDiary(
        at_s=at_s[arrives],
        error_pct=_errors(rng, sensing, k)[arrives],
        instead_pct=instead_pct[arrives],
        stuck=stuck[arrives],
    )


def _times(rng: np.random.Generator, sensing: Sensing, days: int) -> NDArray[np.int64]:
    """Return when it measures: about every two hours by day, less often by night."""
    times, at_s = [], rng.uniform(0, 7200)
    while at_s < days * DAY_S:
        times.append(int(at_s))
        hour = at_s % DAY_S / 3600
        night = hour >= NIGHT_FROM_H or hour < NIGHT_UNTIL_H
        at_s += 3600 * rng.uniform(*(sensing.night_interval_h if night else sensing.interval_h))
    return np.array(times, dtype=np.int64)


def _spell(
    rng: np.random.Generator, at_s: NDArray[np.int64], days: int, length: tuple[float, float]
) -> NDArray[np.bool_]:
    """Return which measurements lie in one spell; short ones are more common than long ones."""
    lasts_s = DAY_S * np.exp(rng.uniform(*np.log(length)))
    begin_s = rng.uniform(0, days * DAY_S)
    lies_in: NDArray[np.bool_] = (at_s >= begin_s) & (at_s < begin_s + lasts_s)
    return lies_in


def _errors(rng: np.random.Generator, sensing: Sensing, k: int) -> NDArray[np.float64]:
    """Return errors of which many repeat the one before, as real sensors' do."""
    drawn = rng.normal(0.0, sensing.noise_sd_pct, k)
    new = rng.random(k) >= sensing.same_noise_share
    if k:
        new[0] = True
    last_new = np.maximum.accumulate(np.where(new, np.arange(k), 0))
    errors: NDArray[np.float64] = drawn[last_new]
    return errors
