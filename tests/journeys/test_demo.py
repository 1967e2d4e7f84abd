"""The demo as a newcomer meets it: one command, from nothing to an account, and a clean end."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

BRIMFUL = Path(sys.executable).parent / "brimful"
STOP_LIMIT_S = 5.0

pytestmark = pytest.mark.journey


def start(*arguments: str, errors: Path, **settings: str) -> subprocess.Popen[str]:
    # in a directory and an environment that know nothing of Brimful
    environment = {k: v for k, v in os.environ.items() if not k.startswith("BRIMFUL_")}
    # one of its own: whoever runs demos beside this has theirs left alone
    folder = errors.parent / "tmp"
    folder.mkdir(exist_ok=True)
    environment |= {"BRIMFUL_API_PORT": "18123", "TMPDIR": str(folder)}
    with errors.open("w") as stderr:
        return subprocess.Popen(
            [BRIMFUL, "demo", "--json", "--bins", "40", "--speed", "3600", *arguments],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            cwd=errors.parent,
            env=environment | settings,
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
    # the real engine, on the streets the town itself has written down
    assert account["travel_source"].startswith("roads of town.osm.pbf for lorry")
    assert account["bins"] == 40
    assert account["bins_on_rounds"] + sum(account["left_out"].values()) == 40
    # each bin on a round was emptied or skipped; stops also count the disposal sites
    assert account["stops_done"] + account["stops_skipped"] == (
        account["bins_on_rounds"] + account["rounds"]
    )
    assert account["bins_emptied"] == account["bins_on_rounds"] - account["stops_skipped"]
    assert 30 < account["fill_at_pickup_pct"] <= 100


def account_of(demo: subprocess.Popen[str]) -> dict[str, Any]:
    assert demo.stdout is not None
    account = ""
    while not account.endswith("\n}\n"):
        line = demo.stdout.readline()
        assert line, "the demo ended before its account"
        account += line
    found: dict[str, Any] = json.loads(account)
    return found


def test_it_goes_on_with_two_addresses_and_ctrl_c_ends_it_within_five_seconds(
    errors: Path,
) -> None:
    demo = start(errors=errors)
    account = account_of(demo)
    assert httpx.get(f"{account['api']}/ready").status_code == 200
    opens_the_ops_room(account)
    opens_a_phone_with_a_round_to_drive(account)
    assert "▀▀▀" in errors.read_text()  # the QR code
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


def opens_the_ops_room(account: dict[str, Any]) -> None:
    screens = account["screens"]
    with httpx.Client() as browser:
        assert browser.get(screens["ops"]).status_code == 200
        given = {"user_name": screens["user_name"], "password": screens["password"]}
        assert browser.post(f"{account['api']}/session", json=given).json()["role"] == "ops"
        plans = browser.get(f"{account['api']}/plans/today").json()["items"]
        by_crew = {r["crew_id"]: r["progress"]["open"] for r in plans[0]["rounds"]}
        yours = by_crew.pop(screens["crew_id"])
        assert yours > 0
        assert set(by_crew.values()) <= {0}
        trail = browser.get(f"{account['api']}/audit").json()["items"]
        assert all(line["who"].startswith("cli:") for line in trail if line["kind"] == "command")
        # beside those of whoever signs in just now
        made = {line["what"] for line in trail}
        assert made >= {"registry.registered", "token.created", "plan.requested"}
        assert made >= {"account.added", "crew.linked"}


def opens_a_phone_with_a_round_to_drive(account: dict[str, Any]) -> None:
    address, _, code = account["screens"]["phone"].partition("#code=")
    api = address.removesuffix("/phone/")
    with httpx.Client() as phone:
        assert phone.get(address).status_code == 200
        assert phone.post(f"{api}/session/link", json={"code": code}).status_code == 200
        assert phone.get(f"{api}/crew/round").json()["crew_id"] == account["screens"]["crew_id"]
        assert phone.post(f"{api}/session/link", json={"code": code}).status_code == 410


def left_behind(errors: Path) -> list[str]:
    return [path.name for path in (errors.parent / "tmp").glob("*")]


def wait_for(what: Callable[[], object], limit_s: float = 60.0) -> None:
    deadline = time.monotonic() + limit_s
    while not what():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)


def postgres_of(demo: subprocess.Popen[str], errors: Path) -> psutil.Process:
    wait_for(lambda: "A town" in errors.read_text() or demo.poll() is not None)
    children = psutil.Process(demo.pid).children()
    (server,) = [child for child in children if child.name() == "postgres"]
    return server


def test_a_closed_terminal_ends_everything(errors: Path) -> None:
    # a terminal of its own, which the shell's end would close
    child, terminal = pty.fork()
    if child == 0:
        ours = {"TMPDIR": str(errors.parent), "BRIMFUL_API_PORT": "18123"}
        command = [str(BRIMFUL), "demo", "--bins", "40"]
        os.execve(BRIMFUL, command, os.environ | ours)  # noqa: S606 - without a shell on purpose
    demo = psutil.Process(child)
    server: list[psutil.Process] = []
    while not server:
        os.read(terminal, 65_536)
        server = [one for one in demo.children() if one.name() == "postgres"]
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    assert not os.WIFSIGNALED(status), "it ended by itself, after cleaning up"
    assert not server[0].is_running()
    assert not list(errors.parent.glob("brimful-demo-*"))


def test_the_next_one_clears_away_what_a_killed_one_left(errors: Path) -> None:
    demo = start(errors=errors)
    server = postgres_of(demo, errors)
    demo.kill()
    demo.communicate()
    assert server.is_running()
    assert left_behind(errors)
    again = start("--once", errors=errors)
    again.communicate(timeout=150)
    assert again.returncode == 0
    assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE
    assert left_behind(errors) == []


def test_it_ends_at_once_when_its_database_dies(errors: Path) -> None:
    demo = start(errors=errors)
    postgres_of(demo, errors).kill()
    demo.communicate(timeout=STOP_LIMIT_S)
    assert demo.returncode == 1
    assert "the embedded PostgreSQL was killed by signal 9" in errors.read_text()
    assert left_behind(errors) == []


def test_the_settings_of_a_server_do_not_reach_it_and_a_tiny_town_is_fine(errors: Path) -> None:
    server = {
        "BRIMFUL_INGEST_PAYLOAD_MAX_BYTES": "256",
        "BRIMFUL_INGEST_OLDEST_DAYS": "1",
        "BRIMFUL_PLAN_SPEED_KMH": "0.1",
    }
    # often with nothing due, which is no failure
    demo = start("--once", "--bins", "10", "--seed", "2", errors=errors, **server)
    out, _ = demo.communicate(timeout=150)
    assert demo.returncode == 0
    account = json.loads(out)
    assert account["balanced"] is True
    assert account["stored"] > 10 * 14 * 8
    assert "implausible_time" not in account["set_aside_by_reason"]


def test_an_address_it_cannot_serve_on_is_said_first(errors: Path) -> None:
    demo = start("--once", errors=errors, BRIMFUL_API_HOST="host.invalid")
    demo.communicate(timeout=30)
    assert demo.returncode == 1
    told = errors.read_text()
    assert "cannot listen on 'host.invalid'" in told
    assert "BRIMFUL_API_HOST" in told
    assert "PostgreSQL" not in told, "before anything was started"


def test_a_wrong_option_says_what_is_possible(errors: Path) -> None:
    demo = start("--bins", "0", errors=errors)
    demo.communicate(timeout=30)
    assert demo.returncode == 2
    assert "greater than or equal to 10" in errors.read_text()
