"""The fleet that the waste collection files leave open."""

from pathlib import Path

import pytest

from bench.kim import fleet
from bench.kim.instance import Kim, read
from bench.kim.referee import judge
from bench.vrp.brimful import warm_up
from bench.vrp.contenders import Clock
from tests.bench import problems


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    warm_up()


def tiny(tmp_path: Path, *changes: tuple[str, str]) -> Kim:
    text = problems.KIM
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return read(problems.written(tmp_path, "tiny_stop.txt", text))


def test_as_many_as_the_rules_need(tmp_path: Path) -> None:
    kim = tiny(tmp_path)
    answer = fleet.search(kim, Clock(0.5), seed=1)
    verdict = judge(kim, answer.routes)
    assert verdict.faults == ()
    assert verdict.vehicles == 2


def test_one_where_one_can_do_it(tmp_path: Path) -> None:
    kim = tiny(tmp_path, ("3\t// total", "9\t// total"))
    verdict = judge(kim, fleet.search(kim, Clock(0.5), seed=1).routes)
    assert verdict.faults == ()
    assert verdict.vehicles == 1


def test_more_than_the_least_where_windows_ask_for_them(tmp_path: Path) -> None:
    # four stops at the same minute, miles apart: load and work would go into one vehicle
    kim = tiny(
        tmp_path,
        ("3\t// total", "9\t// total"),
        ("11   0 5280  0000 2400", "11   0 5280  0900 0900"),
        ("12   5280 5280  0000 2400", "12   5280 5280  0900 0900"),
        ("13   0 10560  0000 1130", "13   0 10560  0900 0900"),
        ("14   0 21120  1200 2400", "14   0 21120  0900 0900"),
    )
    verdict = judge(kim, fleet.search(kim, Clock(1.0), seed=1).routes)
    assert verdict.faults == ()
    assert verdict.vehicles == 4


def test_what_nobody_can_serve_ends_in_time_and_is_told_by_the_referee(tmp_path: Path) -> None:
    kim = tiny(tmp_path, ("11   0 5280  0000 2400", "11   0 5280  0000 0700"))
    clock = Clock(0.5)
    verdict = judge(kim, fleet.search(kim, clock, seed=1).routes)
    assert verdict.faults == ("stop 11 is visited 0 times",)
    assert clock.elapsed_s < 5


def test_a_fleet_no_larger_than_published(shared_data: Path) -> None:
    kim = read(shared_data / "data" / "kim2006" / "444_stop.txt")
    verdict = judge(kim, fleet.search(kim, Clock(8.0), seed=1).routes)
    assert verdict.faults == ()
    assert verdict.vehicles <= 11
