"""The wheel: what the image installs has the screens in it, and not what they were made of."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The files in a wheel built here."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"),
            *("--no-build-isolation", "--wheel-dir", folder, ROOT),
        ],
        check=True,
    )
    (wheel,) = folder.glob("*.whl")
    return zipfile.ZipFile(wheel).namelist()


@pytest.mark.parametrize("screen", ["ops", "phone", "signin"])
def test_it_carries_each_screen(names: list[str], screen: str) -> None:
    assert f"api/web/dist/{screen}/index.html" in names
    assert any(name.startswith("api/web/dist/assets/") for name in names)


def test_it_carries_nothing_of_how_they_are_made(names: list[str]) -> None:
    made_of = ("api/web/src/", "api/web/node_modules/", "api/web/build/", "tests/", "bench/")
    assert not [name for name in names if name.startswith(made_of)]
    assert not [name for name in names if name.endswith((".ts", ".tsx", "package.json"))]
