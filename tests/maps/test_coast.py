import pytest
from shapely.geometry import Point
from shapely.ops import unary_union

from maps.coast import Bounds, Coordinate, sea

BOX: Bounds = (0.0, 0.0, 10.0, 10.0)
# land is on the left: counter-clockwise around an island
ISLAND: list[Coordinate] = [(4, 4), (6, 4), (6, 6), (4, 6), (4, 4)]


def wet(coast: list[list[Coordinate]], at: Coordinate, bounds: Bounds = BOX) -> bool:
    return bool(unary_union(sea(coast, bounds)).contains(Point(at)))


def test_an_extract_without_a_coast_has_no_sea() -> None:
    assert sea([], BOX) == []
    assert sea([[(1, 1)]], BOX) == []


def test_around_an_island_is_sea_and_more_of_it_than_the_extract_holds() -> None:
    assert wet([ISLAND], (1, 1))
    assert not wet([ISLAND], (5, 5))
    assert wet([ISLAND], (11, 5))


def test_an_island_s_coast_may_come_in_pieces_and_in_any_order() -> None:
    pieces = [ISLAND[2:], ISLAND[:3]]
    assert wet(pieces, (1, 1))
    assert not wet(pieces, (5, 5))


def test_a_lake_of_the_sea_within_land_is_turned_the_other_way() -> None:
    mainland: list[Coordinate] = [(-1, 9), (11, 9)]
    lagoon = ISLAND[::-1]
    assert wet([mainland, lagoon], (5, 5))
    assert wet([[(-1, 1), (11, 1)], lagoon], (5, 5))
    assert not wet([[(-1, 1), (11, 1)], lagoon], (2, 5))


@pytest.mark.parametrize(
    ("coast", "in_sea", "on_land"),
    [
        # from the west to the east: the land is in the north
        ([(-1, 5), (11, 5)], (5, 2), (5, 8)),
        ([(11, 5), (-1, 5)], (5, 8), (5, 2)),
        # around a corner of the box
        ([(7, -1), (7, 3), (11, 3)], (9, 1), (5, 5)),
        ([(11, 3), (7, -1)], (2, 8), (9.5, 0.5)),
    ],
)
def test_a_coast_that_the_edge_cuts_is_closed_with_the_box(
    coast: list[Coordinate], in_sea: Coordinate, on_land: Coordinate
) -> None:
    assert wet([coast], in_sea)
    assert not wet([coast], on_land)
    assert not wet([coast], (50, 50))


def test_loose_ends_within_the_box_are_led_to_its_nearest_side() -> None:
    coast: list[Coordinate] = [(1, 5), (5, 6), (9, 5)]
    assert wet([coast], (5, 2))
    assert not wet([coast], (5, 8))


def test_islands_before_a_cut_coast_stay_land() -> None:
    coast: list[list[Coordinate]] = [[(-1, 8), (11, 8)], ISLAND]
    assert wet(coast, (2, 2))
    assert not wet(coast, (5, 5))
    assert not wet(coast, (5, 9))
