"""The forecast bench: what it reads, what it asks, what it says of a made-up city."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bench.forecast.asked import asked, begins_of_tests
from bench.forecast.library import Mstl
from bench.forecast.reading import read
from bench.forecast.scores import reliability
from bench.main import app
from core.errors import InvalidInputError
from routing.forecast.histories import BinOf, histories
from simulators.csv_formats import FORMATS
from tests.routing.forecast.processes import MONDAY_S, town

HOUR = 3600
CSV = FORMATS["csv"]


def file(tmp_path: Path, text: str, name: str = "fill.csv") -> Path:
    path = tmp_path / name
    data = text.encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def test_rows_that_mean_nothing_are_named_and_counted(tmp_path: Path) -> None:
    text = (
        "bin_id,stream,measured_at,fill_pct,else\n"
        "Bin 1/a,paper,2026-01-05T06:00:00Z,10.5,x\n"
        "Bin 1/a,paper,yesterday,11,x\n"
        "Bin 1/a,paper,2026-01-05 08:00:00+02:00,101,x\n"
        "\n"
        "Bin 1/a,paper,2026-01-05T10:00:00,nan,x\n"
        ",paper,2026-01-05T10:00:00,12,x\n"
        "Bin 1/a,paper\n"
        "Bin 1/a,paper,2026-01-05 08:00:00+02:00,20,x\n"
        "2,,2026-01-05,0,x\n"
    )
    found = read(file(tmp_path, text, "fill.csv.gz"), CSV)
    assert (found.rows, found.bad, found.same_moment) == (8, 5, 1)
    assert [line.partition(",")[0] for line in found.bad_shown] == [
        f"line {n}" for n in (3, 4, 6, 7, 8)
    ]
    assert "'yesterday' is no time" in found.bad_shown[0]
    history = found.history
    assert [b.bin_id for b in history.bins] == ["Bin 1/a", "2"]
    assert [b.stream for b in history.bins] == ["paper", "unknown"]
    # of one bin and moment the last row counts
    assert history.fill_pct.tolist() == [20, 0]
    assert history.at_s[0] == datetime(2026, 1, 5, 6, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has no column bin_id, measured_at, fill_pct; its columns are none"),
        ("bin,at,fill\n1,2,3\n", "its columns are bin, at, fill: say which is which with --map"),
        ("bin_id,measured_at,fill_pct\n", "not one row can be used of 0"),
        ("bin_id,measured_at,fill_pct\n1,x,3\n", "line 2, column measured_at"),
    ],
)
def test_a_file_of_no_use_says_why(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InvalidInputError, match=says):
        read(file(tmp_path, text), CSV)


def test_the_last_fifth_is_asked_and_nothing_across_an_emptying() -> None:
    fills = [10, 20, 30, 40, 50, 60, 70, 80, 5, 15]
    at = [MONDAY_S + n * 6 * HOUR for n in range(10)]
    history = histories([BinOf(bin_id="b", stream="s")], {"b": (at, fills)})
    assert begins_of_tests(history).tolist() == [at[8]]
    six = asked(history, 6.0)
    assert list(zip(six.origin, six.target, six.highest_pct, strict=True)) == [(8, 9, 15.0)]
    longer = histories(
        [BinOf(bin_id="b", stream="s")],
        {"b": ([MONDAY_S + n * 6 * HOUR for n in range(20)], [0, 5] * 8 + [40, 60, 10, 20])},
    )
    # from 40: not to 10, though it is no more than 30 below, for a fall of 50 lies between
    assert asked(longer, 12.0).origin.tolist() == []
    assert asked(longer, 6.0).origin.tolist() == [16, 18]


def test_a_target_is_the_nearest_reading_within_tolerance() -> None:
    hours = [*range(0, -40, -1), 5, 6.5, 8]
    at = sorted(MONDAY_S + round(h * HOUR) for h in hours)
    history = histories([BinOf(bin_id="b", stream="s")], {"b": (at, np.linspace(0, 50, len(at)))})
    found = asked(history, 6.0)
    pairs = {
        (int(history.at_s[o]) - MONDAY_S) / HOUR: (int(history.at_s[t]) - MONDAY_S) / HOUR
        for o, t in zip(found.origin, found.target, strict=True)
    }
    assert pairs[0] == 6.5
    assert pairs[-1] == 5
    assert pairs[-2] == 5
    assert -3 not in {o for o, t in pairs.items() if t == 5 and t - o > 7.5}


def test_reliability_of_a_forecaster_that_knows_and_of_one_that_does_not() -> None:
    chance = np.random.default_rng(1)
    truth = chance.random(20_000)
    came = chance.random(20_000) < truth
    knows, exaggerates = reliability(truth, came), reliability(np.round(truth), came)
    assert knows["most_off"] < 0.03
    assert exaggerates["most_off"] > 0.2
    assert knows["brier"] < exaggerates["brier"]
    assert abs(knows["brier_usual"] - 0.25) < 0.01


def city(path: Path) -> Path:
    made = town(7, bins=6, days=70, per_day=(8, 40))
    history = made.history
    lines = [
        f"{history.bins[history.owner[i]].bin_id},paper,"
        f"{datetime.fromtimestamp(int(history.at_s[i]), tz=UTC):%Y-%m-%dT%H:%M:%S},"
        f"{history.fill_pct[i]}\n"
        for i in range(len(history.at_s))
    ]
    return file(path, "bin_id,stream,measured_at,fill_pct\n" + "".join(reversed(lines)))


def test_a_made_up_city_is_forecast_better_than_simply_and_honestly(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["forecast", str(city(tmp_path)), "--json"])
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["file"]["bins"] == 6
    assert [row["horizon_h"] for row in document["errors"]] == [6, 12, 24, 48]
    for row in document["errors"]:
        mae = row["mae_pct"]
        assert row["n"] > 100
        assert mae["brimful"] < 1.2 * mae["hour_of_week"] < mae["persistence"]
    of = [row["mae_pct"] for row in document["errors"]]
    assert sum(e["brimful"] for e in of) < 1.1 * sum(e["hour_of_week"] for e in of)
    by_horizon = {row["horizon_h"]: row["most_off"] for row in document["calibration"]}
    assert max(by_horizon[6], by_horizon[12], by_horizon[24]) < 0.16


def test_a_wrong_option_or_file_is_told_in_a_line(tmp_path: Path) -> None:
    for arguments in (
        [str(tmp_path / "none.csv")],
        [str(city(tmp_path)), "--map", "what=bin_id"],
        [str(city(tmp_path)), "--timezone", "Mars/Here"],
        [str(city(tmp_path)), "--format", "mine"],
        [],
        [str(city(tmp_path)), "--speed", "10"],
    ):
        result = CliRunner().invoke(app, ["forecast", *arguments])
        assert result.exit_code == 2
        assert result.stderr.startswith("brimful-bench: ")


def test_the_time_for_a_city_is_told_in_processor_seconds() -> None:
    result = CliRunner().invoke(app, ["forecast", "--speed", "600", "--json"])
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert (document["bins"], document["readings"]) == (600, 600 * 28 * 12)
    assert document["machine"]["cores"] >= 1
    learning = document["took"]["learning"]
    assert learning["cpu_s"] > 0
    assert learning["wall_s"] > 0
    assert len(document["took"]) == 4
    shown = CliRunner().invoke(app, ["forecast", "--speed", "20"])
    assert shown.exit_code == 0, shown.output
    assert "20 bins, 6,720 readings" in shown.stdout
    assert "processor s" in shown.stdout


def test_a_daily_history_and_one_of_a_single_reading_are_no_trouble(tmp_path: Path) -> None:
    rows = [f"a,2026-01-{day:02},{(day * 7) % 60}\n" for day in range(1, 31)]
    path = file(tmp_path, "bin_id,measured_at,fill_pct\n" + "".join(rows) + "b,2026-01-05,4\n")
    result = CliRunner().invoke(app, ["forecast", str(path), "--json"])
    assert result.exit_code == 0, result.output
    asked_of = {row["horizon_h"]: row["n"] for row in json.loads(result.stdout)["errors"]}
    assert set(asked_of) == {24, 48}


def test_the_library_learns_gains_and_the_plots_are_drawn(tmp_path: Path) -> None:
    made = town(9, bins=4, days=60, per_day=(10, 30))
    library = Mstl()
    library.learn(made.history, made.now_s)
    which = np.arange(4)
    now, tomorrow = np.full(4, made.now_s), np.full(4, made.now_s + 86_400)
    gain = library.forecast(which, np.full(4, 10.0), now, tomorrow) - 10.0
    assert gain == pytest.approx(made.per_day, rel=0.5)
    history = tmp_path / "history"
    history.mkdir()
    arguments = ["forecast", str(city(history)), "--plots", str(tmp_path), "--json"]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    for name in ("forecast-calibration.svg", "forecast-errors.svg"):
        assert "<svg" in (tmp_path / name).read_text("utf-8")


def test_a_slice_of_prague_is_forecast_better_than_by_hour_of_week(
    shared_data: Path, tmp_path: Path
) -> None:
    """One bin of each stream; the figures of all are in docs/forecast.md."""
    with gzip.open(
        shared_data / "data" / "fill" / "prague" / "fill.csv.gz", "rt", encoding="utf-8"
    ) as text:
        header, *rows = text.readlines()
    some = [row for row in rows if row.partition(",")[0] in {"3172", "1354", "1791"}]
    path = file(tmp_path, header + "".join(some))
    arguments = ["forecast", str(path), "--format", "prague", "--refit-days", "30", "--json"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert {row["stream"] for row in document["errors"]} == {"paper", "clear_glass", "plastic"}
    of = [row["mae_pct"] for row in document["errors"]]
    assert sum(e["brimful"] for e in of) < sum(e["hour_of_week"] for e in of)
    assert max(row["most_off"] for row in document["calibration"] if row["horizon_h"] < 48) < 0.15
