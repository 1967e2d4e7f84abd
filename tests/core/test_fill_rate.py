from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.levels import Sample
from core.rules.fill_rate import fill_rate
from tests.store.make import NOON


def samples(*fills: float, every_h: float = 2) -> Sequence[Sample]:
    return [
        Sample(measured_at=NOON + timedelta(hours=every_h * n), fill_pct=fill)
        for n, fill in enumerate(fills)
    ]


def rate_of(history: Sequence[Sample]) -> float:
    rate = fill_rate(history)
    assert rate is not None
    return rate.pct_per_day


def steady(pct_per_day: float, days: int, every_h: float = 2) -> list[float]:
    """A bin that is emptied whenever it passes 70 %."""
    fills, fill = [], 0.0
    for _ in range(int(days * 24 / every_h)):
        fills.append(fill)
        fill += pct_per_day * every_h / 24
        fill = 0.0 if fill > 70 else fill
    return fills


def test_a_steady_bin_has_its_rate_whatever_emptyings_lie_between() -> None:
    assert rate_of(samples(*steady(24, 10))) == pytest.approx(24)


def test_less_than_a_day_is_not_enough() -> None:
    assert fill_rate([]) is None
    assert fill_rate(samples(10)) is None
    assert fill_rate(samples(*[10] * 12)) is None
    assert fill_rate(samples(*[10] * 13)) is not None


def test_noise_around_a_standing_level_is_no_gain() -> None:
    assert rate_of(samples(*[50, 52, 50, 48] * 30)) == pytest.approx(0, abs=0.3)


def test_a_spike_does_not_count_in_full() -> None:
    fills = steady(6, 20)
    fills[100] = 79
    assert rate_of(samples(*fills)) == pytest.approx(6, rel=0.15)


def test_a_full_bin_hides_its_demand_so_its_time_does_not_count() -> None:
    rising = [n * 4 for n in range(21)]
    assert rate_of(samples(*rising, *[100] * 200)) == pytest.approx(48, rel=0.3)


def test_over_a_long_gap_nothing_is_known() -> None:
    before, after = samples(*[10] * 24), samples(*[60] * 24)
    later = [
        Sample(measured_at=s.measured_at + timedelta(days=9), fill_pct=s.fill_pct) for s in after
    ]
    assert rate_of([*before, *later]) == pytest.approx(0)


def test_bursts_of_a_slow_bin_are_seen() -> None:
    # nothing for two days, then 9 points at once: a median of days would say 0
    fills = [min(79, 9 * (hour // 72)) for hour in range(0, 24 * 24, 2)]
    assert rate_of(samples(*fills)) == pytest.approx(3, rel=0.4)


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), max_size=80),
)
def test_any_history_gives_a_rate_that_is_no_nonsense(steps: list[tuple[float, float]]) -> None:
    at, history = NOON, []
    for hours, fill in steps:
        at += timedelta(hours=hours)
        history.append(Sample(measured_at=at, fill_pct=fill))
    rate = fill_rate(history)
    if rate is not None:
        assert rate.pct_per_day >= 0
        assert rate.observed_days >= 1
        rises = [
            (b.fill_pct - a.fill_pct) / ((b.measured_at - a.measured_at).total_seconds() / 86_400)
            for a, b in pairwise(history)
            if b.measured_at > a.measured_at
        ]
        assert rate.pct_per_day <= max(0.0, *rises) + 1e-6
