import json
import time
from asyncio import to_thread
from datetime import date
from pathlib import Path

import pytest

from core.closed_streets import Closures
from core.geo import Position
from core.settings import Settings
from routing.roads.closing import closed_on
from routing.roads.closures import read_closures
from routing.roads.data import Algorithm, RoadData
from routing.roads.local import LocalRoads
from routing.roads.opening import opened
from routing.travel import TravelTimes
from tests.routing.roads.conftest import build
from tests.routing.roads.maps import at

DAY = date(2026, 3, 2)
HEADER = "way_id,lon,lat,to_lon,to_lat,from,until,note\n"


def closing(path: Path, *rows: str) -> Path:
    path.write_text(HEADER + "\n".join(rows) + "\n", "utf-8")
    return path


async def driven(travel: TravelTimes) -> set[str]:
    """The streets from South Street to North Street, both at their eastern half."""
    way = await travel.way([at(2, 0), at(2, 1)])
    return {step.street for leg in way.legs for step in leg.steps}


async def around(town: Path, file: Path, day: date = DAY) -> set[str]:
    without = await closed_on(RoadData.read(town), file, day)
    assert without.faults == ()
    async with LocalRoads.opened(without.data.folder) as roads:
        return await driven(roads)


def on_one_lane(share: float) -> str:
    place = at(2, share)
    return f"{place.lon},{place.lat}"


@pytest.mark.parametrize("algorithm", ["CH", "MLD"])
@pytest.mark.parametrize(
    "row",
    ["112,,,,,,,roadworks", f",{on_one_lane(0.5)},,,,,burst pipe"],
    ids=["way", "place"],
)
async def test_a_round_s_way_avoids_a_closed_street(
    ladder_file: Path, tmp_path: Path, algorithm: Algorithm, row: str
) -> None:
    town = await _built(ladder_file, tmp_path, algorithm)
    async with LocalRoads.opened(town) as roads:
        assert "One Lane" in await driven(roads)
    streets = await around(town, closing(tmp_path / "closed.csv", row))
    assert "One Lane" not in streets
    assert "East Lane" in streets


async def _built(extract: Path, out: Path, algorithm: Algorithm) -> Path:
    return await to_thread(build, extract, out, algorithm=algorithm)


async def test_a_stretch_closes_what_runs_along_it_and_no_crossing_street(
    town: Path, tmp_path: Path
) -> None:
    line = {"type": "LineString", "coordinates": [_pair(2, 0.02), _pair(2, 0.98)]}
    feature = {"type": "Feature", "geometry": line, "properties": {"until": "2026-03-02"}}
    file = tmp_path / "closed.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    assert await around(town, file) == {"South Street", "East Lane", "North Street"}
    # the day after it is open again
    assert "One Lane" in await around(town, file, date(2026, 3, 3))


def _pair(column: float, row: float) -> tuple[float, float]:
    return at(column, row).lon, at(column, row).lat


async def test_a_closure_holds_from_its_first_to_its_last_day(town: Path, tmp_path: Path) -> None:
    file = closing(tmp_path / "closed.csv", "112,,,,,2026-03-02,2026-03-04,market")
    for day, is_open in ((1, True), (2, False), (4, False), (5, True)):
        assert ("One Lane" in await around(town, file, date(2026, 3, day))) is is_open


async def test_the_planner_drives_around_and_hears_of_rows_that_are_wrong(
    town: Path, tmp_path: Path
) -> None:
    file = closing(tmp_path / "closed.csv", "112,,,,,,,", "999,,,,,,,", "12a,,,,,,,")
    settings = Settings(roads=str(town), roads_closed=file)
    async with opened(settings, day=DAY) as travel:
        assert "One Lane" not in await driven(travel)
        source = (await travel.table([at(0, 0), at(1, 0)])).source
    assert "1 closed street(s) left out" in source
    assert "WARNING: closed.csv line 3, way_id: 999 is no street in the road data" in source
    assert "closed.csv line 4, way_id: '12a' is no number of a way" in source


async def test_the_same_closures_cost_nothing_the_second_time(town: Path, tmp_path: Path) -> None:
    file = closing(tmp_path / "closed.csv", "112,,,,,,,")
    first = await closed_on(RoadData.read(town), file, DAY)
    began = time.monotonic()
    again = await closed_on(RoadData.read(town), file, date(2026, 3, 9))
    assert again.data.folder == first.data.folder
    assert time.monotonic() - began < 0.2
    # and what nobody asks for any more is removed
    for way in (100, 101, 110, 113, 120):
        await closed_on(RoadData.read(town), closing(file, f"{way},,,,,,,"), DAY)
    assert len(list(town.parent.glob("*-closed-*"))) == 4
    assert not first.data.folder.exists()


async def test_a_server_s_own_closures_are_not_ours_to_set(tmp_path: Path) -> None:
    settings = Settings(
        roads="http://127.0.0.1:9", roads_closed=closing(tmp_path / "closed.csv", "112,,,,,,,")
    )
    async with opened(settings, day=DAY) as travel:
        # away, so that it is straight lines; the warning belongs to the server's own times
        assert "STRAIGHT LINES" in (await travel.table([at(0, 0), at(1, 0)])).source


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("112,7.2,54.6,,,,,", "way_id: give a way_id, or lon and lat"),
        (",,,,,2026-03-02,,", "way_id: give a way_id, or lon and lat"),
        (",7.2,,,,,,", "lat: '' is not between -90 and 90"),
        (",7.2,95,,,,,", "lat: '95' is not between"),
        (",west,54.6,,,,,", "lon: 'west' is not between"),
        (",nan,54.6,,,,,", "lon: 'nan' is not between"),
        (",7.2,54.6,7.3,,,,", "to_lat: '' is not between"),
        ("-5,,,,,,,", "way_id: '-5' is no number"),
        ("112,,,,,2026-13-02,,", "from: '2026-13-02' is not a day"),
        ("112,,,,,2026-03-02,2026-03-01,", "until: 2026-03-01 is before 2026-03-02"),
        ("112,,,,,,,note,more", "columns: there are more values"),
    ],
)
def test_a_wrong_row_is_named_and_the_others_hold(tmp_path: Path, row: str, said: str) -> None:
    found = read_closures(closing(tmp_path / "closed.csv", "100,,,,,,,", row, "101,,,,,,,"))
    assert [c.way_id for c in found.closures] == [100, 101]
    (fault,) = found.faults
    assert fault.startswith("closed.csv line 3, ")
    assert said in fault


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "way,reason\n1,x\n", "line 1: no such column: way, reason; there are: way_id"),
        ("a.csv", "note\nx\n", "line 1: needs a column way_id"),
        ("a.csv", "", "line 1: needs a column way_id"),
        ("a.geojson", "[]", "no GeoJSON FeatureCollection"),
        ("a.geojson", "{", "no GeoJSON FeatureCollection"),
        ("a.geojson", '{"features": [7]}', "feature 1, feature: is no object"),
        (
            "a.geojson",
            '{"features": [{"geometry": {"type": "Polygon", "coordinates": []}}]}',
            "feature 1, geometry: Polygon is not one of Point, LineString, MultiLineString",
        ),
        (
            "a.geojson",
            '{"features": [{"geometry": {"type": "Point", "coordinates": 7}}]}',
            "feature 1, coordinates: must be lon and lat in brackets",
        ),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, name: str, content: str, said: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    found = read_closures(tmp_path / name)
    assert found.closures == ()
    assert said in found.faults[0]


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert read_closures(tmp_path / "no.csv") == Closures(
        faults=("no.csv: cannot be read: No such file or directory",)
    )


async def test_on_real_roads_a_closed_point_moves_the_way(harbour: Path, tmp_path: Path) -> None:
    async with LocalRoads.opened(harbour) as roads:
        places = [Position(lon=14.46, lat=35.88), Position(lon=14.50, lat=35.895)]
        before = (await roads.way(places)).legs[0]
    middle = before.line[len(before.line) // 2]
    file = closing(tmp_path / "closed.csv", f",{middle[0]},{middle[1]},,,,,")
    without = await closed_on(RoadData.read(harbour), file, DAY)
    async with LocalRoads.opened(without.data.folder) as roads:
        after = (await roads.way(places)).legs[0]
    assert after.polyline != before.polyline
    assert after.drive_s >= before.drive_s
