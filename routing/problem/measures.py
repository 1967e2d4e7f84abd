"""Loads and bodies in whole numbers: weight in hectograms, room in decilitres.

Loads are rounded up and capacities down, so that whole numbers never overload a vehicle. Every
load weighs at least 100 g: what is emptied has to be disposed of.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.fleet import Stream
from core.vehicles import Vehicle
from routing.model import Flags, Ints

HG_PER_KG = 10
DL_PER_L = 10
UNBOUNDED = 1_000_000_000
"""Capacity of a compartment of any volume; nothing there has a load in its measure."""


def capacity_hg(capacity_kg: float) -> int:
    """Return a capacity in units of 100 g, rounded down."""
    return math.floor(round(capacity_kg * HG_PER_KG, 6))


def measures(vehicle: Vehicle) -> int:
    """Return how many numbers a load has in this vehicle: weight, then room by compartment."""
    return 1 + len(vehicle.body)


def capacity(vehicle: Vehicle) -> tuple[int, ...]:
    """Return what a vehicle holds of each measure."""
    return (
        capacity_hg(vehicle.capacity_kg),
        *(
            UNBOUNDED if part.volume_l is None else math.floor(round(part.volume_l * DL_PER_L, 6))
            for part in vehicle.body
        ),
    )


def loads(
    vehicle: Vehicle,
    *,
    of: Sequence[str],
    load_kg: NDArray[np.float64],
    loose_l: NDArray[np.float64],
    streams: Mapping[str, Stream],
) -> tuple[Flags, Ints]:
    """Return which of n loads a vehicle carries at all, and what each takes of its measures.

    ``of`` (n,) are their streams, ``load_kg`` and ``loose_l`` (n,) what there is of each. The
    result has the shapes (n,) and (n, measures); what is not carried takes nothing.
    """
    taken = np.zeros((len(of), measures(vehicle)), dtype=np.int32)
    carried = np.zeros(len(of), dtype=np.bool_)
    names = np.array(of, dtype=np.str_)
    for i, part in enumerate(vehicle.body):
        for stream in part.streams:
            rows = names == stream
            carried |= rows
            taken[rows, 0] = np.maximum(1, _up(load_kg[rows] * HG_PER_KG))
            if part.volume_l is not None and rows.any():
                ratio = part.ratio(streams[stream])
                taken[rows, 1 + i] = _up(loose_l[rows] / ratio * DL_PER_L)
    return carried, taken


def on_board(load_kg: float, room_l: Sequence[float]) -> tuple[int, ...]:
    """Return a load that is in the body already: its weight, and the room it takes by compartment.

    Pressed litres; the compartments that are not named are empty.
    """
    return tuple(
        math.ceil(round(amount, 6))
        for amount in (load_kg * HG_PER_KG, *(room * DL_PER_L for room in room_l))
    )


def _up(numbers: NDArray[np.float64]) -> Ints:
    # what is a whole number but for the last bits of a float stays that number
    return np.ceil(np.round(numbers, 6)).astype(np.int32)


def kind(vehicle: Vehicle) -> tuple[object, ...]:
    """Return what two vehicles share in which every bin takes the same room."""
    parts = (
        (part.streams, part.volume_l is None, _sorted(part.compaction)) for part in vehicle.body
    )
    return tuple(parts)


def _sorted(ratios: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(ratios.items()))
