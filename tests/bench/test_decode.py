"""Every frame that vendors and networks published decodes as published, and a wrong one shows."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from bench.decoding.command import decode
from bench.decoding.published import published
from bench.main import app

DEVICES_WITH_FORMATS = 10


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["decode", *arguments])


def test_every_published_frame_says_what_was_published(shared_data: Path) -> None:
    outcomes = [decode(frame) for frame in published(shared_data / "formats")]
    assert [o for o in outcomes if not o.is_as_published] == []
    assert len({o.frame.device for o in outcomes}) == DEVICES_WITH_FORMATS
    assert all(o.said for o in outcomes)


def test_the_table_has_a_row_for_each(shared_data: Path) -> None:
    result = run("--formats", str(shared_data / "formats"))
    assert result.exit_code == 0, result.output
    assert "DIFFERENT" not in result.output
    assert result.output.count(" same ") >= 20


def test_a_different_value_is_shown_and_fails(tmp_path: Path) -> None:
    frame = {
        "description": "a reading",
        "fPort": 85,
        "bytes_hex": "01753c0482e803",
        "decoded": {"battery": 60, "distance": 1001},
    }
    (tmp_path / "milesight_em400_mud.json").write_text(json.dumps({"vectors": [frame]}))
    result = run("--formats", str(tmp_path))
    assert result.exit_code == 1
    assert "DIFFERENT" in result.output


def test_a_frame_that_cannot_be_read_is_a_difference(tmp_path: Path) -> None:
    frame: dict[str, Any] = {
        "description": "cut",
        "fPort": 85,
        "bytes_hex": "01753c0482e8",
        "decoded": {"battery": 60, "distance": 1000},
    }
    (tmp_path / "milesight_em400_mud.json").write_text(json.dumps({"vectors": [frame]}))
    result = run("--formats", str(tmp_path), "--json")
    assert result.exit_code == 1
    assert "ends within 0482" in json.loads(result.output)["frames"][0]["error"]


def test_a_folder_without_formats_is_said(tmp_path: Path) -> None:
    result = run("--formats", str(tmp_path))
    assert result.exit_code == 1
    assert "--formats" in result.output
