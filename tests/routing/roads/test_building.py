import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import BrimfulError, InvalidInputError
from routing.roads import programs
from routing.roads.building import Wishes, build_roads
from routing.roads.data import MANIFEST, Algorithm, RoadData
from routing.roads.errors import RoadsError
from routing.roads.profile import LORRY, NARROW, VehicleClass
from tests.routing.roads.conftest import CAR, build
from tests.routing.roads.maps import at, ladder, written


def test_the_same_extract_is_built_once(ladder_file: Path, tmp_path: Path) -> None:
    steps: list[str] = []

    def again(vehicle: VehicleClass = LORRY) -> Path:
        steps.clear()
        made = Wishes(vehicle=vehicle)
        return asyncio.run(
            build_roads(
                ladder_file,
                out=tmp_path,
                wishes=made,
                on_progress=lambda step, _share: steps.append(step),
            )
        )

    first = again()
    assert "contracting" in steps
    held = (first / MANIFEST).read_bytes()
    assert again() == first
    assert steps == ["reading the extract"]
    assert (first / MANIFEST).read_bytes() == held
    # another lorry is other data, beside it
    narrow = again(NARROW)
    assert "contracting" in steps
    assert narrow.resolve() != first.resolve()
    assert {p.name for p in tmp_path.iterdir() if p.is_symlink()} == {"lorry", "narrow"}
    with pytest.raises(RoadsError, match="holds several \\(lorry, narrow\\)"):
        RoadData.read(tmp_path)


def test_a_new_extract_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    extract = ladder(tmp_path / "town.osm")
    out = tmp_path / "roads"
    before = build(extract, out).resolve()
    extract.write_text(extract.read_text("utf-8").replace("One Lane", "Won Lane"), "utf-8")
    link = build(extract, out)
    assert link.resolve() != before
    assert not before.exists()
    # the folder that holds one data set stands for it
    assert RoadData.read(out).folder == link.resolve()
    assert not list(out.glob(".unfinished*"))


def test_what_is_built_says_what_it_is(town: Path) -> None:
    data = RoadData.read(town)
    assert data.manifest.extract == "ladder.osm"
    assert data.manifest.street_km == pytest.approx(1.8, rel=0.1)
    assert data.covers(at(1, 0.5))
    assert not data.covers(at(1, -0.5))
    assert "roads of ladder.osm for lorry, 3.6 m high" in data.source
    assert town.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("algorithm", ["CH", "MLD"])
def test_both_algorithms_can_be_built(
    ladder_file: Path, tmp_path: Path, algorithm: Algorithm
) -> None:
    assert RoadData.read(build(ladder_file, tmp_path, algorithm=algorithm)).manifest.algorithm == (
        algorithm
    )


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("gone.osm.pbf", None, "gone.osm.pbf: cannot be read: No such file"),
        ("letter.txt", b"Dear council", "not an OpenStreetMap extract"),
        ("cut.osm.pbf", b"\x00\x00\x00\x0d\x0a\x09OSMHeader", "not an OpenStreetMap extract"),
        ("empty.osm.pbf", b"", "not an OpenStreetMap extract"),
        ("empty.osm", b"<osm version='0.6'></osm>", "there is no street in it"),
    ],
)
def test_what_is_no_extract_is_named(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidInputError, match=said) as error:
        build(tmp_path / name, tmp_path / "roads")
    assert name in str(error.value)
    assert not list(tmp_path.glob("roads/.unfinished*"))


def test_streets_that_no_lorry_may_use_are_no_roads(tmp_path: Path) -> None:
    extract = written(
        tmp_path / "alley.osm",
        {1: (0, 0), 2: (1, 0)},
        {1: ([1, 2], {"highway": "residential", "maxheight": "2"})},
    )
    with pytest.raises(RoadsError, match="no edges"):
        build(extract, tmp_path / "roads")
    build(extract, tmp_path / "roads", vehicle=CAR)


def test_a_killed_build_leaves_nothing_half(ladder_file: Path, tmp_path: Path) -> None:
    # a build that is stopped in the middle: osrm-contract is made to take its time
    out = tmp_path / "roads"
    code = (
        "import asyncio, sys, time; from pathlib import Path\n"
        "from routing.roads.building import build_roads\n"
        "def told(step, share):\n"
        "    if step == 'contracting': print('now', flush=True); time.sleep(60)\n"
        "asyncio.run(build_roads(Path(sys.argv[1]), out=Path(sys.argv[2]), on_progress=told))\n"
    )
    builder = subprocess.Popen(
        [sys.executable, "-c", code, ladder_file, out], stdout=subprocess.PIPE
    )
    assert builder.stdout is not None
    assert builder.stdout.readline() == b"now\n"
    assert list(out.glob(".unfinished*"))
    # somebody else's build does not touch what is being built
    other = build(ladder_file, out, vehicle=NARROW)
    assert list(out.glob(".unfinished*"))
    builder.send_signal(signal.SIGKILL)
    builder.wait()
    with pytest.raises(RoadsError, match="there is no such folder"):
        RoadData.read(out / "lorry")
    assert RoadData.read(out).folder == other.resolve()
    # the next build clears away what is left and makes it whole
    assert RoadData.read(build(ladder_file, out)).manifest.profile == "lorry"
    assert not list(out.glob(".unfinished*"))


async def test_a_cancelled_build_ends_its_program_and_leaves_nothing(
    ladder_file: Path, tmp_path: Path
) -> None:
    started = asyncio.Event()

    def told(step: str, _share: float | None) -> None:
        if step == "extracting the roads":
            started.set()

    work = asyncio.create_task(build_roads(ladder_file, out=tmp_path, on_progress=told))
    await started.wait()
    await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert os.listdir(tmp_path) == [".lock"]  # noqa: PTH208 - nothing waits for it


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
    with pytest.raises(RoadsError, match=r"the disk is full|No space left"):
        build(shared_data / "data" / "roads" / "porto.osm.pbf", full_disk)
    assert {p.name for p in full_disk.iterdir()} == {".lock"}


def test_data_of_another_version_is_not_read(town: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(town, copy)
    text = (copy / MANIFEST).read_text("utf-8")
    (copy / MANIFEST).write_text(text.replace(programs.version(), "5.27.1"), "utf-8")
    with pytest.raises(RoadsError, match=r"built by OSRM 5\.27\.1.*brimful roads build"):
        RoadData.read(copy)
    (copy / MANIFEST).write_text("{}", "utf-8")
    with pytest.raises(RoadsError, match=r"cannot be read"):
        RoadData.read(copy)


def test_a_folder_of_somebody_else_is_left_alone(ladder_file: Path, tmp_path: Path) -> None:
    (tmp_path / "lorry").mkdir()
    (tmp_path / "lorry" / "photo.jpg").write_bytes(b"x")
    with pytest.raises(RoadsError, match="move it away"):
        build(ladder_file, tmp_path)
    assert (tmp_path / "lorry" / "photo.jpg").exists()


@pytest.mark.parametrize(
    ("name", "height_m", "width_m", "weight_t", "said"),
    [
        ("../etc", 3.0, 2.0, 12.0, "small letters"),
        ("x", 0.0, 2.0, 12.0, "height 0 must be over 0"),
        ("x", 3.0, 2.0, 26_000.0, "weight 26000 must be"),
        ("x", 3.0, float("nan"), 12.0, "width nan"),
    ],
)
def test_a_lorry_that_cannot_be_is_refused(
    name: str, height_m: float, width_m: float, weight_t: float, said: str
) -> None:
    with pytest.raises(BrimfulError, match=said):
        VehicleClass(name=name, height_m=height_m, width_m=width_m, length_m=8.0, weight_t=weight_t)


def test_harbour_is_found_in_seconds(harbour: Path, shared_data: Path) -> None:
    began = time.monotonic()
    extract = shared_data / "data" / "roads" / "malta_harbour.osm.pbf"
    assert build(extract, harbour.parent) == harbour
    assert time.monotonic() - began < 1.0
