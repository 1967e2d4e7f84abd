"""What every contender gives back, and the one core on which each runs in turn."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

BRIMFUL, PYVRP, VROOM = "brimful", "pyvrp", "vroom"
PEERS = (PYVRP, VROOM)


class UnableError(Exception):
    """A contender cannot state this problem; the text says what it lacks."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """Routes as the file names its places, and what it took.

    ``iterations`` is None where the contender does not tell. ``lacks`` are rules of the instance
    that its model leaves out: its routes may break them.
    """

    routes: tuple[tuple[int, ...], ...]
    elapsed_s: float
    iterations: int | None
    lacks: tuple[str, ...] = ()


class Clock:
    """One contender's time: from the first line of building its model to its last moment."""

    def __init__(self, limit_s: float) -> None:
        self._begun_s = time.perf_counter()
        self._limit_s = limit_s

    @property
    def elapsed_s(self) -> float:
        """Seconds so far."""
        return time.perf_counter() - self._begun_s

    @property
    def left_s(self) -> float:
        """Seconds to the limit, never below a tenth."""
        return max(0.1, self._limit_s - self.elapsed_s)

    @property
    def is_over(self) -> bool:
        """Tell whether the time is over."""
        return self.elapsed_s >= self._limit_s

    def share(self, part: float) -> "Clock":
        """Return a clock that begins now and has a part of what this one has left."""
        return Clock(part * self.left_s)

    def __call__(self, best_cost: int) -> bool:  # noqa: ARG002 - PyVRP asks with its best cost
        """Tell whether the time is over."""
        return self.is_over


@contextmanager
def one_core() -> Iterator[int]:
    """Keep this process on one core while the block lasts; yields its number (-1: not possible)."""
    if not hasattr(os, "sched_setaffinity"):
        yield -1
        return
    before = os.sched_getaffinity(0)
    core = max(before)
    os.sched_setaffinity(0, {core})
    try:
        yield core
    finally:
        os.sched_setaffinity(0, before)
