"""Problems made for tests: by hand with names, or at random from a seed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np

from core.bins import Bin
from core.fleet import Depot, DisposalSite
from core.geo import Position
from core.levels import Level, LevelSource, LevelTrust
from core.plans import DueReason, LeftOut, Round
from core.rules.due import Wanted
from core.vehicles import Vehicle
from routing.build import Built, build, places
from routing.construct import construct
from routing.schedule import dropped, schedule
from routing.shifts import shifts
from routing.travel import StraightLines, TravelTable

DAY = date(2026, 3, 2)
EARLY = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
TRAVEL = StraightLines(detour_factor=1.4, speed_kmh=25)


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


def due(bin_id: str = "bin", *, fill_pct: float = 90.0, **fields: Any) -> Wanted:  # noqa: ANN401 - as above
    bin_ = Bin(
        **{
            "bin_id": bin_id,
            "name": bin_id,
            "stream": "paper",
            "capacity_l": 1_100.0,
            "threshold_pct": 80.0,
            "depot_id": "depot",
            "position": Position(lon=14.41, lat=50.11),
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
        reason=DueReason.OVER_THRESHOLD,
        expected_fill_pct=fill_pct,
        overflow_probability=1.0,
    )


def built(
    dues: Sequence[Wanted],
    *,
    vehicles: Sequence[Vehicle] = (),
    sites: Sequence[DisposalSite] | None = None,
    densities: Mapping[str, float] | None = None,
    now: datetime = EARLY,
    at: Depot | None = None,
    travel: TravelTable | None = None,
) -> Built:
    """The problem of a day with one depot."""
    at = at or depot()
    sites = [site()] if sites is None else sites
    return build(
        depot=at,
        vehicles=vehicles,
        available=shifts(at, vehicles, DAY, now),
        sites=sites,
        due=dues,
        density_kg_per_l=densities or {"paper": 0.07, "glass": 0.3, "plastic": 0.03},
        travel=travel or TRAVEL.table_now(places(at, sites, dues)),
    )


def random_day(
    seed: int, *, stops: int, vehicles: int, capacity_kg: float = 3_000.0, shift_s: int = 6 * 3600
) -> tuple[Built, list[Wanted]]:
    """A day in a town: several streams, vehicles and sites that take some of them, odd loads."""
    chance = np.random.default_rng(seed)
    streams = ["paper", "glass", "plastic"]

    def some() -> frozenset[str]:
        return frozenset(str(s) for s in chance.choice(streams, chance.integers(1, 3)))

    def place() -> Position:
        lon, lat = chance.normal(0, 0.04, 2)
        return Position(lon=14.4 + float(lon), lat=50.1 + float(lat))

    dues = [
        due(
            f"bin-{n}",
            fill_pct=float(chance.uniform(5, 100)),
            stream=str(chance.choice(streams)),
            capacity_l=float(chance.choice([240, 1_100, 3_000])),
            position=place(),
            service_s=int(chance.integers(0, 300)),
        )
        for n in range(stops)
    ]
    fleet = [
        vehicle(
            f"lorry-{n}",
            streams=some(),
            capacity_kg=float(capacity_kg * chance.uniform(0.2, 1.5)),
            shift_s=int(shift_s * chance.uniform(0.1, 1.5)),
            shift_start=time(int(chance.integers(0, 23))),
        )
        for n in range(vehicles)
    ]
    sites = [
        site(f"site-{n}", streams=some() | some(), position=place(), service_s=600)
        for n in range(int(chance.integers(0, 4)))
    ]
    return built(dues, vehicles=fleet, sites=sites, now=EARLY + timedelta(hours=2)), dues


def two_rounds() -> tuple[Built, set[str], list[Round], list[LeftOut]]:
    """Two rounds, paper and glass, and one bin that nobody can take."""
    dues = [
        due("p1", position=Position(lon=14.41, lat=50.11)),
        due("p2", position=Position(lon=14.42, lat=50.12)),
        due("g1", stream="glass", position=Position(lon=14.43, lat=50.10)),
        due("g2", stream="glass", position=Position(lon=14.44, lat=50.13)),
        due("x", stream="plastic"),
    ]
    result = built(
        dues,
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
    rounds = list(schedule(result.problem, construct(result.problem.model)))
    left_out = [*result.never, *dropped(result.problem, rounds, dues)]
    return result, {d.level.bin.bin_id for d in dues}, rounds, left_out
