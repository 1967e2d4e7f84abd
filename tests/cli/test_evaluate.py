"""``brimful evaluate`` as a person runs it."""

import json
import os
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from routing.search import ensure_compiled

BRIMFUL = Path(sys.executable).parent / "brimful"

# the search may have to be compiled first
pytestmark = pytest.mark.timeout(600)

STOP_LIMIT_S = 90.0


def evaluate(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BRIMFUL, "evaluate", "--out", folder / "out", *arguments],
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )


def test_a_quick_one_writes_a_report_for_people_and_programs(tmp_path: Path) -> None:
    done = evaluate(tmp_path, "--quick")
    assert done.returncode == 0, done.stderr
    told = json.loads((tmp_path / "out/evaluation.json").read_text())
    assert told["whole"] is True
    keys = [p["key"] for p in told["policies"]]
    assert {"fixed", "threshold", "reports-alone"} <= set(keys)
    assert any(key.startswith("prize-") for key in keys)
    assert done.stdout.startswith("Against Fixed schedule, Brimful, dial 5 km drove ")
    assert "<svg" in (tmp_path / "out/evaluation.html").read_text()
    assert (tmp_path / "out/evaluation.csv").read_text().startswith("policy,")
    # what the simulated sensors said is there: the choice by level empties fuller bins
    by_key = {p["key"]: p["figures"] for p in told["policies"]}
    fixed, threshold = by_key["fixed"], by_key["threshold"]
    assert threshold["fill_at_pickup_pct"]["mean"] > fixed["fill_at_pickup_pct"]["mean"]
    assert threshold["bins_per_day"]["mean"] < fixed["bins_per_day"]["mean"]


def test_a_quick_replay_is_told_against_what_was_really_emptied(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    rows = [
        f"{name},paper,{datetime(2025, 3, 1, tzinfo=UTC) + timedelta(hours=6 * n)},{n * rate % 90}"
        for name, rate in (("a", 3), ("b", 5))
        for n in range(240)
    ]
    file.write_text("\n".join(["bin_id,stream,measured_at,fill_pct", *rows]))
    done = evaluate(tmp_path, "--quick", "--history", "csv", str(file))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Against As it was, Brimful")


def test_json_goes_to_stdout_alone(tmp_path: Path) -> None:
    done = evaluate(tmp_path, "--quick", "--policy", "fixed", "--policy", "fullest", "--json")
    assert done.returncode == 0, done.stderr
    assert [p["key"] for p in json.loads(done.stdout)["policies"]] == ["fixed", "fullest-18"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--setting", "atlantis"], "town, groningen"),
        (["--policy", "guess"], "threshold"),
        (["--baseline", "guess"], "--baseline 'guess' is not among the policies"),
        (["--history", "csv", "nowhere.csv"], "nowhere.csv: cannot be read"),
        (["--history", "excel", "nowhere.csv"], "edinburgh, prague"),
        (["--factors", "nowhere.toml"], "nowhere.toml: cannot be read"),
    ],
)
def test_wrong_options_are_told_before_anything_runs(
    tmp_path: Path, arguments: list[str], told: str
) -> None:
    done = evaluate(tmp_path, "--quick", *arguments)
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_ctrl_c_keeps_what_is_done_and_says_that_it_is_partial(tmp_path: Path) -> None:
    ensure_compiled()
    process = subprocess.Popen(
        [BRIMFUL, "evaluate", "--out", tmp_path / "out", "--bins", "10", "--weeks", "1",
         "--seeds", "200", "--jobs", "2", "--iterations", "10",
         "--policy", "fixed", "--policy", "fullest"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "FORCE_COLOR": "1"},  # told live, as on a terminal
    )  # fmt: skip
    assert process.stderr is not None
    said = ""
    while not re.search(r"[3-9]\d{2} of \d+ days", said):
        more = os.read(process.stderr.fileno(), 4096).decode()
        assert more, said
        said += more
    os.kill(process.pid, signal.SIGINT)
    out, errors = process.communicate(timeout=STOP_LIMIT_S)
    assert process.returncode == 130, errors
    assert "PARTIAL" in out
    told = json.loads((tmp_path / "out/evaluation.json").read_text())
    assert told["whole"] is False
    assert told["policies"]
    assert "PARTIAL" in (tmp_path / "out/evaluation.html").read_text()
    assert "Traceback" not in errors
