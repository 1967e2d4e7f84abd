"""What the planner is given for its settings: roads, or straight lines that say why."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from core.settings import Settings
from routing.roads.data import MANIFEST
from routing.roads.errors import RoadsError
from routing.roads.opening import opened, roads_of
from tests.routing.roads.maps import at

DAY = date(2026, 3, 2)
PLACES = [at(0, 0), at(1, 1)]


async def source(roads: str | None) -> str:
    async with opened(Settings(roads=roads), day=DAY) as travel:
        table = await travel.table(PLACES, kerb=[False, True])
        way = await travel.way(PLACES, kerb=[False, True])
        assert way.source == table.source
        assert len(way.legs) == 1
        return table.source


async def test_the_set_data_is_driven_on(town: Path) -> None:
    assert (await source(str(town))).startswith("roads of ladder.osm for lorry")
    assert (await source(str(town.parent))).startswith("roads of ladder.osm for lorry")


async def test_without_roads_it_is_straight_lines_and_says_so() -> None:
    assert await source(None) == (
        "STRAIGHT LINES x 1.4 at 25 km/h (no road engine, BRIMFUL_ROADS is not set)"
    )


async def test_what_cannot_be_had_becomes_straight_lines_that_say_why(
    town: Path, tmp_path: Path
) -> None:
    gone = await source(str(tmp_path / "gone"))
    assert "STRAIGHT LINES" in gone
    assert "there is no such folder" in gone
    away = await source("http://127.0.0.1:9")
    assert "STRAIGHT LINES" in away
    assert "http://127.0.0.1:9 does not answer" in away
    # whole by its manifest, and the engine's own file is spoilt
    broken = tmp_path / "broken"
    shutil.copytree(town, broken)
    assert (broken / MANIFEST).exists()
    (broken / "roads.osrm.hsgr").write_bytes(b"spoilt")
    assert "STRAIGHT LINES" in await source(str(broken))


async def test_who_asks_for_roads_alone_hears_what_is_wrong(tmp_path: Path) -> None:
    for settings, said in (
        (Settings(roads=None), "BRIMFUL_ROADS is not set"),
        (Settings(roads=str(tmp_path)), "there is no road data in it"),
    ):
        with pytest.raises(RoadsError, match=said):
            async with roads_of(settings, day=DAY):
                pass
