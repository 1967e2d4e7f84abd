import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import store
from cli.main import app
from cli.recalibrate_told import TOLD_EVERY_S, Progress
from ingest.known import KnownSensors
from ingest.opening import open_message
from ingest.settling import settle
from store import calibrations, readings
from tests.ingest.parts import LIMITS, MOUNTED, NOW, message, settle_town
from tests.services.databases import on_both_engines

HOUR = timedelta(hours=1)


@pytest.fixture
def said(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """b0 with ten readings of 700 mm and less, b1 with one; returns the database's URL."""
    monkeypatch.setenv("BRIMFUL_DATABASE_URL", database_url)
    monkeypatch.chdir(tmp_path)
    asyncio.run(_say(database_url))
    return database_url


async def _say(database_url: str) -> None:
    await settle_town(database_url)
    async with store.connect(database_url) as conn:
        messages = [
            message({"measured_at": (NOW - n * HOUR).isoformat(), "distance_mm": 700 + n}, "s0")
            for n in reversed(range(10))
        ]
        messages.append(message({"measured_at": NOW.isoformat(), "distance_mm": 700}, "s1"))
        opened = [open_message(m, LIMITS) for m in messages]
        await settle(conn, opened, LIMITS, KnownSensors())


def recalibrate(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["recalibrate", *map(str, arguments)])


def fills(database_url: str, bin_id: str = "b0") -> list[float | None]:
    async def ask() -> list[float | None]:
        async with store.connect(database_url) as conn:
            found = await readings.history(conn, bin_id, since=MOUNTED, until=NOW + HOUR, limit=99)
            return [reading.fill_pct for reading in found]

    return asyncio.run(ask())


def versions(database_url: str, bin_id: str = "b0") -> list[tuple[int, int | None, int | None]]:
    async def ask() -> list[tuple[int, int | None, int | None]]:
        async with store.connect(database_url) as conn:
            found = (await calibrations.of_bins(conn, [bin_id]))[bin_id]
            return [(c.version, c.empty_distance_mm, c.full_distance_mm) for c in found]

    return asyncio.run(ask())


@on_both_engines
def test_a_bin_is_corrected_and_the_change_is_told(said: str) -> None:
    result = recalibrate("b0", "--empty-mm", 1_400, "--full-mm", 400, "--note", "by hand")
    assert result.exit_code == 0, result.output
    at = "2026-03-02 12:00:00 UTC"
    assert result.stdout.splitlines() == [
        "b0: new calibration 2, for all history",
        "    10 of 10 readings changed",
        "    fill of 10: by +20.0 points in the mean, +20.0 at most",
        f"    level: 50.0 % of {at} (stale) -> 70.0 % of {at} (stale)",
    ]
    assert fills(said)[-1] == pytest.approx(70)
    assert versions(said) == [(1, 1_200, 200), (2, 1_400, 400)]
    again = recalibrate("b0")
    assert again.stdout.startswith("b0: calibration 2 as it stands, for all history\n    0 of 10 ")


def test_a_dry_run_says_so_and_changes_nothing(said: str) -> None:
    before = fills(said)
    result = recalibrate("b0", "--empty-mm", 1_400, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "b0: new calibration 2 (not stored), for all history" in result.stdout
    assert "10 of 10 readings would change" in result.stdout
    assert (fills(said), versions(said)) == (before, [(1, 1_200, 200)])


@pytest.mark.usefixtures("said")
def test_since_a_moment() -> None:
    since = (NOW - 4 * HOUR).isoformat()
    result = recalibrate("b0", "--empty-mm", 1_400, "--full-mm", 400, "--since", since, "--json")
    (found,) = json.loads(result.stdout)["bins"]
    assert (found["since"], found["readings"], found["changed"]) == (
        "2026-03-02T08:00:00Z",
        5,
        5,
    )
    assert found["fill"] == {"changed": 5, "mean_change_pct": 20, "largest_change_pct": 20}
    assert (found["calibration_version"], found["calibration_added"]) == (2, True)
    assert (found["before"]["fill_pct"], found["after"]["fill_pct"]) == (50, 70)
    covered = recalibrate("b0", "--empty-mm", 1_300)
    assert "it counts instead of 2 as well, which began later" in covered.stdout


@pytest.mark.usefixtures("said")
def test_all_bins_and_those_of_a_stream() -> None:
    for which in (["--all"], ["--stream", "paper"]):
        result = recalibrate(*which, "--blind-zone-mm", 705)
        assert result.exit_code == 0, result.output
        assert "3 bins, 11 readings: " in result.stdout
    assert json.loads(recalibrate("--all", "--json").stdout)["bins"][1]["bin_id"] == "b1"
    assert "there is no bin of stream glass" in recalibrate("--stream", "glass").stderr


@on_both_engines
def test_a_file_of_corrections(said: str) -> None:
    Path("bins.csv").write_text(
        "bin_id;empty_distance_mm;full_distance_mm;since;note\n"
        "b0;1400;400;;measured by hand\n"
        "\n"
        "b1;;;2026-03-01T00:00:00Z;\n"
    )
    result = recalibrate("--csv", "bins.csv")
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("2 bins, 11 readings: 10 changed, in 1 bins\n")
    assert fills(said)[-1] == pytest.approx(70)
    assert [v for v, _, _ in versions(said, "b1")] == [1], "a row without values corrects nothing"


def test_every_mistake_of_a_file_is_named_and_nothing_done(said: str) -> None:
    before = fills(said)
    Path("bins.csv").write_text(
        "bin_id,empty_distance_mm,vendor_full_pct,since\n"
        "b0,1400,,\n"
        "b00,,,\n"
        "b0,1500,,\n"
        "b1,far,0,0\n"
        "b2,150,,\n"
        "b2,1400\n"
    )
    result = recalibrate("--csv", "bins.csv")
    assert result.exit_code == 1
    told = result.stderr.splitlines()
    needed = "0 <= full_distance_mm < empty_distance_mm"
    assert told[0] == "brimful: bins.csv: cannot be used, nothing was changed:"
    assert [line.strip().partition(" Input")[0] for line in told[1:]] == [
        "line 3, bin_id: there is no such bin; did you mean b0?",
        "line 4, bin_id: b0 stands on line 2 too",
        "line 5, empty_distance_mm:",
        "line 5, vendor_full_pct:",
        "line 5, since: must be RFC 3339 text, for example 2026-03-02T06:15:00Z",
        f"line 6: bin b2: calibration needs {needed}, got full 200 and empty 150",
        "line 7: 2 cells where the first line names 4",
    ]
    assert (fills(said), len(versions(said))) == (before, 1)


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "no column bin_id"),
        (b"bin_id\n", "has no rows below its first line"),
        (b"bin_id,empty\nb0,3\n", "unknown column 'empty'"),
        (b"bin_id,bin_id\nb0,b0\n", "column 'bin_id' stands twice"),
        (b"\xff", "is not UTF-8"),
        (b'bin_id,note\nb0,"open\n', "is no CSV"),
        (b"bin_id,vendor_full_pct\nb0,nan\n", "line 2, vendor_full_pct: "),
    ],
)
def test_what_is_no_file_of_corrections(content: bytes, problem: str) -> None:
    Path("bins.csv").write_bytes(content)
    result = recalibrate("--csv", "bins.csv")
    assert (result.exit_code, problem in result.stderr) == (1, True), result.stderr
    assert "Traceback" not in result.output


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        ([], 2, "say which bins"),
        (["b0", "--all"], 2, "say which bins"),
        (["--csv", "x.csv", "--empty-mm", 9], 2, "stand in the file"),
        (["--csv", "nowhere.csv"], 1, "No such file"),
        (["b0", "--since", "yesterday"], 2, "is no time"),
        (["b0", "--vendor-full-pct", "nan"], 2, "'--vendor-full-pct'"),
        (["b0", "--note", "two\nlines"], 2, "printable"),
        (["b00", "nowhere"], 1, "b00: there is no such bin; did you mean b0"),
        (["b0", "--full-mm", 1_300], 1, "got full 1300 and empty 1200"),
    ],
)
def test_wrong_arguments_are_told(arguments: list[Any], code: int, problem: str) -> None:
    result = recalibrate(*arguments)
    told = " ".join(result.stderr.replace("│", " ").split())
    assert (result.exit_code, problem in told) == (code, True), result.output
    assert "Traceback" not in result.output


def test_progress_is_told_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    times = iter([0.0, 1.0, TOLD_EVERY_S, TOLD_EVERY_S + 1, 2 * TOLD_EVERY_S])
    progress = Progress(bins=3, clock=lambda: next(times))
    for _ in range(5):
        progress.take(5_000)
    progress.bins_done += 1
    assert capsys.readouterr().err.splitlines() == [
        "0 of 3 bins, 15000 readings",
        "0 of 3 bins, 25000 readings",
    ]
