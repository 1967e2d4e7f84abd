"""What happened from one level to the next: which steps tell how fast a bin fills."""

from dataclasses import dataclass

import numpy as np

from routing.forecast.histories import Bools, Floats, Histories, standing_still

EMPTIED_PCT = 20.0
"""A fall of at least this is an emptying."""
SATURATED_PCT = 80.0
"""From here on a full bin hides what people would still throw in (field notes: 70 to 80 %)."""
LONGEST_GAP_H = 48.0
"""Over a longer gap an emptying may have gone unseen, except with a sensor that speaks rarely."""
GAP_IN_INTERVALS = 2.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Steps:
    """Each pair of neighbouring levels of one bin; all arrays (m - 1), beside the histories.

    Attributes:
        hours: between the two; 0 where they are of different bins.
        gain_pct: level after less level before.
        emptied: it fell so much that the bin was emptied in between.
        tells: it shows how fast the bin fills: no emptying, no gap, not stuck, not saturated.
    """

    hours: Floats
    gain_pct: Floats
    emptied: Bools
    tells: Bools


def steps(history: Histories) -> Steps:
    """Look at each step."""
    if len(history.at_s) < 2:
        nothing = np.zeros(max(0, len(history.at_s) - 1))
        none = nothing.astype(np.bool_)
        return Steps(hours=nothing, gain_pct=nothing, emptied=none, tells=none)
    hours = np.where(history.follows, np.diff(history.at_s) / 3600, 0.0)
    gain = np.diff(history.fill_pct)
    emptied = history.follows & (gain <= -EMPTIED_PCT)
    stuck = standing_still(history)
    gap_h = np.maximum(LONGEST_GAP_H, GAP_IN_INTERVALS * usual_interval_h(history, hours))
    tells = (
        (hours > 0)
        & ~emptied
        & ~(stuck[1:] & stuck[:-1])
        & (history.fill_pct[:-1] < SATURATED_PCT)
        & (hours <= gap_h[history.owner[1:]])
    )
    return Steps(hours=hours, gain_pct=gain, emptied=emptied, tells=tells)


def usual_interval_h(history: Histories, hours: Floats) -> Floats:
    """Return each bin's median time between levels (n), in hours; 0 where there are not two."""
    owner = history.owner[1:]
    inside = hours > 0
    order = np.lexsort((hours[inside], owner[inside]))
    sorted_h = hours[inside][order]
    counts = np.bincount(owner[inside], minlength=len(history.bins))
    middle = np.concatenate([[0], np.cumsum(counts)[:-1]]) + counts // 2
    found = np.zeros(len(history.bins))
    some = counts > 0
    found[some] = sorted_h[middle[some]]
    return found
