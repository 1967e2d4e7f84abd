"""What both engines share: tables in blocks, and on which side of the street a place is reached."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.geo import Position
from core.ways import Leg, Way
from routing.roads.answers import Rows, blocks, sides
from routing.travel import UNREACHABLE_S, TravelTable

PLACES_AT_ONCE = 5_000
"""Whose distance from the roads is asked for at once."""


class Roads(ABC):
    """Travel times and ways on real roads; both directions, and the side of the street.

    A bin whose own side cannot be driven to (a dead end that a lorry cannot turn in, the edge of
    the extract) is served from either side: better than not at all.
    """

    def __init__(self, *, kerb_side: bool) -> None:
        self._kerb_side = kerb_side
        self._warnings: list[str] = []

    @property
    def source(self) -> str:
        """What to tell people about these times."""
        return "; WARNING: ".join([self._made_of, *self._warnings])

    @property
    def warnings(self) -> Sequence[str]:
        """What was not heeded, for people."""
        return tuple(self._warnings)

    def warn(self, what: str) -> None:
        """Have people told, with the source, what was not heeded."""
        self._warnings.append(what)

    @property
    @abstractmethod
    def _made_of(self) -> str:
        """Where the times come from."""

    @abstractmethod
    async def _rows(
        self, positions: Sequence[Position], kerb: Sequence[bool], rows: range, columns: range
    ) -> Rows:
        """Return the table from the places ``rows`` to the places ``columns``."""

    @abstractmethod
    async def _legs(self, positions: Sequence[Position], kerb: Sequence[bool]) -> list[Leg]:
        """Return the legs through all places, each on its own as the table knows it."""

    async def table(
        self, positions: Sequence[Position], *, kerb: Sequence[bool] | None = None
    ) -> TravelTable:
        """Return the table of all positions. Raises RoadsError when the engine fails."""
        everywhere = range(len(positions))
        flags = await self._sides(positions, kerb)
        whole = await self._rows(positions, flags, everywhere, everywhere)
        np.fill_diagonal(whole.drive_s, 0)
        np.fill_diagonal(whole.distance_m, 0)
        return TravelTable(
            drive_s=whole.drive_s,
            distance_m=whole.distance_m,
            source=self.source,
            snapped_m=whole.snapped_m,
        )

    async def snapped_m(self, positions: Sequence[Position]) -> NDArray[np.float32]:
        """Return how far each place is from the nearest usable road, metres; any number of them."""
        found = [np.zeros(0, dtype=np.float32)]
        for block in blocks(range(len(positions)), PLACES_AT_ONCE):
            # the first with each, so that all are put on the roads that hang together
            some = [positions[0], *(positions[i] for i in block)]
            asked = await self._rows(some, [False] * len(some), range(1), range(1, len(some)))
            found.append(asked.snapped_m)
        return np.concatenate(found)

    async def way(
        self, positions: Sequence[Position], *, kerb: Sequence[bool] | None = None
    ) -> Way:
        """Return the way through all positions. Raises RoadsError where there is none."""
        if len(positions) < 2:
            return Way(legs=(), source=self.source)
        flags = await self._sides(positions, kerb)
        return Way(legs=tuple(await self._legs(positions, flags)), source=self.source)

    async def _sides(
        self, positions: Sequence[Position], kerb: Sequence[bool] | None
    ) -> Sequence[bool]:
        """Return for each place whether it is reached on its own side alone."""
        n = len(positions)
        flags = sides(kerb, n, kerb_side=self._kerb_side)
        if not any(flags) or n < 2:
            return flags
        # seen from the first place that has no side, which is the depot
        from_ = 0 if all(flags) else flags.index(False)
        one, everywhere = range(from_, from_ + 1), range(n)
        there = await self._rows(positions, flags, one, everywhere)
        back = await self._rows(positions, flags, everywhere, one)
        cut_off = (there.drive_s[0] >= UNREACHABLE_S) | (back.drive_s[:, 0] >= UNREACHABLE_S)
        if cut_off.sum() > n / 2:  # it is that place which is cut off
            return flags
        return [side and not cut for side, cut in zip(flags, cut_off.tolist(), strict=True)]


def empty_rows(rows: int, columns: int) -> Rows:
    """Return a part of a table to be filled block by block."""
    return Rows(
        drive_s=np.zeros((rows, columns), dtype=np.int32),
        distance_m=np.zeros((rows, columns), dtype=np.int32),
        snapped_m=np.zeros(columns, dtype=np.float32),
    )
