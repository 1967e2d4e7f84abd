"""From histories to a Forecaster."""

from zoneinfo import ZoneInfo

from routing.forecast.forecaster import Forecaster
from routing.forecast.groups import groups
from routing.forecast.histories import Histories, standing_still, without_spikes
from routing.forecast.pairs import course
from routing.forecast.rates import rates
from routing.forecast.spread import spread
from routing.forecast.steps import steps

UTC_ZONE = ZoneInfo("UTC")


def fit(history: Histories, *, now_s: int, zone: ZoneInfo = UTC_ZONE) -> Forecaster:
    """Learn from histories how bins fill; ``zone`` is whose clock their weeks go by.

    Any bin may be without a history: it is taken as its stream and area are. All levels must be
    from before ``now_s``. Raises ValueError without a single bin.
    """
    if not history.bins:
        raise ValueError("there is no bin to forecast")
    clean = without_spikes(history)
    step = steps(clean)
    alike = groups(clean.bins)
    found = rates(clean, step, alike, now_s=now_s, zone=zone)
    gained = found.gained(clean.owner, clean.at_s)
    stuck = standing_still(clean)
    unknown = (step.hours <= 0) | (stuck[1:] & stuck[:-1]) if len(stuck) > 1 else step.emptied
    walked = course(clean, step, gained, unknown)
    return Forecaster(
        bins=clean.bins,
        groups=alike,
        rates=found,
        spread=spread(clean, walked, alike),
    )
