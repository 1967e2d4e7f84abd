"""A day's work of a lorry depot, as the planner's model; the bins stand on real streets."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.geo import Position
from routing.model import Disposals, Model, Stops, Vehicles
from routing.roads.streets import Streets
from routing.travel import UNREACHABLE_S, TravelTable

HOUR_S, MINUTE_S = 3600, 60
DEPOT = Position(lon=14.4620, lat=35.8903)
"""Mriehel."""
DISPOSALS = (Position(lon=14.4405, lat=35.9394), Position(lon=14.5117, lat=35.8160))
"""Maghtab and Hal Far."""

BIN_LITRES, BIN_KG = 880, 75
"""A container of 1,100 litres, four fifths full."""
BODY_LITRES, BODY_KG = 100_000, 9_500
"""What goes into a body of 20 cubic metres that compacts five to one, and its payload."""
SERVICE_S = 75
EMPTYING_S = 15 * MINUTE_S
SHIFT_S = 8 * HOUR_S
BREAK = (3 * HOUR_S, 5 * HOUR_S, 30 * MINUTE_S, 6 * HOUR_S)
"""Begins within three and five hours, half an hour, owed after six."""
BINS_OF_A_LORRY = 75
"""So many lorries are at hand: enough for every bin."""
FIXED_M = 5_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Places:
    """Depot, disposal sites, bins, in this order, and who has to be on the lorry's side."""

    positions: tuple[Position, ...]
    kerb: tuple[bool, ...]
    n_bins: int


def places(streets: Streets, n_bins: int, seed: int) -> Places:
    """Return places for so many bins, each metre of residential street as likely as any other."""
    bins = streets.sample(np.random.default_rng(seed), n_bins)
    fixed = (DEPOT, *DISPOSALS)
    return Places(
        positions=(*fixed, *bins),
        kerb=(*(False for _ in fixed), *(True for _ in bins)),
        n_bins=n_bins,
    )


def model(table: TravelTable, n: int) -> Model:
    """Return the day's model: metres count, every bin is due."""
    v, first = math.ceil(n / BINS_OF_A_LORRY), 1 + len(DISPOSALS)
    sites = np.arange(1, first, dtype=np.int32)
    reached = (table.drive_s[0, first:] < UNREACHABLE_S) & (
        table.drive_s[first:, 0] < UNREACHABLE_S
    )
    return Model(
        drive_s=table.drive_s,
        cost=table.distance_m,
        stops=Stops(
            place=np.arange(first, first + n, dtype=np.int32),
            service_s=np.full(n, SERVICE_S, dtype=np.int32),
            penalty=np.full(n, 10_000_000, dtype=np.int64),
            window_s=np.tile(np.array([[0, SHIFT_S]], dtype=np.int32), (n, 1, 1)),
            load=np.tile(np.array([BIN_LITRES, BIN_KG], dtype=np.int32), (1, n, 1)),
            allowed=np.tile(reached[:, None], (1, v)),
            wish=np.zeros((n, v), dtype=np.int32),
        ),
        vehicles=Vehicles(
            kind=np.zeros(v, dtype=np.int32),
            start_place=np.zeros(v, dtype=np.int32),
            end_place=np.zeros(v, dtype=np.int32),
            start_s=np.tile(np.array([0, SHIFT_S], dtype=np.int32), (v, 1)),
            end_s=np.full(v, SHIFT_S, dtype=np.int32),
            duration_s=np.full(v, SHIFT_S, dtype=np.int32),
            capacity=np.tile(np.array([BODY_LITRES, BODY_KG], dtype=np.int32), (v, 1)),
            start_load=np.zeros((v, 2), dtype=np.int32),
            day_capacity=np.full((v, 2), 10**9, dtype=np.int64),
            max_stops=np.full(v, n, dtype=np.int32),
            fixed_cost=np.full(v, FIXED_M, dtype=np.int64),
            ends_empty=np.ones(v, dtype=np.bool_),
            break_s=np.tile(np.array([BREAK], dtype=np.int32), (v, 1, 1)),
        ),
        disposals=Disposals(
            enter=sites,
            leave=sites,
            duration_s=np.full(len(sites), EMPTYING_S, dtype=np.int32),
            cost=np.zeros(len(sites), dtype=np.int64),
            window_s=np.tile(np.array([0, SHIFT_S], dtype=np.int32), (len(sites), 1)),
            allowed=np.ones((len(sites), v), dtype=np.bool_),
        ),
    )


def driven(model_: Model, route: Sequence[int]) -> list[int]:
    """Return the places of a route from depot to depot; breaks are where the lorry stands."""
    n, o = model_.n_stops, model_.n_disposals
    places_ = [0]
    for visit in route:
        if visit < n:
            places_.append(int(model_.stops.place[visit]))
        elif visit < n + o:
            places_.append(int(model_.disposals.enter[visit - n]))
    return [*places_, 0]
