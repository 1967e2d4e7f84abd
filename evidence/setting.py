"""Where and what is simulated: bins, fleet, ways, how waste comes and what sensors tell of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.bins import Bin
from core.fleet import Depot, DisposalSite, Stream
from core.vehicles import Vehicle
from evidence.breaks import WholeDays
from evidence.sensing import Sensing
from routing.travel import TravelTable

SLOT_S = 900
"""Deposits are counted in quarters of an hour, and a bin is emptied at the beginning of one."""
SLOTS_PER_DAY = 86_400 // SLOT_S

type Litres = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Deposited:
    """What is thrown into n bins over s slots; the same for every policy.

    Attributes:
        litres: (n, s) what comes in each slot.
        told_litres: (n, s) what somebody who only counts deposits believes of it, or None where
            nobody counts them.
    """

    litres: Litres
    told_litres: Litres | None = None


class Deposits(Protocol):
    """How waste comes into the bins of a setting."""

    def draw(self, seed: int, days: int) -> Deposited:
        """Return what comes in so many days; the same seed gives the same."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Days:
    """The calendar of a simulation, counted in days from ``first``.

    In the warm-up bins are emptied by the schedule under every policy, so that all begin with the
    same bins and the same history; in the settling each policy works and is not counted yet.
    """

    first: date
    warm_up: int
    settle: int
    counted: int

    @property
    def total(self) -> int:
        """All days."""
        return self.warm_up + self.settle + self.counted

    @property
    def count_from(self) -> int:
        """The first day that counts."""
        return self.warm_up + self.settle

    def at(self, slot: float) -> datetime:
        """Return the moment a slot begins."""
        return datetime.combine(self.first, time(0), tzinfo=UTC) + timedelta(seconds=slot * SLOT_S)

    def slot(self, at: datetime) -> int:
        """Return the slot a moment lies in."""
        begin = datetime.combine(self.first, time(0), tzinfo=UTC)
        return int((at - begin).total_seconds() // SLOT_S)


@dataclass(frozen=True, kw_only=True, eq=False)
class Setting:
    """A place to compare policies in. The depot's clock shows UTC: a slot is a slot all year.

    Attributes:
        name: short, for files; ``title`` for people.
        bins: n bins, all with a position.
        usual_pct_per_day: (n,) what those who planned the schedule know of each bin from years.
        travel: table of depot, sites, bins, in this order.
        plan_at: when the day is planned, with what is known then.
        remains_pct: least and most that an emptying leaves in the bin.
        skipped_share: of the stops, those where the crew cannot get at the bin.
        whole_days: where crews rest at the depot, the lorries of somebody who does not plan for
            that; ``vehicles`` are then one for each part of a lorry's day. None: as ``vehicles``.
        recorded: (n, d) bool, bins that were really emptied on each day; None where it is invented.
        assumptions: sentences for the report.
    """

    name: str
    title: str
    depot: Depot
    sites: tuple[DisposalSite, ...]
    vehicles: tuple[Vehicle, ...]
    bins: tuple[Bin, ...]
    streams: Mapping[str, Stream]
    usual_pct_per_day: NDArray[np.float64]
    travel: TravelTable
    days: Days
    deposits: Deposits
    sensing: Sensing
    plan_at: time
    remains_pct: tuple[float, float]
    skipped_share: float
    assumptions: tuple[str, ...]
    whole_days: WholeDays | None = None
    recorded: NDArray[np.bool_] | None = None

    @property
    def capacity_l(self) -> Litres:
        """(n,) what each bin holds."""
        return np.array([b.capacity_l for b in self.bins])
