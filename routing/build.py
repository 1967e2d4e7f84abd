"""From what is due to a problem: first takes out what can never be served, with the reason."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.fleet import Depot, DisposalSite
from core.geo import Position
from core.plans import LeftOut, LeftOutReason
from core.rules.due import Wanted
from core.vehicles import Vehicle
from routing import reasons
from routing.problem import Problem, ProblemStop, ProblemVehicle, capacity_hg, load_hg, way_home
from routing.shifts import Shift
from routing.travel import UNREACHABLE_S, TravelTable, too_far


@dataclass(frozen=True, kw_only=True, eq=False)
class Built:
    """The problem, and the due bins that are not in it."""

    problem: Problem
    never: tuple[LeftOut, ...]


def places(depot: Depot, sites: Sequence[DisposalSite], due: Sequence[Wanted]) -> list[Position]:
    """Return the positions build() expects a travel table of, in its order."""
    return [depot.position, *(site.position for site in sites), *map(_position, due)]


def build(
    *,
    depot: Depot,
    vehicles: Sequence[Vehicle],
    available: Sequence[Shift],
    sites: Sequence[DisposalSite],
    due: Sequence[Wanted],
    density_kg_per_l: Mapping[str, float],
    travel: TravelTable,
    snap_limit_m: float = math.inf,
) -> Built:
    """Return the problem of a day, and for each due bin that has no chance the reason.

    ``vehicles`` are all of the depot (they explain what is missing), ``available`` those that can
    work; ``travel`` is the table of places(). A vehicle is used where one site takes every stream
    it may carry. A bin further than ``snap_limit_m`` from every road has no chance.
    """
    sites = tuple(sites)
    used = tuple(
        ProblemVehicle(shift=shift, sites=usable)
        for shift in available
        if (usable := _usable_sites(shift.vehicle, sites))
    )
    loads_kg = [
        d.level.bin.capacity_l * d.expected_fill_pct / 100 * density_kg_per_l[d.level.bin.stream]
        for d in due
    ]
    fits = _Fits(used, sites, due, loads_kg, travel)
    far = too_far(travel, snap_limit_m)[1 + len(sites) :]
    stops, rows, never = [], [], []
    for i, (d, load_kg) in enumerate(zip(due, loads_kg, strict=True)):
        if far[i]:
            never.append(_off_the_roads(d, travel, 1 + len(sites) + i, snap_limit_m))
        elif fits.suitable[i].any():
            stops.append(_stop(d, load_kg, node=1 + len(sites) + i))
            rows.append(i)
        else:
            never.append(
                _never(d, i, load_kg=load_kg, fits=fits, vehicles=vehicles, available=available)
            )
    return Built(
        problem=Problem(
            depot=depot,
            sites=sites,
            stops=tuple(stops),
            vehicles=used,
            suitable=fits.suitable[rows],
            travel=travel,
        ),
        never=tuple(never),
    )


class _Fits:
    """Which vehicle could serve which due bin, by each condition: arrays (bins, vehicles)."""

    def __init__(
        self,
        vehicles: tuple[ProblemVehicle, ...],
        sites: tuple[DisposalSite, ...],
        due: Sequence[Wanted],
        loads_kg: Sequence[float],
        travel: TravelTable,
    ) -> None:
        self.vehicles = vehicles
        shape = (len(due), len(vehicles))
        self.carries: NDArray[np.bool_] = np.zeros(shape, dtype=np.bool_)
        self.holds: NDArray[np.bool_] = np.zeros(shape, dtype=np.bool_)
        self.alone_s = np.zeros(shape, dtype=np.int64)
        nodes = np.arange(len(due)) + 1 + len(sites)
        streams = np.array([d.level.bin.stream for d in due], dtype=np.str_)
        service_s = np.array([d.level.bin.service_s for d in due], dtype=np.int64)
        load = np.array([load_hg(kg) for kg in loads_kg], dtype=np.int64)
        for v, vehicle in enumerate(vehicles):
            home = way_home(travel, sites, vehicle.sites)
            self.carries[:, v] = np.isin(streams, sorted(vehicle.shift.vehicle.streams))
            self.holds[:, v] = load <= capacity_hg(vehicle.shift.vehicle.capacity_kg)
            self.alone_s[:, v] = travel.drive_s[0, nodes] + service_s + home.total_s[nodes]
        self.length_s = np.array([v.shift.length_s for v in vehicles], dtype=np.int64)
        self.suitable = self.carries & self.holds & (self.alone_s <= self.length_s[None, :])


def _off_the_roads(due: Wanted, travel: TravelTable, node: int, limit_m: float) -> LeftOut:
    assert travel.snapped_m is not None  # noqa: S101 - too_far() saw it
    text = reasons.no_road_near(float(travel.snapped_m[node]), limit_m)
    return reasons.left_out(due, LeftOutReason.NO_ROAD_NEAR, text)


def _never(
    due: Wanted,
    i: int,
    *,
    load_kg: float,
    fits: _Fits,
    vehicles: Sequence[Vehicle],
    available: Sequence[Shift],
) -> LeftOut:
    """Return the first condition that nobody meets; they are asked in this order."""
    stream = due.level.bin.stream
    carrying = [s.vehicle for s in available if stream in s.vehicle.streams]
    if not available:
        return reasons.left_out(due, LeftOutReason.NO_VEHICLE, reasons.no_vehicle(vehicles))
    if not carrying:
        text = reasons.no_vehicle_for_stream(stream, vehicles)
        return reasons.left_out(due, LeftOutReason.NO_VEHICLE_FOR_STREAM, text)
    could = np.flatnonzero(fits.carries[i])
    if not len(could):
        text = reasons.no_disposal_site(stream, carrying)
        return reasons.left_out(due, LeftOutReason.NO_DISPOSAL_SITE_FOR_STREAM, text)
    strong = np.flatnonzero(fits.carries[i] & fits.holds[i])
    if not len(strong):
        largest_kg = max(fits.vehicles[v].shift.vehicle.capacity_kg for v in could)
        text = reasons.over_capacity(load_kg, largest_kg)
        return reasons.left_out(due, LeftOutReason.OVER_VEHICLE_CAPACITY, text)
    shortest_s = int(fits.alone_s[i, strong].min())
    text = reasons.out_of_reach(
        None if shortest_s >= UNREACHABLE_S else shortest_s, int(fits.length_s[strong].max())
    )
    return reasons.left_out(due, LeftOutReason.OUT_OF_REACH, text)


def _usable_sites(vehicle: Vehicle, sites: Sequence[DisposalSite]) -> tuple[int, ...]:
    return tuple(i for i, site in enumerate(sites) if vehicle.streams <= site.streams)


def _stop(due: Wanted, load_kg: float, *, node: int) -> ProblemStop:
    return ProblemStop(
        bin_id=due.level.bin.bin_id,
        node=node,
        position=_position(due),
        stream=due.level.bin.stream,
        load_kg=load_kg,
        service_s=due.level.bin.service_s,
        expected_fill_pct=due.expected_fill_pct,
        due_reason=due.reason,
    )


def _position(due: Wanted) -> Position:
    position = due.level.bin.position
    if position is None:
        raise ValueError(f"bin {due.level.bin.bin_id} is due without a position")
    return position
