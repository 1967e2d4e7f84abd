"""``brimful bin`` and ``brimful forecast`` as people run them."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import store
from tests.cli.test_plan import environment
from tests.routing.towns import bin_, fill, reading, town
from tests.store.make import add_readings

BRIMFUL = Path(sys.executable).parent / "brimful"


def brimful(
    database_url: str, *arguments: str, columns: int = 200
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BRIMFUL, *arguments],
        env=environment(database_url, COLUMNS=str(columns)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
async def registered(database_url: str) -> str:
    now = datetime.now(UTC)
    async with store.open_pool(database_url, application="test") as pool:
        await fill(pool, town([bin_("a"), bin_("b"), bin_("silent")]), {})
        history = [
            reading(name, (rate * n / 8) % 80, at=now - timedelta(hours=3 * (160 - n)))
            for name, rate in (("a", 30), ("b", 3))
            for n in range(160)
        ]
        async with store.transaction(pool) as conn:
            await add_readings(conn, history)
    return database_url


async def test_a_bin_is_asked_for_planned_and_withdrawn(registered: str) -> None:
    asked = brimful(registered, "bin", "request", "b", "--note", "market day")
    assert asked.returncode == 0, asked.stderr
    assert asked.stdout.startswith("b is asked for since")
    listed = json.loads(brimful(registered, "bin", "requests", "--json").stdout)
    assert [(one["bin_id"], one["note"]) for one in listed["items"]] == [("b", "market day")]
    assert "b is not asked for any more" in brimful(registered, "bin", "withdraw", "b").stdout
    assert "nothing is asked for" in brimful(registered, "bin", "requests").stdout
    unknown = brimful(registered, "bin", "request", "nowhere")
    assert unknown.returncode == 1
    assert unknown.stderr == "brimful: There is no bin nowhere.\n"


async def test_the_forecast_table_and_document(registered: str) -> None:
    shown = brimful(registered, "forecast")
    assert shown.returncode == 0, shown.stderr
    assert "Expected, as long as nobody empties" in shown.stdout
    document = json.loads(brimful(registered, "forecast", "--json").stdout)
    by_id = {one["bin_id"]: one for one in document["bins"]}
    assert by_id["a"]["pct_per_day"] == pytest.approx(30, rel=0.1)
    assert by_id["b"]["pct_per_day"] == pytest.approx(3, rel=0.2)
    assert by_id["silent"]["basis"] == "schedule"
    assert by_id["a"]["basis"] == "history"
    assert by_id["b"]["grade"] == "high"
    bands = by_id["b"]["bands"]
    assert len(bands) == 17
    assert all(one["low_pct"] <= one["median_pct"] <= one["high_pct"] for one in bands)
    unknown = brimful(registered, "forecast", "--bin", "nowhere")
    assert unknown.returncode == 1
    assert "no bin nowhere" in unknown.stderr
    of_stream = brimful(registered, "forecast", "--stream", "papre")
    assert (of_stream.returncode, of_stream.stdout) == (1, "")
    assert "no bin among these takes papre" in of_stream.stderr


async def test_a_narrow_terminal_still_shows_which_bin_a_line_is_about(registered: str) -> None:
    shown = brimful(registered, "forecast", columns=80)
    assert shown.returncode == 0, shown.stderr
    lines = [line.split() for line in shown.stdout.splitlines()]
    assert {"a", "b", "silent"} <= {words[0] for words in lines if words}
    assert "…" not in shown.stdout
    assert all(len(line) <= 80 for line in shown.stdout.splitlines())
