"""The grid on which gains are counted: knots of fill and of expected gain, classes of gain."""

import numpy as np

from routing.forecast.histories import Floats, Ints

FILL_KNOTS = np.array([0, 5, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 95, 100], dtype=np.float64)
MEAN_KNOTS = np.array(
    [0, 1, 2, 3, 4, 6, 8, 10, 13, 16, 20, 25, 31, 38, 46, 56, 68, 83, 100, 125, 150, 200, 300],
    dtype=np.float64,
)
GAIN_EDGES = np.unique(
    np.concatenate(
        [
            np.arange(-100, -30, 10),
            np.arange(-30, -10, 4),
            np.arange(-10, 20, 1),
            np.arange(20, 60, 2),
            np.arange(60, 100, 5),
            np.arange(100, 201, 20),
        ]
    ).astype(np.float64)
)
"""Fine where gains are small, as are those of a slow bin; half a point off zero is noise."""
GAIN_EDGES = GAIN_EDGES - 0.5
CLASSES = len(GAIN_EDGES) - 1
MIDDLES = (GAIN_EDGES[1:] + GAIN_EDGES[:-1]) / 2


def between(values: Floats, knots: Floats) -> tuple[Ints, Floats]:
    """Return for each value the knot at or below it, and its share of the way to the next one.

    Values outside count as the outermost knot.
    """
    inside = np.clip(values, knots[0], knots[-1])
    low = np.clip(np.searchsorted(knots, inside, side="right") - 1, 0, len(knots) - 2)
    share = (inside - knots[low]) / (knots[low + 1] - knots[low])
    return low.astype(np.int64), share


def class_of(gain: Floats) -> Ints:
    """Return the class each gain falls into; the outermost ones take all beyond."""
    found = np.searchsorted(GAIN_EDGES, gain, side="right") - 1
    return np.clip(found, 0, CLASSES - 1).astype(np.int64)
