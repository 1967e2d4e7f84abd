"""A record is what a frozen dataclass is to everyone who may not cheat."""

import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest

from core.records import record

ROOT = Path(__file__).parents[2]
ASSIGNS = """
from core.records import record

@record
class Point:
    x: int

Point(x=1).x = 2
"""


@record
class Point:
    x: int
    y: int = 0


def test_it_is_compared_hashed_and_replaced_like_a_frozen_one() -> None:
    point = Point(x=1)
    assert point == Point(x=1, y=0) != Point(x=2)
    assert {point, Point(x=1)} == {point}
    assert replace(point, y=5) == Point(x=1, y=5)
    assert [f.name for f in fields(point)] == ["x", "y"]


def test_it_takes_keywords_only_and_no_other_fields() -> None:
    with pytest.raises(TypeError):
        Point(1)  # type: ignore[call-arg] # that is what is tested
    with pytest.raises(AttributeError):
        Point(x=1).z = 3  # type: ignore[attr-defined] # likewise


def test_the_check_lets_nobody_assign_to_a_field(tmp_path: Path) -> None:
    module = tmp_path / "assigns.py"
    module.write_text(ASSIGNS)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-incremental", str(module)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    assert 'Property "x" defined in "Point" is read-only' in done.stdout
