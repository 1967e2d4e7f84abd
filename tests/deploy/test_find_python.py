"""The search for a Python that `make install` begins with, on machines of every kind."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "find-python"
# Answers the two questions the script asks: which version, and whether it has venv.
STUB = """#!/bin/sh
case "$2" in
    *version_info*) echo {minor} ;;
    *venv*) exit {venv} ;;
esac
"""
# What a version manager puts on PATH: a name that is there and does not run.
SHIM = "#!/bin/sh\necho 'no version is selected' >&2\nexit 127\n"


def python(minor: int, *, venv: bool = True) -> str:
    return STUB.format(minor=minor, venv=0 if venv else 1)


def search(machine: Path, programs: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the script on a machine with these programs only; names with a / are below HOME."""
    for name, text in programs.items():
        path = machine / ("home" if "/" in name else "bin") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
    (machine / "bin").mkdir(exist_ok=True)
    for tool in ("ls", "sort"):
        (machine / "bin" / tool).symlink_to(shutil.which(tool) or "")
    environment = {"PATH": str(machine / "bin"), "HOME": str(machine / "home")}
    shell = shutil.which("sh", path=os.defpath) or "/bin/sh"
    return subprocess.run(
        [shell, str(SCRIPT)], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("programs", "found"),
    [
        ({"python3": python(12)}, "bin/python3"),
        ({"python3": python(11), "python3.13": python(13)}, "bin/python3.13"),
        ({"python3.12": python(12), "python3.14": python(14)}, "bin/python3.14"),
        ({"python3.13": SHIM, "python3": SHIM, "python3.12": python(12)}, "bin/python3.12"),
        ({"python3.14": python(14, venv=False), "python3": python(12)}, "bin/python3"),
        ({"python3": python(15), "python3.12": python(12)}, "bin/python3.12"),
        (
            {"python3": SHIM, ".pyenv/versions/3.13.0/bin/python3": python(13)},
            "home/.pyenv/versions/3.13.0/bin/python3",
        ),
        (
            {".local/share/uv/python/cpython-3.12/bin/python3": python(12)},
            "home/.local/share/uv/python/cpython-3.12/bin/python3",
        ),
    ],
)
def test_the_newest_that_serves_is_found(
    tmp_path: Path, programs: Mapping[str, str], found: str
) -> None:
    result = search(tmp_path, programs)
    assert result.stdout.strip() == str(tmp_path / found), result.stderr


def test_a_missing_venv_module_is_named_with_what_to_install(tmp_path: Path) -> None:
    result = search(tmp_path, {"python3": python(13, venv=False)})
    assert result.returncode == 1
    assert "3.13" in result.stderr
    assert "python3-venv" in result.stderr


def test_no_python_at_all_is_answered_with_ways_to_get_one(tmp_path: Path) -> None:
    result = search(tmp_path, {"python3": python(11), "python3.13": SHIM})
    assert result.returncode == 1
    assert result.stdout == ""
    assert f"3.11  {tmp_path}/bin/python3" in result.stderr
    for way in ("apt install", "dnf install", "brew install", "pyenv install", "uv python"):
        assert way in result.stderr
