"""Which bins are alike: of one stream, and within it of one area."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.forecast.histories import BinOf, Floats, Ints, parts
from routing.forecast.shrinking import between_variance


@dataclass(frozen=True, kw_only=True, eq=False)
class Groups:
    """Who belongs together.

    Attributes:
        names: the streams.
        stream: (n) index into ``names`` for each bin.
        area: (n) index of each bin's area; an area has one stream.
        area_stream: (areas) which.
    """

    names: tuple[str, ...]
    stream: Ints
    area: Ints
    area_stream: Ints

    @property
    def streams(self) -> int:
        """How many streams there are."""
        return len(self.names)

    def by_stream(self, values: Floats) -> Floats:
        """Sum (n) by stream."""
        return np.bincount(self.stream, weights=values, minlength=self.streams)

    def rows_by_stream(self, rows: Floats, weight: Floats | None = None) -> Floats:
        """Sum rows (n, k), each times its weight (n), by stream: (streams, k)."""
        whose = np.zeros((self.streams, len(rows)))
        whose[self.stream, np.arange(len(rows))] = 1.0 if weight is None else weight
        total = np.zeros((self.streams, rows.shape[1]))
        for part in parts(len(rows)):
            total += np.einsum("sn,nk->sk", whose[:, part], rows[part])
        return total

    def by_area(self, values: Floats) -> Floats:
        """Sum (n) by area."""
        return np.bincount(self.area, weights=values, minlength=len(self.area_stream))

    def of_area(self, by_bin: Floats) -> Floats:
        """Return for each area the value that all its bins have in common."""
        common = np.zeros(len(self.area_stream))
        common[self.area] = by_bin
        return common

    def mean_by_stream(self, total: Floats, weight: Floats, *, default: float) -> Floats:
        """Return each stream's ratio of sums; where it has none all streams', else ``default``."""
        weights = self.by_stream(weight)
        everywhere = float(total.sum() / weight.sum()) if weight.sum() > 0 else default
        safe = np.where(weights > 0, weights, 1.0)
        return np.where(weights > 0, self.by_stream(total) / safe, everywhere)

    def variance_by_stream(self, ratio: Floats, noise: Floats) -> Floats:
        """Return for each bin how much the bins of its stream truly differ (n)."""
        found = np.zeros(len(self.stream))
        for stream in range(self.streams):
            of_it = self.stream == stream
            found[of_it] = between_variance(ratio[of_it], noise[of_it])
        return found


def groups(bins: Sequence[BinOf]) -> Groups:
    """Sort bins into streams and areas."""
    names = tuple(dict.fromkeys(bin_.stream for bin_ in bins))
    stream_of = {name: i for i, name in enumerate(names)}
    area_of: dict[tuple[str, str | None], int] = {}
    area = [area_of.setdefault((b.stream, b.area), len(area_of)) for b in bins]
    return Groups(
        names=names,
        stream=np.array([stream_of[b.stream] for b in bins], dtype=np.int64),
        area=np.array(area, dtype=np.int64),
        area_stream=np.array([stream_of[stream] for stream, _ in area_of], dtype=np.int64),
    )
