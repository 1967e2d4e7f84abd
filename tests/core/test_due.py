from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.bins import Bin
from core.geo import Position
from core.levels import Level, LevelSource, LevelTrust
from core.plans import DueReason, LeftOut, LeftOutReason
from core.rules.due import Wanted, decide, expected_fill
from core.rules.fill_rate import FillRate
from tests.store.make import NOON

DAY = timedelta(days=1)


def level(fill_pct: float | None, *, trust: LevelTrust = LevelTrust.FRESH, **of_bin: Any) -> Level:  # noqa: ANN401 - any of a bin's fields
    return Level(
        bin=Bin(
            **{
                "bin_id": "b",
                "name": "B",
                "stream": "paper",
                "capacity_l": 1_100,
                "threshold_pct": 80,
                "depot_id": "d",
                "position": Position(lon=14, lat=50),
                **of_bin,
            }
        ),
        trust=trust,
        fill_pct=fill_pct,
        measured_at=None if fill_pct is None else NOON,
        source=None if fill_pct is None else LevelSource.SENSOR,
        sensor_id="s",
        battery_v=None,
        heard_at=NOON,
    )


def decided(at: Level, pct_per_day: float | None = None) -> Wanted | LeftOut:
    rate = None if pct_per_day is None else FillRate(pct_per_day=pct_per_day, observed_days=14)
    return decide(at, rate, round_at=NOON + DAY / 2, next_round_at=NOON + DAY * 3 / 2)


def test_at_or_over_the_threshold_is_due() -> None:
    for fill in (80, 95):
        due = decided(level(fill))
        assert isinstance(due, Wanted)
        assert (due.reason, due.expected_fill_pct) == (DueReason.OVER_THRESHOLD, fill)


def test_over_the_threshold_by_the_time_of_the_round_is_due() -> None:
    due = decided(level(70), 20)
    assert isinstance(due, Wanted)
    assert (due.reason, due.expected_fill_pct) == (DueReason.OVER_THRESHOLD, 80)


def test_expected_over_the_threshold_before_the_next_round_is_due() -> None:
    due = decided(level(60), 20)
    assert isinstance(due, Wanted)
    assert (due.reason, due.expected_fill_pct) == (DueReason.EXPECTED_OVER_THRESHOLD, 70)


def reason(found: Wanted | LeftOut) -> LeftOutReason:
    assert isinstance(found, LeftOut)
    assert found.detail
    return found.reason


def test_everything_else_is_left_out_with_its_reason() -> None:
    assert reason(decided(level(49), 20)) is LeftOutReason.BELOW_THRESHOLD
    assert reason(decided(level(79))) is LeftOutReason.BELOW_THRESHOLD
    assert reason(decided(level(None))) is LeftOutReason.NO_LEVEL
    assert reason(decided(level(90, in_service=False))) is LeftOutReason.OUT_OF_SERVICE
    assert reason(decided(level(90, position=None))) is LeftOutReason.NO_POSITION
    assert reason(decided(level(20, position=None))) is LeftOutReason.BELOW_THRESHOLD
    for trust in (LevelTrust.STALE, LevelTrust.UNTRUSTED):
        assert reason(decided(level(20, trust=trust))) is LeftOutReason.STALE_LEVEL


def test_a_full_bin_with_an_old_level_is_due_all_the_same() -> None:
    assert isinstance(decided(level(90, trust=LevelTrust.STALE)), Wanted)


def test_a_moment_before_the_measurement_takes_nothing_away() -> None:
    rate = FillRate(pct_per_day=20, observed_days=9)
    assert expected_fill(level(50), rate, NOON - DAY) == 50


@given(
    fill=st.floats(0, 100),
    rate=st.none() | st.floats(0, 500),
    threshold=st.floats(1, 100),
    more=st.floats(0, 50),
)
def test_a_fuller_bin_is_never_less_due(
    fill: float, rate: float | None, threshold: float, more: float
) -> None:
    lower = decided(level(fill, threshold_pct=threshold), rate)
    fuller = decided(level(min(100, fill + more), threshold_pct=threshold), rate)
    assert isinstance(fuller, Wanted) or isinstance(lower, LeftOut)
    if isinstance(fuller, Wanted):
        assert 0 <= fuller.expected_fill_pct <= 100
