"""Made-up bins whose truth is known: gains drawn hour by hour, sensors that round and err."""

from dataclasses import dataclass

import numpy as np

from routing.forecast.histories import BinOf, Floats, Histories, histories

MONDAY_S = 1_767_571_200
"""Monday, 2026-01-05 0:00 UTC."""
DAY_S = 86_400


@dataclass(frozen=True, kw_only=True)
class Town:
    """Histories until ``now_s``, and the truth: what came until each hour (bins, hours)."""

    history: Histories
    thrown_in: Floats
    per_day: Floats
    begin_s: int
    now_s: int


def town(
    seed: int,
    *,
    bins: int = 30,
    days: int = 28,
    more_days: int = 0,
    per_day: tuple[float, float] = (5.0, 30.0),
    bag_pct: float = 2.0,
    emptied_at_pct: float = 85.0,
    noise_pct: float = 1.0,
    every_h: int = 2,
    stream: str = "paper",
) -> Town:
    """Draw a town: bags of ``bag_pct`` come at random, three times as often by day.

    Emptied in the first morning after the level is over ``emptied_at_pct``; levels stop at 100 %.
    ``more_days`` of truth follow after the histories' end.
    """
    chance = np.random.default_rng(seed)
    rate = np.exp(chance.uniform(*np.log(per_day), size=bins))
    hours = (days + more_days) * 24
    course = np.where((np.arange(hours) % 24 >= 8) & (np.arange(hours) % 24 < 20), 1.5, 0.5)
    bags = chance.poisson(rate[:, None] / 24 / bag_pct * course, size=(bins, hours))
    thrown_in = np.cumsum(bags * bag_pct * chance.uniform(0.5, 1.5, bags.shape), axis=1)
    levels = {}
    names = [f"bin-{n}" for n in range(bins)]
    for n, name in enumerate(names):
        at, fill, taken = [], [], 0.0
        for hour in range(days * 24):
            level = thrown_in[n, hour] - taken
            if hour % 24 == 6 and level >= emptied_at_pct:
                taken, level = thrown_in[n, hour], 0.0
            if (hour + n) % every_h == 0:
                at.append(MONDAY_S + (hour + 1) * 3600)
                said = np.clip(level + chance.normal(0, noise_pct), 0, 100)
                fill.append(float(np.round(said)))
        levels[name] = (at, fill)
    return Town(
        history=histories([BinOf(bin_id=name, stream=stream) for name in names], levels),
        thrown_in=thrown_in,
        per_day=rate,
        begin_s=MONDAY_S,
        now_s=MONDAY_S + days * DAY_S,
    )
