"""The search's own chance: the same figures for a seed on every machine."""

import numpy as np
from numpy.typing import NDArray

from routing.search.kernel.jit import compiled

_SCALE = 1.0 / 9007199254740992.0


@compiled
def draw(chance: NDArray[np.uint64]) -> float:
    """Return a number in [0, 1): xorshift64* (Vigna 2016)."""
    x = chance[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    chance[0] = x
    return np.float64((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * _SCALE


@compiled
def below(chance: NDArray[np.uint64], n: int) -> int:
    """Return a whole number in 0..n-1."""
    return min(int(draw(chance) * n), n - 1)
