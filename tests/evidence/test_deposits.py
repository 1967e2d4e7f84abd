import math

import numpy as np
import pytest

from evidence.deposits import Bursts, CountedBags, slot_weights
from evidence.setting import SLOTS_PER_DAY

DAYS = 140


def daily(
    litres: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return litres.reshape(litres.shape[0], -1, SLOTS_PER_DAY).sum(axis=2)


@pytest.mark.parametrize("pct_per_day", [80.0, 20.0, 2.0])
def test_bins_fill_at_their_rate_and_vary_as_measured_in_prague(pct_per_day: float) -> None:
    bins = 200
    process = Bursts(litres_per_day=np.full(bins, pct_per_day), burst_l=np.full(bins, 8.0))
    amounts = daily(process.draw(3, DAYS).litres)
    assert amounts.mean() == pytest.approx(pct_per_day, rel=0.03)
    # compound Poisson: 0.45 at 80 % a day, 2.8 at 2 %; the days of the week add a little
    assert amounts.std() / amounts.mean() == pytest.approx(math.sqrt(16 / pct_per_day), rel=0.1)


def test_a_week_is_a_week_of_mean_days_and_nights_are_quiet() -> None:
    week = np.concatenate([slot_weights(day) for day in range(7)])
    assert week.sum() == pytest.approx(7)
    hours = slot_weights(1).reshape(24, -1).sum(axis=1)
    assert hours[2:5].sum() < 0.01
    assert hours[9:17].sum() > 0.5


def test_the_same_seed_gives_the_same_days_and_another_one_others() -> None:
    process = Bursts(litres_per_day=np.array([50.0]), burst_l=np.array([8.0]))
    assert np.array_equal(process.draw(1, 10).litres, process.draw(1, 10).litres)
    assert not np.array_equal(process.draw(1, 10).litres, process.draw(2, 10).litres)


def test_bags_are_counted_and_their_litres_are_not_known() -> None:
    bins, usual_l = 100, 100 / 3
    drawn = CountedBags(bags_per_day=np.full(bins, 20.0), bag_l=(10.0, 30.0, 60.0)).draw(1, 28)
    assert drawn.told_litres is not None
    bags = drawn.told_litres / usual_l
    assert np.allclose(bags, np.rint(bags))
    assert drawn.litres.sum() == pytest.approx(bins * 28 * 20 * usual_l, rel=0.02)
    assert drawn.told_litres.sum() == pytest.approx(drawn.litres.sum(), rel=0.02)
    assert (drawn.litres >= 10 * bags - 1e-6).all()
    assert (drawn.litres <= 60 * bags + 1e-6).all()
    # a triangular distribution's standard deviation, from slots with a single bag
    single = drawn.litres[np.rint(bags) == 1]
    assert single.std() == pytest.approx(math.sqrt(1900 / 18), rel=0.03)


def test_counted_bags_know_no_days_of_the_week() -> None:
    drawn = CountedBags(bags_per_day=np.full(200, 100.0), bag_l=(10.0, 30.0, 60.0)).draw(1, DAYS)
    by_weekday = daily(drawn.litres).mean(axis=0).reshape(-1, 7).mean(axis=0)
    assert by_weekday == pytest.approx(by_weekday.mean(), rel=0.01)
