"""What happened from one level to the next: which steps tell how fast a bin fills."""

from dataclasses import dataclass

import numpy as np

from routing.forecast.histories import Bools, Floats, Histories, Ints, standing_still

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
        stuck: the sensor showed the same all the way, far too long.
        tells: it shows how fast the bin fills: no emptying, no gap, not stuck, not saturated.
    """

    hours: Floats
    gain_pct: Floats
    emptied: Bools
    stuck: Bools
    tells: Bools


def steps(history: Histories) -> Steps:
    """Look at each step."""
    if len(history.at_s) < 2:
        nothing = np.zeros(max(0, len(history.at_s) - 1))
        none = nothing.astype(np.bool_)
        return Steps(hours=nothing, gain_pct=nothing, emptied=none, stuck=none, tells=none)
    hours = np.where(history.follows, np.diff(history.at_s) / 3600, 0.0)
    gain = np.diff(history.fill_pct)
    emptied = history.follows & (gain <= -EMPTIED_PCT)
    stuck = standing_still(history)
    still = stuck[1:] & stuck[:-1]
    tells = (hours > 0) & ~emptied & ~still & (history.fill_pct[:-1] < SATURATED_PCT)
    long = np.flatnonzero(hours > LONGEST_GAP_H)
    tells[long[hours[long] > GAP_IN_INTERVALS * _usual_interval_h(history, hours, long)]] = False
    return Steps(hours=hours, gain_pct=gain, emptied=emptied, stuck=still, tells=tells)


def _usual_interval_h(history: Histories, hours: Floats, step: Ints) -> Floats:
    """Return the median time between levels of the bins whose steps these are (k), in hours."""
    owners, nth = np.unique(history.owner[step], return_inverse=True)
    # of few bins: sorting all took longer than everything else
    found = np.zeros(len(owners))
    for n, owner in enumerate(owners.tolist()):
        own = np.sort(hours[history.starts[owner] : history.starts[owner + 1] - 1])
        found[n] = own[len(own) // 2]
    return found[nth]
