import pytest

from core.readings import Kind, Trust
from core.rules.battery import days_left
from core.rules.track import Track
from core.rules.trust_limits import DEFAULT_LIMITS
from tests.core.saying import at, hear, says

DAY = 24


def charged(days: int, **per_day: float) -> Track:
    """A sensor whose battery is full at first and loses this much each day."""
    full = {"battery_pct": 100.0, "battery_v": 3.6}
    readings = []
    for n in range(days):
        left = {name: full[name] - n * loss for name, loss in per_day.items()}
        readings.append(says(DAY * n, 50 + n % 2, Trust.TRUSTED, **left))
    return hear(readings).track


def test_a_steady_battery_is_not_falling() -> None:
    assert days_left(charged(60, battery_pct=0.0), DEFAULT_LIMITS) is None
    assert days_left(Track(), DEFAULT_LIMITS) is None


def test_a_steady_fall_tells_the_day_it_will_be_low() -> None:
    # after 60 days at one point a day 41 % are left, 21 above the limit
    assert days_left(charged(60, battery_pct=1.0), DEFAULT_LIMITS) == pytest.approx(21, rel=0.1)


def test_a_voltage_counts_where_there_is_no_charge() -> None:
    track = charged(40, battery_v=0.01)
    assert days_left(track, DEFAULT_LIMITS) == pytest.approx((3.21 - 2.75) / 0.01, rel=0.15)
    both = charged(40, battery_v=0.01, battery_pct=0.0)
    assert days_left(both, DEFAULT_LIMITS) is None


def test_a_cold_night_is_no_fall() -> None:
    usual = charged(30, battery_v=0.0)
    cold = hear([says(DAY * 30, 50, battery_v=3.52)], track=usual).track
    assert days_left(cold, DEFAULT_LIMITS) is None


def test_low_is_dated_and_ends_with_a_new_battery() -> None:
    low = hear([says(n, 50 + n, battery_pct=21.0 - n) for n in range(4)]).track
    assert low.battery_low_since == at(2)  # 20 % itself is not low
    renewed = hear([says(5, 50, battery_pct=100.0)], track=low).track
    assert renewed.battery_low_since is None


def test_a_good_charge_does_not_hide_a_low_voltage_said_before() -> None:
    # one comes from the device, the other from the network server
    track = hear(
        [
            says(0, 50, battery_v=2.5),
            says(1, None, Trust.NOT_MEASURED, kind=Kind.STATUS, battery_pct=90.0),
        ]
    ).track
    assert track.battery_low_since == at(0)


def test_a_frame_that_is_silent_about_it_changes_nothing() -> None:
    before = hear([says(0, 50, battery_v=3.5, battery_pct=80.0)]).track
    after = hear([says(1, 51)], track=before).track
    assert (after.battery_v, after.battery_pct, after.battery_at) == (3.5, 80.0, at(0))


def test_a_faulty_reading_still_tells_its_battery() -> None:
    track = hear([says(0, None, Trust.NO_TARGET, battery_pct=12.0)]).track
    assert track.battery_pct == 12.0
