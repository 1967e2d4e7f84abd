"""The bound on how often one sensor may send."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.settings import Settings
from ingest.rate import RateGuard

HOUR_S = 3_600.0
DAY_S = 24 * HOUR_S


def as_shipped() -> RateGuard:
    settings = Settings(_env_file=None)
    assert settings.ingest_rate_per_minute is not None
    return RateGuard(per_minute=settings.ingest_rate_per_minute, burst=settings.ingest_rate_burst)


@pytest.mark.parametrize("interval_s", [15 * 60, 60])
def test_a_backlog_of_a_week_passes_at_once(interval_s: int) -> None:
    guard = as_shipped()
    assert all(guard.admits("s", 0.0) for _ in range(int(7 * DAY_S / interval_s)))
    # and the sensor goes on as it does while the backlog comes in
    assert all(guard.admits("s", float(t)) for t in range(interval_s, int(DAY_S), interval_s))


def test_a_device_gone_mad_is_held_to_the_rate() -> None:
    settings = Settings(_env_file=None)
    assert settings.ingest_rate_per_minute is not None
    guard = as_shipped()
    seconds = int(HOUR_S)
    admitted = sum(guard.admits("s", n / 100) for n in range(100 * seconds))
    bound = settings.ingest_rate_burst + settings.ingest_rate_per_minute * seconds / 60
    assert bound - 1 <= admitted <= bound + 1
    assert admitted < 100 * seconds / 20


def test_one_sensor_costs_the_others_nothing() -> None:
    guard = RateGuard(per_minute=60, burst=2)
    assert [guard.admits("mad", 0.0) for _ in range(4)] == [True, True, False, False]
    assert guard.admits("quiet", 0.0)


def test_who_was_refused_is_admitted_after_one_interval() -> None:
    guard = RateGuard(per_minute=60, burst=1)
    assert guard.admits("s", 0.0)
    assert not guard.admits("s", 0.5)
    assert guard.admits("s", 1.0)


def test_a_clock_that_stands_or_goes_back_is_survived() -> None:
    guard = RateGuard(per_minute=60, burst=3)
    assert guard.admits("s", 10.0)
    assert guard.admits("s", 9.0)
    assert not guard.admits("s", 0.0)


def test_invented_names_do_not_pile_up() -> None:
    guard = RateGuard(per_minute=60, burst=10)
    most = 0
    for n in range(100_000):
        guard.admits(f"x{n}", n / 1_000)
        most = max(most, len(guard))
    # each is forgotten a second after it sent, and a sweep comes at twice what was left
    assert most <= 2 * 1_000 + 1_024


def test_even_a_flood_of_invented_names_is_bounded() -> None:
    guard = RateGuard(per_minute=60, burst=10, most_sensors=5_000)
    for _ in range(9):
        guard.admits("mad", 0.0)
    for n in range(50_000):
        assert guard.admits(f"x{n}", 0.0)
        assert len(guard) <= 5_000
    # who sent most is forgotten last
    assert [guard.admits("mad", 0.0) for _ in range(2)] == [True, False]


class Bucket:
    """A token bucket as textbooks have it, to compare with."""

    def __init__(self, per_s: int, size: int) -> None:
        self._per_s, self._size = per_s, size
        self._tokens, self._at = size, 0

    def takes_one(self, now: int) -> bool:
        self._tokens = min(self._size, self._tokens + (now - self._at) * self._per_s)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


@given(
    pauses_s=st.lists(st.integers(min_value=0, max_value=9), max_size=60),
    per_s=st.sampled_from([1, 2, 4]),
    size=st.integers(min_value=1, max_value=12),
)
def test_it_admits_what_a_token_bucket_does(pauses_s: list[int], per_s: int, size: int) -> None:
    guard, bucket = RateGuard(per_minute=60 * per_s, burst=size), Bucket(per_s, size)
    now = 0
    for n, pause_s in zip(count(), pauses_s, strict=False):
        now += pause_s
        assert guard.admits("s", float(now)) == bucket.takes_one(now), n
