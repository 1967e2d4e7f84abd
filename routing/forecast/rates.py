"""How fast every bin fills in each hour of the week, where the data carries it.

A bin's rate is what is usual in its stream and area, times what is its own; its course over the
week is its stream's, times what is its own. How much of the own counts is decided by how much the
data says (empirical Bayes): from hour of the week over hour of the day down to a constant.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

from routing.forecast.clock import HOURS_PER_WEEK, hour_of_week, local_s
from routing.forecast.days import Days
from routing.forecast.groups import Groups
from routing.forecast.histories import Floats, Histories, Ints, parts
from routing.forecast.shrinking import between_variance, drawn_to_one
from routing.forecast.steps import Steps

HALF_LIFE_DAYS = 180.0
"""Age at which what happened counts half: streets change, and so do seasons."""
USUAL_PCT_PER_DAY = 10.0
"""Where nothing is known of any bin: full after ten days."""
_ROUNDS = 3
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
        part = (local % 3600) / 3600
        inside = self._so_far[which, hour] + part * self.per_hour[which, hour]
        return np.asarray(weeks * self._so_far[which, -1] + inside, dtype=np.float64)

    @cached_property
    def _so_far(self) -> Floats:
        """(n, 169) percent from Monday on until each hour begins."""
        found = np.zeros((len(self.per_hour), HOURS_PER_WEEK + 1))
        np.cumsum(self.per_hour, axis=1, out=found[:, 1:])
        return found


@dataclass(frozen=True, kw_only=True, eq=False)
class _Sums:
    """What was gained and how long was watched (n, 168); what days varied by (n).

    And the same by stream (streams, 168), ``noise`` over the hours watched.
    """

    gain: Floats
    hours: Floats
    noise: Floats
    stream_gain: Floats
    stream_noise: Floats


def rates(history: Histories, step: Steps, groups: Groups, *, now_s: int, zone: ZoneInfo) -> Rates:
    """Return the rates as ``now_s`` knows them."""
    sums = _sums(history, step, groups, now_s=now_s, zone=zone)
    n = len(history.bins)
    course = np.ones((groups.streams, HOURS_PER_WEEK))
    level = np.full(n, USUAL_PCT_PER_DAY / 24)
    for _ in range(_ROUNDS):
        level = _levels(sums, course, groups)
        course = _courses(sums, level, groups)
    per_hour = np.zeros((n, HOURS_PER_WEEK))
    for part in parts(n):
        usual = level[part, None] * course[groups.stream[part]]
        per_hour[part] = _own_course(sums, part, usual)
    return Rates(
        per_hour=per_hour,
        own_h=sums.hours.sum(axis=1),
        noise=sums.noise,
        zone=zone,
    )


def _levels(sums: _Sums, course: Floats, groups: Groups) -> Floats:
    """Return each bin's mean rate an hour (n), drawn to its area's, and that to its stream's."""
    gain = sums.gain.sum(axis=1)
    # how long, an hour counting as its stream's course has it
    watched = np.zeros(len(gain))
    for part in parts(len(gain)):
        watched[part] = np.einsum("nk,nk->n", sums.hours[part], course[groups.stream[part]])
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
    expected = groups.rows_by_stream(sums.hours, level)
    course = np.ones_like(expected)
    for fold in (_by_hour_of_day, _by_weekday, _as_it_is):
        course = course * _ratios(fold, sums.stream_gain, expected * course, sums.stream_noise)
    return course / np.maximum(course.mean(axis=1, keepdims=True), _TINY)


def _own_course(sums: _Sums, part: slice, usual: Floats) -> Floats:
    """Return some bins' rate in each hour of the week: the stream's course and what is own."""
    gain, hours = sums.gain[part], sums.hours[part]
    noise = hours * sums.noise[part, None]
    rate = usual
    for fold in (_by_hour_of_day, _by_weekday, _as_it_is):
        rate = rate * _ratios(fold, gain, hours * rate, noise)
    return np.maximum(0.0, rate)


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
    days = Days.none(n)
    for part in parts(n):
        first, last = int(history.starts[part.start]), int(history.starts[part.stop])
        tells = np.flatnonzero(step.tells[first : max(first, last - 1)]) + first
        owner, begin_s, end_s = history.owner[tells], history.at_s[tells], history.at_s[tells + 1]
        gain_pct = step.gain_pct[tells]
        gain[part], hours[part] = over_hours(
            owner - part.start,
            local_s(begin_s, zone),
            local_s(end_s, zone),
            gain_pct,
            np.exp((end_s - now_s) * (math.log(2) / 86_400 / HALF_LIFE_DAYS)),
            bins=part.stop - part.start,
        )
        days.add(owner, begin_s, gain_pct, step.hours[tells])
    noise = days.noise(groups)
    return _Sums(
        gain=gain,
        hours=hours,
        noise=noise,
        stream_gain=groups.rows_by_stream(gain),
        stream_noise=groups.rows_by_stream(hours, noise),
    )


def over_hours(
    owner: Ints, begin: Ints, end: Ints, gain: Floats, weight: Floats, *, bins: int
) -> tuple[Floats, Floats]:
    """Spread steps evenly over the hours of the week they touch; (bins, 168) gains and hours."""
    size = bins * HOURS_PER_WEEK
    gains, hours = np.zeros(size), np.zeros(size)
    end = np.maximum(end, begin + 1)  # a clock that was put back
    rate = gain * weight / (end - begin)
    row, hour_s = owner * HOURS_PER_WEEK, begin // 3600 * 3600
    # all steps' first hours, then all their second ones, ...: few steps last longer than others
    while len(begin):
        hour_s = hour_s + 3600
        until = np.minimum(end, hour_s)
        inside_s = until - begin
        cell = row + hour_of_week(hour_s - 3600)
        gains += np.bincount(cell, weights=rate * inside_s, minlength=size)
        hours += np.bincount(cell, weights=weight * inside_s, minlength=size)
        begin, more = until, np.flatnonzero(until < end)
        if len(more) < len(end):
            row, hour_s, begin, end = row[more], hour_s[more], begin[more], end[more]
            rate, weight = rate[more], weight[more]
    return gains.reshape(bins, -1), hours.reshape(bins, -1) / 3600
