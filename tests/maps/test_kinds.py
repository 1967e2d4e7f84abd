import pytest

from maps import kinds
from maps.reading import visible_from


@pytest.mark.parametrize(
    ("tags", "kind", "more"),
    [
        ({"highway": "residential", "name": "Oak Lane"}, "minor", {"name": "Oak Lane"}),
        ({"highway": "motorway", "ref": "M1"}, "motorway", {"name": "M1", "oneway": 1}),
        ({"highway": "primary_link", "oneway": "-1"}, "primary", {"oneway": -1}),
        ({"highway": "motorway", "oneway": "no"}, "motorway", {}),
        ({"highway": "tertiary", "junction": "roundabout"}, "tertiary", {"oneway": 1}),
        ({"highway": "footway", "oneway": "yes"}, "path", {}),
        ({"highway": "service", "access": "private"}, "service", {"closed": 1}),
        ({"highway": "secondary", "bridge": "viaduct", "tunnel": "no"}, "secondary", {"bridge": 1}),
    ],
)
def test_a_road_has_its_class_name_and_direction(
    tags: dict[str, str], kind: str, more: dict[str, object]
) -> None:
    (found,) = kinds.of_line(tags)
    assert found.layer == "roads"
    assert found.properties == {"kind": kind, **more}


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "proposed"},
        {"highway": "pedestrian", "area": "yes"},
        {"railway": "rail", "tunnel": "yes"},
        {"waterway": "stream", "tunnel": "culvert"},
        {"boundary": "administrative", "admin_level": "10"},
        {"boundary": "administrative", "admin_level": "2", "maritime": "yes"},
        {"natural": "coastline"},
        {"natural": "coastline", "boundary": "administrative", "admin_level": "4"},
    ],
)
def test_what_is_not_drawn_as_a_line(tags: dict[str, str]) -> None:
    assert kinds.of_line(tags) == []


def test_a_way_may_be_several_things_at_once() -> None:
    found = kinds.of_line({"railway": "tram", "highway": "residential"}, border_level=6)
    assert [one.layer for one in found] == ["roads", "rail", "boundaries"]


@pytest.mark.parametrize(
    ("tags", "layer", "kind"),
    [
        ({"natural": "water", "water": "river"}, "water", "river"),
        ({"landuse": "reservoir"}, "water", "lake"),
        ({"landuse": "forest"}, "areas", "wood"),
        ({"leisure": "park"}, "areas", "park"),
        ({"highway": "pedestrian", "area": "yes"}, "areas", "square"),
        ({"building": "yes", "leisure": "park"}, "buildings", None),
    ],
)
def test_an_area_has_one_kind(tags: dict[str, str], layer: str, kind: str | None) -> None:
    found = kinds.of_area(tags)
    assert found is not None
    assert (found.layer, found.properties.get("kind")) == (layer, kind)


def test_a_bay_is_sea_already_and_a_ruin_no_house() -> None:
    assert kinds.of_area({"natural": "bay"}) is None
    assert kinds.of_area({"building": "no"}) is None


def test_a_place_needs_a_name_and_may_have_people() -> None:
    place = kinds.of_point({"place": "town", "name": "Brimstead", "population": "4000"})
    assert place is not None
    assert place.properties == {"kind": "town", "name": "Brimstead", "people": 4000}
    assert kinds.of_point({"place": "town"}) is None
    door = kinds.of_point({"addr:housenumber": "17a"})
    assert door is not None
    assert door.properties == {"number": "17a"}


def test_the_larger_an_area_the_further_away_it_is_seen() -> None:
    garden, park, sound = (
        visible_from((14.0, 36.0, 14.0 + wide, 36.0 + wide)) for wide in (0.0001, 0.005, 2.0)
    )
    assert garden == 14
    assert 10 <= park <= 12
    assert sound < 4
