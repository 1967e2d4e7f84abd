"""``brimful plan`` as a person or a service manager runs it."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest

import store
from tests.routing.towns import bin_, fill, lorry, town

BRIMFUL = Path(sys.executable).parent / "brimful"
STOP_LIMIT_S = 5.0


def environment(database_url: str, **changes: str) -> dict[str, str]:
    own = {k: v for k, v in os.environ.items() if not k.startswith("BRIMFUL_")}
    return {**own, "BRIMFUL_DATABASE_URL": database_url, **changes}


def brimful_plan(database_url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BRIMFUL, "plan", "--limit-s", "0.5", *arguments],
        env=environment(database_url),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def register(database_url: str) -> None:
    """Two due bins and one that is not; a lorry that works around the clock."""
    always = lorry(shift_start=clock(0), shift_s=86_400)
    async with store.open_pool(database_url, application="test") as pool:
        bins = [bin_("a"), bin_("b"), bin_("low")]
        here = town(bins, vehicles=[always], timezone="Europe/Prague")
        at = datetime.now(UTC) - timedelta(minutes=5)
        await fill(pool, here, {"a": 90, "b": 95, "low": 10}, at=at)


def tomorrow() -> str:
    # today's shift may be all but over at the moment the test runs
    return (today() + timedelta(days=1)).isoformat()


def today() -> date:
    return datetime.now(ZoneInfo("Europe/Prague")).date()


async def test_the_screen_shows_rounds_reasons_and_where_the_times_come_from(
    database_url: str,
) -> None:
    await register(database_url)
    done = brimful_plan(database_url, "--date", tomorrow())
    assert done.returncode == 0, done.stderr
    assert "1 round, 2 bins, " in done.stdout
    assert "crew-lorry" in done.stdout
    # midnight in Prague, where the depot is
    assert "00:00" in done.stdout
    assert "below threshold" in done.stdout
    assert "STRAIGHT LINES" in done.stdout


async def test_the_json_document_holds_the_plan_whole(database_url: str) -> None:
    await register(database_url)
    done = brimful_plan(database_url, "--depot", "depot", "--date", tomorrow(), "--json")
    assert done.returncode == 0, done.stderr
    (plan,) = json.loads(done.stdout)["plans"]
    assert (plan["depot_id"], plan["day"], plan["status"]) == ("depot", tomorrow(), "ready")
    (round_,) = plan["rounds"]
    assert {s["bin_id"] for s in round_["stops"]} == {"a", "b", None}
    assert all(-180 <= s["lon"] <= 180 and -90 <= s["lat"] <= 90 for s in round_["stops"])
    assert datetime.fromisoformat(round_["stops"][0]["arrives_at"]).tzinfo is not None
    assert [(e["bin_id"], e["reason"]) for e in plan["left_out"]] == [("low", "below_threshold")]


async def test_the_same_seed_and_iterations_give_the_same_plan(database_url: str) -> None:
    fills = {f"b{n}": 90.0 for n in range(40)}
    always = [lorry(f"lorry-{n}", shift_start=clock(0), shift_s=86_400) for n in (1, 2)]
    async with store.open_pool(database_url, application="test") as pool:
        here = town([bin_(b) for b in fills], vehicles=always, timezone="Europe/Prague")
        await fill(pool, here, fills, at=datetime.now(UTC) - timedelta(minutes=5))
    found = []
    # nothing but the number of iterations may end or pace the search: not the setting either
    for usual_s, seed in (("0.1", "7"), ("60", "7"), ("60", "8")):
        chance = ("--seed", seed)
        with psycopg.connect(database_url) as conn:
            conn.execute("DELETE FROM stops")  # a plan begins with the rounds of the one before
        done = subprocess.run(  # noqa: ASYNC221 - nothing else runs on this loop
            [BRIMFUL, "plan", "--date", tomorrow(), "--json", *("--iterations", "3000"), *chance],
            env=environment(database_url, BRIMFUL_PLAN_SOLVE_LIMIT_S=usual_s),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        (plan,) = json.loads(done.stdout)["plans"]
        found.append([(r["vehicle_id"], [s["bin_id"] for s in r["stops"]]) for r in plan["rounds"]])
    once, again, another_seed = found
    assert once == again
    assert once != another_seed


@pytest.mark.parametrize("command", ["plan", "replan"])
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--iterations", "0"], "'--iterations': Input should be greater than or equal to 1"),
        (["--iterations", "-5"], "'--iterations': Input should be greater than or equal to 1"),
        (["--iterations", "1e6"], "'--iterations': Input should be a valid integer"),
        (["--iterations", "many"], "'--iterations': Input should be a valid integer"),
        (["--limit-s", "nan"], "'--limit-s': Input should be less than or equal to 3600"),
        (["--seed", "-1"], "'--seed': Input should be greater than or equal to 0"),
    ],
)
def test_a_search_limit_that_is_none_is_refused(
    command: str, arguments: list[str], said: str
) -> None:
    done = subprocess.run(
        [BRIMFUL, command, *arguments],
        env={**os.environ, "TERM": "dumb", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


async def test_the_rounds_can_be_drawn_from_a_file(database_url: str, tmp_path: Path) -> None:
    await register(database_url)
    file = tmp_path / "rounds.geojson"
    done = brimful_plan(database_url, "--date", tomorrow(), "--geojson", str(file))
    assert done.returncode == 0, done.stderr
    found = json.loads(file.read_text("utf-8"))
    assert [f["geometry"]["type"] for f in found["features"]] == ["LineString", *["Point"] * 3]
    assert found["features"][0]["properties"]["way"] == "straight"
    nowhere = brimful_plan(
        database_url, "--date", tomorrow(), "--geojson", str(tmp_path / "no" / "x.geojson")
    )
    assert nowhere.returncode == 1
    assert "x.geojson: cannot be written: No such file" in nowhere.stderr


async def test_without_a_date_it_plans_today(database_url: str) -> None:
    await register(database_url)
    before = today()
    done = brimful_plan(database_url, "--json")
    assert done.returncode == 0, done.stderr
    (plan,) = json.loads(done.stdout)["plans"]
    assert before.isoformat() <= plan["day"] <= today().isoformat()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--depot", "nowhere"], "no depot nowhere; there are: depot"),
        (["--date", "2026-02-30"], "--date '2026-02-30' is not a day: write it as 2026-03-02"),
        (["--date", "tomorrow"], "is not a day"),
        (["--date", "9999-12-31"], "more than 7 days ahead"),
        (["--date", "2020-01-01"], "2020-01-01 is over at the depot"),
        (
            ["--watch", "--json"],
            "leave out --date, --depot, --policy, --dial, --json and --geojson",
        ),
    ],
)
async def test_what_cannot_be_planned_is_said_clearly(
    database_url: str, arguments: list[str], said: str
) -> None:
    await register(database_url)
    done = brimful_plan(database_url, *arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_without_depots(database_url: str) -> None:
    done = brimful_plan(database_url)
    assert done.returncode == 1
    assert "no depots are registered: brimful register" in done.stderr


def test_without_a_database() -> None:
    done = subprocess.run(
        [BRIMFUL, "plan"],
        env=environment("postgresql://nobody@127.0.0.1:1/none", BRIMFUL_DATABASE_TIMEOUT_S="2"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
async def test_the_service_plans_the_day_and_stops_when_told(
    database_url: str, tmp_path: Path, signal_number: signal.Signals
) -> None:
    await register(database_url)
    with (tmp_path / "log").open("w") as log:
        service = subprocess.Popen(  # noqa: ASYNC220 - nothing else runs on this loop
            [BRIMFUL, "plan", "--watch", "--limit-s", "0.5"],
            env=environment(database_url, BRIMFUL_PLAN_DAILY_AT="00:00"),
            stderr=log,
        )
        try:
            _wait_for_ready_plan(database_url)
            service.send_signal(signal_number)
            assert service.wait(STOP_LIMIT_S) == 0
        finally:
            service.kill()
            service.wait()
    assert "Traceback" not in (tmp_path / "log").read_text()


def _wait_for_ready_plan(database_url: str) -> None:
    deadline = time.monotonic() + 30
    with psycopg.connect(database_url, autocommit=True) as conn:
        while not conn.execute("SELECT 1 FROM plans WHERE status = 'ready'").fetchone():
            assert time.monotonic() < deadline, "no plan"
            time.sleep(0.1)


def plans(database_url: str) -> list[tuple[str, str]]:
    """Every plan's status and summary, oldest first."""
    with psycopg.connect(database_url) as conn:
        return conn.execute("SELECT status, summary FROM plans ORDER BY requested_at").fetchall()


async def test_without_a_terminal_each_phase_is_a_line_on_stderr(database_url: str) -> None:
    await register(database_url)
    done = brimful_plan(database_url, "--date", tomorrow(), "--json")
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("depot: ")]
    assert lines[0] == "depot: working out driving times"
    assert lines[1].startswith("depot: searching, 0 of 0 s; best so far 2 bins on 1 rounds, ")
    assert lines[-1].startswith("depot: checking and saving; best so far 2 bins on 1 rounds, ")
    assert lines[-1].endswith(" km, 0 left out")


def long_plan(database_url: str) -> subprocess.Popen[str]:
    """Start a plan that searches for ten minutes."""
    return subprocess.Popen(
        [BRIMFUL, "plan", "--date", tomorrow(), "--limit-s", "600"],
        env=environment(database_url),
        stderr=subprocess.PIPE,
        text=True,
    )


async def test_ctrl_c_cancels_and_leaves_what_was_in_force(database_url: str) -> None:
    fills = {f"b{n}": 90.0 for n in range(40)}
    always = lorry(shift_start=clock(0), shift_s=86_400)
    async with store.open_pool(database_url, application="test") as pool:
        here = town([bin_(b) for b in fills], vehicles=[always], timezone="Europe/Prague")
        await fill(pool, here, fills, at=datetime.now(UTC) - timedelta(minutes=5))
    assert brimful_plan(database_url, "--date", tomorrow()).returncode == 0
    process = long_plan(database_url)
    assert process.stderr is not None
    while "searching" not in process.stderr.readline():
        assert process.poll() is None
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=30)
    assert time.monotonic() - began < STOP_LIMIT_S
    assert process.returncode == 130
    assert "cancelled; the plan that was in force stays in force" in err
    assert [status for status, _summary in plans(database_url)] == ["ready", "cancelled"]


async def test_a_plan_is_cancelled_or_finished_by_its_id(database_url: str) -> None:
    await register(database_url)
    assert brimful_plan(database_url, "--date", tomorrow()).returncode == 0
    with psycopg.connect(database_url) as conn:
        row = conn.execute("SELECT plan_id FROM plans").fetchone()
        assert row is not None
    done = brimful_plan(database_url, "--cancel", str(row[0]))
    assert done.returncode == 1
    assert (
        "is ready: only one that is requested, running or proposed can be cancelled" in done.stderr
    )
    done = brimful_plan(database_url, "--finish", str(row[0]))
    assert (done.returncode, done.stdout) == (0, f"plan {row[0]} is finished already\n")
