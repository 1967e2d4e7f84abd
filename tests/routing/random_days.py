"""Days at random from a seed, with some of every constraint there is."""

from datetime import time, timedelta

import numpy as np

from core.bins import Closure
from core.geo import Position
from core.hours import Hours
from core.vehicles import Break, Compartment, Vehicle, VehicleSize
from routing.problem import Built
from tests.routing.worlds import EARLY, built, depot, due, site, vehicle

STREAM_NAMES = ("paper", "glass", "plastic")


class Chance:
    """Draws whatever a day is made of."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def happens(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def number(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high))

    def place(self) -> Position:
        lon, lat = self.rng.normal(0, 0.04, 2)
        return Position(lon=14.4 + float(lon), lat=50.1 + float(lat))

    def streams(self) -> frozenset[str]:
        n = self.number(1, 3)
        return frozenset(str(s) for s in self.rng.choice(STREAM_NAMES, n, replace=False))

    def hours(self) -> Hours:
        begin, length = self.number(4, 18), self.number(1, 6)
        return Hours(begins=time(begin), ends=time((begin + length) % 24))

    def size(self) -> VehicleSize:
        return list(VehicleSize)[self.number(0, 3)]


def random_day(seed: int, *, stops: int, vehicles: int) -> Built:
    chance = Chance(seed)
    lorries = [_lorry(chance, n) for n in range(vehicles)]
    wanted = [
        due(
            f"bin-{n}",
            fill_pct=chance.between(5, 100),
            stream=STREAM_NAMES[chance.number(0, 3)],
            capacity_l=(240.0, 1_100.0, 3_000.0)[chance.number(0, 3)],
            position=chance.place(),
            service_s=chance.number(0, 300),
            prize_m=chance.number(1, 5_000) if chance.happens(0.3) else None,
            walk_m=chance.between(0, 100) if chance.happens(0.2) else 0.0,
            windows=tuple(chance.hours() for _ in range(chance.number(1, 3)))
            if chance.happens(0.3)
            else (),
            site_id=f"place-{chance.number(0, 1 + stops // 6)}" if chance.happens(0.4) else None,
            max_vehicle_size=chance.size() if chance.happens(0.2) else None,
            pinned_vehicle_id=f"lorry-{chance.number(0, vehicles)}"
            if chance.happens(0.05)
            else None,
            forbidden_vehicle_ids=frozenset({"lorry-0"}) if chance.happens(0.1) else frozenset(),
        )
        for n in range(stops)
    ]
    sites = [
        site(
            f"site-{n}",
            streams=chance.streams() | chance.streams(),
            position=chance.place(),
            service_s=600,
            opening_hours=(chance.hours(), chance.hours()) if chance.happens(0.3) else (),
        )
        for n in range(chance.number(1, 6))
    ]
    closures = [
        Closure(
            closure_id=f"closure-{n}",
            name="Works",
            hours=(chance.hours(),),
            bin_ids=frozenset({f"bin-{chance.number(0, stops)}"}),
            site_ids=frozenset({f"place-{n}"}),
        )
        for n in range(2)
    ]
    return built(
        wanted,
        vehicles=lorries,
        sites=sites,
        closures=closures,
        depots=[depot(depot_id="south", position=chance.place())],
        now=EARLY + timedelta(hours=chance.number(0, 4)),
    )


def _lorry(chance: Chance, n: int) -> Vehicle:
    streams = chance.streams()
    split = (
        tuple(
            Compartment(
                streams=frozenset({stream}),
                volume_l=chance.between(500, 9_000) if chance.happens(0.7) else None,
                compaction={stream: 2.0} if chance.happens(0.3) else {},
            )
            for stream in sorted(streams)
        )
        if chance.happens(0.5)
        else ()
    )
    start = chance.number(0, 20)
    first_break = (start + chance.number(1, 4)) % 24
    breaks = (
        Break(
            earliest=time(first_break),
            latest=time((first_break + 2) % 24),
            length_s=1800,
            owed_after_s=6 * 3600 if chance.happens(0.5) else None,
        ),
    )
    return vehicle(
        f"lorry-{n}",
        streams=streams,
        capacity_kg=chance.between(200, 4_500),
        compartments=split,
        size=chance.size(),
        shift_start=time(start),
        latest_start=time((start + 2) % 24) if chance.happens(0.4) else None,
        shift_s=chance.number(1, 36) * 900,
        end_depot_id="south" if chance.happens(0.2) else None,
        breaks=breaks if chance.happens(0.5) else (),
    )
