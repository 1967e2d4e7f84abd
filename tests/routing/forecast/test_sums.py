"""What is worked out at once for a whole city, held against the same done step by step."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray

from routing.forecast.clock import HOURS_PER_WEEK, hour_of_week, local_s
from routing.forecast.days import Days
from routing.forecast.groups import groups
from routing.forecast.histories import BINS_AT_ONCE, BinOf, Histories, histories, without_spikes
from routing.forecast.pairs import Course, Pairs, course, nearest
from routing.forecast.rates import Rates, over_hours
from routing.forecast.steps import Steps, steps
from tests.routing.forecast.processes import DAY_S, MONDAY_S, town

HOUR = 3600
PRAGUE = ZoneInfo("Europe/Prague")
type Floats = NDArray[np.float64]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_steps_are_spread_over_the_hours_they_touch(seed: int) -> None:
    chance = np.random.default_rng(seed)
    owner = chance.integers(0, 3, 60)
    begin = MONDAY_S + chance.integers(0, 20 * DAY_S, 60)
    lasts = np.where(chance.random(60) < 0.2, 0, chance.integers(1, 9 * DAY_S, 60))
    gain, weight = chance.normal(5, 10, 60), chance.random(60)
    gains, hours = over_hours(owner, begin, begin + lasts, gain, weight, bins=3)
    wanted_gain, wanted_h = np.zeros((3, 168)), np.zeros((3, 168))
    for n in range(60):
        # a step of no length counts as one second
        length = max(1, int(lasts[n]))
        at = int(begin[n])
        while at < begin[n] + length:
            until = min(int(begin[n]) + length, at // HOUR * HOUR + HOUR)
            cell = owner[n], (at // HOUR + 72) % 168
            wanted_gain[cell] += gain[n] * weight[n] * (until - at) / length
            wanted_h[cell] += weight[n] * (until - at) / HOUR
            at = until
    assert gains == pytest.approx(wanted_gain, abs=1e-9)
    assert hours == pytest.approx(wanted_h, abs=1e-9)


def test_the_hour_of_the_week_follows_the_wall_clock_across_its_change() -> None:
    # 2026-03-29 is the Sunday of the change in Prague
    at_s = np.array([1_774_742_400 + n * DAY_S for n in range(-2, 3)])
    assert np.diff(local_s(at_s, PRAGUE)).tolist() == [DAY_S, DAY_S, DAY_S + HOUR, DAY_S]
    assert hour_of_week(np.array([MONDAY_S, MONDAY_S + 7 * DAY_S - 1, 0])).tolist() == [0, 167, 72]


@dataclass(frozen=True, kw_only=True, eq=False)
class Walked:
    history: Histories
    step: Steps
    rates: Rates
    course: Course
    pairs: Pairs


@pytest.fixture(scope="module", params=[24.0, 96.0])
def walked(request: pytest.FixtureRequest) -> Walked:
    made = town(5, bins=12, days=28, per_day=(10, 60))
    history = without_spikes(made.history)
    step = steps(history)
    chance = np.random.default_rng(5)
    rates = Rates(
        per_hour=chance.random((12, HOURS_PER_WEEK)),
        own_h=np.zeros(12),
        noise=np.zeros(12),
        zone=PRAGUE,
    )
    return Walked(
        history=history,
        step=step,
        rates=rates,
        course=course(history, step, rates, now_s=made.now_s),
        pairs=nearest(history, np.arange(len(history.at_s)), request.param, 2.0),
    )


def test_a_course_passes_over_emptyings_as_step_by_step(walked: Walked) -> None:
    history, step = walked.history, walked.step
    assert len(walked.pairs.origin) > 1000
    assert step.emptied.sum() > 50
    expected = np.diff(walked.rates.gained(history.owner, history.at_s))
    gained = walked.course.gained(walked.pairs)
    foreseen = walked.course.expected(walked.pairs)
    emptied = ~walked.course.not_emptied(walked.pairs)
    saturated = walked.course.first_saturated(walked.pairs.origin)
    assert emptied.any()
    for n in range(0, len(gained), 17):
        origin, target = int(walked.pairs.origin[n]), int(walked.pairs.target[n])
        between = np.arange(origin, target)
        kept = between[~step.emptied[between]]
        assert gained[n] == pytest.approx(step.gain_pct[kept].sum(), abs=1e-9)
        assert foreseen[n] == pytest.approx(expected[kept].sum(), abs=1e-8)
        assert emptied[n] == (len(kept) < len(between))
        later = np.flatnonzero(history.fill_pct[origin:] >= 80)
        assert saturated[n] == (origin + later[0] if len(later) else len(history.at_s))


def test_the_nearest_level_is_found_within_the_same_bin(walked: Walked) -> None:
    history = walked.history
    apart_h = 30.0
    pairs = nearest(history, np.arange(len(history.at_s)), apart_h, 1.5)
    found = dict(zip(pairs.origin.tolist(), pairs.target.tolist(), strict=True))
    for origin in range(0, len(history.at_s), 13):
        own = np.flatnonzero(history.owner == history.owner[origin])
        later = own[own > origin]
        off = np.abs(history.at_s[later] - history.at_s[origin] - apart_h * HOUR)
        if len(later) and off.min() <= 1.5 * HOUR:
            target = found[origin]
            assert abs(history.at_s[target] - history.at_s[origin] - apart_h * HOUR) == off.min()
        else:
            assert origin not in found


def test_over_a_long_gap_nothing_is_told_but_of_a_sensor_that_speaks_rarely() -> None:
    hourly = [MONDAY_S + n * HOUR for n in range(30)]
    rare = [MONDAY_S + n * 3 * DAY_S for n in range(6)]
    levels = {
        "gap": ([*hourly, hourly[-1] + 60 * HOUR], [n / 2 for n in range(31)]),
        "rare": ([*rare, rare[-1] + 9 * DAY_S], [5.0 * n for n in range(7)]),
    }
    bins = [BinOf(bin_id=name, stream="x") for name in ("none", "gap", "rare")]
    found = steps(histories(bins, levels))
    # the steps between bins tell nothing either
    assert np.flatnonzero(~found.tells).tolist() == [29, 30, len(found.tells) - 1]


def test_sums_of_many_bins_are_those_of_all_parts() -> None:
    n = 2 * BINS_AT_ONCE + 7
    alike = groups([BinOf(bin_id=f"{i}", stream=f"s{i % 3}") for i in range(n)])
    chance = np.random.default_rng(1)
    rows, weight = chance.random((n, 168)), chance.random(n)
    for given, used in ((weight, weight), (None, np.ones(n))):
        wanted = np.stack([(rows * used[:, None])[i::3].sum(axis=0) for i in range(3)])
        assert alike.rows_by_stream(rows, given) == pytest.approx(wanted)
    assert alike.by_stream(weight) == pytest.approx([weight[i::3].sum() for i in range(3)])


def test_days_that_differ_are_noise_and_a_single_day_is_none() -> None:
    alike = groups([BinOf(bin_id=f"{i}", stream="x") for i in range(3)])
    days = Days.none(3)
    days.add(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
    # bin 1 gains 0 and 24 on two days, bin 2 is seen for one
    owner = np.array([1, 1, 1, 1, 2])
    at_s = MONDAY_S + np.array([0, 12 * HOUR, DAY_S, DAY_S + 12 * HOUR, 0])
    days.add(owner, at_s, np.array([4.0, -4.0, 12.0, 12.0, 6.0]), np.full(5, 12.0))
    assert days.hours.tolist() == [0, 48, 12]
    assert days.off.tolist() == [0, 2 * 12**2, 0]
    assert days.days.tolist() == [0, 2, 1]
    usual = 288 / 60
    noise = days.noise(alike)
    assert noise == pytest.approx([usual, (288 + 72 * usual) / 120, usual])
