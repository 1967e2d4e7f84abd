"""Problems made for tests: by hand with names, or at random from a seed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from core.bins import Bin, Closure
from core.fleet import Depot, DisposalSite, Stream
from core.geo import Position
from core.hours import Hours, Weekday
from core.levels import Level, LevelSource, LevelTrust
from core.plans import DueReason, LeftOut, Round
from core.rules.due import Wanted
from core.vehicles import Vehicle
from routing.leftover import leftover
from routing.model import Routes
from routing.problem import Built, Places, ProblemVehicle, Rules, build
from routing.referee import check
from routing.schedule import schedule
from routing.search import search
from routing.shifts import shifts
from routing.travel import StraightLines, TravelTable

DAY = date(2026, 3, 2)
EARLY = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
TRAVEL = StraightLines(detour_factor=1.4, speed_kmh=25)
STREAMS = {
    "paper": Stream(stream="paper", density_kg_per_l=0.07, compaction=3.0),
    "glass": Stream(stream="glass", density_kg_per_l=0.3),
    "plastic": Stream(stream="plastic", density_kg_per_l=0.03, compaction=3.0),
}
PLACE = Position(lon=14.41, lat=50.11)


def depot(**fields: Any) -> Depot:  # noqa: ANN401 - any of its fields
    return Depot(
        **{"depot_id": "depot", "name": "Depot", "position": Position(lon=14.4, lat=50.1), **fields}
    )


def vehicle(vehicle_id: str = "lorry", **fields: Any) -> Vehicle:  # noqa: ANN401 - as above
    return Vehicle(
        **{
            "vehicle_id": vehicle_id,
            "name": vehicle_id,
            "depot_id": "depot",
            "capacity_kg": 5_000.0,
            "streams": frozenset({"paper"}),
            "shift_start": time(6),
            "shift_s": 8 * 3600,
            "crew_id": f"crew-{vehicle_id}",
            **fields,
        }
    )


def site(site_id: str = "site", **fields: Any) -> DisposalSite:  # noqa: ANN401 - as above
    return DisposalSite(
        **{
            "disposal_site_id": site_id,
            "name": site_id,
            "position": Position(lon=14.45, lat=50.12),
            "streams": frozenset({"paper"}),
            **fields,
        }
    )


def hours(begins: str, ends: str, *days: Weekday) -> Hours:
    return Hours(
        begins=time.fromisoformat(begins),
        ends=time.fromisoformat(ends),
        days=frozenset(days or Weekday),
    )


def due(
    bin_id: str = "bin",
    *,
    fill_pct: float = 90.0,
    reason: DueReason | None = DueReason.OVER_THRESHOLD,
    prize_m: int | None = None,
    overflow_probability: float = 1.0,
    **fields: Any,  # noqa: ANN401 - any of a bin's fields
) -> Wanted:
    """A bin that has to be emptied; with a prize one that is worth so much."""
    bin_ = Bin(
        **{
            "bin_id": bin_id,
            "name": bin_id,
            "stream": "paper",
            "capacity_l": 1_100.0,
            "threshold_pct": 80.0,
            "depot_id": "depot",
            "position": PLACE,
            **fields,
        }
    )
    level = Level(
        bin=bin_,
        trust=LevelTrust.FRESH,
        fill_pct=fill_pct,
        measured_at=EARLY,
        source=LevelSource.SENSOR,
        sensor_id=None,
        battery_v=None,
        heard_at=EARLY,
    )
    return Wanted(
        level=level,
        reason=reason if prize_m is None else None,
        expected_fill_pct=fill_pct,
        overflow_probability=overflow_probability,
        prize_m=prize_m,
    )


def built(
    wanted: Sequence[Wanted],
    *,
    vehicles: Sequence[Vehicle] = (),
    available: Sequence[ProblemVehicle] | None = None,
    sites: Sequence[DisposalSite] | None = None,
    streams: Mapping[str, Stream] = STREAMS,
    closures: Sequence[Closure] = (),
    now: datetime = EARLY,
    at: Depot | None = None,
    depots: Sequence[Depot] = (),
    travel: TravelTable | None = None,
    rules: Rules | None = None,
) -> Built:
    """The problem of a day with one depot, or more to end at."""
    at = at or depot()
    sites = [site()] if sites is None else sites
    if available is None:
        available = [ProblemVehicle(shift=s) for s in shifts(at, vehicles, DAY, now)]
    places = Places.of(
        depots=[at, *depots],
        vehicles=[v.vehicle for v in available],
        sites=sites,
        wanted=wanted,
        starts={v.vehicle_id: v.start for v in available if v.start is not None},
    )
    return build(
        day=DAY,
        depot=at,
        vehicles=vehicles or [v.vehicle for v in available],
        available=available,
        sites=sites,
        wanted=wanted,
        streams=streams,
        places=places,
        travel=travel or TRAVEL.table_now(places.positions),
        closures=closures,
        rules=rules,
    )


class Planned:
    """A day that was built, routed and scheduled: by given routes, else by a short search."""

    def __init__(self, result: Built, routes: Routes | None = None) -> None:
        self.built = result
        self.routes = search(result.model, iterations=200, seed=1) if routes is None else routes
        self.rounds: list[Round] = list(schedule(result.problem, result.model, self.routes))
        self.left_out: list[LeftOut] = [
            *result.never,
            *leftover(result.problem, result.model, self.routes, self.rounds),
        ]
        on_board = {s.bin_id for r in self.rounds for s in r.stops if s.bin_id is not None}
        self.wanted = on_board | {entry.bin_id for entry in self.left_out}

    def faults(self) -> tuple[str, ...]:
        return check(
            self.built.problem, wanted=self.wanted, rounds=self.rounds, left_out=self.left_out
        )

    def kinds(self, round_: int = 0) -> list[str]:
        """What is at each stop: a bin_id, a disposal_site_id, or break."""
        return [s.bin_id or s.disposal_site_id or s.kind for s in self.rounds[round_].stops]


def two_rounds() -> Planned:
    """Two rounds, paper and glass, and one bin that nobody can take."""
    result = built(
        [
            due("p1", position=Position(lon=14.41, lat=50.11)),
            due("p2", position=Position(lon=14.42, lat=50.12)),
            due("g1", stream="glass", position=Position(lon=14.43, lat=50.10)),
            due("g2", stream="glass", position=Position(lon=14.44, lat=50.13)),
            due("x", stream="plastic"),
        ],
        vehicles=[vehicle("paper"), vehicle("glass", streams=frozenset({"glass"}))],
        sites=[
            site("paper-site"),
            site(
                "glass-site",
                streams=frozenset({"glass"}),
                position=Position(lon=14.46, lat=50.09),
            ),
        ],
    )
    return Planned(result)


def later(**by: float) -> datetime:
    """A moment after midnight of the day."""
    return datetime(2026, 3, 2, tzinfo=UTC) + timedelta(**by)
