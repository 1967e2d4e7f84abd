"""How what came differs from what was expected, stream by stream: counted, not assumed.

Two counts of one thing. Demand is what people throw in, whether or not the bin still shows it:
for each expected gain the distribution of the true one, from below the saturation (right-censored
there; Kaplan & Meier 1958) and across emptyings. Until enough was seen it leans on a gamma
distribution. Shown is what the sensor will say while nobody empties the bin: for each level and
expected gain; it leans on what all streams show, and that on demand.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.forecast.grid import CLASSES, FILL_KNOTS, GAIN_EDGES, MEAN_KNOTS, between, class_of
from routing.forecast.groups import Groups
from routing.forecast.histories import Floats, Ints
from routing.forecast.pairs import (
    TRAINING_HORIZONS_H,
    Course,
    Pairs,
    nearest,
    tolerance_h,
)
from routing.forecast.prior import Dispersion, Moments, prior
from routing.forecast.steps import SATURATED_PCT

AS_MANY_AS = 50.0
"""Pairs that what is usual elsewhere counts for."""
TO_NEIGHBOURS = 0.1
"""Share of what was seen at a knot that also counts at its neighbours."""
MOST_PAIRS = 60_000
"""Of each horizon; of more, every second, third, ... origin is taken."""
_TINY = 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class Spread:
    """Shares of the classes of gain; each row sums to 1.

    Attributes:
        demand: (streams, mean knots, classes).
        shown: (streams, fill knots, mean knots, classes).
    """

    demand: Floats
    shown: Floats


def spread(course: Course, groups: Groups) -> Spread:
    """Count all pairs of the training horizons."""
    shape = (groups.streams, len(MEAN_KNOTS), CLASSES)
    came, hidden = np.zeros(shape), np.zeros(shape)
    shown = np.zeros((groups.streams, len(FILL_KNOTS), len(MEAN_KNOTS), CLASSES))
    history = course.history
    every = max(1, -(-len(history.at_s) // MOST_PAIRS))
    origins = np.arange(0, len(history.at_s), every)
    moments = Moments.none(groups.streams)
    for horizon_h in TRAINING_HORIZONS_H:
        pairs = nearest(history, origins, horizon_h, tolerance_h(horizon_h))
        told = course.tells(pairs)
        pairs = Pairs(origin=pairs.origin[told], target=pairs.target[told])
        _count_demand((came, hidden), course, groups, pairs)
        _count_shown(shown, course, groups, pairs)
        moments.add(course, groups, pairs)
    demand = _demand(came, hidden, moments.dispersions())
    return Spread(demand=demand, shown=_shown(shown, demand))


def _count_demand(
    counts: tuple[Floats, Floats], course: Course, groups: Groups, pairs: Pairs
) -> None:
    history = course.history
    low = history.fill_pct[pairs.origin] < SATURATED_PCT
    pairs = Pairs(origin=pairs.origin[low], target=pairs.target[low])
    origin = pairs.origin
    stream = groups.stream[history.owner[origin]]
    expected = course.expected(pairs)
    hidden = course.hides(pairs)
    full = np.where(hidden, course.first_saturated(origin), pairs.target)
    over = np.where(hidden, history.fill_pct[full] - SATURATED_PCT, 0.0)
    off = course.gained(Pairs(origin=origin, target=full)) - over - expected
    fresh = course.fresh(origin)
    knot, share = between(expected, MEAN_KNOTS)
    for step, weight in ((0, 1 - share), (1, share)):
        # as far off at the knot as it was where it was seen
        gain = class_of(off + MEAN_KNOTS[knot + step])
        counted = weight * fresh
        for count, of_it in zip(counts, (~hidden, hidden), strict=True):
            _add(count, (stream[of_it], knot[of_it] + step, gain[of_it]), counted[of_it])


def _count_shown(shown: Floats, course: Course, groups: Groups, pairs: Pairs) -> None:
    history = course.history
    kept = course.not_emptied(pairs)
    origin, target = pairs.origin[kept], pairs.target[kept]
    stream = groups.stream[history.owner[origin]]
    fill_knot, fill_share = between(history.fill_pct[origin], FILL_KNOTS)
    expected = course.expected(Pairs(origin=origin, target=target))
    fresh = course.fresh(origin)
    mean_knot, mean_share = between(expected, MEAN_KNOTS)
    gain = class_of(history.fill_pct[target] - history.fill_pct[origin])
    for i, fill_weight in ((0, 1 - fill_share), (1, fill_share)):
        for j, mean_weight in ((0, 1 - mean_share), (1, mean_share)):
            weight = fill_weight * mean_weight * fresh
            _add(shown, (stream, fill_knot + i, mean_knot + j, gain), weight)


def _add(count: Floats, where: tuple[Ints, ...], weight: Floats) -> None:
    flat = np.ravel_multi_index(where, count.shape)
    count += np.bincount(flat, weights=weight, minlength=count.size).reshape(count.shape)


def _demand(came: Floats, hidden: Floats, dispersions: Sequence[Dispersion]) -> Floats:
    """Return the shares for each stream, drawn to a gamma distribution of the stream's spread."""
    usual = np.stack([prior(dispersion) for dispersion in dispersions])
    return _kaplan_meier(came + AS_MANY_AS * usual, hidden)


def _kaplan_meier(came: Floats, censored: Floats) -> Floats:
    at_risk = np.cumsum((came + censored)[..., ::-1], axis=-1)[..., ::-1]
    stays = np.cumprod(1 - came / np.maximum(at_risk, _TINY), axis=-1)
    stays[..., -1] = 0.0
    before = np.concatenate([np.ones((*stays.shape[:-1], 1)), stays[..., :-1]], axis=-1)
    return before - stays


def _shown(counted: Floats, demand: Floats) -> Floats:
    counted = _smoothed(_smoothed(counted))
    total = counted.sum(axis=0)
    usual = total + AS_MANY_AS * _while_it_shows(demand.mean(axis=0))
    usual /= usual.sum(axis=-1, keepdims=True)
    found = counted + AS_MANY_AS * usual
    return np.asarray(found / found.sum(axis=-1, keepdims=True), dtype=np.float64)


def _smoothed(counted: Floats) -> Floats:
    """Let each knot's count count a little at its neighbours, in fill and in expected gain."""
    for axis in (1, 2):
        more = counted.copy()
        here, there = np.moveaxis(more, axis, 0), np.moveaxis(counted, axis, 0)
        here[1:] += TO_NEIGHBOURS * there[:-1]
        here[:-1] += TO_NEIGHBOURS * there[1:]
        counted = more
    return counted


def _while_it_shows(demand: Floats) -> Floats:
    """Return what a perfect sensor would show of a demand (knots, classes), for each fill knot.

    Nothing above 100 % and nothing below 0: (fill knots, mean knots, classes).
    """
    found = np.zeros((len(FILL_KNOTS), *demand.shape))
    for i, fill in enumerate(FILL_KNOTS):
        most, least = int(class_of(np.array(100 - fill))), int(class_of(np.array(-fill)))
        inside = demand.copy()
        inside[:, most] += inside[:, most + 1 :].sum(axis=1)
        inside[:, most + 1 :] = 0
        inside[:, least] += inside[:, :least].sum(axis=1)
        inside[:, :least] = 0
        found[i] = inside
    return found


def cumulated(shares: Floats) -> Floats:
    """Return the share of all below each edge of the classes: (..., classes + 1)."""
    zero = np.zeros((*shares.shape[:-1], 1))
    sums = np.concatenate([zero, np.cumsum(shares, axis=-1)], axis=-1)
    return np.asarray(np.clip(sums, 0.0, 1.0), dtype=np.float64)


def gain_at(below: Floats, probability: Floats | float) -> Floats:
    """Return the gain that is not exceeded with this probability, for each row (k).

    ``below`` (k, classes + 1) as of cumulated(); within a class evenly.
    """
    wanted = np.broadcast_to(np.asarray(probability, dtype=np.float64), below.shape[:-1])
    nth = np.clip((below <= wanted[:, None]).sum(axis=-1) - 1, 0, CLASSES - 1)
    rows = np.arange(len(below))
    low, high = below[rows, nth], below[rows, nth + 1]
    share = np.clip((wanted - low) / np.maximum(high - low, _TINY), 0, 1)
    return np.asarray(GAIN_EDGES[nth] + share * (GAIN_EDGES[nth + 1] - GAIN_EDGES[nth]))


def below_gain(below: Floats, gain: Floats) -> Floats:
    """Return the probability that the gain stays below ``gain``, for each row (k)."""
    nth, share = part_of_class(gain)
    rows = np.arange(len(below))
    low = below[rows, nth]
    return np.asarray(low + share * (below[rows, nth + 1] - low))


def part_of_class(gain: Floats) -> tuple[Ints, Floats]:
    """Return the class of each gain (k), and what share of the class lies below it."""
    nth = class_of(gain)
    share = np.clip((gain - GAIN_EDGES[nth]) / (GAIN_EDGES[nth + 1] - GAIN_EDGES[nth]), 0, 1)
    return nth, np.asarray(share)
