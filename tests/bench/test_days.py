"""Days on real roads: a small one from end to end, and the model it is made of."""

import json
from pathlib import Path

import numpy as np
from typer.testing import CliRunner

from bench.days.command import block
from bench.days.day import BINS_OF_A_LORRY, driven, model
from bench.main import app
from routing.travel import UNREACHABLE_S, TravelTable


def table(n: int) -> TravelTable:
    metres = np.abs(np.subtract.outer(np.arange(n), np.arange(n))).astype(np.int32) * 100
    return TravelTable(drive_s=metres // 10, distance_m=metres, source="test")


def test_a_bin_without_a_way_is_for_no_lorry() -> None:
    roads = table(8)
    roads.drive_s[0, 5] = UNREACHABLE_S
    day = model(roads, 5)
    assert day.stops.allowed.all(axis=1).tolist() == [True, True, False, True, True]


def test_there_are_lorries_for_every_bin() -> None:
    day = model(table(3 + 2 * BINS_OF_A_LORRY + 1), 2 * BINS_OF_A_LORRY + 1)
    assert day.n_vehicles == 3


def test_a_route_is_driven_from_depot_to_depot_and_a_break_moves_nobody() -> None:
    day = model(table(8), 5)
    # stops 0 and 1, the second disposal site, the break
    assert driven(day, (0, 1, 6, 7)) == [0, 3, 4, 2, 0]


def test_a_small_day_from_end_to_end(shared_data: Path, tmp_path: Path) -> None:
    extract = shared_data / "data" / "roads" / "malta_harbour.osm.pbf"
    arguments = ["--extract", str(extract), "--roads", str(tmp_path), "--bins", "30"]
    done = CliRunner().invoke(app, ["days", *arguments, "--limit-s", "1", "--json"])
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    (row,) = document["rows"]
    assert (row["bins"], row["left_out"], row["lorries"]) == (30, 0, 1)
    # thirty bins, at least one emptying, and home
    assert row["legs"] >= 32
    assert row["steps"] > row["legs"]
    assert 0 < row["km"] <= row["objective_km"]
    assert row["matrix_mb"] == round(2 * 33 * 33 * 4 / 2**20, 1)
    assert row["engine_mb"] > 0
    assert "| 30 | 1 | 0 |" in block([row], document["machine"])


def test_a_missing_extract_is_said(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["days", "--extract", str(tmp_path / "nowhere.osm.pbf")])
    assert done.exit_code == 2
    assert "--extract FILE" in done.output
