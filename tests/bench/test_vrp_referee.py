"""Every rule of the published sets, and a route that breaks it."""

from pathlib import Path

import pytest

from bench.vrp.instance import Instance
from bench.vrp.reading import read
from bench.vrp.referee import judge
from tests.bench import problems


@pytest.fixture
def cvrp(tmp_path: Path) -> Instance:
    return read(problems.written(tmp_path, "a.vrp", problems.CVRP))


@pytest.fixture
def vrptw(tmp_path: Path) -> Instance:
    return read(problems.written(tmp_path, "a.vrp", problems.VRPTW))


@pytest.fixture
def prizes(tmp_path: Path) -> Instance:
    return read(problems.written(tmp_path, "a.vrp", problems.PRIZES))


@pytest.fixture
def reloads(tmp_path: Path) -> Instance:
    return read(problems.written(tmp_path, "a.vrp", problems.RELOADS))


def changed(tmp_path: Path, text: str, *changes: tuple[str, str]) -> Instance:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return read(problems.written(tmp_path, "b.vrp", text))


def faults(instance: Instance, *routes: list[int]) -> str:
    return "; ".join(judge(instance, routes).faults)


class TestCapacity:
    def test_good_routes_cost_their_rounded_way(self, cvrp: Instance) -> None:
        verdict = judge(cvrp, [[1, 5], [2, 3], [4]])
        assert verdict.is_feasible
        # 10 + sqrt(10^2 + 15^2) = 18.03 + 15; 20 + 10 + 30; 40 + 40
        assert verdict.cost == (10 + 18 + 15) + 60 + 80
        assert verdict.vehicles == 3

    def test_overload(self, cvrp: Instance) -> None:
        assert "loads 12 of 10" in faults(cvrp, [1, 2, 3], [4, 5])

    def test_a_missing_customer(self, cvrp: Instance) -> None:
        assert faults(cvrp, [1, 5], [2, 3]) == "customer 4 is on no route"

    def test_a_customer_twice(self, cvrp: Instance) -> None:
        assert "customer 4 is visited 2 times" in faults(cvrp, [1, 5], [2, 4], [3, 4])

    def test_a_stranger(self, cvrp: Instance) -> None:
        assert "9 is no place" in faults(cvrp, [1, 5], [2, 9], [3, 4])

    def test_coming_home_in_between_is_no_second_vehicle(self, cvrp: Instance) -> None:
        assert "may not reload" in faults(cvrp, [1, 5, 0, 2, 3], [4])

    def test_empty_routes_stay_at_home(self, cvrp: Instance) -> None:
        assert judge(cvrp, [[], [1, 5], [], [2, 3], [4]]).vehicles == 3


class TestWindows:
    def test_good_routes_cost_tenths_cut_off(self, vrptw: Instance) -> None:
        # 3 lies at (1, 1): 1.414 is 14 tenths
        verdict = judge(vrptw, [[1, 2], [3]])
        assert verdict.is_feasible
        assert verdict.cost == 400 + 14 + 14

    def test_a_window_that_has_closed(self, vrptw: Instance) -> None:
        # 14 + 50 service + 90 to customer 1, which closes at 120
        assert "customer 1 at 154, it closes at 120" in faults(vrptw, [3, 1, 2])

    def test_waiting_is_allowed(self, vrptw: Instance) -> None:
        assert not faults(vrptw, [1, 2, 3])

    def test_the_depot_closes(self, tmp_path: Path) -> None:
        early = changed(tmp_path, problems.VRPTW, ("1 0 100\n2 0 12", "1 0 50\n2 0 12"))
        assert "is at depot 0 at 550, it closes at 500" in faults(early, [1, 2], [3])

    def test_too_many_vehicles(self, vrptw: Instance) -> None:
        assert faults(vrptw, [1], [2], [3]) == "3 vehicles, the file has 2"

    def test_the_longest_duration_counts_from_the_latest_departure(self, tmp_path: Path) -> None:
        # customer 2 opens at 30 and is 20 away: leaves at 10, serves 30 to 35, is back at 55
        text = problems.VRPTW.replace("CAPACITY", "VEHICLES_MAX_DURATION : {}\nCAPACITY")
        enough = changed(tmp_path, text, ("{}", "45"))
        assert not faults(enough, [2], [1, 3])
        short = changed(tmp_path, text, ("{}", "44"))
        assert faults(short, [2], [1, 3]) == "route 1: lasts 450 of 440"

    def test_a_wait_that_no_later_departure_saves_counts(self, tmp_path: Path) -> None:
        # customer 1 has to begin by 12, then 12 + 5 + 10 = 27: three units are waited at customer 2
        text = problems.VRPTW.replace("CAPACITY", "VEHICLES_MAX_DURATION : {}\nCAPACITY")
        enough = changed(tmp_path, text, ("{}", "53"))
        assert not faults(enough, [1, 2], [3])
        short = changed(tmp_path, text, ("{}", "52"))
        assert faults(short, [1, 2], [3]) == "route 1: lasts 530 of 520"

    def test_the_longest_way(self, tmp_path: Path) -> None:
        text = problems.VRPTW.replace("CAPACITY", "VEHICLES_MAX_DISTANCE : 39\nCAPACITY")
        assert faults(changed(tmp_path, text), [1, 2], [3]) == "route 1: the way is 400 of 390"


class TestPrizes:
    def test_what_is_left_out_costs_its_prize(self, prizes: Instance) -> None:
        verdict = judge(prizes, [[1]])
        assert verdict.is_feasible
        assert verdict.left_out == (2, 3)
        assert verdict.cost == 200 + 1000 + 15

    def test_no_prize_means_mandatory(self, prizes: Instance) -> None:
        assert faults(prizes, [2, 3]) == "customer 1 is on no route"


class TestReloads:
    def test_a_reload_begins_an_empty_trip_once_everything_is_there(
        self, reloads: Instance
    ) -> None:
        verdict = judge(reloads, [[3, 1, 0, 2]])
        assert verdict.is_feasible
        assert verdict.cost == 200 + 200

    def test_without_the_reload_it_is_too_much(self, reloads: Instance) -> None:
        assert "loads 9 of 5" in faults(reloads, [3, 1, 2])

    def test_the_trip_waits_for_what_is_released(self, tmp_path: Path) -> None:
        # the second trip leaves at 30, not at 22: customer 2 is reached at 40
        late = changed(tmp_path, problems.RELOADS, ("3 0 90", "3 0 39"))
        assert "customer 2 at 400, it closes at 390" in faults(late, [3, 1, 0, 2])

    def test_the_whole_trip_waits_for_its_last_release(self, tmp_path: Path) -> None:
        # customers 2 and 3 on one trip: it leaves at 30 although 3 is there from the beginning
        late = changed(tmp_path, problems.RELOADS, ("4 0 90", "4 0 34"))
        assert "customer 3 at 350, it closes at 340" in faults(late, [3, 2, 0, 1])

    def test_reloading_where_it_may_not(self, tmp_path: Path) -> None:
        none = changed(tmp_path, problems.RELOADS, ("VEHICLES_RELOAD_DEPOT_SECTION\n1 1\n", ""))
        assert "may not reload at depot 0" in faults(none, [3, 1, 0, 2])

    def test_too_many_reloads(self, tmp_path: Path) -> None:
        once = changed(
            tmp_path, problems.RELOADS, ("CAPACITY", "VEHICLES_MAX_RELOADS : 1\nCAPACITY")
        )
        assert "2 reloads are too many" in faults(once, [3, 0, 1, 0, 2])


class TestMixedFleets:
    TEXT = problems.CVRP.replace("CAPACITY : 10", "VEHICLES : 2\nVEHICLES_FIXED_COST : 7").replace(
        "DEPOT_SECTION",
        "CAPACITY_SECTION\n1 4\n2 16\n"
        "VEHICLES_ALLOWED_CLIENTS_SECTION\n1 2 6\n2 3 4 5 6\nDEPOT_SECTION",
    )

    def test_a_route_belongs_to_the_vehicle_in_its_place(self, tmp_path: Path) -> None:
        mixed = changed(tmp_path, self.TEXT)
        assert not faults(mixed, [1], [2, 3, 4, 5])
        assert "loads 16 of 4" in faults(mixed, [2, 3, 4, 5], [1])

    def test_customers_a_vehicle_may_not_serve(self, tmp_path: Path) -> None:
        mixed = changed(tmp_path, self.TEXT)
        assert "route 1: this vehicle may not serve customer 2" in faults(mixed, [2], [3, 4, 5])

    def test_each_used_vehicle_has_its_fixed_cost(self, tmp_path: Path) -> None:
        mixed = changed(tmp_path, self.TEXT)
        # 20; 20 + 20 + sqrt(40^2 + 15^2) = 42.7 + 15
        assert judge(mixed, [[1], [2, 3, 4, 5]]).cost == 20 + (40 + 43 + 15) + 2 * 7
