from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.forecast.fit import fit
from routing.forecast.forecaster import Forecaster
from routing.forecast.histories import BinOf, Histories, histories
from tests.routing.forecast.processes import DAY_S, MONDAY_S, Town, town


def fitted(of: Town) -> Forecaster:
    return fit(of.history, now_s=of.now_s)


def test_rates_are_near_the_truth_though_bins_are_emptied_and_saturate() -> None:
    made = town(1, bins=40, days=28, per_day=(10, 60))
    found = fitted(made).rates.per_day
    assert np.median(np.abs(found / made.per_day - 1)) < 0.08
    assert np.max(np.abs(found / made.per_day - 1)) < 0.35


def test_saturation_hides_nothing() -> None:
    """Bins that are hardly ever emptied stand at 100 % most of the time."""
    made = town(2, bins=40, days=56, per_day=(30, 80), emptied_at_pct=400)
    found = fitted(made).rates.per_day
    assert abs(np.median(found / made.per_day) - 1) < 0.12


def test_the_course_of_the_day_is_found_and_nights_are_not_days() -> None:
    made = town(3, bins=40, days=28)
    found = fitted(made).rates.per_hour
    by_hour = found.reshape(-1, 7, 24).mean(axis=(0, 1))
    by_day, by_night = by_hour[10:18].mean(), by_hour[[0, 1, 2, 3, 4, 22, 23]].mean()
    assert 2.3 < by_day / by_night < 3.6


def test_hours_are_by_the_clock_on_the_wall() -> None:
    made = town(3, bins=40, days=28)
    east = fit(made.history, now_s=made.now_s, zone=ZoneInfo("Etc/GMT-5"))
    by_hour = east.rates.per_hour.reshape(-1, 7, 24).mean(axis=(0, 1))
    # what is 8 to 20 o'clock UTC is 13 to 1 o'clock there
    assert by_hour[14:24].mean() > 2 * by_hour[3:12].mean()
    at = np.array([made.now_s + 10 * 3600])
    utc = fitted(made)
    one = np.array([0])
    assert east.expected_gain(one, at, at + 3600) == pytest.approx(
        utc.expected_gain(one, at, at + 3600), rel=0.25
    )


def with_stuck(made: Town) -> Histories:
    """The first bin's sensor says 37 % for a week in the middle."""
    fill = made.history.fill_pct.copy()
    first = made.history.owner == 0
    week = (made.history.at_s >= made.begin_s + 10 * DAY_S) & (
        made.history.at_s < made.begin_s + 17 * DAY_S
    )
    fill[first & week] = 37.0
    history = made.history
    return Histories(bins=history.bins, starts=history.starts, at_s=history.at_s, fill_pct=fill)


def test_a_stuck_sensor_a_gap_and_spikes_do_not_bend_the_rate() -> None:
    made = town(4, bins=20, days=28)
    usual = fitted(made).rates.per_day
    stuck = fit(with_stuck(made), now_s=made.now_s).rates.per_day
    assert stuck[0] == pytest.approx(usual[0], rel=0.25)
    history = made.history
    middle = (history.at_s > made.begin_s + 10 * DAY_S) & (history.at_s < made.begin_s + 20 * DAY_S)
    gap = fit(history.kept(~((history.owner == 1) & middle)), now_s=made.now_s).rates.per_day
    assert gap[1] == pytest.approx(usual[1], rel=0.25)
    fill = history.fill_pct.copy()
    fill[np.flatnonzero(history.owner == 2)[7::15]] = 0.0
    spiky = Histories(bins=history.bins, starts=history.starts, at_s=history.at_s, fill_pct=fill)
    assert fit(spiky, now_s=made.now_s).rates.per_day[2] == pytest.approx(usual[2], rel=0.25)


def test_a_bin_without_history_fills_as_its_stream_and_area_do() -> None:
    fast, slow = town(5, per_day=(40, 50)), town(6, per_day=(4, 5))
    bins, levels = [], {}
    for made, stream, area in ((fast, "paper", "centre"), (slow, "paper", "hill")):
        for n in range(len(made.history.bins)):
            name = f"{area}-{n}"
            own = made.history.owner == n
            bins.append(BinOf(bin_id=name, stream=stream, area=area))
            levels[name] = (made.history.at_s[own], made.history.fill_pct[own])
    new = [
        BinOf(bin_id="new-centre", stream="paper", area="centre"),
        BinOf(bin_id="new-hill", stream="paper", area="hill"),
        BinOf(bin_id="new-else", stream="paper", area="else"),
        BinOf(bin_id="new-glass", stream="glass", area="else"),
    ]
    found = fit(histories([*bins, *new], levels), now_s=fast.now_s).rates.per_day[-4:]
    assert found[0] > 25
    assert found[1] < 10
    assert found[1] < found[2] < found[0]
    assert found[3] > 0


def test_without_any_history_there_is_an_answer() -> None:
    found = fit(histories([BinOf(bin_id="b", stream="x")], {}), now_s=MONDAY_S)
    one = np.array([0])
    assert found.rates.per_day[0] == pytest.approx(10.0)
    chances = [
        float(found.overflow_probability(one, 0.0, MONDAY_S, MONDAY_S + days * DAY_S)[0])
        for days in (1, 5, 10, 20)
    ]
    assert chances == sorted(chances)
    assert chances[0] < 0.05
    assert chances[-1] > 0.75


def test_one_level_is_a_history() -> None:
    found = fit(
        histories([BinOf(bin_id="b", stream="x")], {"b": ([MONDAY_S], [40.0])}),
        now_s=MONDAY_S + 1,
    )
    assert np.isfinite(found.rates.per_hour).all()


@pytest.mark.parametrize("seed", [11, 12])
def test_overflow_probabilities_come_true(seed: int) -> None:
    """The forecaster sees 28 days; the truth goes on for three weeks."""
    made = town(seed, bins=150, days=28, more_days=21, per_day=(5, 40), bag_pct=4)
    found = fitted(made)
    chance = np.random.default_rng(seed)
    said, came = [], []
    which = np.arange(len(made.per_day))
    for _ in range(60):
        begin = 28 * 24 + int(chance.integers(0, 14 * 24))
        hours = int(chance.integers(6, 96))
        fill = np.round(chance.uniform(0, 99, len(which)))
        since = made.begin_s + begin * 3600
        said.append(found.overflow_probability(which, fill, since, since + hours * 3600))
        gain = made.thrown_in[:, begin + hours - 1] - made.thrown_in[:, begin - 1]
        came.append(fill + gain >= 100)
    probability, happened = np.concatenate(said), np.concatenate(came)
    nth = np.clip((probability * 5).astype(int), 0, 4)
    for n in range(5):
        of_it = nth == n
        assert of_it.sum() > 100
        assert abs(probability[of_it].mean() - happened[of_it].mean()) < 0.06
    assert np.mean((probability - happened) ** 2) < 0.6 * happened.mean() * (1 - happened.mean())


@pytest.fixture(scope="module")
def known() -> tuple[Town, Forecaster]:
    made = town(21, bins=10, days=21)
    return made, fitted(made)


@settings(max_examples=60, deadline=None)
@given(
    bin_=st.integers(0, 9),
    fill=st.floats(0, 100),
    more=st.floats(0, 100),
    hours=st.floats(0, 200),
    longer=st.floats(0, 200),
    begin=st.integers(0, 14 * 24),
)
def test_later_and_fuller_is_never_less_likely(
    *,
    known: tuple[Town, Forecaster],
    bin_: int,
    fill: float,
    more: float,
    hours: float,
    longer: float,
    begin: int,
) -> None:
    made, found = known
    since = made.now_s + begin * 3600
    one = np.array([bin_])

    def chance(level: float, after_h: float) -> float:
        until = since + round(after_h * 3600)
        return float(found.overflow_probability(one, level, since, until)[0])

    base = chance(fill, hours)
    assert 0 <= base <= 1
    assert chance(min(100, fill + more), hours) >= base - 1e-9
    assert chance(fill, hours + longer) >= base - 0.02
    levels = [
        float(found.shown_quantile(one, fill, since, since + 86_400, q)[0])
        for q in (0.05, 0.25, 0.5, 0.75, 0.95)
    ]
    assert levels == sorted(levels)
    assert levels[0] >= 0
    assert levels[-1] <= 100
