"""Compile the search once for each version, on a model of one stop."""

import time
from collections.abc import Callable

import numpy as np

from routing.model import Disposals, Model, Stops, Vehicles
from routing.search.anneal import search
from routing.search.kernel.cache import cache_folder

_DONE = "compiled"


def ensure_compiled(say: Callable[[str], None] | None = None) -> None:
    """Compile the search unless that was done for these sources; takes about a minute.

    A marker in the cache's folder says that it was done.
    """
    marker = cache_folder() / _DONE
    if marker.exists():
        return
    if say is not None:
        say("compiling the search (about a minute, once for each version)")
    began = time.perf_counter()
    search(_tiny(), ((0,),), iterations=1)
    marker.touch()
    if say is not None:
        say(f"compiled the search in {time.perf_counter() - began:.0f} s")


def _tiny() -> Model:
    """Return a model of one stop: every model has arrays of the same types."""
    zero, one = np.zeros(1, dtype=np.int32), np.ones(1, dtype=np.int32)
    matrix = np.array([[0, 1], [1, 0]], dtype=np.int32)
    return Model(
        drive_s=matrix,
        cost=matrix,
        stops=Stops(
            place=one,
            service_s=zero,
            penalty=np.array([100], dtype=np.int64),
            window_s=np.array([[[0, 100]]], dtype=np.int32),
            load=np.ones((1, 1, 1), dtype=np.int32),
            allowed=np.ones((1, 1), dtype=np.bool_),
            wish=np.zeros((1, 1), dtype=np.int32),
        ),
        vehicles=Vehicles(
            kind=zero,
            start_place=zero,
            end_place=zero,
            start_s=np.array([[0, 100]], dtype=np.int32),
            end_s=np.array([100], dtype=np.int32),
            duration_s=np.array([100], dtype=np.int32),
            capacity=np.ones((1, 1), dtype=np.int32),
            start_load=np.zeros((1, 1), dtype=np.int32),
            day_capacity=np.ones((1, 1), dtype=np.int64),
            max_stops=one,
            fixed_cost=np.zeros(1, dtype=np.int64),
            ends_empty=np.zeros(1, dtype=np.bool_),
            break_s=np.zeros((1, 0, 4), dtype=np.int32),
        ),
        disposals=Disposals(
            enter=zero[:0],
            leave=zero[:0],
            duration_s=zero[:0],
            cost=np.zeros(0, dtype=np.int64),
            window_s=np.zeros((0, 2), dtype=np.int32),
            allowed=np.zeros((0, 1), dtype=np.bool_),
        ),
    )
