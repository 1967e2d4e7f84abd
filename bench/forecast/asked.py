"""What is asked: which readings are forecast from which, the same for every contender."""

from dataclasses import dataclass

import numpy as np

from routing.forecast.histories import Floats, Histories, Ints
from routing.forecast.pairs import nearest
from routing.forecast.steps import EMPTIED_PCT

HORIZONS_H = (6.0, 12.0, 24.0, 48.0)
TRAINING_SHARE = 0.8
TOLERANCE_SHARE = 1 / 8
TOLERANCE_MIN_H = 1.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """Questions of one horizon (k): from the reading ``origin``, what will ``target`` say?

    Attributes:
        horizon_h: about so much later.
        origin, target: indices into the history.
        highest_pct: most that was read after the origin up to the target.
    """

    horizon_h: float
    origin: Ints
    target: Ints
    highest_pct: Floats


def begins_of_tests(history: Histories) -> Ints:
    """Return when each bin's last 20 % of readings begin, seconds (n); -1 without readings."""
    counts = np.diff(history.starts)
    first = history.starts[:-1] + np.floor(TRAINING_SHARE * counts).astype(np.int64)
    found = np.full(len(counts), -1, dtype=np.int64)
    found[counts > 0] = history.at_s[first[counts > 0]]
    return found


def asked(history: Histories, horizon_h: float) -> Asked:
    """Return every question of a horizon.

    The target is the reading nearest to the horizon, at most an eighth of it or an hour and a half
    off (each contender is asked for the target's own time). No two neighbouring readings from the
    origin to the target fall by 20 points or more: nobody emptied the bin.
    """
    begins = begins_of_tests(history)[history.owner]
    origins = np.flatnonzero(history.at_s >= begins)
    within_h = max(TOLERANCE_MIN_H, TOLERANCE_SHARE * horizon_h)
    pairs = nearest(history, origins, horizon_h, within_h)
    falls = np.concatenate([[0], np.cumsum(np.diff(history.fill_pct) <= -EMPTIED_PCT)])
    kept = falls[pairs.origin] == falls[pairs.target]
    origin, target = pairs.origin[kept], pairs.target[kept]
    return Asked(
        horizon_h=horizon_h,
        origin=origin,
        target=target,
        highest_pct=_highest(history.fill_pct, origin, target),
    )


def _highest(fill: Floats, origin: Ints, target: Ints) -> Floats:
    if not len(origin):
        return np.zeros(0)
    ends = np.stack([origin + 1, target + 1], axis=1).ravel()
    return np.maximum.reduceat(np.append(fill, 0.0), ends)[::2]
