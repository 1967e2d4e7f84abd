from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import mean, stdev
from zoneinfo import ZoneInfo

import pytest

from simulators.fill import HOUR_WEIGHTS, WEEKDAY_WEIGHTS, FillProcess, next_interval
from simulators.town import make_town
from simulators.world import World, WorldClock
from tests.simulators.parts import chance

MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)
NOON = MIDNIGHT + timedelta(hours=12)


def process(rate_pct_per_day: float, seed: int = 1) -> FillProcess:
    return FillProcess(
        rng=chance(seed),
        rate_pct_per_day=rate_pct_per_day,
        timezone=ZoneInfo("UTC"),
        at=MIDNIGHT,
        fill_pct=0,
    )


def gains(rate_pct_per_day: float, step: timedelta, steps: int) -> list[float]:
    """Gains of each step, the bin emptied after each so that it never saturates much."""
    bin_ = process(rate_pct_per_day)
    found: list[float] = []
    for n in range(steps):
        bin_.fill_pct = 0.0
        bin_.advance(MIDNIGHT + (n + 1) * step)
        found.append(bin_.fill_pct)
    return found


def test_the_profiles_keep_the_daily_rate() -> None:
    assert mean(HOUR_WEIGHTS) == pytest.approx(1)
    assert mean(WEEKDAY_WEIGHTS) == pytest.approx(1)


@pytest.mark.parametrize(("rate", "low", "high"), [(40, 0.45, 0.8), (3, 1.8, 3.5)])
def test_daily_amounts_vary_as_measured(rate: float, low: float, high: float) -> None:
    days = gains(rate, timedelta(days=1), 2_000)
    assert mean(days) == pytest.approx(rate, rel=0.1)
    assert low < stdev(days) / mean(days) < high


def test_almost_nothing_comes_at_night_and_most_by_day() -> None:
    hours = gains(100, timedelta(hours=1), 24 * 7 * 40)
    by_hour = [mean(hours[h::24]) * 24 for h in range(24)]
    assert mean(by_hour[2:5]) < 8  # field: 2 to 5 %/day
    assert 130 <= mean(by_hour[9:17]) <= 210  # field: 130 to 165 at bins of 57 to 120 %/day


def test_it_never_holds_more_than_it_can_and_an_emptying_leaves_a_little() -> None:
    bin_ = process(300)
    left = []
    for n in range(200):
        bin_.advance(bin_.at + timedelta(days=2))
        assert bin_.fill_pct == 100
        assert 97 <= bin_.measured_pct() <= 100, n
        bin_.empty()
        left.append(bin_.fill_pct)
    assert min(left) >= 1
    assert max(left) <= 13


def test_emptying_an_empty_bin_does_not_fill_it() -> None:
    bin_ = process(0)
    bin_.empty()
    assert bin_.fill_pct == 0


def test_a_quiet_bins_sensor_repeats_itself_and_is_off_by_about_a_point() -> None:
    bin_ = process(0)
    bin_.fill_pct = 50
    read = [bin_.measured_pct() for _ in range(20_000)]
    same = mean(a == b for a, b in pairwise(read))
    assert 0.70 <= same <= 0.78  # field: 74 % of night values repeat exactly
    assert 1.0 <= stdev(read) <= 1.4  # field: 1.2 points
    assert all(value == int(value) for value in read)


def test_time_only_goes_forward() -> None:
    bin_ = process(50)
    bin_.advance(NOON)
    before = bin_.fill_pct
    bin_.advance(MIDNIGHT)
    assert (bin_.at, bin_.fill_pct) == (NOON, before)


def test_intervals_are_two_hours_by_day_and_longer_by_night() -> None:
    rng = chance(1)
    day = [next_interval(rng, NOON) for _ in range(200)]
    night = [next_interval(rng, MIDNIGHT) for _ in range(200)]
    assert timedelta(hours=1.8) <= min(day) <= max(day) <= timedelta(hours=2.2)
    assert timedelta(hours=3) <= min(night) <= max(night) <= timedelta(hours=7)


def test_a_history_is_repeatable_in_the_past_and_emptied_by_rounds() -> None:
    town = make_town(seed=3, bins=60, now=NOON)
    first, second = (
        [
            m
            for b in town.bins
            for m in World(town, begins_at=NOON - timedelta(days=14)).past(b.record.bin_id, NOON)
        ]
        for _ in range(2)
    )
    assert first == second
    assert 60 * 14 * 8 < len(first) < 60 * 14 * 13
    assert all(NOON - timedelta(days=14) <= m.measured_at < NOON for m in first)
    assert all((m.fill_pct is None) != (m.distance_mm is None) for m in first)


def test_past_rounds_keep_the_town_from_overflowing() -> None:
    town = make_town(seed=3, bins=200, now=NOON)
    world = World(town, begins_at=NOON - timedelta(days=14))
    emptied = 0
    for bin_ in town.bins:
        levels = [m.fill_pct for m in world.past(bin_.record.bin_id, NOON)]
        known = [level for level in levels if level is not None]
        emptied += sum(before - after > 40 for before, after in pairwise(known))
    assert emptied > 200
    full = sum(world.fill_pct(b.record.bin_id) >= 95 for b in town.bins)
    assert full < 40


def test_an_emptied_bin_reads_low_afterwards() -> None:
    town = make_town(seed=1, bins=5, now=NOON)
    world = World(town, begins_at=NOON - timedelta(days=1))
    world.empty("bin-00001", town_time=NOON)
    assert world.fill_pct("bin-00001") <= 13
    world.empty("bin-of-another-town", town_time=NOON)


def test_a_fast_clock_runs_ahead_of_ours() -> None:
    clock = WorldClock(started_at=NOON, speed=60)
    assert clock.town_time(NOON + timedelta(minutes=1)) == NOON + timedelta(hours=1)
    assert clock.real(timedelta(hours=1)) == timedelta(minutes=1)
