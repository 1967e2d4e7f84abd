"""The simulator's invented town as a setting."""

from datetime import UTC, date, datetime, time

import numpy as np

from core.bins import Bin
from core.fleet import Depot, DisposalSite
from evidence.deposits import Bursts
from evidence.registered import bin_of, depot_of, site_of, stream_of, vehicle_of
from evidence.sensing import Sensing
from evidence.setting import Days, Setting
from routing.travel import StraightLines, TravelTable
from simulators.fill import DEPOSIT_PCT, REMAINS_PCT
from simulators.town import Town, make_town

FIRST_DAY = date(2026, 3, 2)
"""A Monday; which one does not matter."""
PLAN_AT = time(4, 30)
SKIPPED_SHARE = 0.04
"""Stops that simulated crews cannot serve (``simulators.crews``)."""
WAYS = StraightLines(detour_factor=1.4, speed_kmh=25.0)


def town_setting(*, bins: int, town_seed: int, days: Days) -> Setting:
    """Return a town of so many bins; the same seed and number give the same town."""
    town = make_town(
        seed=town_seed, bins=bins, now=datetime.combine(days.first, time(0), tzinfo=UTC)
    )
    registry = town.registry()
    depot = depot_of(town.depot)
    rate = np.array([b.rate_pct_per_day for b in town.bins])
    capacity_l = np.array([b.record.capacity_l for b in town.bins])
    placed = tuple(bin_of(b.record) for b in town.bins)
    sites = tuple(site_of(s) for s in town.disposal_sites)
    return Setting(
        name="town",
        title=f"An invented town of {bins} bins",
        depot=depot,
        sites=sites,
        vehicles=tuple(vehicle_of(v) for v in town.vehicles),
        bins=placed,
        streams={s.stream: stream_of(s) for s in registry.all_streams()},
        usual_pct_per_day=rate,
        travel=ways(depot, sites, placed),
        days=days,
        deposits=Bursts(
            litres_per_day=rate / 100 * capacity_l, burst_l=DEPOSIT_PCT / 100 * capacity_l
        ),
        sensing=Sensing(),
        plan_at=PLAN_AT,
        remains_pct=REMAINS_PCT,
        skipped_share=SKIPPED_SHARE,
        assumptions=_assumptions(town),
    )


def ways(depot: Depot, sites: tuple[DisposalSite, ...], bins: tuple[Bin, ...]) -> TravelTable:
    """Return the table of a setting's places, along straight lines."""
    places = [depot.position, *(s.position for s in sites)]
    return WAYS.table_now([*places, *(b.position for b in bins if b.position is not None)])


def _assumptions(town: Town) -> tuple[str, ...]:
    return (
        (
            f"The town is invented (seed {town.seed}): streets, bins, a depot, two disposal sites, "
            f"{len(town.vehicles)} lorries that carry one stream each, shifts of 8 hours."
        ),
        (
            "Bins fill in bursts of 8 % of a bin on average, by the hour of the day and the day of "
            "the week, as 23 public containers in Prague did (2023 to 2025): paper 8 to 120 % a "
            "day, "
            "plastic 2 to 5.5, glass 4 to 18; general waste is assumed at 6 to 50."
        ),
        "An emptying leaves 1 to 13 % in the bin, and what lies beside it is taken with it.",
        f"At {100 * SKIPPED_SHARE:.0f} % of the stops the crew cannot get at the bin.",
        _sensors(),
        (
            f"Ways are straight lines x {WAYS.detour_factor:g} at {WAYS.speed_kmh:g} km/h, and "
            "lorries keep to the planned times."
        ),
    )


def _sensors() -> str:
    s = Sensing()
    return (
        "Sensors measure about every two hours by day and every 3 to 7 by night; "
        f"{100 * s.delivered[0]:.0f} to {100 * s.delivered[1]:.0f} % of their readings arrive; "
        f"they are off by {s.noise_sd_pct:g} points, up to {1000 * s.spike_share[1]:.0f} in 1,000 "
        f"readings are spikes, 1 in 1,000 is a false zero; {100 * s.outage_share:.0f} % of the "
        f"bins have an outage of {s.outage_days[0]:.0f} to {s.outage_days[1]:.0f} days, "
        f"{100 * s.stuck_share:.0f} % repeat one value for {s.stuck_days[0]:.0f} to "
        f"{s.stuck_days[1]:.0f} days, {100 * s.dead_share:.0f} % never say anything."
    )
