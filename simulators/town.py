"""An invented town: streets, bins with sensors along them, a depot with lorries and crews.

Everything follows from the seed. Capacities, densities and fill rates are the simulator's own
assumptions, chosen within what was measured elsewhere (docs/simulating.md).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from core.geo import Position
from core.registry import (
    CrewRecord,
    DepotRecord,
    DisposalSiteRecord,
    Registry,
    SensorRecord,
    StreamRecord,
    VehicleRecord,
)
from simulators.fleet import BinLoad, make_fleet
from simulators.placing import TownBin, at, place_bins
from simulators.streams import STREAMS
from simulators.streets import StreetMap, make_streets
from simulators.traffic import with_traffic

CENTRE = Position(lon=7.2, lat=54.6)
"""In the German Bight, so that nobody takes the town for a real one."""
TIMEZONE = "Europe/Berlin"
FEWEST_BINS, MOST_BINS = 1, 20_000
MOUNTED_BEFORE = timedelta(days=1)
"""Sensors are mounted this long before the first reading of the backfill."""


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
        **at(_corner(streets, north=True)),
        timezone=TIMEZONE,
    )
    town_bins = place_bins(rng, bins, streets, depot_id=depot.depot_id)
    streets = with_traffic(
        Random(f"traffic {seed} {bins}"),  # noqa: S311 - as above
        streets,
        with_bins=frozenset(b.street for b in town_bins),
    )
    density = {s.stream: s.density_kg_per_l for s in STREAMS}
    vehicles, crews = make_fleet(
        (
            BinLoad(
                stream=b.record.stream,
                load_kg=b.record.capacity_l * density[b.record.stream],
                loose_l=b.record.capacity_l,
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


def _disposal_sites(streets: StreetMap) -> list[DisposalSiteRecord]:
    """Two of them, on opposite banks, so that the river matters."""
    recycled = [s.stream for s in STREAMS[1:]]
    return [
        DisposalSiteRecord(
            disposal_site_id="transfer-station",
            name="Transfer Station",
            **at(_corner(streets, north=False)),
            streams=[STREAMS[0].stream],
            service_s=900,
        ),
        DisposalSiteRecord(
            disposal_site_id="recycling-yard",
            name="Recycling Yard",
            **at(streets.crossings[max(streets.crossings)]),
            streams=recycled,
            service_s=1200,
        ),
    ]


def _corner(streets: StreetMap, *, north: bool) -> Position:
    by_lat = sorted(streets.crossings.values(), key=lambda p: (p.lat, p.lon))
    return by_lat[-1] if north else by_lat[0]
