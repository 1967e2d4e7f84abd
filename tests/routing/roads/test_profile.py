"""Where a collection lorry may drive: one tag after the other on the same short cut."""

import asyncio
from pathlib import Path

import pytest

from core.geo import haversine_m
from routing.roads.local import LocalRoads
from routing.roads.profile import NARROW, VehicleClass
from routing.travel import TravelTable
from tests.routing.roads.conftest import CAR, build
from tests.routing.roads.maps import at, written

ROOF = VehicleClass(name="roof", height_m=3.0, width_m=2.3, length_m=9.0, weight_t=12.0)


def short_cut(path: Path, **tags: str) -> Path:
    """A short cut from 1 to 2, tagged as asked, and the long way around it."""
    street = {"highway": "residential"}
    return written(
        path,
        {1: (0, 0), 2: (1, 0), 3: (0, 4), 4: (1, 4), 5: (-1, 0), 6: (2, 0)},
        {
            1: ([1, 2], {**street, "name": "Short Cut", **tags}),
            2: ([1, 3, 4, 2], {**street, "name": "Long Way"}),
            3: ([5, 1], {**street, "name": "West End"}),
            4: ([2, 6], {**street, "name": "East End"}),
        },
    )


async def asked(folder: Path) -> tuple[TravelTable, set[str]]:
    """A table of both ends and a bin in the short cut, and the streets from end to end."""
    places = [at(-1, 0), at(2, 0), at(0.5, 0)]
    async with LocalRoads.opened(folder) as roads:
        way = await roads.way(places[:2])
        found = await roads.table(places)
    return found, {step.street for leg in way.legs for step in leg.steps}


def test_signs_keep_a_lorry_out(tmp_path: Path) -> None:
    signs = {
        "hgv": {"hgv": "no"},
        "goods": {"motor_vehicle": "no"},
        "weight": {"maxweight": "7.5"},
        "height": {"maxheight": "3.5"},
        "width": {"maxwidth": "2.5"},
        "length": {"maxlength": "10"},
        "nobody": {"access": "no"},
        "steps": {"highway": "steps"},
        "feet": {"highway": "pedestrian"},
    }
    for name, tags in signs.items():
        folder = build(short_cut(tmp_path / f"{name}.osm", **tags), tmp_path / name)
        found, streets = asyncio.run(asked(folder))
        assert "Short Cut" not in streets, name
        assert found.snapped_m is not None
        # a bin in there is served from its end
        assert found.snapped_m[2] == pytest.approx(haversine_m(at(0.5, 0), at(0, 0)), abs=2), name


def test_nothing_keeps_a_lorry_out_of_an_open_street(tmp_path: Path) -> None:
    for name, tags in {
        "open": {},
        "motorcar": {"motorcar": "no"},
        "high": {"maxheight": "4"},
        "strong": {"maxweight": "40"},
        "permissive": {"access": "permissive"},
    }.items():
        folder = build(short_cut(tmp_path / f"{name}.osm", **tags), tmp_path / name)
        assert "Short Cut" in asyncio.run(asked(folder))[1], name


@pytest.mark.parametrize(
    "tags",
    [
        {"access": "destination"},
        {"access": "private"},
        {"hgv": "delivery"},
        {"highway": "service", "access": "private"},
    ],
)
def test_whoever_empties_the_bins_may_in_where_others_may_not_through(
    tmp_path: Path, tags: dict[str, str]
) -> None:
    folder = build(short_cut(tmp_path / "town.osm", **tags), tmp_path / "roads")
    found, streets = asyncio.run(asked(folder))
    assert "Short Cut" not in streets
    assert found.snapped_m is not None
    assert found.snapped_m[2] == pytest.approx(0, abs=1)
    block_m = haversine_m(at(0, 0), at(1, 0))
    assert found.distance_m[0, 2] == pytest.approx(1.5 * block_m, rel=0.05)


def test_a_smaller_vehicle_gets_where_a_larger_does_not(tmp_path: Path) -> None:
    extract = short_cut(tmp_path / "town.osm", maxheight="2.95", maxweight="8")
    for vehicle, through in ((CAR, True), (NARROW, True), (ROOF, False)):
        folder = build(extract, tmp_path / "roads", vehicle=vehicle)
        assert ("Short Cut" in asyncio.run(asked(folder))[1]) is through, vehicle.name


def test_no_lorry_is_faster_than_lorries_are(tmp_path: Path) -> None:
    for name, tags, most_kmh in (
        ("posted", {"highway": "primary", "maxspeed": "50"}, 35),
        ("motorway", {"highway": "motorway", "maxspeed": "130", "oneway": "no"}, 80),
        ("yard", {"highway": "service"}, 12),
    ):
        folder = build(short_cut(tmp_path / f"{name}.osm", **tags), tmp_path / name)
        found = asyncio.run(_across(folder))
        kmh = found.distance_m[0, 1] / found.drive_s[0, 1] * 3.6
        # whole seconds, rounded up, over a short stretch
        assert 0.8 * most_kmh < kmh <= 1.01 * most_kmh, name


async def _across(folder: Path) -> TravelTable:
    async with LocalRoads.opened(folder) as roads:
        return await roads.table([at(0.05, 0), at(0.95, 0)])
