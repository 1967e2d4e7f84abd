"""Every rule of the waste collection set, and a route that breaks it."""

from pathlib import Path

import pytest

from bench.kim.instance import Kim, read
from bench.kim.referee import judge
from tests.bench import problems

MILE_S = 90
"""A mile at 40 mph."""


@pytest.fixture
def kim(tmp_path: Path) -> Kim:
    return read(problems.written(tmp_path, "tiny_stop.txt", problems.KIM))


def changed(tmp_path: Path, *changes: tuple[str, str]) -> Kim:
    text = problems.KIM
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return read(problems.written(tmp_path, "b_stop.txt", text))


def faults(kim: Kim, *routes: list[int]) -> str:
    return "; ".join(judge(kim, routes).faults)


GOOD = ([900, 11, 13, 901, 900], [900, 12, 14, 901, 900])


def test_good_routes_and_their_miles(kim: Kim) -> None:
    verdict = judge(kim, GOOD)
    assert verdict.faults == ()
    # up 2, back 2 and 1 across, 1; 2, 1 across and 3 up, 4 down and 1 across, 1
    assert verdict.distance_miles == pytest.approx((2 + 3 + 1) + (2 + 4 + 5 + 1))
    assert verdict.vehicles == 2


def test_capacity_between_two_landfills(kim: Kim) -> None:
    assert "11.5 yards are on board, 10 fit" in faults(kim, [900, 11, 12, 901, 900], GOOD[1])
    assert "on board" not in faults(kim, [900, 11, 901, 12, 901, 900], [900, 13, 14, 901, 900])


def test_yards_of_the_day(tmp_path: Path) -> None:
    poor = changed(tmp_path, ("18.0\t", "11.0\t"))
    told = faults(poor, [900, 11, 901, 12, 901, 900], [900, 13, 14, 901, 900])
    assert told == "route 1: 11.5 yards in the day, 11 are allowed"


def test_stops_of_the_day(tmp_path: Path) -> None:
    few = changed(tmp_path, ("3\t// total", "1\t// total"))
    assert "2 stops in the day, 1 are allowed" in faults(few, *GOOD)


def test_empty_before_the_depot(kim: Kim) -> None:
    told = faults(kim, [900, 11, 901, 13, 900], GOOD[1])
    assert told == "route 1: does not empty at a landfill before the depot"


def test_a_stop_without_load_needs_the_landfill_too(kim: Kim) -> None:
    told = faults(kim, GOOD[0], [900, 12, 901, 14, 900])
    assert told == "route 2: does not empty at a landfill before the depot"


def test_begins_and_ends_at_the_depot(kim: Kim) -> None:
    assert "begin and end at the depot" in faults(kim, [11, 13, 901, 900], GOOD[1])
    assert "begin and end at the depot" in faults(kim, [900, 11, 13, 901], GOOD[1])
    assert "in between" in faults(kim, [900, 11, 901, 900, 13, 901, 900], GOOD[1])


def test_each_stop_once(kim: Kim) -> None:
    assert "stop 13 is visited 0 times" in faults(kim, [900, 11, 901, 900], GOOD[1])
    assert "stop 13 is visited 2 times" in faults(kim, GOOD[0], [900, 13, 12, 901, 14, 901, 900])
    assert "77 is no stop" in faults(kim, [900, 77, 901, 900], *GOOD)


def test_a_window_that_has_closed(tmp_path: Path) -> None:
    # leaves at eight, 11 is a mile away
    early = changed(tmp_path, ("11   0 5280  0000 2400", "11   0 5280  0000 0801"))
    assert "is at 11 at 08:01:30" in faults(early, *GOOD)


def test_2400_is_midnight_and_no_minute_is_beyond_sixty(tmp_path: Path) -> None:
    odd = changed(tmp_path, ("11   0 5280  0000 2400", "11   0 5280  0875 1375"))
    assert odd.window_s[2].tolist() == [8 * 3600 + 75 * 60, 13 * 3600 + 45 * 60]
    assert odd.window_s[3].tolist() == [0, 24 * 3600]


class TestLunch:
    def test_delays_what_comes_after_it(self, tmp_path: Path) -> None:
        # 14 opens at noon and is served until 12:01; the depot is 4 + 1 + 1 miles and 600 s away
        back_s = 12 * 3600 + 60 + 6 * MILE_S + 600
        in_time = changed(tmp_path, ("0800 1500 0  9999.00 0", f"0800 {hhmm(back_s)} 0 9999 0"))
        assert not faults(in_time, *GOOD)
        # with the lunch not before eleven it cannot be sooner by having it at the end
        too_early = changed(
            tmp_path, ("0800 1500 0  9999.00 0", f"0800 {hhmm(back_s - 60)} 0 9999 0")
        )
        assert "is at the depot" in faults(too_early, *GOOD)

    def test_is_owed_by_who_is_out_after_eleven(self, tmp_path: Path) -> None:
        # whoever serves 13 at eleven is back after it, and owes the hour
        after = changed(
            tmp_path,
            ("13   0 10560  0000 1130", "13   0 10560  1100 1130"),
            ("0800 1500 0  9999.00 0", "0800 1230 0 9999 0"),
            ("14   0 21120  1200 2400", "14   0 21120  0000 2400"),
        )
        alone_s = 11 * 3600 + 60 + 3 * MILE_S + 600 + MILE_S
        assert hhmm(alone_s + 3600) <= "1230"
        assert not faults(after, *GOOD)
        sooner = changed(
            tmp_path,
            ("13   0 10560  0000 1130", "13   0 10560  1100 1130"),
            ("0800 1500 0  9999.00 0", "0800 1215 0 9999 0"),
            ("14   0 21120  1200 2400", "14   0 21120  0000 2400"),
        )
        assert "route 1: is at the depot at 12:17" in faults(sooner, *GOOD)

    def test_is_not_owed_by_who_is_back_by_eleven(self, tmp_path: Path) -> None:
        short = changed(
            tmp_path,
            ("0800 1500 0  9999.00 0", "0800 1100 0 9999 0"),
            ("14   0 21120  1200 2400", "14   0 21120  0000 2400"),
        )
        assert not faults(short, *GOOD)

    def test_cannot_begin_after_noon(self, tmp_path: Path) -> None:
        # a service from 10:59 to 12:05 leaves no moment for it
        busy = changed(
            tmp_path,
            ("13   0 10560  0000 1130 60", "13   0 10560  1059 1059 3960"),
            ("0800 1500 0  9999.00 0", "0800 2400 0 9999 0"),
        )
        assert "route 1" in faults(busy, *GOOD)
        done_by_noon = changed(
            tmp_path,
            ("13   0 10560  0000 1130 60", "13   0 10560  1059 1059 3600"),
            ("0800 1500 0  9999.00 0", "0800 2400 0 9999 0"),
        )
        assert not faults(done_by_noon, *GOOD)


def hhmm(clock_s: int) -> str:
    minutes = -(-clock_s // 60)
    return f"{minutes // 60:02d}{minutes % 60:02d}"
