"""A morning's rounds by the product's own means, and what driving them takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import numpy as np

from core.plans import Round
from core.rules.due import Wanted
from evidence.breaks import DrivenRound, as_planned, rested
from evidence.setting import Setting
from routing.problem import Places, ProblemVehicle, build
from routing.schedule import schedule
from routing.search import search
from routing.shifts import shifts
from routing.travel import TravelTable

SEARCH_SEED = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A bin's turn on a round."""

    bin: int
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Driven:
    """A day's rounds: what they take, and when each bin is reached.

    ``left_out`` counts due bins that fit on no round.
    """

    visits: tuple[Visit, ...] = ()
    rounds: int = 0
    distance_m: int = 0
    work_s: int = 0
    left_out: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """How long the search improves a day's rounds: so many iterations, or seconds, or both."""

    iterations: int | None = 2_000
    limit_s: float | None = None


class Planner(Protocol):
    """Whoever makes rounds of wanted bins."""

    def rounds(self, wanted: Sequence[Wanted], *, day: date, now: datetime) -> Driven:
        """Return the day's rounds."""
        ...


class ProductPlanner:
    """The product's problem, search and schedule on a setting whose travel table is there."""

    def __init__(self, setting: Setting, search: Search, *, whole_days: bool = False) -> None:
        """With ``whole_days`` it plans as if nobody rested, and crews come home to rest."""
        self._setting = setting
        self._search = search
        self._whole_days = setting.whole_days if whole_days else None
        self._vehicles = self._whole_days.vehicles if self._whole_days else setting.vehicles
        self._number = {b.bin_id: i for i, b in enumerate(setting.bins)}
        # row of each place in the setting's travel table, by the ids that Places knows it by
        ids = [s.disposal_site_id for s in setting.sites]
        self._sites = {site_id: 1 + i for i, site_id in enumerate(ids)}
        first_bin = 1 + len(ids)
        self._bins = {bin_id: first_bin + i for bin_id, i in self._number.items()}

    def rounds(self, wanted: Sequence[Wanted], *, day: date, now: datetime) -> Driven:
        """Return the day's rounds; a wanted bin that is on none is left out."""
        setting = self._setting
        if not wanted:
            return Driven()
        available = [
            ProblemVehicle(shift=shift) for shift in shifts(setting.depot, self._vehicles, day, now)
        ]
        places = Places.of(
            depots=[setting.depot],
            vehicles=[v.vehicle for v in available],
            sites=setting.sites,
            wanted=wanted,
        )
        built = build(
            day=day,
            depot=setting.depot,
            vehicles=self._vehicles,
            available=available,
            sites=setting.sites,
            wanted=wanted,
            streams=setting.streams,
            places=places,
            travel=self._table(places),
        )
        due = sum(w.is_due for w in wanted)
        if not built.problem.visits:
            return Driven(left_out=due)
        routes = search(
            built.model,
            None,
            limit_s=self._search.limit_s,
            iterations=self._search.iterations,
            seed=SEARCH_SEED,
        )
        rounds = schedule(built.problem, built.model, routes)
        return self._driven(rounds, wanted)

    def _table(self, places: Places) -> TravelTable:
        """Return the ways between the day's places, from those between all of them."""
        row_of = {
            **dict.fromkeys(places.depots.values(), 0),
            **{row: self._sites[site_id] for site_id, row in places.sites.items()},
            **{row: self._bins[bin_id] for bin_id, row in places.bins.items()},
        }
        rows = [row_of[i] for i in range(len(places.positions))]
        grid = np.ix_(rows, rows)
        whole = self._setting.travel
        return TravelTable(
            drive_s=np.ascontiguousarray(whole.drive_s[grid]),
            distance_m=np.ascontiguousarray(whole.distance_m[grid]),
            source=whole.source,
        )

    def _driven(self, rounds: Sequence[Round], wanted: Sequence[Wanted]) -> Driven:
        driven = [self._drive(round_) for round_ in rounds]
        visits = tuple(
            Visit(bin=self._number[bin_id], at=at) for one in driven for bin_id, at in one.reached
        )
        served = {visit.bin for visit in visits}
        return Driven(
            visits=visits,
            rounds=len(rounds),
            distance_m=sum(one.distance_m for one in driven),
            work_s=sum(one.work_s for one in driven),
            left_out=sum(
                w.is_due and self._number[w.level.bin.bin_id] not in served for w in wanted
            ),
        )

    def _drive(self, round_: Round) -> DrivenRound:
        if self._whole_days is None:
            return as_planned(round_)
        return rested(
            round_,
            self._whole_days.breaks,
            depot=self._setting.depot,
            travel=self._setting.travel,
            row_of=self._bins,
        )
