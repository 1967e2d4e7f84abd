"""How long and how far it is from each place to each other."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.geo import EARTH_RADIUS_M, Position

UNREACHABLE_S = 100_000_000
"""Driving time where there is no way at all: longer than any shift, and sums stay in range."""
_ROWS_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True, eq=False)
class TravelTable:
    """Driving times and distances between N places; row: from, column: to.

    Both arrays are int32 of shape (N, N) with a zero diagonal and not symmetrised: one-way
    streets make the way there another than the way back. ``source`` says to people where the
    numbers come from.
    """

    drive_s: NDArray[np.int32]
    distance_m: NDArray[np.int32]
    source: str


class TravelTimes(Protocol):
    """Whoever knows driving times: straight lines here, a road engine elsewhere."""

    async def table(self, positions: Sequence[Position]) -> TravelTable:
        """Return the table of all positions, in their order; UNREACHABLE_S without a way."""
        ...


@dataclass(frozen=True, kw_only=True)
class StraightLines:
    """Great-circle distance times a detour factor at one speed: for where no road engine is.

    Rounds planned like this take 38 to 92 % longer on real roads than rounds planned on them, so
    ``source`` says loudly what it is.
    """

    detour_factor: float
    speed_kmh: float

    @property
    def source(self) -> str:
        """What to tell people about these times."""
        return (
            f"STRAIGHT LINES x {self.detour_factor:g} at {self.speed_kmh:g} km/h (no road engine)"
        )

    async def table(self, positions: Sequence[Position]) -> TravelTable:
        """Return the table of all positions; off the event loop, 2,000 take about a second."""
        return await asyncio.to_thread(self.table_now, positions)

    def table_now(self, positions: Sequence[Position]) -> TravelTable:
        """Return the same table, computed here and now."""
        lon = np.radians([p.lon for p in positions])
        lat = np.radians([p.lat for p in positions])
        n = len(positions)
        distance_m = np.zeros((n, n), dtype=np.int32)
        drive_s = np.zeros((n, n), dtype=np.int32)
        for begin in range(0, n, _ROWS_AT_ONCE):
            rows = slice(begin, begin + _ROWS_AT_ONCE)
            road_m = self.detour_factor * _haversine_m(lon[rows], lat[rows], lon, lat)
            distance_m[rows] = np.rint(road_m)
            # rounded up: a plan never promises an earlier arrival than it knows
            drive_s[rows] = np.ceil(road_m / (self.speed_kmh / 3.6) - 1e-6)
        np.fill_diagonal(distance_m, 0)
        np.fill_diagonal(drive_s, 0)
        return TravelTable(drive_s=drive_s, distance_m=distance_m, source=self.source)


def _haversine_m(
    lon_from: NDArray[np.float64],
    lat_from: NDArray[np.float64],
    lon_to: NDArray[np.float64],
    lat_to: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return all pairs' great-circle distances, as core.geo.haversine_m gives one; in radians."""
    half_lat = np.sin((lat_to[None, :] - lat_from[:, None]) / 2)
    half_lon = np.sin((lon_to[None, :] - lon_from[:, None]) / 2)
    h = half_lat**2 + np.cos(lat_from)[:, None] * np.cos(lat_to)[None, :] * half_lon**2
    distance: NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(h)))
    return distance
