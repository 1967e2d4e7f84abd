"""Files of the waste collection set: what they say, and errors that name line and field."""

from pathlib import Path

import pytest

from bench.kim.building import least_vehicles
from bench.kim.instance import KimError, read
from bench.kim.published import best, published
from tests.bench import problems


def test_what_a_file_says(tmp_path: Path) -> None:
    kim = read(problems.written(tmp_path, "tiny_stop.txt", problems.KIM))
    assert kim.name == "tiny"
    assert (kim.capacity_yd, kim.day_load_yd, kim.day_stops) == (10, 18, 3)
    assert (kim.lunch_s, kim.speed_mph) == (3600, 40)
    assert kim.number == (900, 901, 11, 12, 13, 14)
    assert (kim.depot, kim.landfills, kim.stops) == (0, (1,), (2, 3, 4, 5))
    assert kim.load_yd.tolist() == [0, 0, 6, 5.5, 4, 0]
    assert kim.window_s[4].tolist() == [0, 11.5 * 3600]
    assert kim.distance_ft()[1, 5] == 5280 + 21120
    assert kim.feet_per_s == pytest.approx(58.6667, abs=1e-4)


def test_the_least_vehicles_come_from_the_tightest_rule(tmp_path: Path) -> None:
    # 15.5 yards of 18 a day; four stops of three a day
    assert least_vehicles(read(problems.written(tmp_path, "a_stop.txt", problems.KIM))) == 2
    loose = problems.KIM.replace("3\t// total", "500\t// total")
    assert least_vehicles(read(problems.written(tmp_path, "a_stop.txt", loose))) == 1


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("10.0 \t// veh", "ten \t// veh", "line 1, vehicle capacity: 'ten' is not a number"),
        ("40\t// speed", "0\t// speed", "line 5, speed: 0 is not above 0"),
        ("11   0 5280  0000", "11   0  0000", "line 9, Stop_ID: 8 columns belong on the line"),
        ("11   0 5280", "12   0 5280", "line 10, Stop_ID: 12 stands there twice"),
        ("11   0 5280", "11   0 far", "line 9, Y: 'far' is not a number"),
        ("11   0 5280  0000", "11   0 5280  7:00", "line 9, Early_St_Time: '7:00' is not a number"),
        ("11   0 5280  0000", "11   0 5280  2500", "line 9, Early_St_Time: '2500' is not a time"),
        ("0000 1130", "1131 1130", "line 11, Late_St_Time: 1130 is before 1131"),
        ("60  6.00 1", "60  6.00 3", "line 9, Stop_Type: 3 is not 0, 1 or 2"),
        ("60  6.00 1", "60  -6.00 1", "line 9, Load: -6.00 is below 0"),
        ("9999.00 2", "9999.00 1", "Stop_Type: there is no landfill"),
        ("60  6.00 1", "60  6.00 0", "Stop_Type: one depot (0) belongs there, not 2"),
    ],
)
def test_errors_name_line_and_field(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in problems.KIM
    path = problems.written(tmp_path, "bad_stop.txt", problems.KIM.replace(old, new, 1))
    with pytest.raises(KimError) as caught:
        read(path)
    assert str(caught.value).startswith("bad_stop.txt, ")
    assert told in str(caught.value)


def test_a_missing_and_a_short_file(tmp_path: Path) -> None:
    with pytest.raises(KimError, match="No such file"):
        read(tmp_path / "nowhere_stop.txt")
    with pytest.raises(KimError, match="five lines of rules"):
        read(problems.written(tmp_path, "short_stop.txt", "1\n2\n3\n"))


def test_shared_instances(shared_data: Path) -> None:
    files = sorted((shared_data / "data" / "kim2006").glob("*_stop.txt"))
    assert len(files) >= 6
    for file in files:
        kim = read(file)
        # the set counts depot and landfills among its stops, except in the depot's line
        assert len(kim.number) == len(set(kim.number))
        assert len(kim.stops) + len(kim.landfills) + 1 == len(kim.number)
        known = best(published(kim.name))
        assert known is not None
        assert least_vehicles(kim) <= known.vehicles


def test_what_is_not_published_here_is_not_invented() -> None:
    assert published("335") == ()
    assert best(()) is None
