"""The demo as a newcomer meets it: one command, from nothing to an account, and a clean end."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

BRIMFUL = Path(sys.executable).parent / "brimful"
STOP_LIMIT_S = 5.0

pytestmark = pytest.mark.journey


def start(*arguments: str, errors: Path) -> subprocess.Popen[str]:
    # in a directory and an environment that know nothing of Brimful
    environment = {k: v for k, v in os.environ.items() if not k.startswith("BRIMFUL_")}
    with errors.open("w") as stderr:
        return subprocess.Popen(
            [BRIMFUL, "demo", "--json", "--bins", "40", "--speed", "3600", *arguments],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            cwd=errors.parent,
            env=environment | {"BRIMFUL_API_PORT": "18123"},
        )


@pytest.fixture
def errors(tmp_path: Path) -> Iterator[Path]:
    """Where the demo tells its story; shown when a test fails."""
    file = tmp_path / "stderr"
    file.touch()
    yield file
    sys.stderr.write(file.read_text())


def test_once_ends_with_an_account_that_balances(errors: Path) -> None:
    demo = start("--once", "--seed", "7", errors=errors)
    out, _ = demo.communicate(timeout=150)
    assert demo.returncode == 0
    account = json.loads(out)
    assert account["balanced"] is True
    assert account["published"] == account["stored"] + account["set_aside"]
    assert account["stored"] > 40 * 14 * 8
    assert account["set_aside"] > 0
    assert account["rounds"] >= 1
    assert account["distance_km"] > 0
    assert account["bins"] == 40
    assert account["bins_on_rounds"] + sum(account["left_out"].values()) == 40
    # each bin on a round was emptied or skipped; stops also count the disposal sites
    assert account["stops_done"] + account["stops_skipped"] == (
        account["bins_on_rounds"] + account["rounds"]
    )
    assert account["bins_emptied"] == account["bins_on_rounds"] - account["stops_skipped"]
    assert 30 < account["fill_at_pickup_pct"] <= 100


def test_ctrl_c_ends_everything_within_five_seconds(errors: Path) -> None:
    demo = start(errors=errors)
    assert demo.stdout is not None
    account = ""
    while not account.rstrip().endswith("}"):
        line = demo.stdout.readline()
        assert line, "the demo ended before its account"
        account += line
    api = json.loads(account)["api"]
    assert httpx.get(f"{api}/ready").status_code == 200
    children = psutil.Process(demo.pid).children(recursive=True)
    assert any("postgres" in child.name() for child in children)
    demo.send_signal(signal.SIGINT)
    began = time.monotonic()
    demo.wait(timeout=60)
    took_s = time.monotonic() - began
    assert demo.returncode == 0
    assert took_s < STOP_LIMIT_S
    gone, alive = psutil.wait_procs(children, timeout=1)
    assert not alive, f"{len(gone)} ended"


def test_a_wrong_option_says_what_is_possible(errors: Path) -> None:
    demo = start("--bins", "0", errors=errors)
    demo.communicate(timeout=30)
    assert demo.returncode == 2
    assert "greater than or equal to 10" in errors.read_text()
