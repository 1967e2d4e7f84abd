import numpy as np

from core.geo import Position, haversine_m
from routing.travel import StraightLines

LINES = StraightLines(detour_factor=1.4, speed_kmh=25)


async def test_the_table_is_the_great_circle_times_the_detour_at_the_speed() -> None:
    a, b = Position(lon=14.4, lat=50.1), Position(lon=14.5, lat=50.0)
    table = await LINES.table([a, b])
    road_m = 1.4 * haversine_m(a, b)
    assert table.distance_m[0, 1] == round(road_m)
    assert table.drive_s[0, 1] == int(np.ceil(road_m * 3.6 / 25))
    assert table.drive_s.dtype == table.distance_m.dtype == np.int32
    assert table.source == "STRAIGHT LINES x 1.4 at 25 km/h (no road engine)"


async def test_every_pair_of_a_large_table_agrees_with_the_single_distance() -> None:
    # more than one block of rows
    chance = np.random.default_rng(1)
    places = [
        Position(lon=float(lon), lat=float(lat)) for lon, lat in chance.normal(50, 0.1, (1_100, 2))
    ]
    table = await LINES.table(places)
    assert table.drive_s.shape == (1_100, 1_100)
    assert not table.drive_s.diagonal().any()
    for i, j in chance.integers(0, 1_100, (200, 2)):
        exact_m = 0 if i == j else 1.4 * haversine_m(places[i], places[j])
        assert abs(table.distance_m[i, j] - exact_m) <= 0.5 + 1e-6


async def test_no_place_one_place_and_the_same_place_twice() -> None:
    assert (await LINES.table([])).drive_s.shape == (0, 0)
    here = Position(lon=14.4, lat=50.1)
    assert (await LINES.table([here])).drive_s.tolist() == [[0]]
    assert (await LINES.table([here, here])).drive_s.tolist() == [[0, 0], [0, 0]]
