"""How much longer rounds are on real roads when they were planned on something else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.roads.places import Place
from core.geo import Position
from routing.model import Disposals, Model, Routes, Stops, Vehicles
from routing.roads.local import LocalRoads
from routing.roads.streets import Streets
from routing.search import search
from routing.travel import UNREACHABLE_S, StraightLines

STOPS_OF_A_LORRY = 50
_SPARE = 1.1
"""The lorries together can take so much more than there is."""
_DAY_S = 30 * 86_400
"""No shift ends the rounds: what is compared is their driving."""
STRAIGHT = StraightLines(detour_factor=1.4, speed_kmh=25)


@dataclass(frozen=True, kw_only=True, slots=True)
class Detour:
    """Rounds for the same stops, planned on different times, all driven on the real ones."""

    place: str
    stops: int
    planned_on: str
    drive_s: int
    distance_m: int
    longer_pct: float
    """Than the rounds that were planned on real roads, in driving time."""
    longer_m_pct: float
    """The same in distance, of rounds planned for distance."""


async def detours(
    place: Place, folder: Path, *, stops: int, seed: int, iterations: int
) -> Sequence[Detour]:
    """Plan rounds for random places on the streets in three ways and drive each on real roads."""
    async with LocalRoads.opened(folder) as roads:
        positions = [place.depot, *sample(folder, stops, seed)]
        real = await roads.table(positions, kerb=[False, *[True] * stops])
    straight = await STRAIGHT.table(positions)
    keep = reachable(real.drive_s)
    here = np.ix_(keep, keep)
    real_s, real_m = real.drive_s[here], real.distance_m[here]
    ways = {
        "real roads": (real_s, real_m),
        "both directions averaged": (averaged(real_s), averaged(real_m)),
        "straight lines": (straight.drive_s[here], straight.distance_m[here]),
    }
    found = []
    for name, (seconds, metres) in ways.items():
        by_time = search(day(seconds), iterations=iterations, seed=seed)
        by_length = search(day(metres), iterations=iterations, seed=seed)
        found.append(
            Detour(
                place=place.name,
                stops=len(keep) - 1,
                planned_on=name,
                drive_s=driven(by_time, real_s),
                distance_m=driven(by_length, real_m),
                longer_pct=0.0,
                longer_m_pct=0.0,
            )
        )
    return list(_compared(found))


def sample(folder: Path, n: int, seed: int) -> list[Position]:
    """Return random places on the streets."""
    return Streets.read(folder).sample(np.random.default_rng(seed), n)


def _compared(found: Sequence[Detour]) -> Iterator[Detour]:
    best = found[0]
    for one in found:
        yield replace(
            one,
            longer_pct=100 * (one.drive_s / best.drive_s - 1),
            longer_m_pct=100 * (one.distance_m / best.distance_m - 1),
        )


def averaged(table: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the table with the mean of both directions, as symmetric solvers want it."""
    mean = (table.astype(np.int64) + table.T) // 2
    return mean.astype(np.int32)


def reachable(drive_s: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the places that can be reached from the depot and left for it, the depot first."""
    found: NDArray[np.int64] = np.flatnonzero(
        (drive_s[0] < UNREACHABLE_S) & (drive_s[:, 0] < UNREACHABLE_S)
    )
    return found


def driven(routes: Routes, table: NDArray[np.int32]) -> int:
    """Return the sum over all routes; stop i is place i + 1, the depot place 0."""
    return sum(
        int(table[a, b])
        for route in routes
        if route
        for a, b in zip([0, *(s + 1 for s in route)], [*(s + 1 for s in route), 0], strict=True)
    )


def day(table: NDArray[np.int32]) -> Model:
    """Return a day of lorries that each take STOPS_OF_A_LORRY stops, at the cost of a table."""
    n = len(table) - 1
    lorries = int(np.ceil(n * _SPARE / STOPS_OF_A_LORRY))
    ones = np.ones(lorries, dtype=np.int32)
    nothing = np.zeros(0, dtype=np.int32)
    return Model(
        drive_s=np.ascontiguousarray(table),
        cost=np.ascontiguousarray(table),
        stops=Stops(
            place=np.arange(1, n + 1, dtype=np.int32),
            service_s=np.zeros(n, dtype=np.int32),
            penalty=np.full(n, 10**9, dtype=np.int64),
            window_s=np.tile(np.array([[[0, _DAY_S]]], dtype=np.int32), (n, 1, 1)),
            load=np.ones((1, n, 1), dtype=np.int32),
            allowed=np.ones((n, lorries), dtype=np.bool_),
            wish=np.zeros((n, lorries), dtype=np.int32),
        ),
        vehicles=Vehicles(
            kind=ones * 0,
            start_place=ones * 0,
            end_place=ones * 0,
            start_s=np.zeros((lorries, 2), dtype=np.int32),
            end_s=ones * _DAY_S,
            duration_s=ones * _DAY_S,
            capacity=np.full((lorries, 1), STOPS_OF_A_LORRY, dtype=np.int32),
            start_load=np.zeros((lorries, 1), dtype=np.int32),
            day_capacity=np.full((lorries, 1), n, dtype=np.int64),
            max_stops=ones * n,
            fixed_cost=np.zeros(lorries, dtype=np.int64),
            ends_empty=np.zeros(lorries, dtype=np.bool_),
            break_s=np.zeros((lorries, 0, 4), dtype=np.int32),
        ),
        disposals=Disposals(
            enter=nothing,
            leave=nothing,
            duration_s=nothing,
            cost=np.zeros(0, dtype=np.int64),
            window_s=np.zeros((0, 2), dtype=np.int32),
            allowed=np.zeros((0, lorries), dtype=np.bool_),
        ),
    )
