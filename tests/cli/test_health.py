import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import store
from cli.main import app
from core.readings import Rejection, RejectReason, Trust
from core.rules.track import Track
from store import rejected, tracks
from tests.store.make import registered, town

HOUR = timedelta(hours=1)


@pytest.fixture
def sensors(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """sensor-1 well, 2 silent for 4 days, 3 for 9, 4 tilted, 5 never heard."""
    monkeypatch.setenv("BRIMFUL_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.chdir(tmp_path)
    asyncio.run(_remember(database_url))
    return database_url


async def _remember(database_url: str) -> None:
    now = datetime.now(UTC)
    async with store.connect(database_url) as conn:
        await registered(conn, town(bins=5))
        held = {
            f"sensor-{n}": Track(
                bin_id=f"bin-{n}", newest_at=now - hours * HOUR, level_at=now - hours * HOUR
            )
            for n, hours in ((1, 1), (2, 96.5), (3, 216.5), (4, 1))
        }
        held["sensor-1"] = held["sensor-1"].but(level_pct=40.0, battery_pct=71.0)
        held["sensor-4"] = held["sensor-4"].but(
            fault_trust=Trust.TILTED, fault_since=now - 5.5 * HOUR, fault_n=7
        )
        await tracks.lock(conn, held.keys())
        await tracks.save(conn, held)


def health(*arguments: str) -> Result:
    result = CliRunner().invoke(app, ["health", *arguments])
    assert result.exit_code == 0, result.output
    return result


@pytest.mark.usefixtures("sensors")
def test_the_work_list_comes_worst_first_and_longest_first() -> None:
    lines = health().stdout.splitlines()
    assert [line.split()[0] for line in lines] == [
        "state",
        "never_heard",
        "silent",
        "silent",
        "tilted",
        "5",
    ]
    assert [line.split()[3] for line in lines[2:4]] == ["sensor-3", "sensor-2"]
    assert "does not look straight down since" in lines[4]
    assert "7 readings" in lines[4]
    assert lines[-1] == "5 sensors: 1 never_heard, 2 silent, 1 tilted, 1 ok"


def test_what_cannot_be_read_was_heard_all_the_same(sensors: str) -> None:
    asyncio.run(_unreadable(sensors))
    (line,) = health("--state", "unreadable").stdout.splitlines()[1:-1]
    assert line.split()[0] == "unreadable"
    assert "never" not in line
    assert "3 h ago" in line
    assert "the last: unreadable_frame (port 85)" in line


async def _unreadable(database_url: str) -> None:
    row = Rejection(
        topic="t",
        payload=b"",
        received_at=datetime.now(UTC) - 3 * HOUR,
        reason=RejectReason.UNREADABLE_FRAME,
        detail="port 85",
        sensor_id="sensor-5",
    )
    async with store.connect(database_url) as conn:
        await rejected.set_aside(conn, [row])


@pytest.mark.usefixtures("sensors")
def test_one_state_and_all_for_programs() -> None:
    silent = json.loads(health("--state", "silent", "--json").stdout)
    assert silent["counts"] == {"never_heard": 1, "silent": 2, "tilted": 1, "ok": 1}
    assert [s["sensor_id"] for s in silent["sensors"]] == ["sensor-3", "sensor-2"]
    assert silent["sensors"][0]["why"].startswith("nothing heard for 9 days")
    (well,) = json.loads(health("--state", "ok", "--json").stdout)["sensors"]
    assert (well["bin_id"], well["battery_pct"], well["since"]) == ("bin-1", 71, None)
    both = health("--state", "ok", "--state", "tilted").stdout
    assert "71 %" in both
    assert "sensor-4" in both


@pytest.mark.usefixtures("sensors")
def test_a_depot_and_a_bound() -> None:
    assert health("--depot", "elsewhere").stdout == "No sensors.\n"
    bounded = health("--depot", "depot", "--limit", "1").stdout.splitlines()
    assert len(bounded) == 4
    assert bounded[2] == "and 3 more; --limit shows them"


@pytest.mark.usefixtures("sensors")
def test_a_wrong_state_is_told_the_right_ones() -> None:
    result = CliRunner().invoke(app, ["health", "--state", "bad"])
    assert (result.exit_code, "never_heard" in result.stderr) == (2, True)
