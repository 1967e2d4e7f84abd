import numpy as np
import pytest

from evidence.estimates import estimate


def test_mean_and_interval_are_students() -> None:
    # by hand: mean 3, s = sqrt(2.5), t(4) = 2.776
    found = estimate([1, 2, 3, 4, 5])
    assert found is not None
    assert found.mean == 3
    assert found.half_width == pytest.approx(2.776 * (2.5 / 5) ** 0.5)
    assert found.n == 5


def test_one_seed_says_nothing_about_chance_and_none_nothing_at_all() -> None:
    one = estimate([7.0])
    assert one is not None
    assert one.half_width is None
    assert estimate([]) is None


def test_the_interval_holds_the_true_mean_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(2_000):
        found = estimate(rng.normal(10, 3, 5).tolist())
        assert found is not None
        assert found.half_width is not None
        hits += abs(found.mean - 10) <= found.half_width
    assert 0.935 <= hits / 2_000 <= 0.965


def test_more_seeds_make_it_narrower() -> None:
    few, many = estimate([1, 2, 3] * 2), estimate([1, 2, 3] * 20)
    assert few is not None
    assert many is not None
    assert few.half_width is not None
    assert many.half_width is not None
    assert many.half_width < few.half_width / 3
