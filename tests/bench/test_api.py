"""The API's bench, small: every figure is there, nothing is lost."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bench.main import app
from tests.services.engine import Engine


@pytest.mark.timeout(600)
def test_a_small_town_is_measured_whole(embedded_engine: Engine, tmp_path: Path) -> None:
    report = tmp_path / "api.json"
    sizes = ["--bins", "1000", "--crews", "5", "--stops", "6", "--marks", "2"]
    load = ["--listeners", "5", "--changes", "20", "--at-once", "2", "--seconds", "0.5"]
    done = CliRunner().invoke(
        app,
        ["api", *sizes, *load, "--json", str(report)],
        env={"BRIMFUL_TEST_TIMESCALE_URL": embedded_engine.admin_url},
        catch_exceptions=False,
    )
    assert done.exit_code == 0, done.output
    found = json.loads(report.read_text())
    assert {row["what"] for row in found["reads"]} >= {
        "a crew's round",
        "all levels: warm",
        "all levels: 304",
        "30 days of 10 minutes",
    }
    # not the CPU: what takes less than a tick of the system's clock takes none
    assert all(row["statements"] > 0 for row in found["reads"])
    assert (found["marks"]["kept"], found["marks"]["marks"]) == (10, 10)
    assert found["events"]["missed"] == 0
