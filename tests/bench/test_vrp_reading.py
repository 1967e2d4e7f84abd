"""Files of published problems: what they say, and errors that name line and field."""

from pathlib import Path

import numpy as np
import pytest
import vrplib

from bench.vrp.instance import Instance, InstanceError
from bench.vrp.reading import read
from bench.vrp.referee import judge
from bench.vrp.rules import Rule
from bench.vrp.solution import counted_by, published, read_solution
from tests.bench import problems


def test_a_cvrp_file(tmp_path: Path) -> None:
    instance = read(problems.written(tmp_path, "a.vrp", problems.CVRP))
    assert (instance.name, instance.kind, instance.rule) == ("tiny-n5-k2", "cvrp", Rule.ROUND)
    assert instance.demand.tolist() == [0, 4, 4, 4, 4, 4]
    assert instance.distance[1, 5] == pytest.approx(np.hypot(10, 15))
    # 20 of 10 each: two, a quarter more, and five; but there are five customers
    assert instance.fleet.size == 5
    assert not instance.fleet.is_limited


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (problems.VRPTW, "vrptw"),
        (problems.PRIZES, "pcvrptw"),
        (problems.RELOADS, "mtvrptw"),
        (
            problems.CVRP.replace(
                "DEPOT_S", "PRIZE_SECTION\n1 0\n2 1\n3 1\n4 1\n5 1\n6 1\nDEPOT_S"
            ),
            "pccvrp",
        ),
    ],
)
def test_kinds(tmp_path: Path, text: str, kind: str) -> None:
    instance = read(problems.written(tmp_path, "a.vrp", text))
    assert (instance.kind, instance.rule) == (kind, Rule.DIMACS)


@pytest.mark.parametrize(
    ("text", "kind", "rule"),
    [
        (problems.CVRP, "EXACT_2D", Rule.EXACT),
        (problems.CVRP, "FLOOR_2D", Rule.TRUNC),
        (problems.CVRP, "CEIL_2D", Rule.CEIL),
        (problems.CVRP.replace("tiny-n5", "CMT"), "EUC_2D", Rule.EXACT),
        # straight lines as they are, which the sets with windows count in tenths
        (problems.VRPTW, "EXACT_2D", Rule.DIMACS),
        (problems.VRPTW, "FLOOR_2D", Rule.TRUNC),
    ],
)
def test_rules_of_sets(tmp_path: Path, text: str, kind: str, rule: Rule) -> None:
    instance = read(problems.written(tmp_path, "a.vrp", text.replace("EUC_2D", kind)))
    assert instance.rule is rule
    assert read(problems.written(tmp_path, "a.vrp", text), Rule.CEIL).rule is Rule.CEIL


def test_solomons_form_says_the_same_as_vrplib(tmp_path: Path) -> None:
    one = read(problems.written(tmp_path, "a.vrp", problems.VRPTW))
    other = read(problems.written(tmp_path, "a.txt", problems.SOLOMON))
    assert other.name == "C999"
    for name in ("distance", "demand", "service", "window", "release", "prize"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert other.fleet.size == 2
    assert other.rule is Rule.DIMACS


@pytest.mark.parametrize(
    ("form", "figures"),
    [
        ("FULL_MATRIX", "0 1 2 1 0 3 2 3 0"),
        ("LOWER_ROW", "1 2 3"),
        ("LOWER_DIAG_ROW", "0 1 0 2 3 0"),
        ("UPPER_ROW", "1 2\n3"),
        ("UPPER_DIAG_ROW", "0 1 2 0 3 0"),
        ("LOWER_COL", "1 2 3"),
    ],
)
def test_matrices(tmp_path: Path, form: str, figures: str) -> None:
    text = (
        "NAME: m\nDIMENSION: 3\nCAPACITY: 5\nEDGE_WEIGHT_TYPE: EXPLICIT\n"
        f"EDGE_WEIGHT_FORMAT: {form}\nEDGE_WEIGHT_SECTION\n{figures}\n"
        "DEMAND_SECTION\n1 0\n2 1\n3 1\nDEPOT_SECTION\n1\n-1\nEOF\n"
    )
    instance = read(problems.written(tmp_path, "m.vrp", text))
    assert instance.distance.tolist() == [[0, 1, 2], [1, 0, 3], [2, 3, 0]]
    assert judge(instance, [[1, 2]]).cost == 6


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("DIMENSION : 6", "DIMENSION : six", "line 4, DIMENSION: 'six' is not a number"),
        ("DIMENSION : 6\n", "", "line 1, DIMENSION: is missing"),
        ("DIMENSION : 6", "DIMENSION : 7", "NODE_COORD_SECTION: number 7 of 7 is missing"),
        ("3 20 0", "3 20", "line 10, NODE_COORD_SECTION: 3 figures belong on the line"),
        ("3 20 0", "3 20 x", "line 10, NODE_COORD_SECTION: 'x' is not a number"),
        ("3 20 0", "2 20 0", "line 10, NODE_COORD_SECTION: number 2 stands there twice"),
        ("6 4\n", "7 4\n", "line 20, DEMAND_SECTION: '7' is not a number from 1 to 6"),
        ("6 4\n", "6 -4\n", "DEMAND_SECTION: number 6 is below 0"),
        ("EUC_2D", "GEO", "line 5, EDGE_WEIGHT_TYPE: 'GEO' is not one that can be read"),
        ("CAPACITY : 10", "CAPACITY : nan", "line 6, CAPACITY: 'nan' is not a finite number"),
        ("DEPOT_SECTION\n1\n", "DEPOT_SECTION\n2\n", "line 21, DEPOT_SECTION: the depots have to"),
        (
            "DEPOT_SECTION",
            "BACKHAUL_SECTION\n1 0\nDEPOT_SECTION",
            "line 21, BACKHAUL_SECTION: this",
        ),
        ("DEMAND_SECTION\n", "NODE_COORD_SECTION\n", "line 14, NODE_COORD_SECTION: the section"),
        ("NAME : tiny-n5-k2", "hello", "line 1, hello: neither"),
    ],
)
def test_errors_name_line_and_field(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in problems.CVRP
    path = problems.written(tmp_path, "bad.vrp", problems.CVRP.replace(old, new, 1))
    with pytest.raises(InstanceError) as caught:
        read(path)
    assert str(caught.value).startswith("bad.vrp, ")
    assert told in str(caught.value)


def test_a_window_the_wrong_way_round(tmp_path: Path) -> None:
    text = problems.VRPTW.replace("3 30 40", "3 40 30")
    with pytest.raises(InstanceError, match="number 3 closes at 30 before it opens at 40"):
        read(problems.written(tmp_path, "bad.vrp", text))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("    2     20         0", "    2     2O         0", "line 12: '2O' is not a number"),
        ("    2     20", "    3     20", "line 12, CUST NO.: number 2 is missing"),
        ("30         40          5", "30         40", "line 12, CUSTOMER: 7 figures belong"),
        ("30         40", "40         30", "line 12, DUE DATE: closes at 30 before"),
    ],
)
def test_errors_in_solomons_form(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in problems.SOLOMON
    path = problems.written(tmp_path, "bad.txt", problems.SOLOMON.replace(old, new))
    with pytest.raises(InstanceError) as caught:
        read(path)
    assert told in str(caught.value)


def test_a_missing_and_an_empty_file(tmp_path: Path) -> None:
    with pytest.raises(InstanceError, match="No such file"):
        read(tmp_path / "nowhere.vrp")
    with pytest.raises(InstanceError, match="is empty"):
        read(problems.written(tmp_path, "empty.vrp", "\n\n"))


class TestPublishedCosts:
    def solution(self, tmp_path: Path, cost: str) -> Path:
        text = f"Route #1: 1 2\nRoute #2: 3\nCost {cost}\n"
        return problems.written(tmp_path, "a.sol", text)

    @pytest.mark.parametrize(
        ("cost", "rule", "per_shown"),
        [
            ("428", Rule.DIMACS, 1),
            ("42.8", Rule.DIMACS, 10),
            ("42", Rule.ROUND, 1),
            ("42.83", Rule.EXACT, 1),
        ],
    )
    def test_show_the_rule(self, tmp_path: Path, cost: str, rule: Rule, per_shown: int) -> None:
        instance = read(problems.written(tmp_path, "a.vrp", problems.VRPTW))
        best = published(instance, read_solution(self.solution(tmp_path, cost)))
        assert best is not None
        assert (best.rule, best.per_shown) == (rule, per_shown)

    def test_that_no_rule_gives_are_no_reference(self, tmp_path: Path) -> None:
        instance = read(problems.written(tmp_path, "a.vrp", problems.VRPTW))
        assert published(instance, read_solution(self.solution(tmp_path, "77"))) is None

    def test_without_a_cost_it_is_an_error(self, tmp_path: Path) -> None:
        path = problems.written(tmp_path, "a.sol", "Route #1: 1 2\n")
        with pytest.raises(InstanceError, match=r"a\.sol, line 1, Cost: is missing"):
            read_solution(path)


@pytest.fixture(scope="module")
def files(shared_data: Path) -> list[Path]:
    found = sorted((shared_data / "data" / "vrp").glob("*/*.vrp"))
    assert len(found) >= 13
    return found


class TestSharedInstances:
    """Every instance beside its best known solution."""

    def test_best_known_solutions_cost_what_they_say_and_break_no_rule(
        self, files: list[Path]
    ) -> None:
        for file in files:
            instance, solution = read(file), read_solution(file.with_suffix(".sol"))
            verdict = judge(instance, solution.routes)
            best = published(instance, solution)
            assert verdict.faults == (), file
            assert best is not None, file
            assert best.rule is instance.rule, file
            assert verdict.cost / best.per_shown == pytest.approx(solution.cost), file

    def test_the_library_reads_the_same(self, files: list[Path]) -> None:
        for file in files:
            instance, other = read(file), vrplib.read_instance(file)
            assert instance.n_places == other["dimension"]
            np.testing.assert_array_equal(instance.demand, other["demand"])
            np.testing.assert_allclose(instance.distance, other["edge_weight"], atol=1e-6)
            if "time_window" in other:
                np.testing.assert_array_equal(instance.window, other["time_window"])
            if "prize" in other:
                np.testing.assert_array_equal(instance.prize, other["prize"])
            if "release_time" in other:
                np.testing.assert_array_equal(instance.release, other["release_time"])


def test_the_same_instance_under_another_rule(tmp_path: Path) -> None:
    instance: Instance = read(problems.written(tmp_path, "a.vrp", problems.VRPTW))
    assert judge(counted_by(instance, Rule.EXACT), [[1, 2], [3]]).cost == pytest.approx(
        40 + 2 * 2**0.5
    )
