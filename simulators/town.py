"""An invented town: streets, bins with sensors along them, a depot with lorries and crews.

Everything follows from the seed. Capacities, densities and fill rates are the simulator's own
assumptions, chosen within what was measured elsewhere (docs/simulating.md).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from core.geo import Position
from core.registry import (
    BinRecord,
    CrewRecord,
    DepotRecord,
    DisposalSiteRecord,
    Registry,
    SensorRecord,
    StreamRecord,
    VehicleRecord,
)
from simulators.fleet import BinLoad, make_fleet
from simulators.streams import STREAMS, StreamAssumptions
from simulators.streets import StreetMap, along, make_streets

CENTRE = Position(lon=7.2, lat=54.6)
"""In the German Bight, so that nobody takes the town for a real one."""
TIMEZONE = "Europe/Berlin"
FEWEST_BINS, MOST_BINS = 1, 20_000
MOUNTED_BEFORE = timedelta(days=1)
"""Sensors are mounted this long before the first reading of the backfill."""
DISTANCE_SHARE = 0.3
"""Share of the sensors that report the distance to the content and no fill."""
ACCESS_NOTES = (
    "Gate code 4711, close it behind you",
    "In the yard, second entrance; key at the bakery",
    "Only from the north: the lane is one-way",
    "School: not between 07:30 and 08:15",
    "Low archway, 3.1 m",
    "Behind the market hall; stalls on Saturdays",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TownBin:
    """A bin as registered, its sensor, the street it stands on, and how fast it really fills.

    ``rate_pct_per_day`` is the truth that Brimful has to find out.
    """

    record: BinRecord
    sensor_id: str
    street: int
    rate_pct_per_day: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Town:
    """A whole town, with the moment its sensors were mounted."""

    seed: int
    streets: StreetMap
    bins: Sequence[TownBin]
    depot: DepotRecord
    disposal_sites: Sequence[DisposalSiteRecord]
    vehicles: Sequence[VehicleRecord]
    crews: Sequence[CrewRecord]
    mounted_at: datetime

    def registry(self) -> Registry:
        """Return what ``brimful register`` needs to know of the town."""
        return Registry(
            streams=[
                StreamRecord(stream=s.stream, density_kg_per_l=s.density_kg_per_l) for s in STREAMS
            ],
            depots=[self.depot],
            disposal_sites=list(self.disposal_sites),
            vehicles=list(self.vehicles),
            crews=list(self.crews),
            bins=[b.record for b in self.bins],
            sensors=[
                SensorRecord(
                    sensor_id=b.sensor_id, bin_id=b.record.bin_id, mounted_at=self.mounted_at
                )
                for b in self.bins
            ],
        )


def make_town(*, seed: int, bins: int, now: datetime, days: int = 14) -> Town:
    """Invent a town of ``bins`` bins whose sensors have measured for ``days`` days by ``now``.

    The same seed and number of bins give the same town; ``now`` only moves mounted_at. Raises
    ValueError for fewer than 1 or more than 20,000 bins.
    """
    if not FEWEST_BINS <= bins <= MOST_BINS:
        raise ValueError(f"a town has {FEWEST_BINS} to {MOST_BINS} bins, not {bins}")
    rng = Random(f"town {seed} {bins}")  # noqa: S311 - a simulation, nothing to guess
    side = max(5, round(math.sqrt(bins / 1.8)))
    streets = make_streets(rng, columns=side + 1, rows=side, centre=CENTRE)
    depot = DepotRecord(
        depot_id="depot-north",
        name="Depot North",
        **_at(_corner(streets, north=True)),
        timezone=TIMEZONE,
    )
    town_bins = _place_bins(rng, bins, streets)
    density = {s.stream: s.density_kg_per_l for s in STREAMS}
    vehicles, crews = make_fleet(
        (
            BinLoad(
                stream=b.record.stream,
                load_kg=b.record.capacity_l * density[b.record.stream],
                rate_pct_per_day=b.rate_pct_per_day,
            )
            for b in town_bins
        ),
        depot_id=depot.depot_id,
    )
    return Town(
        seed=seed,
        streets=streets,
        bins=town_bins,
        depot=depot,
        disposal_sites=_disposal_sites(streets),
        vehicles=vehicles,
        crews=crews,
        mounted_at=now - timedelta(days=days) - MOUNTED_BEFORE,
    )


def _place_bins(rng: Random, n: int, streets: StreetMap) -> list[TownBin]:
    """Stand bins along the streets; recycling streams share a place, as they do outside."""
    places = [i for i, street in enumerate(streets.streets) if not street.bridge]
    half_extent = _half_extent(streets)
    found: list[TownBin] = []
    while len(found) < n:
        street, share = rng.choice(places), rng.uniform(0.1, 0.9)
        alone = rng.random() < 0.7
        together = [STREAMS[0]] if alone else STREAMS[1:]
        for i, stream in enumerate(together[: n - len(found)]):
            found.append(
                _make_bin(
                    rng,
                    number=len(found) + 1,
                    stream=stream,
                    streets=streets,
                    half_extent=half_extent,
                    on=street,
                    share=min(0.95, share + 0.03 * i),
                )
            )
    return found


def _make_bin(
    rng: Random,
    *,
    number: int,
    stream: StreamAssumptions,
    streets: StreetMap,
    half_extent: tuple[float, float],
    on: int,
    share: float,
) -> TownBin:
    street = streets.streets[on]
    start, end = streets.crossings[street.start], streets.crossings[street.end]
    position = along(start, end, share, aside_m=6.0)
    capacity_l = rng.choice(stream.capacities_l)
    geometry: Mapping[str, int] = {}
    if rng.random() < DISTANCE_SHARE:
        # a taller bin holds more; the lid's sensor looks down and stops short of the blind zone
        empty_mm = round(900 + 0.35 * capacity_l, -1)
        geometry = {"empty_distance_mm": int(empty_mm), "full_distance_mm": 280}
    return TownBin(
        record=BinRecord(
            bin_id=f"bin-{number:05d}",
            name=f"{street.name} {1 + round(share * 60)} ({stream.stream})",
            stream=stream.stream,
            capacity_l=capacity_l,
            threshold_pct=rng.choice((70.0, 80.0, 80.0, 80.0, 85.0)),
            depot_id="depot-north",
            **_at(position),
            **geometry,
            service_s=stream.service_s,
            access_note=rng.choice(ACCESS_NOTES) if rng.random() < 0.08 else None,
        ),
        sensor_id=f"sensor-{number:05d}",
        street=on,
        rate_pct_per_day=_rate(rng, stream, _centrality(position, half_extent)),
    )


def _rate(rng: Random, stream: StreamAssumptions, centrality: float) -> float:
    """Draw a fill rate: towards the stream's busy range in the middle of the town."""
    low = stream.quiet_pct_per_day[0] + centrality * (
        stream.busy_pct_per_day[0] - stream.quiet_pct_per_day[0]
    )
    high = stream.quiet_pct_per_day[1] + centrality * (
        stream.busy_pct_per_day[1] - stream.quiet_pct_per_day[1]
    )
    return round(rng.uniform(low, high), 2)


def _half_extent(streets: StreetMap) -> tuple[float, float]:
    """Return half the town's width and height in degrees."""
    lons = [p.lon for p in streets.crossings.values()]
    lats = [p.lat for p in streets.crossings.values()]
    return (max(lons) - min(lons)) / 2, (max(lats) - min(lats)) / 2


def _centrality(at: Position, half_extent: tuple[float, float]) -> float:
    """Return 1 in the very middle, 0 from two thirds of the way to the town's edge."""
    off = max(
        abs(at.lon - CENTRE.lon) / half_extent[0],
        abs(at.lat - CENTRE.lat) / half_extent[1],
    )
    return max(0.0, 1 - 1.5 * off)


def _disposal_sites(streets: StreetMap) -> list[DisposalSiteRecord]:
    """Two of them, on opposite banks, so that the river matters."""
    recycled = [s.stream for s in STREAMS[1:]]
    return [
        DisposalSiteRecord(
            disposal_site_id="transfer-station",
            name="Transfer Station",
            **_at(_corner(streets, north=False)),
            streams=[STREAMS[0].stream],
            service_s=900,
        ),
        DisposalSiteRecord(
            disposal_site_id="recycling-yard",
            name="Recycling Yard",
            **_at(streets.crossings[max(streets.crossings)]),
            streams=recycled,
            service_s=1200,
        ),
    ]


def _corner(streets: StreetMap, *, north: bool) -> Position:
    by_lat = sorted(streets.crossings.values(), key=lambda p: (p.lat, p.lon))
    return by_lat[-1] if north else by_lat[0]


def _at(position: Position) -> dict[str, float]:
    return {"lon": position.lon, "lat": position.lat}
