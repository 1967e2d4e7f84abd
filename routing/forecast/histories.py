"""The fill histories of many bins in flat arrays, so that a whole city is one computation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.rules.trust_limits import DEFAULT_LIMITS

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]
type Bools = NDArray[np.bool_]

SPIKE_PCT = 15.0
"""A level so far from both its neighbours, which agree with one another, was no level."""
NEIGHBOURS_AGREE_PCT = 10.0
SPIKE_WITHIN_S = 12 * 3600
"""Between readings further apart than this a bin can fill and be emptied."""


BINS_AT_ONCE = 500
"""So few that all that is worked out of them stays near the processor."""


def parts(bins: int) -> list[slice]:
    """Return slices of so many bins."""
    return [slice(n, min(bins, n + BINS_AT_ONCE)) for n in range(0, bins, BINS_AT_ONCE)]


@dataclass(frozen=True, kw_only=True, slots=True)
class BinOf:
    """What a bin is, for those that know little of it: ``area`` is any name for its surroundings.

    ``area`` None: nobody knows, or all of its stream stand together.
    """

    bin_id: str
    stream: str
    area: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Histories:
    """Levels of many bins, bin after bin, oldest first within each.

    Attributes:
        bins: n of them; any may be without levels.
        starts: (n + 1), where each bin's levels begin in the flat arrays.
        at_s: (m) seconds since 1970 UTC, strictly rising within a bin.
        fill_pct: (m) 0 to 100.
    """

    bins: tuple[BinOf, ...]
    starts: Ints
    at_s: Ints
    fill_pct: Floats

    @cached_property
    def owner(self) -> Ints:
        """(m) whose level each is, as an index into ``bins``."""
        return np.repeat(np.arange(len(self.bins)), np.diff(self.starts))

    @cached_property
    def last(self) -> Ints:
        """(n) index of each bin's newest level; -1 where there is none."""
        return np.where(np.diff(self.starts) > 0, self.starts[1:] - 1, -1)

    @cached_property
    def follows(self) -> Bools:
        """(m - 1) whether level i + 1 is of the same bin as level i."""
        found = np.ones(max(0, len(self.at_s) - 1), dtype=np.bool_)
        begins = self.starts[1:-1]
        found[begins[(begins > 0) & (begins < len(self.at_s))] - 1] = False
        return found

    def kept(self, keep: Bools) -> "Histories":
        """Return the same bins with only the levels where ``keep`` (m) is true."""
        if bool(keep.all()):
            return self
        dropped = np.flatnonzero(~keep)
        return Histories(
            bins=self.bins,
            starts=self.starts - np.searchsorted(dropped, self.starts),
            at_s=self.at_s[keep],
            fill_pct=self.fill_pct[keep],
        )

    def before(self, at_s: int | Ints) -> "Histories":
        """Return only what was measured before a moment, or before each bin's own (n)."""
        limit = at_s if isinstance(at_s, int) else at_s[self.owner]
        return self.kept(self.at_s < limit)


def histories(
    bins: Sequence[BinOf],
    levels: Mapping[str, tuple[Sequence[int] | Ints, Sequence[float] | Floats]],
) -> Histories:
    """Put histories together: ``levels`` holds (at_s, fill_pct) by bin_id, in any order.

    Of several levels of one moment the last one given counts. Raises ValueError where a level is
    not within 0 and 100.
    """
    times: list[Ints] = []
    fills: list[Floats] = []
    for bin_ in bins:
        at, fill = levels.get(bin_.bin_id, ((), ()))
        at_s, fill_pct = np.asarray(at, dtype=np.int64), np.asarray(fill, dtype=np.float64)
        if len(at_s) > 1 and not bool(np.all(at_s[1:] > at_s[:-1])):
            # reversed, so that "first of each moment" means the last one given
            at_s, first = np.unique(at_s[::-1], return_index=True)
            fill_pct = fill_pct[::-1][first]
        times.append(at_s)
        fills.append(fill_pct)
    counts = [len(t) for t in times]
    fill_pct = np.concatenate(fills) if fills else np.zeros(0)
    if len(fill_pct) and not bool(np.all((fill_pct >= 0) & (fill_pct <= 100))):
        raise ValueError("a level is not within 0 and 100 %")
    return Histories(
        bins=tuple(bins),
        starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        at_s=np.concatenate(times) if times else np.zeros(0, dtype=np.int64),
        fill_pct=fill_pct,
    )


def without_spikes(history: Histories) -> Histories:
    """Leave out single levels that both neighbours contradict: spikes, and 0 for "missing"."""
    at_s, fill = history.at_s, history.fill_pct
    if len(fill) < 3:
        return history
    # few jump so far up or down: only these are looked at closely
    jumps = np.abs(np.diff(fill)) >= SPIKE_PCT
    at = np.flatnonzero(jumps[1:] & jumps[:-1] & history.follows[1:] & history.follows[:-1]) + 1
    single = (
        (np.sign(fill[at] - fill[at - 1]) == np.sign(fill[at] - fill[at + 1]))
        & (np.abs(fill[at + 1] - fill[at - 1]) <= NEIGHBOURS_AGREE_PCT)
        & (at_s[at + 1] - at_s[at - 1] <= 2 * SPIKE_WITHIN_S)
    )
    keep = np.ones(len(fill), dtype=np.bool_)
    keep[at[single]] = False
    return history.kept(keep)


def standing_still(history: Histories) -> Bools:
    """Return for each level (m) whether its sensor is stuck: the same value far too long.

    The limits are those of trust (docs/trust.md): longer at 0 and at 100 %.
    """
    fill, at_s = history.fill_pct, history.at_s
    if not len(fill):
        return np.zeros(0, dtype=np.bool_)
    new_run = np.flatnonzero((fill[1:] != fill[:-1]) | ~history.follows) + 1
    first = np.concatenate([[0], new_run])
    last = np.concatenate([new_run, [len(fill)]]) - 1
    limits = DEFAULT_LIMITS
    many = last - first + 1 >= min(limits.stuck_readings, limits.stuck_at_end_readings)
    first, last = first[many], last[many]
    hours, readings = (at_s[last] - at_s[first]) / 3600, last - first + 1
    at_end = (fill[first] <= 0) | (fill[first] >= 100)
    stuck = np.where(
        at_end,
        (hours >= limits.stuck_at_end_h) & (readings >= limits.stuck_at_end_readings),
        (hours >= limits.stuck_h) & (readings >= limits.stuck_readings),
    )
    found = np.zeros(len(fill), dtype=np.bool_)
    for begin, end in zip(first[stuck].tolist(), last[stuck].tolist(), strict=True):
        found[begin : end + 1] = True
    return found
