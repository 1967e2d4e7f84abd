"""How fast every bin fills in each hour of the week, where the data carries it.

A bin's rate is what is usual in its stream and area, times what is its own; its course over the
week is its stream's, times what is its own. How much of the own counts is decided by how much the
data says (empirical Bayes): from hour of the week over hour of the day down to a constant.
"""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from routing.forecast.clock import HOURS_PER_WEEK, hour_of_week, local_s
from routing.forecast.groups import Groups
from routing.forecast.histories import Floats, Histories, Ints
from routing.forecast.shrinking import between_variance, drawn_to_one
from routing.forecast.steps import Steps

HALF_LIFE_DAYS = 180.0
"""Age at which what happened counts half: streets change, and so do seasons."""
USUAL_PCT_PER_DAY = 10.0
"""Where nothing is known of any bin: full after ten days."""
_ROUNDS = 3
_BINS_AT_ONCE = 5_000
_TINY = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Rates:
    """How fast bins fill.

    Attributes:
        per_hour: (n, 168) percent in each hour of the week, none negative; column 0 is Monday
            from 0:00 by the zone's clock.
        own_h: (n) hours of observation each rests on, older ones counting less.
        noise: (n) variance of what it gains in an hour, as days show it, in percent squared.
        zone: whose clock the hours are by.
    """

    per_hour: Floats
    own_h: Floats
    noise: Floats
    zone: ZoneInfo

    @property
    def per_day(self) -> Floats:
        """(n) percent a day, over a whole week."""
        return self.per_hour.mean(axis=1) * 24

    def gained(self, which: Ints, at_s: Ints) -> Floats:
        """Return what the bins ``which`` gain from a fixed moment long ago until ``at_s``.

        Differences of it are what is expected in between. Both arrays of one shape.
        """
        local = local_s(at_s, self.zone)
        hour = hour_of_week(local)
        # weeks begin on Monday: the first whole one began 4 days after 1970 did
        weeks = (local // 3600 + 72) // HOURS_PER_WEEK
        so_far = np.concatenate(
            [np.zeros((len(self.per_hour), 1)), np.cumsum(self.per_hour, axis=1)], axis=1
        )
        part = (local % 3600) / 3600
        inside = so_far[which, hour] + part * self.per_hour[which, hour]
        return np.asarray(weeks * so_far[which, -1] + inside, dtype=np.float64)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Sums:
    """What was gained and how long was watched (n, 168); what days varied by (n)."""

    gain: Floats
    hours: Floats
    noise: Floats


def rates(history: Histories, step: Steps, groups: Groups, *, now_s: int, zone: ZoneInfo) -> Rates:
    """Return the rates as ``now_s`` knows them."""
    sums = _sums(history, step, groups, now_s=now_s, zone=zone)
    n = len(history.bins)
    course = np.ones((groups.streams, HOURS_PER_WEEK))
    level = np.full(n, USUAL_PCT_PER_DAY / 24)
    for _ in range(_ROUNDS):
        level = _levels(sums, course[groups.stream], groups)
        course = _courses(sums, level, groups)
    per_hour = _own_course(sums, level[:, None] * course[groups.stream])
    return Rates(
        per_hour=np.maximum(0.0, per_hour),
        own_h=sums.hours.sum(axis=1),
        noise=sums.noise,
        zone=zone,
    )


def _levels(sums: _Sums, course: Floats, groups: Groups) -> Floats:
    """Return each bin's mean rate an hour (n), drawn to its area's, and that to its stream's."""
    gain, watched = sums.gain.sum(axis=1), (sums.hours * course).sum(axis=1)
    usual = groups.mean_by_stream(gain, watched, default=USUAL_PCT_PER_DAY / 24)[groups.stream]
    usual = np.maximum(usual, _TINY)
    area_gain, area_watched = groups.by_area(gain), groups.by_area(watched)
    # bins of one area differ among themselves, so an area is known by its bins, not by its hours
    expected = np.maximum(area_watched * groups.of_area(usual), _TINY)
    area_noise = np.where(
        area_watched > 0, 0.5 / np.maximum(groups.by_area((watched > 0).astype(float)), 1), np.inf
    )
    area_ratio = area_gain / expected
    spread = between_variance(area_ratio, area_noise)
    usual = usual * drawn_to_one(area_ratio, area_noise, spread)[groups.area]
    usual = np.maximum(usual, _TINY)
    seen = watched > 0
    own = np.where(seen, gain / np.maximum(watched * usual, _TINY), 1.0)
    noise = np.where(seen, sums.noise / (np.maximum(watched, _TINY) * usual**2), np.inf)
    between = groups.variance_by_stream(own, noise)
    return np.maximum(0.0, usual * drawn_to_one(own, noise, np.maximum(between, 0.1)))


def _courses(sums: _Sums, level: Floats, groups: Groups) -> Floats:
    """Return each stream's course over the week (streams, 168), 1 on average."""
    gain = groups.by_stream(sums.gain)
    expected = groups.by_stream(sums.hours * level[:, None])
    noise = groups.by_stream(sums.hours * sums.noise[:, None])
    course = np.ones_like(gain)
    for fold in (_by_hour_of_day, _by_weekday, _as_it_is):
        course = course * _ratios(fold, gain, expected * course, noise)
    return course / np.maximum(course.mean(axis=1, keepdims=True), _TINY)


def _own_course(sums: _Sums, usual: Floats) -> Floats:
    """Return the rate in each hour of the week (n, 168): the stream's course and what is own."""
    noise = sums.hours * sums.noise[:, None]
    rate = usual
    for fold in (_by_hour_of_day, _by_weekday, _as_it_is):
        rate = rate * _ratios(fold, sums.gain, sums.hours * rate, noise)
    return rate


def _ratios(
    fold: Callable[[Floats], Floats], gain: Floats, expected: Floats, noise: Floats
) -> Floats:
    """Return by how much each row's hours gain more or less than expected (rows, 168)."""
    gain_f, expected_f, noise_f = fold(gain), fold(expected), fold(noise)
    seen = expected_f > _TINY
    safe = np.where(seen, expected_f, 1.0)
    ratio = np.where(seen, gain_f / safe, 1.0)
    variance = np.where(seen, noise_f / safe**2, np.inf)
    drawn = drawn_to_one(ratio, variance, between_variance(ratio, variance))
    return np.maximum(0.0, _unfold(drawn))


def _by_hour_of_day(x: Floats) -> Floats:
    return x.reshape(len(x), 7, 24).sum(axis=1)


def _by_weekday(x: Floats) -> Floats:
    return x.reshape(len(x), 7, 24).sum(axis=2)


def _as_it_is(x: Floats) -> Floats:
    return x


def _unfold(x: Floats) -> Floats:
    if x.shape[1] == 24:
        return np.tile(x, (1, 7))
    return np.repeat(x, 24, axis=1) if x.shape[1] == 7 else x


def _sums(history: Histories, step: Steps, groups: Groups, *, now_s: int, zone: ZoneInfo) -> _Sums:
    n = len(history.bins)
    gain, hours = np.zeros((n, HOURS_PER_WEEK)), np.zeros((n, HOURS_PER_WEEK))
    for begin in range(0, n, _BINS_AT_ONCE):
        end = min(n, begin + _BINS_AT_ONCE)
        first, last = int(history.starts[begin]), max(0, int(history.starts[end]) - 1)
        part = slice(first, last)
        tells = np.flatnonzero(step.tells[part]) + first
        owner = history.owner[tells] - begin
        weight = 0.5 ** ((now_s - history.at_s[tells + 1]) / (86_400 * HALF_LIFE_DAYS))
        some_gain, some_hours = over_hours(
            owner,
            local_s(history.at_s[tells], zone),
            local_s(history.at_s[tells + 1], zone),
            step.gain_pct[tells],
            weight,
            bins=end - begin,
        )
        gain[begin:end], hours[begin:end] = some_gain, some_hours
    return _Sums(gain=gain, hours=hours, noise=_noise(history, step, groups))


def over_hours(
    owner: Ints, begin: Ints, end: Ints, gain: Floats, weight: Floats, *, bins: int
) -> tuple[Floats, Floats]:
    """Spread steps evenly over the hours of the week they touch; (bins, 168) gains and hours."""
    end = np.maximum(end, begin + 1)  # a clock that was put back
    first = begin // 3600
    pieces = (end - 1) // 3600 - first + 1
    which = np.repeat(np.arange(len(owner)), pieces)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    hour = first[which] + nth
    inside_s = np.minimum(end[which], (hour + 1) * 3600) - np.maximum(begin[which], hour * 3600)
    share = inside_s / (end - begin)[which]
    cell = owner[which] * HOURS_PER_WEEK + hour_of_week(hour * 3600)
    size = bins * HOURS_PER_WEEK
    gains = np.bincount(cell, weights=(gain * weight)[which] * share, minlength=size)
    hours = np.bincount(cell, weights=weight[which] * inside_s / 3600, minlength=size)
    return gains.reshape(bins, -1), hours.reshape(bins, -1)


def _noise(history: Histories, step: Steps, groups: Groups) -> Floats:
    """Return each bin's variance of an hour's gain (n), from how its days differ.

    Days and not steps: what a sensor says wrongly upwards it takes back with the next reading.
    """
    n = len(history.bins)
    tells = np.flatnonzero(step.tells)
    owner = history.owner[tells] if len(tells) else np.zeros(0, dtype=np.int64)
    day = history.at_s[tells] // 86_400
    # in order of bin and time already
    cell = np.cumsum(np.diff(owner, prepend=-1) | np.diff(day, prepend=-1) != 0) - 1
    gain = np.bincount(cell, weights=step.gain_pct[tells])
    hours = np.bincount(cell, weights=step.hours[tells])
    whose = np.zeros(len(gain), dtype=np.int64)
    whose[cell] = owner
    total_h = np.bincount(whose, weights=hours, minlength=n)
    rate = np.bincount(whose, weights=gain, minlength=n) / np.maximum(total_h, _TINY)
    off = np.bincount(whose, weights=(gain - rate[whose] * hours) ** 2, minlength=n)
    days = np.bincount(whose, minlength=n)
    usual = groups.mean_by_stream(off, total_h, default=1.0)[groups.stream]
    # as if three days like the others' had been seen
    usual_h = 72.0
    own_h = np.where(days > 1, total_h, 0.0)
    noise = (np.where(days > 1, off, 0.0) + usual * usual_h) / (own_h + usual_h)
    return np.maximum(noise, 0.01)
