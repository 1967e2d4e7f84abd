"""PyVRP and VROOM are given the same problem, and what they find passes the same referees."""

from pathlib import Path

import pytest
import pyvrp

from bench.kim import pyvrp_peer as kim_pyvrp
from bench.kim import referee as kim_referee
from bench.kim.instance import read as read_kim
from bench.vrp import vroom_peer
from bench.vrp.contenders import UnableError
from bench.vrp.pyvrp_peer import problem, solve_with_pyvrp
from bench.vrp.reading import read
from bench.vrp.referee import judge
from bench.vrp.rules import Rule
from bench.vrp.vroom_peer import solve_with_vroom
from tests.bench import problems
from tests.bench.test_vrp_referee import TestMixedFleets

LIMIT_S = 0.3


@pytest.mark.parametrize("text", [problems.CVRP, problems.VRPTW, problems.PRIZES, problems.RELOADS])
def test_pyvrp_solves_small_problems(tmp_path: Path, text: str) -> None:
    instance = read(problems.written(tmp_path, "a.vrp", text))
    found = solve_with_pyvrp(instance, limit_s=LIMIT_S, seed=1)
    assert judge(instance, found.routes).faults == ()
    assert found.iterations
    assert LIMIT_S <= found.elapsed_s < LIMIT_S + 2


def test_pyvrp_gives_each_vehicle_of_a_mixed_fleet_its_own(tmp_path: Path) -> None:
    instance = read(problems.written(tmp_path, "a.vrp", TestMixedFleets.TEXT))
    found = solve_with_pyvrp(instance, limit_s=LIMIT_S, seed=1)
    verdict = judge(instance, found.routes)
    assert verdict.faults == ()
    assert len(found.routes) == 2


@pytest.mark.parametrize("text", [problems.CVRP, problems.VRPTW])
def test_vroom_solves_what_it_can_state(tmp_path: Path, text: str) -> None:
    instance = read(problems.written(tmp_path, "a.vrp", text))
    found = solve_with_vroom(instance, limit_s=LIMIT_S, seed=1)
    ours = solve_with_pyvrp(instance, limit_s=LIMIT_S, seed=1)
    verdict = judge(instance, found.routes)
    assert verdict.faults == ()
    assert verdict.cost == judge(instance, ours.routes).cost


@pytest.mark.parametrize(
    ("text", "told"), [(problems.PRIZES, "weighs no prize"), (problems.RELOADS, "one trip")]
)
def test_vroom_says_what_it_cannot(tmp_path: Path, text: str, told: str) -> None:
    instance = read(problems.written(tmp_path, "a.vrp", text))
    assert told in vroom_peer.lacking(instance)
    with pytest.raises(UnableError, match=told):
        solve_with_vroom(instance, limit_s=LIMIT_S, seed=1)


def test_pyvrp_gets_what_its_own_reader_would_give_it(shared_data: Path) -> None:
    functions = {Rule.ROUND: "round", Rule.DIMACS: "dimacs"}
    for name in ("cvrp/X-n101-k25", "pcvrptw/R1_10_1", "mtvrptw/R201R0.25"):
        file = shared_data / "data" / "vrp" / f"{name}.vrp"
        instance = read(file)
        ours, _ = problem(instance)
        theirs = pyvrp.read(file, functions[instance.rule])
        for one, other in zip(ours.clients(), theirs.clients(), strict=True):
            assert (one.delivery, one.tw_early) == (other.delivery, other.tw_early)
            assert one.service_duration == other.service_duration
            assert one.release_time == other.release_time
            assert (one.prize, one.required) == (other.prize, other.required)
            assert min(one.tw_late, 10**9) == min(other.tw_late, 10**9)
        assert (ours.distance_matrix(0) == theirs.distance_matrix(0)).all()
        (mine,), (its,) = ours.vehicle_types(), theirs.vehicle_types()
        assert (mine.capacity, mine.reload_depots) == (its.capacity, its.reload_depots)
        assert mine.tw_late == its.tw_late


def test_pyvrp_on_a_waste_collection_instance(tmp_path: Path) -> None:
    kim = read_kim(problems.written(tmp_path, "tiny_stop.txt", problems.KIM))
    found = kim_pyvrp.solve_with_pyvrp(kim, limit_s=LIMIT_S, seed=1)
    verdict = kim_referee.judge(kim, found.routes)
    # two trips of nine yards each keep the day's eighteen; stops of the day are not in its model
    assert [f for f in verdict.faults if "stops in the day" not in f] == []
    assert "stops of a day" in found.lacks


def test_pyvrp_on_a_real_waste_collection_instance(shared_data: Path) -> None:
    kim = read_kim(shared_data / "data" / "kim2006" / "102_stop.txt")
    found = kim_pyvrp.solve_with_pyvrp(kim, limit_s=2.0, seed=1)
    verdict = kim_referee.judge(kim, found.routes)
    assert verdict.faults == ()
    assert verdict.distance_miles < 205.1
