"""How gains spread where too little was counted: a gamma distribution and a sensor's noise.

Its variance is what the stream shows where gains can be seen whole, in two parts: bags come one by
one, and days differ.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from routing.forecast.grid import CLASSES, GAIN_EDGES, MEAN_KNOTS
from routing.forecast.groups import Groups
from routing.forecast.histories import Floats
from routing.forecast.pairs import Course, Pairs
from routing.forecast.steps import SATURATED_PCT

USUAL_BURST_PCT = 10.0
"""Variance for each percent expected: the daily gain of slow bins varies by three times itself, of
busy ones by 0.45 (field notes)."""
USUAL_DAYS_DIFFER = 0.4
NOISE_PCT = 1.7
"""Of a difference of two levels; one has a standard deviation of 1.2 at night (field notes)."""
AS_MANY_AS = 200.0
"""Pairs that what is usual counts for."""
_SEEN_WHOLE = 2.5
"""Gains are looked at where so many times the expected one would still not be saturated."""
_MOST_OFF_PCT = 60.0
_FINE = 0.25


@dataclass(frozen=True, kw_only=True, slots=True)
class Dispersion:
    """The variance of a gain of m percent: ``burst_pct`` m + (``days_differ`` m)^2, and noise."""

    burst_pct: float = USUAL_BURST_PCT
    days_differ: float = USUAL_DAYS_DIFFER


@dataclass(kw_only=True)
class Moments:
    """Sums for a weighted least squares fit of both parts (streams, 2, 2) and (streams, 2)."""

    squares: Floats
    products: Floats

    @classmethod
    def none(cls, streams: int) -> "Moments":
        """Return what is known before anything is seen."""
        return cls(squares=np.zeros((streams, 2, 2)), products=np.zeros((streams, 2)))

    def add(self, course: Course, groups: Groups, pairs: Pairs) -> None:
        """Count pairs."""
        history = course.history
        expected = course.expected(pairs)
        room = SATURATED_PCT - history.fill_pct[pairs.origin]
        whole = (expected > 0) & (np.maximum(20.0, _SEEN_WHOLE * expected) < room)
        origin, target, mean = pairs.origin[whole], pairs.target[whole], expected[whole]
        off = course.gained(Pairs(origin=origin, target=target)) - mean
        excess = np.minimum(np.abs(off), _MOST_OFF_PCT) ** 2 - NOISE_PCT**2
        weight = 1 / (1 + mean) ** 2
        stream = groups.stream[history.owner[origin]]
        parts = (mean, mean**2)
        streams = len(self.products)
        for i, part in enumerate(parts):
            total = np.bincount(stream, weights=weight * part * excess, minlength=streams)
            self.products[:, i] += total
            for j, other in enumerate(parts):
                total = np.bincount(stream, weights=weight * part * other, minlength=streams)
                self.squares[:, i, j] += total

    def dispersions(self) -> list[Dispersion]:
        """Return each stream's, drawn to all streams', and those to what is usual."""
        usual = _solved(self.squares.sum(axis=0), self.products.sum(axis=0), Dispersion())
        return [
            _solved(squares, products, usual)
            for squares, products in zip(self.squares, self.products, strict=True)
        ]


def _solved(squares: Floats, products: Floats, usual: Dispersion) -> Dispersion:
    """Least squares, neither part negative; ``usual`` counts like pairs that gain 5 and 20 %."""
    squares, products = squares.copy(), products.copy()
    for mean in (5.0, 20.0):
        part = np.array([mean, mean**2])
        weight = AS_MANY_AS / 2 / (1 + mean) ** 2
        squares += weight * np.outer(part, part)
        variance = usual.burst_pct * mean + (usual.days_differ * mean) ** 2
        products += weight * part * variance
    burst, differ = np.linalg.solve(squares, products)
    if burst < 0:
        burst, differ = 0.0, products[1] / squares[1, 1]
    elif differ < 0:
        burst, differ = products[0] / squares[0, 0], 0.0
    return Dispersion(
        burst_pct=max(0.1, round(float(burst), 2)),
        days_differ=round(float(np.sqrt(max(0.0, differ))), 3),
    )


@lru_cache(maxsize=256)
def prior(dispersion: Dispersion) -> Floats:
    """Return shares of the classes of gain for each knot of expected gain (knots, classes)."""
    return np.stack([_shares(float(mean), dispersion) for mean in MEAN_KNOTS])


def _shares(mean: float, dispersion: Dispersion) -> Floats:
    edges = np.arange(0.0, 600.0 + _FINE, _FINE)
    if mean <= 0:
        weight = np.zeros(len(edges) - 1)
        weight[0] = 1.0
    else:
        variance = dispersion.burst_pct * mean + (dispersion.days_differ * mean) ** 2
        shape, scale = mean**2 / variance, variance / mean
        middle = (edges[1:] + edges[:-1]) / 2
        density = (shape - 1) * np.log(middle / scale) - middle / scale
        weight = np.exp(density - density.max())
        if shape < 1:
            # the integral over the first step, where the density has its pole
            weight[0] = (
                np.exp(shape * np.log(_FINE / scale) - density.max()) * scale / _FINE / shape
            )
        weight /= weight.sum()
    half = round(5 * NOISE_PCT / _FINE)
    noise = np.exp(-0.5 * (np.arange(-half, half + 1) * _FINE / NOISE_PCT) ** 2)
    spread = np.convolve(weight, noise / noise.sum())
    value = (np.arange(len(spread)) - half) * _FINE + _FINE / 2
    found = np.clip(np.searchsorted(GAIN_EDGES, value, side="right") - 1, 0, CLASSES - 1)
    return np.bincount(found, weights=spread, minlength=CLASSES)
