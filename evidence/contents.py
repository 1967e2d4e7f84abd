"""What lies in the bins and beside them, exactly accounted: deposits = collected + still there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evidence.setting import Deposited, Litres


@dataclass(frozen=True, kw_only=True, slots=True)
class Emptying:
    """One bin emptied: what was taken, how full it was, what lay beside it.

    Attributes:
        litres: all that was taken, what lay beside included; what remains is not in it.
        fill_pct: what was there in percent of what the bin holds, over 100 where it overflowed.
        excess_l: what lay beside it.
    """

    bin: int
    slot: int
    litres: float
    fill_pct: float
    excess_l: float


class Contents:
    """The bins over time. What does not fit lies beside its bin until that is emptied.

    ``capacity_l`` (n,); ``begin_l`` (n,) is in the bins when slot 0 begins. Amounts "at a slot"
    are those when it begins.
    """

    def __init__(self, deposited: Deposited, *, capacity_l: Litres, begin_l: Litres) -> None:
        self.capacity_l = capacity_l
        self._came_l = _sums(deposited.litres)
        told = deposited.told_litres
        self._told_l = self._came_l if told is None else _sums(told)
        self._since = np.zeros(len(capacity_l), dtype=np.int64)
        self._base_l = begin_l.copy()
        self._told_base_l = begin_l.copy()

    def total_l(self, slot: int) -> Litres:
        """(n,) what is in and beside each bin."""
        rows = np.arange(len(self._since))
        total: Litres = self._base_l + self._came_l[:, slot] - self._came_l[rows, self._since]
        return total

    def told_pct(self, bin_: int, slots: NDArray[np.int64]) -> NDArray[np.float64]:
        """(k,) the fill that can be known of a bin at slots since its last emptying, 0 to 100."""
        told_l = (
            self._told_base_l[bin_]
            + self._told_l[bin_, slots]
            - self._told_l[bin_, self._since[bin_]]
        )
        pct: NDArray[np.float64] = 100 * np.minimum(1.0, told_l / self.capacity_l[bin_])
        return pct

    def excess_l(self, slot: int) -> Litres:
        """(n,) what lies beside each bin."""
        beside: Litres = np.maximum(0.0, self.total_l(slot) - self.capacity_l)
        return beside

    def overflowed_slots(self, begin: int, end: int) -> NDArray[np.int64]:
        """(n,) how many slots of [begin, end) each bin was full, since its last emptying."""
        return np.array(
            [max(0, end - max(begin, self._full_at(i))) for i in range(len(self._since))],
            dtype=np.int64,
        )

    def empty(self, bin_: int, slot: int, *, remains_l: float) -> tuple[Emptying, int]:
        """Empty a bin; returns what was found and the slot from which on it was full.

        ``remains_l`` stays in it, or what there was where that is less.
        """
        total_l = float(
            self._base_l[bin_] + self._came_l[bin_, slot] - self._came_l[bin_, self._since[bin_]]
        )
        full_at = self._full_at(bin_)
        remains_l = min(remains_l, total_l)
        capacity_l = float(self.capacity_l[bin_])
        self._since[bin_] = slot
        self._base_l[bin_] = remains_l
        self._told_base_l[bin_] = 0.0 if self._told_l is not self._came_l else remains_l
        emptying = Emptying(
            bin=bin_,
            slot=slot,
            litres=total_l - remains_l,
            fill_pct=100 * total_l / capacity_l,
            excess_l=max(0.0, total_l - capacity_l),
        )
        return emptying, full_at

    def _full_at(self, bin_: int) -> int:
        """Return the first slot at which the bin is full; one after the last where it never is."""
        since = self._since[bin_]
        room_l = self.capacity_l[bin_] - self._base_l[bin_] + self._came_l[bin_, since]
        return max(int(since), int(np.searchsorted(self._came_l[bin_], room_l)))

    def came_l(self, begin: int, end: int) -> float:
        """Return what came into all bins in the slots [begin, end)."""
        return float((self._came_l[:, end] - self._came_l[:, begin]).sum())


def _sums(litres: Litres) -> Litres:
    """(n, s + 1) what has come until each slot begins."""
    sums = np.zeros((litres.shape[0], litres.shape[1] + 1))
    np.cumsum(litres, axis=1, out=sums[:, 1:])
    return sums
