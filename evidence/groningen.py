"""A setting like that of Wouda, Aerts-Veenstra and van Foreest 2024 (arXiv 2409.13386), invented.

Their data are not public. What the paper and its published code say of the setting is kept: 850
clusters of 1,120 underground containers, four vehicles, a plan at 7 h every day, a shift of 8
hours, 3.5 minutes for a container, bags of 30 to 65 litres whose number is known and whose size is
not, a depot at the edge of the town with the disposal site next to it, no limit on what a lorry
carries. What they do not say is assumed here and said in the report.
"""

from dataclasses import replace
from datetime import time

import numpy as np

from core.bins import Bin
from core.fleet import Depot, DisposalSite, Stream
from core.geo import Position
from core.vehicles import Vehicle
from evidence.deposits import CountedBags
from evidence.sensing import PERFECT
from evidence.setting import Days, Setting
from routing.travel import StraightLines, TravelTable

CLUSTERS, CONTAINERS = 850, 1_120
VEHICLES = 4
CONTAINER_L = 5_000.0
"""Usual for an underground container; the paper gives none."""
BAG_L = (30.0, 65.0)
MEAN_PCT_PER_DAY = 14.4
"""250 clusters a day at 48.9 % of their volume, spread over 850 clusters."""
RATE_SPREAD = 0.5
"""Standard deviation of the logarithm of the clusters' rates."""
MOST_PCT_PER_DAY = 60.0
SERVICE_S_PER_CONTAINER = 210
SHIFT_START, SHIFT_S = time(7), 8 * 3600
PLAN_AT = time(7)
CENTRE = Position(lon=6.566, lat=53.217)
DEPOT = Position(lon=6.6128, lat=53.1976)
TOWN_SPREAD_M = 1_500.0
VILLAGES = ((6.698, 53.276), (6.622, 53.171), (6.600, 53.250))
VILLAGE_SHARE, VILLAGE_SPREAD_M = 0.02, 300.0
"""A few clusters stand outside the town."""
WAYS = StraightLines(detour_factor=1.4, speed_kmh=30.0)
EVERY_WAY_M = 350.0
"""Canals, one-way streets and lorries that cannot turn make short ways long: so much is added to
each, chosen so that the baseline drives about the 251 km a day that it drove in the paper."""
UNLIMITED_KG = 60_000.0
DENSITY_KG_PER_L = 0.07

COUNTING = replace(PERFECT, interval_h=(3.0, 3.0), night_interval_h=(3.0, 3.0))
"""The door tells every three hours how many bags came; nothing goes wrong with it."""


def groningen_setting(*, town_seed: int, days: Days, vehicles: int = VEHICLES) -> Setting:
    """Return the setting; the same seed gives the same clusters."""
    rng = np.random.default_rng(np.random.SeedSequence([town_seed, 850]))
    containers = np.ones(CLUSTERS, dtype=np.int64)
    more = rng.choice(CLUSTERS, CONTAINERS - CLUSTERS, replace=False)
    containers[more] += 1
    capacity_l = containers * CONTAINER_L
    rate = _rates(rng)
    depot = Depot(depot_id="depot", name="Depot", position=DEPOT)
    site = DisposalSite(
        disposal_site_id="yard",
        name="Yard next to the depot",
        position=Position(lon=DEPOT.lon + 0.003, lat=DEPOT.lat),
        streams=frozenset({"general"}),
        service_s=600,
    )
    bins = tuple(
        Bin(
            bin_id=f"cluster-{i + 1:03d}",
            name=f"Cluster {i + 1}",
            stream="general",
            capacity_l=float(capacity_l[i]),
            threshold_pct=100.0,
            depot_id=depot.depot_id,
            position=position,
            service_s=int(containers[i]) * SERVICE_S_PER_CONTAINER,
        )
        for i, position in enumerate(_positions(rng))
    )
    places = [depot.position, site.position, *(b.position for b in bins if b.position)]
    return Setting(
        name="groningen",
        title=f"{CLUSTERS} clusters and {vehicles} vehicles, as in Groningen",
        depot=depot,
        sites=(site,),
        vehicles=tuple(_vehicle(i) for i in range(vehicles)),
        bins=bins,
        streams={"general": Stream(stream="general", density_kg_per_l=DENSITY_KG_PER_L)},
        usual_pct_per_day=rate,
        travel=_ways(places),
        days=days,
        deposits=CountedBags(bags_per_day=rate / 100 * capacity_l / np.mean(BAG_L), bag_l=BAG_L),
        sensing=COUNTING,
        plan_at=PLAN_AT,
        remains_pct=(0.0, 0.0),
        skipped_share=0.0,
        assumptions=_ASSUMPTIONS,
    )


def _ways(places: list[Position]) -> TravelTable:
    straight = WAYS.table_now(places)
    between = ~np.eye(len(places), dtype=np.bool_)
    every_way_s = EVERY_WAY_M / (WAYS.speed_kmh / 3.6)
    return TravelTable(
        drive_s=(straight.drive_s + between * round(every_way_s)).astype(np.int32),
        distance_m=(straight.distance_m + between * round(EVERY_WAY_M)).astype(np.int32),
        source=f"{straight.source}, {EVERY_WAY_M:.0f} m more for each way",
    )


def _rates(rng: np.random.Generator) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """(n,) log-normal around the mean, cut where a cluster would need more than one visit a day."""
    rate = np.minimum(rng.lognormal(0.0, RATE_SPREAD, CLUSTERS), 4.0)
    scaled: np.ndarray[tuple[int], np.dtype[np.float64]] = np.minimum(
        rate * MEAN_PCT_PER_DAY / rate.mean(), MOST_PCT_PER_DAY
    )
    return scaled


def _positions(rng: np.random.Generator) -> list[Position]:
    """Return where the clusters stand: a round town and three villages, normally spread."""
    found = []
    for _ in range(CLUSTERS):
        if rng.random() < VILLAGE_SHARE:
            lon, lat = VILLAGES[int(rng.integers(len(VILLAGES)))]
            middle, spread_m = Position(lon=lon, lat=lat), VILLAGE_SPREAD_M
        else:
            middle, spread_m = CENTRE, TOWN_SPREAD_M
        east_m, north_m = rng.normal(0, spread_m, 2)
        found.append(
            Position(
                lon=round(
                    float(middle.lon + east_m / (111_320 * np.cos(np.radians(middle.lat)))), 6
                ),
                lat=round(float(middle.lat + north_m / 111_320), 6),
            )
        )
    return found


def _vehicle(number: int) -> Vehicle:
    return Vehicle(
        vehicle_id=f"lorry-{number + 1}",
        name=f"Lorry {number + 1}",
        depot_id="depot",
        capacity_kg=UNLIMITED_KG,
        streams=frozenset({"general"}),
        shift_start=SHIFT_START,
        shift_s=SHIFT_S,
    )


_ASSUMPTIONS = (
    (
        "The setting follows Wouda, Aerts-Veenstra and van Foreest 2024 (arXiv 2409.13386) in "
        "Groningen; their data are not public, so clusters, rates and ways are invented. The "
        "figures can be compared with theirs in kind, not kilometre by kilometre."
    ),
    (
        f"Kept from the paper and its published code: {CLUSTERS} clusters of {CONTAINERS:,} "
        "underground containers, a plan at 7 h every day, shifts of 8 hours, 3.5 minutes for each "
        "container, a depot at the edge with the disposal site beside it, bodies without limit, "
        f"bags of {BAG_L[0]:.0f} to {BAG_L[1]:.0f} litres at random moments that are counted at "
        f"the "
        "door and not measured."
    ),
    (
        f"Assumed: containers of {CONTAINER_L:,.0f} litres; clusters gain {MEAN_PCT_PER_DAY:g} % a "
        "day on average (that is what 250 emptyings a day at 48.9 % come to), log-normally spread "
        "with "
        f"{RATE_SPREAD:g} in the logarithm; four fifths stand around the centre and a fifth in "
        f"three villages; ways are straight lines x {WAYS.detour_factor:g} at {WAYS.speed_kmh:g} "
        f"km/h; the "
        "legal breaks are left out of the shift."
    ),
)
