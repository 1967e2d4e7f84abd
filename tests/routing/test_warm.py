"""The last plan's rounds as a beginning."""

import numpy as np
import pytest

from core.geo import Position
from routing.warm import from_last_rounds
from tests.routing.random_days import random_day
from tests.routing.worlds import Planned, built, due, vehicle

EAST, WEST = Position(lon=14.6, lat=50.1), Position(lon=14.2, lat=50.1)


@pytest.mark.parametrize("seed", range(20))
def test_whatever_they_were_the_routes_can_be_driven(seed: int) -> None:
    result = random_day(seed, stops=20, vehicles=3)
    chance = np.random.default_rng(seed)
    bins = [*(f"bin-{n}" for n in range(20)), "gone"]
    last = {f"lorry-{n}": [str(b) for b in chance.permutation(bins)] for n in range(3)}
    routes = from_last_rounds(result.problem, result.model, last)
    assert Planned(result, routes).faults() == ()


def test_they_go_the_old_way_without_what_is_not_wanted_again() -> None:
    wanted = [due(b, position=Position(lon=14.4 + i / 100, lat=50.1)) for i, b in enumerate("abc")]
    result = built(wanted, vehicles=[vehicle(capacity_kg=140)])
    routes = from_last_rounds(result.problem, result.model, {"lorry": ["c", "x", "a", "b"]})
    assert Planned(result, routes).kinds() == ["c", "a", "site", "b", "site"]


def test_what_is_too_much_today_is_left_to_the_search() -> None:
    wanted = [due(b, position=EAST if b == "c" else WEST, service_s=1800) for b in "abc"]
    result = built(wanted, vehicles=[vehicle(shift_s=4 * 3600)])
    (route,) = from_last_rounds(result.problem, result.model, {"lorry": ["a", "b", "c"]})
    assert [visit for visit in route if visit < 3] == [0, 1]
