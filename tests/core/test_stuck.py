from core.readings import Trust
from core.rules.trust_limits import DEFAULT_LIMITS
from tests.core.saying import at, every, hear, says

STUCK, TRUSTED = Trust.STUCK, Trust.TRUSTED
LIMITS = DEFAULT_LIMITS


def test_the_same_value_for_too_long_and_too_often_is_stuck() -> None:
    heard = hear(every(4, [43] * 30))
    first = heard.at_once.index(STUCK)
    assert first * 4 == LIMITS.stuck_h
    assert first + 1 >= LIMITS.stuck_readings
    assert set(heard.at_once[first:]) == {STUCK}
    # the level stays and ages: nobody takes it for fresh
    assert heard.track.level_at == at(4 * (first - 1))
    assert (heard.track.same_since, heard.track.same_n) == (at(0), 30)


def test_often_alone_is_not_enough() -> None:
    assert set(hear(every(0.5, [43] * 190)).at_once) == {TRUSTED}


def test_long_alone_is_not_enough() -> None:
    assert set(hear(every(24, [43] * 23)).at_once) == {TRUSTED}


def test_an_empty_and_an_overfull_bin_may_stand_still_for_longer() -> None:
    for end in (0, 100):
        heard = hear(every(3, [end] * 70))
        assert heard.at_once.index(STUCK) * 3 == LIMITS.stuck_at_end_h


def test_another_value_ends_it() -> None:
    heard = hear([*every(4, [43] * 30), says(124, 44)])
    assert heard.at_once[-2:] == [STUCK, TRUSTED]
    assert heard.track.level_pct == 44
    assert (heard.track.same_since, heard.track.same_n) == (at(124), 1)
    assert heard.track.fault_trust is None


def test_it_is_the_raw_value_that_counts() -> None:
    # a distance that moves by a millimetre measures, even where the fill is 0 all the time
    moving = [says(4 * n, 0, raw_fill_pct=None, raw_distance_mm=1_500 + n % 2) for n in range(60)]
    assert set(hear(moving).at_once) == {TRUSTED}
    still = [says(4 * n, 0, raw_fill_pct=None, raw_distance_mm=1_500) for n in range(60)]
    assert hear(still).at_once[-1] is STUCK


def test_faults_and_heartbeats_in_between_do_not_end_it() -> None:
    readings = [
        says(4 * n, None, Trust.NO_TARGET) if n % 5 == 4 else says(4 * n, 43) for n in range(40)
    ]
    assert hear(readings).at_once[-2] is STUCK
