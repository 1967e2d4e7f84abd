"""Everything a plan has to keep to."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.bins import Closure
from core.fleet import DisposalSite, Stream
from core.geo import Position
from core.settings import Settings
from core.vehicles import Vehicle
from routing.problem.disposals import Way
from routing.problem.ground import Ground
from routing.problem.visits import ProblemBin, Visit
from routing.shifts import Shift
from routing.travel import TravelTable


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What of the settings rounds depend on.

    Attributes:
        time_share: the part of the cost that is time, 0 to 1; the rest is distance.
        balance_m: added for each vehicle times the square of its hours.
        compactness: metres of detour for each kilometre a bin lies outside its vehicle's area.
        walk_m_per_s: how fast a crew walks to a bin.
        snap_limit_m: a bin further than this from every road cannot be served.
    """

    time_share: float = 0.5
    balance_m: int = 0
    compactness: float = 0.0
    walk_m_per_s: float = 4 / 3.6
    snap_limit_m: float = math.inf

    @classmethod
    def of(cls, settings: Settings) -> "Rules":
        """Read them."""
        return cls(
            time_share=settings.plan_time_share,
            balance_m=settings.plan_balance_m,
            compactness=settings.plan_compactness,
            walk_m_per_s=settings.plan_walk_kmh / 3.6,
            snap_limit_m=settings.roads_snap_limit_m,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ProblemVehicle:
    """A vehicle that can work, and where its day begins.

    Attributes:
        shift: when; in the middle of a day from when it is free, with the breaks still owed.
        start: where it stands; None: at its depot.
        start_load_kg: on board already.
        start_load_l: room taken already by compartment, pressed; empty: none.
        promised: bins that this vehicle and no other serves.
    """

    shift: Shift
    start: Position | None = None
    start_load_kg: float = 0.0
    start_load_l: tuple[float, ...] = ()
    promised: frozenset[str] = frozenset()

    @property
    def vehicle(self) -> Vehicle:
        """The vehicle."""
        return self.shift.vehicle

    @property
    def vehicle_id(self) -> str:
        """Which vehicle it is."""
        return self.shift.vehicle.vehicle_id


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """What can be served, by whom, and all that holds for it.

    Attributes:
        ground: the day and its travel table; all hours are meant by its depot's clock.
        bins: every bin that can be served, by bin_id; ``visits`` are made of them.
        allowed: (visits, vehicles) who could serve which visit, alone on a round.
        wish_m: (visits, vehicles) metres added when this vehicle serves it.
        ways: how bodies can be emptied.
        split: (site_id, stream) of bins that belong together and are too much for one visit.
    """

    ground: Ground
    sites: tuple[DisposalSite, ...]
    closures: tuple[Closure, ...]
    streams: Mapping[str, Stream]
    vehicles: tuple[ProblemVehicle, ...]
    bins: Mapping[str, ProblemBin]
    visits: tuple[Visit, ...]
    allowed: NDArray[np.bool_]
    wish_m: NDArray[np.int32]
    ways: tuple[Way, ...]
    rules: Rules
    split: frozenset[tuple[str, str]] = field(default=frozenset())

    @property
    def travel(self) -> TravelTable:
        """Driving times and distances between all places."""
        return self.ground.travel

    def start_of(self, vehicle: ProblemVehicle) -> int:
        """Return the row of the travel table a vehicle begins at."""
        return self.ground.places.start_of(vehicle.vehicle)

    def end_of(self, vehicle: ProblemVehicle) -> int:
        """Return the row of the travel table a vehicle ends at."""
        return self.ground.places.end_of(vehicle.vehicle)
