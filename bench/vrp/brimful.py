"""The planner's own search on a model, on one thread in this process."""

import time

import numpy as np

from bench.vrp.contenders import Clock
from routing.model import Disposals, Model, Routes, Stops, Vehicles
from routing.search import Progress, ensure_compiled, search

COLD_S = 5.0
"""Loading the compiled search takes less than this; compiling it takes more."""


def warm_up() -> float:
    """Load the compiled search, or compile it where that has not been done yet; return seconds."""
    begun_s = time.perf_counter()
    ensure_compiled()
    search(_smallest(), None, limit_s=None, iterations=1, seed=1, on_progress=None, stop=None)
    return time.perf_counter() - begun_s


def run(
    model: Model,
    clock: Clock,
    *,
    seed: int,
    start: Routes | None = None,
    served_by_s: float | None = None,
) -> tuple[Routes, int]:
    """Search until the clock's limit; return the best routes and the iterations it took.

    ``served_by_s``: at this time of the clock everything has to be served, or the search ends.
    """
    iterations, left_out = 0, 0

    def note(progress: Progress) -> None:
        nonlocal iterations, left_out
        iterations, left_out = progress.iterations, progress.left_out

    def is_vain() -> bool:
        return served_by_s is not None and left_out > 0 and clock.elapsed_s > served_by_s

    routes = search(
        model,
        start,
        limit_s=clock.left_s,
        iterations=None,
        seed=seed,
        on_progress=note,
        stop=is_vain,
    )
    return routes, iterations


def _smallest() -> Model:
    """Two stops, a vehicle that needs a disposal and a break: every part of the search is met."""
    way = np.array([[0, 5, 9], [5, 0, 4], [9, 4, 0]], dtype=np.int32)
    day = np.array([[0, 1000]], dtype=np.int32)
    return Model(
        drive_s=way,
        cost=way,
        stops=Stops(
            place=np.array([1, 2], dtype=np.int32),
            service_s=np.array([1, 1], dtype=np.int32),
            penalty=np.array([100, 100], dtype=np.int64),
            window_s=np.tile(day, (2, 1, 1)),
            load=np.ones((1, 2, 1), dtype=np.int32),
            allowed=np.ones((2, 1), dtype=np.bool_),
            wish=np.zeros((2, 1), dtype=np.int32),
            release_s=np.array([0, 10], dtype=np.int32),
        ),
        vehicles=Vehicles(
            kind=np.zeros(1, dtype=np.int32),
            start_place=np.zeros(1, dtype=np.int32),
            end_place=np.zeros(1, dtype=np.int32),
            start_s=day,
            end_s=np.array([1000], dtype=np.int32),
            duration_s=np.array([1000], dtype=np.int32),
            capacity=np.array([[1]], dtype=np.int32),
            start_load=np.zeros((1, 1), dtype=np.int32),
            day_capacity=np.array([[10]], dtype=np.int64),
            max_stops=np.array([5], dtype=np.int32),
            fixed_cost=np.zeros(1, dtype=np.int64),
            ends_empty=np.ones(1, dtype=np.bool_),
            break_s=np.array([[[0, 900, 10, 0]]], dtype=np.int32),
        ),
        disposals=Disposals(
            enter=np.zeros(1, dtype=np.int32),
            leave=np.zeros(1, dtype=np.int32),
            duration_s=np.ones(1, dtype=np.int32),
            cost=np.zeros(1, dtype=np.int64),
            window_s=day,
            allowed=np.ones((1, 1), dtype=np.bool_),
        ),
    )
