"""A setting like that of Wouda, Aerts-Veenstra and van Foreest 2024 (arXiv 2409.13386), invented.

Their data are not public. What the paper and the last version of its published code say of the
setting is kept: 850 clusters of 1,120 underground containers, four lorries, a plan at 7 h every
day, six hours of work in three parts between which crews rest at the depot, 2 minutes for a cluster
and one for each container, bags of 10 to 60 litres whose number is known and whose size is not,
a depot at the edge of the town where lorries are unloaded, no limit on what they carry. What they
do not say is assumed here and said in the report.
"""

from dataclasses import replace
from datetime import time

import numpy as np

from core.bins import Bin
from core.fleet import Depot, DisposalSite, Stream
from core.geo import Position
from core.vehicles import Vehicle
from evidence.breaks import DepotBreak, WholeDays
from evidence.deposits import CountedBags
from evidence.sensing import PERFECT
from evidence.setting import Days, Setting
from routing.travel import StraightLines

CLUSTERS, CONTAINERS = 850, 1_120
VEHICLES = 4
CONTAINER_L = 5_000.0
"""Usual for an underground container; the paper gives none."""
BAG_L = (10.0, 30.0, 60.0)
"""Least, usual, most; a triangular distribution."""
MEAN_PCT_PER_DAY = 14.4
"""250 clusters a day at 48.9 % of their volume, spread over 850 clusters."""
RATE_SPREAD = 0.5
"""Standard deviation of the logarithm of the clusters' rates."""
MOST_PCT_PER_DAY = 60.0
SERVICE_S, SERVICE_S_PER_CONTAINER = 120, 60
PLAN_AT = time(7)
SHIFT_START, SHIFT_S = time(7), 6 * 3600
BREAKS = (
    DepotBreak(at=time(10), length_s=30 * 60),
    DepotBreak(at=time(12), length_s=30 * 60),
)
PARTS = ((time(7), 10_800), (time(10, 30), 5_400), (time(12, 30), 5_400))
"""The same six hours around these breaks: when each part begins, and how long it is."""
CENTRE = Position(lon=6.566, lat=53.217)
DEPOT = Position(lon=6.6128, lat=53.1976)
TOWN_SPREAD_M = 1_500.0
VILLAGES = ((6.698, 53.276), (6.622, 53.171), (6.600, 53.250))
VILLAGE_SHARE, VILLAGE_SPREAD_M = 0.02, 300.0
"""A few clusters stand outside the town."""
WAYS = StraightLines(detour_factor=1.4, speed_kmh=30.0)
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
        name="Yard at the depot",
        position=DEPOT,
        streams=frozenset({"general"}),
        service_s=0,
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
            service_s=SERVICE_S + int(containers[i]) * SERVICE_S_PER_CONTAINER,
        )
        for i, position in enumerate(_positions(rng))
    )
    places = [depot.position, site.position, *(b.position for b in bins if b.position)]
    return Setting(
        name="groningen",
        title=f"{CLUSTERS} clusters and {vehicles} vehicles, as in Groningen",
        depot=depot,
        sites=(site,),
        vehicles=tuple(
            _lorry(f"{i + 1}-{part + 1}", start, shift_s)
            for i in range(vehicles)
            for part, (start, shift_s) in enumerate(PARTS)
        ),
        bins=bins,
        streams={"general": Stream(stream="general", density_kg_per_l=DENSITY_KG_PER_L)},
        usual_pct_per_day=rate,
        travel=WAYS.table_now(places),
        days=days,
        deposits=CountedBags(bags_per_day=rate / 100 * capacity_l / np.mean(BAG_L), bag_l=BAG_L),
        sensing=COUNTING,
        whole_days=WholeDays(
            vehicles=tuple(_lorry(str(i + 1), SHIFT_START, SHIFT_S) for i in range(vehicles)),
            breaks=BREAKS,
        ),
        plan_at=PLAN_AT,
        remains_pct=(0.0, 0.0),
        skipped_share=0.0,
        assumptions=_ASSUMPTIONS,
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


def _lorry(name: str, start: time, shift_s: int) -> Vehicle:
    return Vehicle(
        vehicle_id=f"lorry-{name}",
        name=f"Lorry {name}",
        depot_id="depot",
        capacity_kg=UNLIMITED_KG,
        streams=frozenset({"general"}),
        shift_start=start,
        shift_s=shift_s,
    )


_ASSUMPTIONS = (
    (
        "The setting follows Wouda, Aerts-Veenstra and van Foreest 2024 (arXiv 2409.13386) in "
        "Groningen; their data are not public, so clusters, rates and ways are invented. The "
        "figures can be compared with theirs in kind, not kilometre by kilometre."
    ),
    (
        f"Kept from the paper and the last version of its published code: {CLUSTERS} clusters of "
        f"{CONTAINERS:,} underground containers, a plan at 7 h every day, six hours of work for "
        "each lorry with breaks of half an hour at 10 and at 12 h that crews take at the depot, 2 "
        "minutes for a cluster and one for each container, unloading at the depot in no time, "
        "bodies without limit, bags of "
        f"{BAG_L[0]:.0f} to {BAG_L[2]:.0f} litres at random moments, one day as the next, that are "
        "counted at the door and not measured."
    ),
    (
        "Kept as well: the published baseline plans each lorry's day in one piece, and its "
        "simulator sends the lorries to the depot for the breaks; the policy plans three rounds "
        'around them. So "fullest" is there twice: as published, and with rounds that are planned '
        "around the breaks as all others are."
    ),
    (
        f"Assumed: containers of {CONTAINER_L:,.0f} litres; clusters gain {MEAN_PCT_PER_DAY:g} % a "
        "day on average (that is what 250 emptyings a day at 48.9 % come to), log-normally spread "
        f"with {RATE_SPREAD:g} in the logarithm; they stand normally spread around the centre, "
        f"{100 * VILLAGE_SHARE:.0f} % in three villages; ways are straight lines x "
        f"{WAYS.detour_factor:g} at {WAYS.speed_kmh:g} km/h."
    ),
)
