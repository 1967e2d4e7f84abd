"""How long and how far it is from each place to each other."""

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.geo import EARTH_RADIUS_M, Position
from core.plans import STRAIGHT_LINES
from core.ways import Leg, Way, encode

UNREACHABLE_S = 100_000_000
"""Driving time where there is no way at all: longer than any shift, and sums stay in range."""
_ROWS_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True, eq=False)
class TravelTable:
    """Driving times and distances between N places; row: from, column: to.

    Both arrays are int32 of shape (N, N) with a zero diagonal and not symmetrised: one-way
    streets make the way there another than the way back. Both are UNREACHABLE_S where there is no
    way. ``source`` says to people where the numbers come from. ``snapped_m`` (N,): metres from
    each place to the nearest road that can be used; None where no roads are known.
    """

    drive_s: NDArray[np.int32]
    distance_m: NDArray[np.int32]
    source: str
    snapped_m: NDArray[np.float32] | None = None


def too_far(table: TravelTable, limit_m: float) -> NDArray[np.bool_]:
    """Return for each place whether it is further than ``limit_m`` from every usable road."""
    if table.snapped_m is None:
        return np.zeros(len(table.drive_s), dtype=np.bool_)
    far: NDArray[np.bool_] = table.snapped_m > limit_m
    return far


class TravelTimes(Protocol):
    """Whoever knows driving times: straight lines here, a road engine in routing.roads.

    ``kerb[i]``: position i has to be on the lorry's own side of the street when it stops there;
    None: nowhere. With the same flags a way and a table agree leg by leg, to the second.
    """

    async def table(
        self, positions: Sequence[Position], *, kerb: Sequence[bool] | None = None
    ) -> TravelTable:
        """Return the table of all positions, in their order; UNREACHABLE_S without a way."""
        ...

    async def way(
        self, positions: Sequence[Position], *, kerb: Sequence[bool] | None = None
    ) -> Way:
        """Return the way through all positions, in their order, with its line and turn steps."""
        ...


@dataclass(frozen=True, kw_only=True)
class StraightLines:
    """Great-circle distance times a detour factor at one speed: for where no road engine is.

    Rounds planned like this take 38 to 92 % longer on real roads than rounds planned on them, so
    ``source`` says loudly what it is.
    """

    detour_factor: float
    speed_kmh: float
    why: str = "no road engine"
    """Why it is straight lines, for people."""

    @property
    def source(self) -> str:
        """What to tell people about these times."""
        return f"{STRAIGHT_LINES} x {self.detour_factor:g} at {self.speed_kmh:g} km/h ({self.why})"

    async def table(
        self,
        positions: Sequence[Position],
        *,
        kerb: Sequence[bool] | None = None,  # noqa: ARG002 - a straight line has no sides
    ) -> TravelTable:
        """Return the table of all positions; off the event loop, 2,000 take about a second."""
        return await asyncio.to_thread(self.table_now, positions)

    async def way(
        self,
        positions: Sequence[Position],
        *,
        kerb: Sequence[bool] | None = None,  # noqa: ARG002 - a straight line has no sides
    ) -> Way:
        """Return straight lines, without steps: there are no streets to name."""
        return Way(
            legs=tuple(self._leg(a, b) for a, b in itertools.pairwise(positions)),
            source=self.source,
        )

    def _leg(self, start: Position, end: Position) -> Leg:
        pair = self.table_now((start, end))
        return Leg(
            polyline=encode([(start.lon, start.lat), (end.lon, end.lat)]),
            distance_m=int(pair.distance_m[0, 1]),
            drive_s=int(pair.drive_s[0, 1]),
        )

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
