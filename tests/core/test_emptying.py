import pytest

from core.rules.emptying import SensedEmptying
from core.rules.track import Track
from tests.core.saying import at, every, hear, says


def emptying(
    not_before: float, emptied_at: float, before: float, after: float
) -> list[SensedEmptying]:
    return [
        SensedEmptying(
            not_before=at(not_before),
            emptied_at=at(emptied_at),
            fill_before_pct=before,
            fill_after_pct=after,
        )
    ]


def test_a_fall_that_holds_is_an_emptying_and_dated_to_its_first_reading() -> None:
    assert hear(every(2, [70, 80, 5])).emptyings == {}
    assert list(hear(every(2, [70, 80, 5, 6])).emptyings.values()) == emptying(2, 4, 80, 5)


def test_it_is_told_once() -> None:
    told = hear(every(2, [80, 5, 6]))
    assert hear(every(2, [80, 5, 6, 7, 8])).emptyings == told.emptyings
    later = hear([says(6, 7), says(8, 8)], track=told.track)
    assert later.emptyings == {}


@pytest.mark.parametrize("fills", [[50, 31, 31], [100, 60, 58], [19, 0, 0]])
def test_a_smaller_fall_is_none(fills: list[float]) -> None:
    assert hear(every(2, fills)).emptyings == {}


def test_the_limits_themselves_are_enough() -> None:
    assert list(hear(every(2, [40, 20, 20])).emptyings) == [at(2)]


def test_what_comes_back_at_one_go_before_it_is_told_never_was_one() -> None:
    heard = hear(every(0.5, [72, 5, 71, 72]))
    assert heard.emptyings == {}
    assert heard.revoked == []


def test_what_comes_back_at_one_go_later_is_taken_back() -> None:
    heard = hear(every(0.5, [43, 2, 2, 3, 43, 44]))
    assert heard.emptyings == {}
    assert heard.revoked == [at(0.5)]


def test_a_false_zero_that_lasts_is_taken_back() -> None:
    # container 4432 of Prague's glass says 0, 0, 0 between 43 and 43
    heard = hear(every(0.5, [43, 0, 0, 0, 43]))
    assert (heard.emptyings, heard.revoked) == ({}, [at(0.5)])


def test_what_a_doubted_zero_would_have_told_and_the_next_refutes_is_not_told() -> None:
    # 36 makes the zero before it true, and with that takes the fall back
    heard = hear(every(0.5, [42, 20, 0, 36]))
    assert (heard.emptyings, heard.revoked) == ({}, [])
    told_before = hear(every(0.5, [42, 20, 20, 0, 36]))
    assert (told_before.emptyings, told_before.revoked) == ({}, [at(0.5)])


def test_a_bin_that_refills_in_steps_was_emptied() -> None:
    # paper in the centre of Prague is full again within hours
    heard = hear(every(2, [92, 10, 25, 58, 70, 91]))
    assert list(heard.emptyings) == [at(2)]
    assert heard.revoked == []


def test_after_half_a_day_nothing_is_taken_back() -> None:
    heard = hear([*every(2, [43, 2, 2, 3, 3, 3, 3, 3, 3]), says(18, 43), says(18.2, 43)])
    assert (list(heard.emptyings), heard.revoked) == ([at(2)], [])


def test_a_jump_that_stays_well_below_corrects_what_was_left() -> None:
    # seen while the bin hung in the air; on the ground there was more in it
    heard = hear([says(0, 100), says(2, 5), says(2.1, 50), says(2.2, 50)])
    assert list(heard.emptyings.values()) == emptying(0, 2, 100, 50)


def test_what_falls_further_is_the_same_emptying() -> None:
    heard = hear(every(1, [100, 40, 20, 3, 4]))
    assert list(heard.emptyings.values()) == emptying(0, 1, 100, 3)


def test_a_bin_can_be_emptied_twice_within_hours() -> None:
    heard = hear(every(2, [90, 5, 30, 60, 80, 4, 5]))
    assert list(heard.emptyings) == [at(2), at(10)]
    assert [e.fill_before_pct for e in heard.emptyings.values()] == [90, 80]


def test_after_an_outage_the_moment_is_as_uncertain_as_it_is() -> None:
    heard = hear([says(0, 80), says(200, 10), says(202, 11)])
    assert list(heard.emptyings.values()) == emptying(0, 200, 80, 10)


def test_a_daily_sensor_shows_one_a_day() -> None:
    heard = hear(every(24, [80, 10, 60, 5, 70, 0, 0]))
    assert list(heard.emptyings) == [at(24), at(72), at(120)]


def test_a_doubted_peak_is_not_what_was_emptied() -> None:
    heard = hear(every(0.5, [30, 100, 4, 5]))
    assert [e.fill_before_pct for e in heard.emptyings.values()] == [30]


def test_a_row_changed_by_hand_does_not_stop_the_readings() -> None:
    broken = Track(bin_id="bin-1", newest_at=at(0), drop_at=at(0))
    heard = hear([says(2, 50), says(4, 51)], track=broken)
    assert heard.emptyings == {}
    assert heard.track.drop_at is None
