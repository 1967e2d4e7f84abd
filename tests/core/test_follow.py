from dataclasses import replace
from datetime import timedelta

import pytest

from core.readings import Kind, Trust
from core.rules.track import Track
from core.rules.trust_limits import DEFAULT_LIMITS
from tests.core.saying import at, every, hear, says

TRUSTED, SPIKE, ZERO = Trust.TRUSTED, Trust.SPIKE, Trust.ZERO_FOR_MISSING


def test_a_bin_that_fills_is_trusted() -> None:
    heard = hear(every(2, [0, 5, 12, 30, 44, 60, 61, 61, 80]))
    assert set(heard.at_once) == {TRUSTED}
    assert (heard.track.level_at, heard.track.level_pct) == (at(16), 80)


class TestSpikes:
    def test_a_jump_is_doubted_and_does_not_move_the_level(self) -> None:
        heard = hear(every(2, [20, 95]))
        assert heard.trusts == [TRUSTED, SPIKE]
        assert (heard.track.level_at, heard.track.level_pct) == (at(0), 20)

    def test_the_next_reading_refutes_it(self) -> None:
        heard = hear(every(2, [20, 95, 22]))
        assert heard.trusts == [TRUSTED, SPIKE, TRUSTED]
        assert heard.track.level_pct == 22
        assert heard.track.suspect_at is None

    def test_the_next_reading_confirms_it_and_both_count(self) -> None:
        heard = hear(every(2, [20, 95, 90]))
        assert heard.at_once == [TRUSTED, SPIKE, TRUSTED]
        assert heard.trusts == [TRUSTED, TRUSTED, TRUSTED]
        assert (heard.track.level_at, heard.track.level_pct) == (at(4), 90)

    @pytest.mark.parametrize(("hours", "trust"), [(2, SPIKE), (6, TRUSTED)])
    def test_time_explains_a_rise(self, hours: float, trust: Trust) -> None:
        # 40 points may come at once, 7 more with each hour
        assert hear([says(0, 20), says(hours, 75)]).trusts[1] is trust

    def test_readings_that_never_agree_never_move_the_level(self) -> None:
        heard = hear(every(0.5, [10, 99, 70, 99, 72]))
        assert heard.trusts[1:] == [SPIKE, SPIKE, SPIKE, SPIKE]
        assert heard.track.level_pct == 10

    def test_between_the_two_the_nearer_one_counts(self) -> None:
        # 20 -> 66 is doubted; 50 is nearer to it, 40 to where the level was
        assert hear(every(0.5, [20, 66, 52])).trusts == [TRUSTED] * 3
        assert hear(every(0.5, [20, 66, 40])).trusts == [TRUSTED, SPIKE, TRUSTED]

    def test_with_narrow_limits_too_the_nearer_one_counts(self) -> None:
        narrow = replace(DEFAULT_LIMITS, spike_rise_pct=10, confirm_within_pct=15)
        assert hear(every(0.5, [20, 36, 25]), narrow).trusts == [TRUSTED, SPIKE, TRUSTED]
        assert hear(every(0.5, [20, 36, 29]), narrow).trusts == [TRUSTED] * 3

    def test_a_fall_is_no_spike(self) -> None:
        assert hear(every(2, [95, 4, 5])).at_once == [TRUSTED] * 3


class TestZeros:
    def test_a_sudden_zero_is_doubted(self) -> None:
        heard = hear(every(2, [60, 0]))
        assert heard.trusts == [TRUSTED, ZERO]
        assert heard.track.level_pct == 60

    def test_an_isolated_one_is_refuted(self) -> None:
        heard = hear(every(2, [60, 0, 61]))
        assert heard.trusts == [TRUSTED, ZERO, TRUSTED]
        assert heard.emptyings == {}

    def test_one_that_a_low_reading_follows_was_true_from_the_first(self) -> None:
        heard = hear(every(2, [60, 0, 3]))
        assert heard.trusts == [TRUSTED, TRUSTED, TRUSTED]
        assert heard.track.level_pct == 3
        assert list(heard.emptyings) == [at(2)]

    def test_from_a_low_level_it_is_nothing_special(self) -> None:
        assert hear(every(2, [9, 0])).at_once == [TRUSTED, TRUSTED]
        assert hear(every(2, [10, 0])).at_once == [TRUSTED, ZERO]

    def test_the_first_thing_a_sensor_says_may_be_zero(self) -> None:
        assert hear([says(0, 0)]).at_once == [TRUSTED]


class TestOrder:
    def test_a_late_reading_changes_nothing(self) -> None:
        before = hear(every(2, [20, 30, 40]))
        late = hear([says(1, 99), says(3, 0)], track=before.track)
        assert late.at_once == [TRUSTED, TRUSTED]
        assert late.track == before.track

    def test_the_same_again_does_not_confirm_itself(self) -> None:
        doubted = hear(every(2, [20, 95]))
        again = hear([says(2, 95), says(2, 95)], track=doubted.track)
        assert again.track == doubted.track
        assert again.track.suspect_at == at(2)

    def test_another_bin_begins_anew(self) -> None:
        heard = hear([*every(2, [20, 95]), says(6, 96, bin_id="bin-2")])
        assert heard.at_once == [TRUSTED, SPIKE, TRUSTED]
        assert heard.track.bin_id == "bin-2"
        assert heard.track.suspect_at is None
        assert heard.track.same_n == 1

    def test_a_late_reading_of_the_bin_before_does_not_bring_it_back(self) -> None:
        swapped = hear([says(0, 20), says(6, 50, bin_id="bin-2")])
        assert hear([says(3, 21)], track=swapped.track).track == swapped.track

    def test_what_is_stored_until_when_outlives_a_change_of_bin(self) -> None:
        track = Track(bin_id="bin-1", newest_at=at(0), stored_until=at(5))
        assert hear([says(6, 20, bin_id="bin-2")], track=track).track.stored_until == at(5)


class TestFaults:
    def test_they_do_not_move_the_level_and_are_counted(self) -> None:
        heard = hear(
            [
                says(0, 50),
                says(2, 80, Trust.TILTED),
                says(4, 90, Trust.TILTED),
                says(6, None, Trust.NO_TARGET),
            ]
        )
        assert heard.at_once == [TRUSTED, Trust.TILTED, Trust.TILTED, Trust.NO_TARGET]
        assert heard.track.level_pct == 50
        assert heard.track.newest_at == at(6)
        assert (heard.track.fault_trust, heard.track.fault_since, heard.track.fault_n) == (
            Trust.NO_TARGET,
            at(6),
            1,
        )

    def test_a_trusted_reading_ends_them(self) -> None:
        heard = hear([says(0, 50, Trust.TILTED), says(2, 51)])
        assert (heard.track.fault_trust, heard.track.fault_n) == (None, 0)

    def test_a_frame_without_a_level_says_nothing_about_them(self) -> None:
        heard = hear(
            [
                says(0, 50),
                says(2, 50, Trust.TILTED),
                says(3, None, Trust.NOT_MEASURED, kind=Kind.HEARTBEAT),
                says(4, 50, Trust.TILTED),
            ]
        )
        assert heard.track.fault_n == 2
        assert heard.track.fault_since == at(2)

    def test_neither_a_fault_nor_a_heartbeat_confirms_a_jump(self) -> None:
        heard = hear(
            [
                *every(2, [20, 95]),
                says(3, 95, Trust.TILTED),
                says(4, None, Trust.NOT_MEASURED, kind=Kind.HEARTBEAT),
                says(5, 21),
            ]
        )
        assert heard.trusts[1] is SPIKE
        assert heard.track.level_pct == 21

    def test_a_clock_that_runs_ahead_does_not_make_the_right_ones_late(self) -> None:
        ahead = says(100, 90, Trust.CLOCK_AHEAD, received_at=at(1))
        heard = hear([says(0, 50), ahead, says(2, 52)])
        assert heard.track.level_pct == 52
        assert heard.track.newest_at == at(2)

    def test_arrays_from_the_future_count_once(self) -> None:
        ahead = [says(n, 90, Trust.CLOCK_AHEAD, received_at=at(1)) for n in (100, 101)]
        assert hear(ahead).track.fault_n == 1


class TestInterval:
    def test_it_is_the_usual_time_between_two_readings(self) -> None:
        track = hear(every(2, [50] * 20)).track
        assert track.interval_s == pytest.approx(2 * 3600)

    def test_it_follows_a_new_habit(self) -> None:
        usual = hear(every(2, [50] * 20)).track
        later = hear([says(38 + 6 * n, 50) for n in range(1, 40)], track=usual).track
        assert later.interval_s == pytest.approx(6 * 3600, rel=0.05)

    def test_an_outage_hardly_changes_it(self) -> None:
        usual = hear(every(2, [50] * 20)).track
        after = hear([says(38 + 26 * 24, 50)], track=usual).track
        assert after.interval_s is not None
        assert timedelta(seconds=after.interval_s) < timedelta(hours=3)
