"""The day as a problem: due bins, vehicles with their shifts, disposal sites, travel times.

One trip for each vehicle: depot, bins, one disposal site, depot.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.fleet import Depot, DisposalSite
from core.geo import Position
from core.plans import DueReason
from routing.one_trip import Ints, Model
from routing.shifts import Shift
from routing.travel import TravelTable

HG_PER_KG = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class ProblemStop:
    """A due bin that can be served; ``node`` is its row in the travel table."""

    bin_id: str
    node: int
    position: Position
    stream: str
    load_kg: float
    service_s: int
    expected_fill_pct: float
    due_reason: DueReason | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ProblemVehicle:
    """A vehicle with its shift; ``sites`` are the indices of disposal sites that take all it
    may carry.
    """  # noqa: D205 - one sentence

    shift: Shift
    sites: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """Everything a plan has to keep to.

    Nodes of ``travel``: 0 is the depot, then the sites, then the bins that were due.
    ``suitable`` (stops, vehicles): which vehicle could serve which stop, alone on its round.
    """

    depot: Depot
    sites: tuple[DisposalSite, ...]
    stops: tuple[ProblemStop, ...]
    vehicles: tuple[ProblemVehicle, ...]
    suitable: NDArray[np.bool_]
    travel: TravelTable

    def site_node(self, site: int) -> int:
        """Return a disposal site's row in the travel table."""
        return 1 + site

    def way_home(self, vehicle: ProblemVehicle) -> "WayHome":
        """Return the best way home for this vehicle from every node of the table."""
        return way_home(self.travel, self.sites, vehicle.sites)

    @cached_property
    def model(self) -> Model:
        """The same in whole numbers, for construction and search."""
        return _model(self)


@dataclass(frozen=True, kw_only=True, eq=False)
class WayHome:
    """From each node: seconds over the best site (its service included), and which site."""

    total_s: Ints
    site: Ints


def way_home(
    travel: TravelTable, sites: tuple[DisposalSite, ...], usable: tuple[int, ...]
) -> WayHome:
    """Return the best site of ``usable`` (at least one) from each node, by time to the depot."""
    nodes = np.array(usable, dtype=np.int64) + 1
    service_s = np.array([sites[s].service_s for s in usable], dtype=np.int64)
    drive_s = travel.drive_s.astype(np.int64, copy=False)
    total_s = drive_s[:, nodes] + service_s[None, :] + drive_s[nodes, 0][None, :]
    best = total_s.argmin(axis=1)
    return WayHome(
        total_s=total_s[np.arange(len(total_s)), best],
        site=np.array(usable, dtype=np.int64)[best],
    )


def load_hg(load_kg: float) -> int:
    """Return a load in units of 100 g, rounded up."""
    return int(np.ceil(round(load_kg * HG_PER_KG, 6)))


def capacity_hg(capacity_kg: float) -> int:
    """Return a capacity in units of 100 g, rounded down."""
    return int(np.floor(round(capacity_kg * HG_PER_KG, 6)))


def _model(problem: Problem) -> Model:
    n = len(problem.stops)
    ends = sorted({v.sites for v in problem.vehicles})
    nodes = [0, *(stop.node for stop in problem.stops)]
    cost_s = np.zeros((1 + n + len(ends), 1 + n + len(ends)), dtype=np.int64)
    cost_s[: 1 + n, : 1 + n] = problem.travel.drive_s[np.ix_(nodes, nodes)]
    for i, sites in enumerate(ends):
        home = way_home(problem.travel, problem.sites, sites)
        cost_s[1 : 1 + n, 1 + n + i] = home.total_s[nodes[1:]]
    limit_s = np.array([v.shift.length_s for v in problem.vehicles], dtype=np.int64)
    fill = np.array([stop.expected_fill_pct for stop in problem.stops])
    return Model(
        cost_s=cost_s,
        service_s=np.array([stop.service_s for stop in problem.stops], dtype=np.int64),
        load_hg=np.array([load_hg(stop.load_kg) for stop in problem.stops], dtype=np.int64),
        # More than all driving of the day: no bin is left out to save the way. A full bin counts
        # up to twice, so that of two bins where one fits the fuller is taken.
        penalty_s=np.ceil((1 + limit_s.sum()) * (1 + fill / 100)).astype(np.int64),
        capacity_hg=np.array(
            [capacity_hg(v.shift.vehicle.capacity_kg) for v in problem.vehicles], dtype=np.int64
        ),
        limit_s=limit_s,
        end=np.array([1 + n + ends.index(v.sites) for v in problem.vehicles], dtype=np.int64),
        allowed=problem.suitable,
    )
