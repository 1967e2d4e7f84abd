"""Metres on a plane, for distances within a town."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

METRES_PER_DEGREE = 111_195.08
"""Of latitude, on the sphere of core.geo."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Flat:
    """An equirectangular plane; within 50 km of its middle lengths are right to a part in 1,000."""

    lat: float

    @classmethod
    def around(cls, lonlat: NDArray[np.float64]) -> Self:
        """Return the plane for places (N, 2) of lon and lat."""
        return cls(lat=float(lonlat[:, 1].mean()))

    def metres(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (..., 2) lon and lat as metres east and north."""
        scale = np.array([METRES_PER_DEGREE * np.cos(np.radians(self.lat)), METRES_PER_DEGREE])
        metres: NDArray[np.float64] = lonlat * scale
        return metres

    def distance_m(
        self, place: NDArray[np.float64], segments: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the distance of a place (2,) from each segment (M, 2, 2), all in lon and lat."""
        at = self.metres(place)
        ends = self.metres(segments)
        along = ends[:, 1] - ends[:, 0]
        length2 = np.maximum((along**2).sum(axis=1), 1e-9)
        share = np.clip(((at - ends[:, 0]) * along).sum(axis=1) / length2, 0, 1)
        off = ends[:, 0] + share[:, None] * along - at
        distance: NDArray[np.float64] = np.hypot(off[:, 0], off[:, 1])
        return distance
