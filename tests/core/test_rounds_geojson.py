from dataclasses import replace

from core.rounds_geojson import ATTRIBUTION, rounds_geojson
from core.ways import Leg, Step, encode
from tests.api.parts import a_round

STEP = Step(
    maneuver="turn",
    modifier="left",
    street="Dlouha",
    ref=None,
    distance_m=80,
    drive_s=9.5,
    lon=14.4,
    lat=50.1,
    bearing_deg=90,
    driving_side="right",
)


def leg(*line: tuple[float, float], steps: tuple[Step, ...] = (STEP,)) -> Leg:
    return Leg(polyline=encode(line), distance_m=80, drive_s=10, steps=steps)


def test_a_round_on_roads_is_one_line_of_its_legs_and_a_point_for_each_stop() -> None:
    legs = (leg((14.4, 50.1), (14.41, 50.1)), leg(), leg((14.41, 50.1), (14.42, 50.2)))
    round_ = replace(a_round(bins=1), legs=legs)
    found = rounds_geojson([round_])
    line, *points = found["features"]
    assert line["geometry"] == {
        "type": "LineString",
        "coordinates": [[14.4, 50.1], [14.41, 50.1], [14.42, 50.2]],
    }
    assert line["properties"]["way"] == "roads"
    assert line["properties"]["bins"] == 1
    assert [p["properties"]["kind"] for p in points] == ["bin", "disposal"]
    assert points[0]["geometry"]["coordinates"] == [14.401, 50.1]
    assert found["attribution"] == ATTRIBUTION


def test_without_a_way_it_is_straight_and_says_so() -> None:
    round_ = a_round(bins=2)
    found = rounds_geojson([round_])
    line = found["features"][0]
    assert len(line["geometry"]["coordinates"]) == 3
    assert line["properties"]["way"] == "straight"
    assert found["attribution"] is None
    # a plan on straight lines has legs without a street in them
    straight = replace(round_, legs=(leg((14.4, 50.1), (14.5, 50.2), steps=()),))
    assert rounds_geojson([straight])["features"][0]["properties"]["way"] == "straight"
    assert rounds_geojson([]) == {
        "type": "FeatureCollection",
        "attribution": None,
        "features": [],
    }
