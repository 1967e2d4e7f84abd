"""Soft wishes: crews stay where they are at home."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.geo import Position, haversine_m
from core.rules.due import Wanted
from core.vehicles import Area
from routing.problem import ProblemVehicle

_FARTHEST_M = 1_000_000.0


def compactness(
    wanted: Sequence[Wanted],
    vehicles: Sequence[ProblemVehicle],
    last_rounds: Mapping[str, Sequence[str]],
    positions: Mapping[str, Position],
    *,
    metres_per_km: float,
) -> NDArray[np.int32]:
    """Return (wanted, vehicles) metres: how far each bin lies outside each vehicle's area.

    A vehicle's area is the registered one, else the circle around the middle of its last round
    (``last_rounds``: bin_ids by vehicle_id) that three in four of its bins are in; a vehicle
    without either is at home everywhere. ``positions`` are the bins', by bin_id.
    """
    wish_m = np.zeros((len(wanted), len(vehicles)), dtype=np.int32)
    if metres_per_km <= 0:
        return wish_m
    for v, vehicle in enumerate(vehicles):
        area = vehicle.vehicle.area or _area_of(
            [positions[b] for b in last_rounds.get(vehicle.vehicle_id, ()) if b in positions]
        )
        if area is None:
            continue
        for n, w in enumerate(wanted):
            position = w.level.bin.position
            if position is not None:
                outside_m = max(0.0, haversine_m(area.centre, position) - area.radius_m)
                wish_m[n, v] = round(min(outside_m, _FARTHEST_M) / 1000 * metres_per_km)
    return wish_m


def _area_of(places: Sequence[Position]) -> Area | None:
    """Return the circle around the median of the places that holds three quarters of them."""
    if not places:
        return None
    centre = Position(
        lon=float(np.median([p.lon for p in places])), lat=float(np.median([p.lat for p in places]))
    )
    radius_m = float(np.percentile([haversine_m(centre, p) for p in places], 75))
    return Area(centre=centre, radius_m=radius_m)
