"""``brimful map``, and the map that ``brimful roads build`` makes, as a person runs them."""

import json
import subprocess
from pathlib import Path

import pytest

from maps.about import FILE
from tests.routing.roads.maps import ladder
from tests.services.command import PROGRAM


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    return ladder(tmp_path / "town.osm")


def brimful(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, text=True, check=False)


def test_a_build_says_what_it_does_and_which_setting_to_make(extract: Path, tmp_path: Path) -> None:
    done = brimful("map", "build", extract, "--out", tmp_path / "map")
    assert done.returncode == 0, done.stderr
    assert "reading the extract" in done.stderr
    assert "cutting tiles" in done.stderr
    assert "7 roads" in done.stdout
    assert "from town.osm of unknown age, built 20" in done.stdout
    assert "OpenStreetMap contributors" in done.stdout
    assert f"Set BRIMFUL_MAP={tmp_path / 'map'}" in done.stdout
    told = brimful("map", "info", tmp_path / "map", "--json")
    assert told.returncode == 0
    assert json.loads(told.stdout)["things"] == {"roads": 7}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["build", "gone.osm.pbf"], "gone.osm.pbf: cannot be read: No such file"),
        (["info", "nowhere"], "nowhere: no map (No such file"),
        (["info"], "BRIMFUL_MAP names none"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(arguments: list[str], said: str) -> None:
    done = brimful("map", *arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_roads_come_with_their_map_unless_that_is_not_wanted(extract: Path, tmp_path: Path) -> None:
    done = brimful("roads", "build", extract, "--out", tmp_path / "with")
    assert done.returncode == 0, done.stderr
    assert "map: cutting tiles" in done.stderr
    assert (tmp_path / "with" / FILE).is_file()
    assert brimful("roads", "info", tmp_path / "with").returncode == 0
    done = brimful("roads", "build", extract, "--out", tmp_path / "without", "--no-map")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "without" / FILE).exists()
