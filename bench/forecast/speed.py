"""How long learning takes and how long asking: a made-up city of any size, in processor time.

Processor seconds of this one process (time.process_time) beside those of the clock on the wall:
the former hold on a machine that does other work as well.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from bench.speed.shown import machine
from routing.forecast.fit import fit
from routing.forecast.histories import BinOf, Histories

DAYS = 28
EVERY_S = 2 * 3600
STREAMS = ("paper", "plastic", "glass", "general", "organic")
BINS_PER_AREA = 25
BAND = (0.1, 0.5, 0.9)
_NOW_S = 1_767_571_200
"""Monday, 2026-01-05 0:00 UTC."""


def city(bins: int, *, days: int = DAYS, seed: int = 0) -> Histories:
    """Draw a city: a reading every two hours or so, bins emptied at 90 %, sensors that err.

    Full after 3 to 20 days, three times as fast by day as by night.
    """
    chance = np.random.default_rng(seed)
    each = days * 86_400 // EVERY_S
    begin = _NOW_S - days * 86_400
    own_s = chance.integers(0, EVERY_S, size=(bins, 1))
    late_s = chance.integers(0, 600, size=(bins, each))
    at_s = begin + own_s // 2 + np.arange(each) * EVERY_S + late_s
    per_step = (100 / chance.uniform(3, 20, size=(bins, 1)) * EVERY_S / 86_400).astype(np.float32)
    by_day = np.where((at_s // 3600 % 24 >= 8) & (at_s // 3600 % 24 < 20), 1.5, 0.5)
    thrown_in = chance.random((bins, 1), dtype=np.float32) * 90 + np.cumsum(
        chance.exponential(per_step * by_day), axis=1
    )
    # emptied whenever 90 % are reached
    fill = thrown_in % 90 + chance.normal(0, 1, size=thrown_in.shape)
    return Histories(
        bins=tuple(
            BinOf(
                bin_id=f"bin-{n}",
                stream=STREAMS[n % len(STREAMS)],
                area=f"area-{n // BINS_PER_AREA}",
            )
            for n in range(bins)
        ),
        starts=np.arange(bins + 1, dtype=np.int64) * each,
        at_s=at_s.astype(np.int64).ravel(),
        fill_pct=np.clip(np.round(fill), 0, 100).astype(np.float64).ravel(),
    )


def measured(bins: int) -> dict[str, Any]:
    """Learn a city and ask for all of its bins; return what took how long, as a document."""
    measured_on = machine()
    history = city(bins)
    took: dict[str, dict[str, float]] = {}
    learnt = _timed(took, "learning", lambda: fit(history, now_s=_NOW_S))
    which, fill = np.arange(bins), history.fill_pct[history.last]
    since = history.at_s[history.last]
    _timed(
        took,
        "overflow probabilities two days ahead",
        lambda: learnt.overflow_probability(which, fill, since, _NOW_S + 48 * 3600),
    )
    _timed(
        took,
        "three quantiles a day ahead",
        lambda: learnt.shown_quantiles(which, fill, since, _NOW_S + 24 * 3600, BAND),
    )
    _timed(took, "when they are full", lambda: learnt.full_at(which, fill, since))
    return {"machine": measured_on, "bins": bins, "readings": len(history.at_s), "took": took}


def _timed[T](took: dict[str, dict[str, float]], name: str, work: Callable[[], T]) -> T:
    cpu, wall = time.process_time(), time.monotonic()
    found = work()
    took[name] = {
        "cpu_s": round(time.process_time() - cpu, 3),
        "wall_s": round(time.monotonic() - wall, 3),
    }
    return found
