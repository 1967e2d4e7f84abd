from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from core.geo import Position, haversine_m
from core.ways import Way
from routing.roads.errors import RoadsError
from routing.roads.local import LocalRoads
from routing.roads.streets import Streets
from routing.travel import UNREACHABLE_S, TravelTable, too_far
from tests.routing.roads.maps import at

SOUTH_OF_ONE, NORTH_OF_ONE = at(2, 0), at(2, 1)


async def table(
    folder: Path, places: list[Position], *, kerb: Sequence[bool] | None = None
) -> TravelTable:
    async with LocalRoads.opened(folder) as roads:
        return await roads.table(places, kerb=kerb)


def streets_of(way: Way) -> list[str]:
    return [step.street for leg in way.legs for step in leg.steps]


async def test_a_one_way_street_makes_the_way_back_longer(town: Path) -> None:
    there = await table(town, [SOUTH_OF_ONE, NORTH_OF_ONE])
    block_m = haversine_m(SOUTH_OF_ONE, NORTH_OF_ONE)
    assert there.distance_m[0, 1] == pytest.approx(block_m, rel=0.01)
    # around by East Lane: one block up, two across
    across_m = haversine_m(at(2, 0), at(3, 0))
    assert there.distance_m[1, 0] == pytest.approx(block_m + 2 * across_m, rel=0.01)
    assert there.drive_s[1, 0] > there.drive_s[0, 1]


async def test_a_lorry_drives_around_a_low_underpass_and_a_car_through_it(
    town: Path, town_for_cars: Path
) -> None:
    places = [at(1, 0), at(1, 1)]
    async with LocalRoads.opened(town) as roads:
        lorry = await roads.way(places)
    async with LocalRoads.opened(town_for_cars) as roads:
        car = await roads.way(places)
    assert "Low Lane" in streets_of(car)
    assert "Low Lane" not in streets_of(lorry)
    assert lorry.legs[0].distance_m > 1.5 * car.legs[0].distance_m


async def test_a_bin_is_approached_on_its_own_side_of_the_street(town: Path) -> None:
    # West Lane: driven on the right, the eastern side is the kerb of those who go north
    depot, east, west = at(0, 0), at(0.05, 0.5), at(-0.05, 0.5)
    kerb = [False, True, True]
    places = [depot, east, west]
    sided = await table(town, places, kerb=kerb)
    either = await table(town, places)
    assert either.drive_s[0, 1] == either.drive_s[0, 2]
    assert sided.drive_s[0, 1] == either.drive_s[0, 1]
    # up Low Lane is closed: by One Lane, North Street, and down again
    assert sided.drive_s[0, 2] > 3 * sided.drive_s[0, 1]
    async with LocalRoads.opened(town, kerb_side=False) as roads:
        assert np.array_equal((await roads.table(places, kerb=kerb)).drive_s, either.drive_s)


async def test_how_far_a_place_is_from_the_next_road_is_told(town: Path) -> None:
    near, far = at(1.5, -0.02), at(1.5, -2)
    found = await table(town, [at(0, 0), near, far])
    assert found.snapped_m is not None
    assert found.snapped_m[0] == pytest.approx(0, abs=0.5)
    assert found.snapped_m[1] == pytest.approx(haversine_m(near, at(1.5, 0)), rel=0.02)
    assert found.snapped_m[2] == pytest.approx(haversine_m(far, at(1.5, 0)), rel=0.02)
    assert too_far(found, 100).tolist() == [False, False, True]


async def test_a_bin_on_a_street_closed_to_lorries_is_as_far_as_the_next_open_one(
    town: Path, town_for_cars: Path
) -> None:
    on_low_lane = at(1, 0.5)
    for folder, metres in ((town, haversine_m(on_low_lane, at(1, 0))), (town_for_cars, 0)):
        found = await table(folder, [at(0, 0), on_low_lane])
        assert found.snapped_m is not None
        assert found.snapped_m[1] == pytest.approx(metres, abs=1.0)


async def test_without_a_bridge_there_is_no_way(town: Path) -> None:
    places = [at(0, 0), at(0.5, 11)]
    async with LocalRoads.opened(town) as roads:
        found = await roads.table(places)
        with pytest.raises(RoadsError, match=r"(?i)no route|impossible"):
            await roads.way(places)
        # and it goes on answering
        assert (await roads.table(places)).drive_s[0, 1] == UNREACHABLE_S
    assert found.drive_s[1, 0] == found.distance_m[0, 1] == UNREACHABLE_S
    assert found.drive_s.diagonal().tolist() == [0, 0]


async def test_no_place_and_one_place(town: Path) -> None:
    assert (await table(town, [])).drive_s.shape == (0, 0)
    alone = await table(town, [at(0.5, 0.1)], kerb=[True])
    assert alone.drive_s.tolist() == [[0]]
    assert alone.snapped_m is not None
    assert alone.snapped_m[0] > 10
    async with LocalRoads.opened(town) as roads:
        assert (await roads.way([at(0, 0)])).legs == ()


async def test_the_steps_say_what_to_do_where(town: Path) -> None:
    async with LocalRoads.opened(town) as roads:
        (leg,) = (await roads.way([at(1.5, 0), at(2.5, 1)])).legs
    assert [(s.maneuver, s.modifier, s.street) for s in leg.steps] == [
        ("depart", None, "South Street"),
        ("turn", "left", "One Lane"),
        ("turn", "right", "North Street"),
        ("arrive", None, "North Street"),
    ]
    assert {s.driving_side for s in leg.steps} == {"right"}
    assert leg.distance_m == pytest.approx(sum(s.distance_m for s in leg.steps), abs=2)
    turn = leg.steps[1]
    assert (turn.lon, turn.lat) == pytest.approx((at(2, 0).lon, at(2, 0).lat), abs=1e-6)
    assert leg.line[0] == pytest.approx((at(1.5, 0).lon, at(1.5, 0).lat), abs=1e-6)
    assert leg.line[-1] == pytest.approx((at(2.5, 1).lon, at(2.5, 1).lat), abs=1e-6)


async def test_on_real_roads_a_way_agrees_with_the_table_leg_by_leg(harbour: Path) -> None:
    places = Streets.read(harbour).sample(np.random.default_rng(7), 120)
    kerb = [False, *[True] * 118, False]
    async with LocalRoads.opened(harbour) as roads:
        found = await roads.table(places, kerb=kerb)
        way = await roads.way(places, kerb=kerb)
    assert [leg.drive_s for leg in way.legs] == [int(found.drive_s[i, i + 1]) for i in range(119)]
    for i, leg in enumerate(way.legs):
        assert abs(leg.distance_m - int(found.distance_m[i, i + 1])) <= 1
    assert {step.driving_side for leg in way.legs for step in leg.steps} == {"left"}


async def test_both_directions_differ_and_stay_different(harbour: Path) -> None:
    places = Streets.read(harbour).sample(np.random.default_rng(8), 100)
    found = await table(harbour, places, kerb=[True] * 100)
    there, back = found.drive_s[np.triu_indices(100, 1)], found.drive_s.T[np.triu_indices(100, 1)]
    assert (there != back).mean() > 0.9


async def test_a_table_of_several_chunks_is_that_of_one(
    harbour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = Streets.read(harbour).sample(np.random.default_rng(9), 90)
    whole = await table(harbour, places)
    monkeypatch.setattr("routing.roads.local.ROWS_AT_ONCE", 40)
    chunked = await table(harbour, places)
    assert np.array_equal(whole.drive_s, chunked.drive_s)
    assert np.array_equal(whole.distance_m, chunked.distance_m)


async def test_an_engine_that_dies_is_started_again(town: Path) -> None:
    places = [at(0, 0), at(1, 1)]
    async with LocalRoads.opened(town) as roads:
        before = await roads.table(places)
        assert roads._process is not None
        roads._process.kill()
        await roads._process.wait()
        with pytest.raises(RoadsError, match="ended by itself"):
            await roads.table(places)
        assert np.array_equal((await roads.table(places)).drive_s, before.drive_s)
