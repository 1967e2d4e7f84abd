from dataclasses import replace

import numpy as np

from evidence.sensing import PERFECT, Sensing, diaries

DAYS = 70


def test_intervals_are_about_two_hours_by_day_and_longer_by_night() -> None:
    diary = diaries(replace(PERFECT, interval_h=(1.8, 2.2), night_interval_h=(3, 7)), bins=1,
                    days=DAYS, seed=1)[0]  # fmt: skip
    hours = np.diff(diary.at_s) / 3600
    hour_of_day = diary.at_s[:-1] % 86_400 / 3600
    by_day = (hour_of_day >= 4) & (hour_of_day < 22)
    assert 1.7 < hours[by_day].min() <= hours[by_day].max() < 2.3
    assert 2.9 < hours[~by_day].min() <= hours[~by_day].max() < 7.1


def test_the_same_seed_gives_the_same_sensors() -> None:
    one, same, other = (diaries(Sensing(), bins=5, days=DAYS, seed=s) for s in (1, 1, 2))
    for a, b in zip(one, same, strict=True):
        assert np.array_equal(a.at_s, b.at_s)
        assert np.array_equal(a.error_pct, b.error_pct)
        assert np.array_equal(a.instead_pct, b.instead_pct, equal_nan=True)
    assert any(len(a.at_s) != len(b.at_s) for a, b in zip(one, other, strict=True))


def test_sensors_are_as_bad_as_they_are_said_to_be() -> None:
    n = 600
    found = diaries(Sensing(), bins=n, days=DAYS, seed=4)
    readings = sum(len(d.at_s) for d in found)
    instead = np.concatenate([d.instead_pct for d in found])
    errors = np.concatenate([d.error_pct for d in found])
    assert 0.01 < sum(len(d.at_s) == 0 for d in found) / n < 0.04
    assert 0.03 < sum(d.stuck.any() for d in found) / n < 0.06
    assert 0.004 < np.mean(~np.isnan(instead)) < 0.009
    assert 1.1 < errors.std() < 1.3
    # gaps of over a day: a quarter of the bins, some of them begun before or ended after
    gaps = sum(bool((np.diff(d.at_s) > 86_400).any()) for d in found)
    assert 0.18 < gaps / n < 0.32
    # 85 % of some nine readings a day, less the outages
    assert 7 < readings / n / DAYS < 9


def test_two_thirds_of_the_errors_repeat_the_one_before() -> None:
    diary = diaries(replace(PERFECT, noise_sd_pct=1.2, same_noise_share=0.67), bins=1, days=300,
                    seed=1)[0]  # fmt: skip
    assert 0.6 < np.mean(np.diff(diary.error_pct) == 0) < 0.74


def test_perfect_sensors_say_the_truth_every_hour() -> None:
    diary = diaries(PERFECT, bins=1, days=2, seed=1)[0]
    assert np.all(np.diff(diary.at_s) == 3600) or np.all(abs(np.diff(diary.at_s) - 3600) <= 1)
    assert not diary.error_pct.any()
    assert np.isnan(diary.instead_pct).all()
    assert not diary.stuck.any()
