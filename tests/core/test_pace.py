import pytest

from core.readings import Reading, Trust
from core.rules.pace import fast_pct_per_h
from core.rules.track import Track
from core.rules.trust_limits import DEFAULT_LIMITS
from tests.core.saying import at, hear, says

FROM = 40 * 24.0
"""Hours after which a bin's pace is known."""


def usual(gain_pct_per_day: float, until: float) -> Track:
    """Forty days of a bin that fills evenly to 80 %, is emptied, and stands at ``until`` now."""
    readings: list[Reading] = []
    level = 0.0
    for n in range(int(FROM / 3)):
        level = 2.0 if level > 80 else level + gain_pct_per_day / 8
        readings.append(says(3 * n, round(level, 2)))
    track = hear(readings).track
    return hear([says(FROM, until), says(FROM + 0.1, until)], track=track).track


def test_until_a_bins_pace_is_known_a_busy_one_is_assumed() -> None:
    assert fast_pct_per_h(Track(), DEFAULT_LIMITS) == DEFAULT_LIMITS.first_fast_pct_per_h


def test_filling_fast_is_some_times_the_usual_gain_and_emptyings_do_not_count() -> None:
    busy = fast_pct_per_h(usual(80, until=50), DEFAULT_LIMITS)
    assert busy == pytest.approx(3 * 80 / 24, rel=0.15)


def test_a_bin_that_hardly_fills_may_still_gain_a_little() -> None:
    assert fast_pct_per_h(usual(2, until=50), DEFAULT_LIMITS) == DEFAULT_LIMITS.least_fast_pct_per_h


def test_the_same_rise_is_a_spike_in_a_slow_bin_only() -> None:
    rise = [says(FROM + 3, 65)]
    assert hear(rise, track=usual(2, until=20)).at_once == [Trust.SPIKE]
    assert hear(rise, track=usual(80, until=20)).at_once == [Trust.TRUSTED]


def test_the_same_return_refutes_an_emptying_in_a_slow_bin_only() -> None:
    dip_and_return = [says(FROM + 3, 1), says(FROM + 6, 28)]
    slow = hear(dip_and_return, track=usual(0.5, until=28))
    assert slow.emptyings == {}
    busy = hear(dip_and_return, track=usual(80, until=28))
    assert list(busy.emptyings) == [at(FROM + 3)]


def test_after_half_a_day_even_a_slow_bins_return_takes_nothing_back() -> None:
    fell = hear([says(FROM + 3, 1), says(FROM + 6, 1)], track=usual(0.5, until=38))
    assert list(fell.emptyings) == [at(FROM + 3)]
    assert hear([says(FROM + 14, 38)], track=fell.track).revoked == [at(FROM + 3)]
    assert hear([says(FROM + 16, 38)], track=fell.track).revoked == []


def test_the_same_return_refutes_a_zero_in_a_slow_bin_only() -> None:
    zero_and_return = [says(FROM + 3, 0), says(FROM + 6, 28)]
    slow = hear(zero_and_return, track=usual(0.5, until=28))
    assert slow.trusts == [Trust.ZERO_FOR_MISSING, Trust.TRUSTED]
    busy = hear(zero_and_return, track=usual(80, until=28))
    assert busy.trusts == [Trust.TRUSTED, Trust.TRUSTED]


def test_a_daily_sensor_is_taken_at_its_word() -> None:
    # Wyndham's bins are empty on each morning after they were emptied, and full on the next
    track = hear(says(24 * n, 80 if n % 2 else 0) for n in range(40)).track
    heard = hear([says(960, 0), says(984, 80), says(1_008, 0)], track=track)
    assert heard.at_once == [Trust.TRUSTED] * 3
    assert hear([says(0, 80), says(24, 0)]).at_once == [Trust.TRUSTED] * 2


def test_one_that_speaks_more_often_can_wait_after_an_outage_too() -> None:
    track = hear(says(2 * n, 60) for n in range(10)).track
    assert hear([says(200, 0)], track=track).at_once == [Trust.ZERO_FOR_MISSING]
