"""Figures of a file as the whole numbers a search needs."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

FAR = 1_000_000_000
"""Later than anything, and more than any load; sums of it with a day's figures stay in 32 bits."""

_SCALES = (1, 10, 100, 1_000, 10_000)


def decimals(*figures: Any) -> int:  # noqa: ANN401 - whatever numpy takes
    """Return what makes the figures whole when they are multiplied by it, at most 10,000."""
    everything = np.concatenate([np.atleast_1d(np.asarray(f, dtype=np.float64)) for f in figures])
    finite = everything[np.isfinite(everything)]
    for scale in _SCALES:
        if np.allclose(finite * scale, np.round(finite * scale), rtol=0, atol=1e-6):
            return scale
    return _SCALES[-1]


def up(figures: Any) -> NDArray[np.int32]:  # noqa: ANN401
    """Return figures rounded up, not over FAR."""
    return _whole(np.ceil(np.asarray(figures, dtype=np.float64) - 1e-6))


def down(figures: Any) -> NDArray[np.int32]:  # noqa: ANN401
    """Return figures rounded down, not over FAR."""
    return _whole(np.floor(np.asarray(figures, dtype=np.float64) + 1e-6))


def nearest(figures: Any) -> NDArray[np.int32]:  # noqa: ANN401
    """Return figures rounded to the nearest, not over FAR."""
    return _whole(np.floor(np.asarray(figures, dtype=np.float64) + 0.5))


def _whole(figures: NDArray[np.float64]) -> NDArray[np.int32]:
    return np.minimum(figures, FAR).astype(np.int32)
