"""A mean over seeds and how far it can be trusted."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_T_95 = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
    2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
    2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip
"""Student's t for 95 %, two-sided, by degrees of freedom from 1."""
_T_95_BEYOND = 2.042
"""For more degrees of freedom: a little too wide, never too narrow."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A mean of ``n`` seeds; 95 % of such intervals mean +- half_width hold the true mean.

    ``half_width`` is None with fewer than two seeds: one seed says nothing about chance.
    """

    mean: float
    half_width: float | None
    n: int

    def as_dict(self) -> dict[str, float | int | None]:
        """Return it for programs."""
        return {"mean": self.mean, "half_width": self.half_width, "seeds": self.n}


def estimate(values: Sequence[float]) -> Estimate | None:
    """Return mean and interval (Student's t) of one value for each seed; None without any."""
    n = len(values)
    if n == 0:
        return None
    mean = math.fsum(values) / n
    if n == 1:
        return Estimate(mean=mean, half_width=None, n=1)
    variance = math.fsum((value - mean) ** 2 for value in values) / (n - 1)
    t = _T_95[n - 2] if n - 2 < len(_T_95) else _T_95_BEYOND
    return Estimate(mean=mean, half_width=t * math.sqrt(variance / n), n=n)
