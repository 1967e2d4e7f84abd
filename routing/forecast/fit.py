"""From histories to a Forecaster."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from routing.forecast.checking import CHECK_DAYS, check, unchecked
from routing.forecast.forecaster import Forecaster
from routing.forecast.groups import groups
from routing.forecast.histories import Histories, without_spikes
from routing.forecast.pairs import course
from routing.forecast.rates import rates
from routing.forecast.spread import spread
from routing.forecast.steps import steps

UTC_ZONE = ZoneInfo("UTC")
_DAY_S = 86_400


def fit(
    history: Histories, *, now_s: int, zone: ZoneInfo = UTC_ZONE, checked: bool = True
) -> Forecaster:
    """Learn from histories how bins fill; ``zone`` is whose clock their weeks go by.

    Any bin may be without a history: it is taken as its stream and area are. All levels must be
    from before ``now_s``. With ``checked`` it is learnt a second time from what was known six
    weeks ago (or half of the time there is), and held against what was read since. Raises
    ValueError without a single bin.
    """
    if not history.bins:
        raise ValueError("there is no bin to forecast")
    found = _fit(history, now_s=now_s, zone=zone)
    if not checked or not len(history.at_s):
        return found
    span_s = now_s - int(history.at_s.min())
    since_s = now_s - round(min(CHECK_DAYS * _DAY_S, span_s / 2))
    earlier = _fit(history.before(since_s), now_s=since_s, zone=zone)
    return replace(found, check=check(earlier, history, since_s))


def _fit(history: Histories, *, now_s: int, zone: ZoneInfo) -> Forecaster:
    clean = without_spikes(history)
    step = steps(clean)
    alike = groups(clean.bins)
    found = rates(clean, step, alike, now_s=now_s, zone=zone)
    walked = course(clean, step, found, now_s=now_s)
    return Forecaster(
        bins=clean.bins,
        groups=alike,
        rates=found,
        spread=spread(walked, alike),
        check=unchecked(alike),
    )
