"""The commands as an outsider calls them, with short limits."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bench.kim import referee as kim_referee
from bench.kim.instance import read as read_kim
from bench.main import app
from bench.solvers.document import MarkError, replace_block
from bench.solvers.runs import Job, jobs, run_all
from bench.vrp.building import build
from bench.vrp.instance import InstanceError
from bench.vrp.reading import read
from bench.vrp.referee import judge
from tests.bench import problems
from tests.bench.test_vrp_referee import TestMixedFleets


def called(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, done.stdout, done.stderr


def document(*arguments: str) -> dict[str, Any]:
    code, out, err = called(*arguments, "--json")
    assert code == 0, out + err
    told: dict[str, Any] = json.loads(out)
    return told


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        # 4 and 3, 2 and 1, and 5 alone; any other pairs cost more
        (problems.CVRP, 80 + 40 + 30),
        # out to the second, and the third on the way home: 10 + 10 + 19.0 + 1.4
        (problems.VRPTW, 40.4),
        # the same: the third is worth 1.5 and costs 0.4 more
        (problems.PRIZES, 404),
        (TestMixedFleets.TEXT, None),
    ],
)
def test_small_problems_are_solved_to_the_end(
    tmp_path: Path, text: str, cost: float | None
) -> None:
    file = problems.written(tmp_path, "a.vrp", text)
    told = document("vrp", str(file), "--limit-s", "0.5", "--peer", "pyvrp")
    assert told["feasible"], told["faults"]
    assert told["cost"] == told["peers"]["pyvrp"]["cost"]
    if cost is not None:
        assert told["cost"] == cost
    assert told["elapsed_s"] < 5
    assert (told["best_known"], told["gap_pct"]) == (None, None)
    assert judge(read(file), told["routes"]).faults == ()


def test_the_sol_file_beside_it_is_the_reference(tmp_path: Path) -> None:
    file = problems.written(tmp_path, "a.vrp", problems.VRPTW)
    problems.written(tmp_path, "a.sol", "Route #1: 1 2 3\nCost 404\n")
    told = document("vrp", str(file), "--limit-s", "0.3")
    assert (told["cost"], told["best_known"], told["gap_pct"]) == (404, 404, 0)


def test_a_sol_file_of_another_problem_is_no_reference(tmp_path: Path) -> None:
    file = problems.written(tmp_path, "a.vrp", problems.VRPTW)
    problems.written(tmp_path, "a.sol", "Route #1: 1 2\nRoute #2: 3\nCost 12\n")
    told = document("vrp", str(file), "--limit-s", "0.3")
    assert told["gap_pct"] is None
    assert "a.sol does not cost 12 under any rule: not compared" in told["notes"]


def test_vroom_is_left_out_with_its_reason(tmp_path: Path) -> None:
    file = problems.written(tmp_path, "a.vrp", problems.PRIZES)
    told = document("vrp", str(file), "--limit-s", "0.3", "--peer", "all")
    assert "weighs no prize" in told["peers"]["vroom"]["unable"]
    code, out, _ = called("vrp", str(file), "--limit-s", "0.3", "--peer", "all")
    assert code == 0
    assert "weighs no prize" in out


def test_a_file_that_cannot_be_read_ends_with_2_and_line_and_field(tmp_path: Path) -> None:
    file = problems.written(tmp_path, "bad.vrp", problems.CVRP.replace("2 10 0", "2 ten 0"))
    code, _, err = called("vrp", str(file), "--json")
    assert code == 2
    assert "bad.vrp, line 9, NODE_COORD_SECTION: 'ten' is not a number" in err
    file = problems.written(tmp_path, "bad_stop.txt", problems.KIM.replace("6.00 1", "6.00 7"))
    code, _, err = called("kim", str(file))
    assert code == 2
    assert "bad_stop.txt, line 9, Stop_Type: 7 is not 0, 1 or 2" in err


def test_what_the_planner_has_no_word_for_is_said(tmp_path: Path) -> None:
    text = problems.RELOADS.replace("CAPACITY", "VEHICLES_MAX_RELOADS : 1\nCAPACITY")
    with pytest.raises(InstanceError, match="no limit on how often to reload"):
        build(read(problems.written(tmp_path, "a.vrp", text)))


def test_routes_are_drawn(tmp_path: Path) -> None:
    file = problems.written(tmp_path, "a.vrp", problems.CVRP)
    code, _, _ = called("vrp", str(file), "--limit-s", "0.2", "--plot", str(tmp_path / "a.svg"))
    assert code == 0
    assert "<svg" in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_a_small_waste_collection_instance(tmp_path: Path) -> None:
    file = problems.written(tmp_path, "tiny_stop.txt", problems.KIM)
    told = document("kim", str(file), "--limit-s", "0.5", "--peer", "all")
    assert told["feasible"], told["faults"]
    assert told["vehicles"] == 2
    # 11, 13 and 14 in a row and back by the landfill: 4 + 5 + 1; 12 alone: 2 + 1 + 1
    assert told["distance_miles"] == 14
    assert kim_referee.judge(read_kim(file), told["routes"]).faults == ()
    assert told["published"] == []
    assert "one trip" in told["peers"]["vroom"]["unable"]


def test_a_real_waste_collection_instance(shared_data: Path, tmp_path: Path) -> None:
    file = shared_data / "data" / "kim2006" / "102_stop.txt"
    told = document("kim", str(file), "--limit-s", "3", "--plot", str(tmp_path / "a.svg"))
    assert told["feasible"], told["faults"]
    assert told["vehicles"] == 3
    assert told["distance_miles"] < 174.5
    assert len(told["published"]) == 3


def test_as_a_module_on_a_real_instance(shared_data: Path) -> None:
    file = shared_data / "data" / "vrp" / "cvrp" / "X-n101-k25.vrp"
    command = [sys.executable, "-m", "bench.vrp", str(file), "--limit-s", "2", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=170)
    told = json.loads(done.stdout)
    assert told["best_known"] == 27591
    assert told["iterations"] > 0
    assert 0 <= told["gap_pct"] < 5
    assert judge(read(file), told["routes"]).cost == told["cost"]


def test_all_tables_in_one_command(tmp_path: Path) -> None:
    folder = tmp_path / "vrp" / "cvrp"
    folder.mkdir(parents=True)
    problems.written(folder, "tiny.vrp", problems.CVRP)
    (tmp_path / "kim2006").mkdir()
    problems.written(tmp_path / "kim2006", "tiny_stop.txt", problems.KIM)
    kept = tmp_path / "kept.json"
    arguments = ["solvers", "--data", str(tmp_path), "--limit-s", "0.2", "--kim-limit-s", "0.3"]
    code, out, _ = called(*arguments, "--keep", str(kept))
    assert code == 0
    assert "| tiny-n5-k2 | 5 |  | 150 |" in out
    assert "| tiny |  | 2 / 14.0 |" in out
    todo = jobs(tmp_path, (), limit_s=0.2, kim_limit_s=0.3, seed=1)
    before = kept.read_text(encoding="utf-8")
    assert [job.bench for job, _ in run_all(todo, kept)] == ["vrp", "kim"]
    assert kept.read_text(encoding="utf-8") == before


def test_instances_by_name(shared_data: Path) -> None:
    def names(*only: str) -> list[str]:
        found: list[Job] = jobs(shared_data / "data", only, limit_s=1, kim_limit_s=1, seed=1)
        return [job.file.name for job in found]

    assert len(names()) >= 19
    assert names("X-n1*") == ["X-n101-k25.vrp", "X-n1001-k43.vrp"]
    assert names("pcvrptw/R1*", "102") == ["R1_10_1.vrp", "102_stop.txt"]
    with pytest.raises(FileNotFoundError):
        jobs(shared_data / "nowhere", (), limit_s=1, kim_limit_s=1, seed=1)


def test_a_block_of_a_page_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    page = problems.written(tmp_path, "p.md", "a\n<!-- t -->\nold\n<!-- /t -->\nb\n")
    replace_block(page, "t", "new")
    assert page.read_text(encoding="utf-8") == "a\n<!-- t -->\n\nnew\n\n<!-- /t -->\nb\n"
    with pytest.raises(MarkError, match="needs <!-- u -->"):
        replace_block(page, "u", "new")
