"""The compiled search against the plain timetable: each constraint alone, and all at once."""

import itertools
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from routing.model import Model, Routes
from routing.search import Progress, anneal, first, prepare, prizes, search
from routing.search import commands as entry
from routing.search.kernel import layout as at
from routing.timetable import InfeasibleError, timetable
from tests.routing.days import FAR, busy_day, day, line

CONSTRAINTS = (
    "windows",
    "loads",
    "day limits",
    "disposals",
    "shifts",
    "breaks",
    "prizes",
    "fleet",
    "balance",
    "releases",
    "trips with releases",
    "all",
)


def check(model: Model, routes: Routes) -> None:
    """Raise where a route cannot be driven or a stop is served twice."""
    assert len(routes) == model.n_vehicles
    for vehicle, route in enumerate(routes):
        if route:
            timetable(model, vehicle, route)
    served = [visit for route in routes for visit in route if visit < model.n_stops]
    assert len(served) == len(set(served))


def left_out(model: Model, routes: Routes) -> set[int]:
    served = {visit for route in routes for visit in route}
    return set(range(model.n_stops)) - served


@pytest.mark.parametrize("only", CONSTRAINTS)
def test_what_is_found_can_be_driven_and_costs_what_the_search_says(only: str) -> None:
    for seed in range(30):
        model = busy_day(seed, stops=(1, 2, 5, 15, 40)[seed % 5], vehicles=1 + seed % 3, only=only)
        arrays = prepare.prepare_day(model)
        state = prepare.prepare_state(model, arrays, seed)
        entry.construct(arrays, state, 4)
        check(model, prepare.best_routes(model, state))
        entry.walk(arrays, state, 300, 500.0, 5.0)
        entry.finish(arrays, state)
        routes = prepare.best_routes(model, state)
        check(model, routes)
        told = int(state.total[at.T_BEST])
        if only == "all":
            # a stop's other window may make a shift shorter than the search saw
            assert model.objective(routes) <= told
        else:
            assert model.objective(routes) == told


def typical_arc(model: Model) -> float:
    """Return what the temperatures are shares of."""
    arrays = prepare.prepare_day(model)
    state = prepare.prepare_state(model, arrays, 1)
    entry.construct(arrays, state, 0)
    return anneal.typical_arc(model, state)


def test_the_search_begins_hotter_where_disposal_sites_are_far() -> None:
    """Out over two stops, the disposal site and home again: 10, 10, 10 and 30."""
    visited = day(line(4), stops=2, disposals=1, vehicles_ends_empty=np.ones(1, dtype=np.bool_))
    assert typical_arc(visited) == pytest.approx(np.sqrt((3 * 10**2 + 30**2) / 4))
    # without one the plain mean: 10, 10 and 20
    assert typical_arc(day(line(3), stops=2)) == pytest.approx(40 / 3)
    # the vehicle that stays at the depot has no arcs
    assert typical_arc(day(line(3), stops=2, vehicles=2)) == pytest.approx(40 / 3)


def best_of_all(model: Model) -> int:
    """Return the best objective there is, by trying everything; no disposals, no breaks."""
    stops, best = range(model.n_stops), int(model.stops.penalty.sum())
    cheapest: dict[tuple[int, frozenset[int]], int] = {}
    for vehicle in range(model.n_vehicles):
        for count in range(1, model.n_stops + 1):
            for route in itertools.permutations(stops, count):
                try:
                    timetable(model, vehicle, route)
                except InfeasibleError:
                    continue
                key = (vehicle, frozenset(route))
                cost = model.route_cost(vehicle, route)
                cheapest[key] = min(cost, cheapest.get(key, cost))
    served = [
        [(frozenset[int](), 0), *((s, c) for (v, s), c in cheapest.items() if v == vehicle)]
        for vehicle in range(model.n_vehicles)
    ]
    for choice in itertools.product(*served):
        taken = [stop for stops_, _cost in choice for stop in stops_]
        if len(taken) == len(set(taken)):
            missing = set(stops) - set(taken)
            cost = sum(cost for _stops, cost in choice)
            best = min(best, cost + int(model.stops.penalty[sorted(missing)].sum()))
    return best


@pytest.mark.parametrize(
    "only", ["windows", "loads", "day limits", "shifts", "prizes", "fleet", "balance", "releases"]
)
def test_on_tiny_days_nothing_better_exists(only: str) -> None:
    for seed in range(6):
        model = busy_day(100 + seed, stops=4, vehicles=2, only=only)
        found = search(model, iterations=2_000, seed=seed)
        assert model.objective(found) == best_of_all(model)


def test_several_trips_take_what_one_body_does_not() -> None:
    model = day(
        line(6),
        stops=4,
        disposals=1,
        vehicles_capacity=[[2]],
        vehicles_ends_empty=[True],
    )
    (route,) = search(model, iterations=500)
    assert left_out(model, (route,)) == set()
    assert route.count(4) == 2
    assert route[-1] == 4


def test_a_trip_waits_for_the_last_of_what_it_takes() -> None:
    # depot 0, three stops in a line, and to empty at the depot; the last stop is there at 100 only
    model = day(
        line(4),
        stops=3,
        disposals=1,
        vehicles_start_s=[[0, 0]],
        vehicles_ends_empty=[True],
        disposals_enter=[0],
        disposals_leave=[0],
        stops_release_s=[0, 0, 100],
    )
    (route,) = search(model, iterations=500)
    assert timetable(model, 0, route).return_s == 160
    assert route in {(0, 1, 2, 3), (2, 1, 0, 3), (0, 2, 1, 3), (1, 2, 0, 3)}
    # the first one is shut by then: it has to come on a trip before
    shut = [[[0, 50]], [[0, 500]], [[0, 500]]]
    two = replace(model, stops=replace(model.stops, window_s=np.array(shut, dtype=np.int32)))
    (route,) = search(two, iterations=500)
    assert left_out(two, (route,)) == set()
    assert route.count(3) == 2
    assert route.index(0) < route.index(3) < route.index(2)


def test_the_better_disposal_site_is_taken_and_a_closed_one_is_not() -> None:
    # depot 0, stop 1, sites 2 and 3
    sites: dict[str, Any] = {"stops": 1, "disposals": 2, "vehicles_ends_empty": [True]}
    assert search(day(line(4), **sites), iterations=100) == ((0, 1),)
    shut = day(line(4), **sites, disposals_window_s=[[0, 5], [0, 99]])
    assert search(shut, iterations=100) == ((0, 2),)
    elsewhere = day(line(4), **sites, disposals_allowed=[[False], [True]])
    assert search(elsewhere, iterations=100) == ((0, 2),)


def test_a_break_is_on_the_route_only_where_it_is_owed() -> None:
    lunch: dict[str, Any] = {
        "stops": 3,
        "breaks": 1,
        "vehicles_start_s": [[0, 0]],
        "vehicles_end_s": [200],
    }
    owed = day(line(4), **lunch, vehicles_break_s=[[[15, 25, 30, 40]]])
    (route,) = search(owed, iterations=200)
    assert sorted(route) == [0, 1, 2, 3]
    not_owed = day(line(4), **lunch, vehicles_break_s=[[[15, 25, 30, 60]]])
    (route,) = search(not_owed, iterations=200)
    assert sorted(route) == [0, 1, 2]
    # no place for it: only what is done before it would be owed
    never = day(line(4), **lunch, vehicles_break_s=[[[1, 5, 300, 45]]])
    (route,) = search(never, iterations=200)
    assert len(route) == 2


def test_a_stop_that_costs_more_than_it_is_worth_stays_and_two_may_pay_together() -> None:
    # two stops far out next to each other: 200 to drive for either, 201 for both
    cost = [[0, 100, 100], [100, 0, 1], [100, 1, 0]]
    together = day(cost, stops=2, stops_penalty=[150, 150])
    assert left_out(together, search(together, iterations=500)) == set()
    dear = day(cost, stops=2, stops_penalty=[100, 100])
    assert left_out(dear, search(dear, iterations=500)) == {0, 1}


def test_with_too_much_work_the_best_set_stays() -> None:
    model = day(
        line(7),
        stops=6,
        stops_penalty=np.array([1, 9, 2, 8, 3, 7]) * FAR,
        vehicles_capacity=[[3]],
    )
    assert left_out(model, search(model, iterations=2_000)) == {0, 2, 4}


def test_mandatory_stops_come_before_prizes_however_many() -> None:
    model = day(
        line(6),
        stops=5,
        stops_penalty=[FAR, 500, 500, 500, 500],
        vehicles_max_stops=[1],
    )
    assert left_out(model, search(model, iterations=1_000)) == {1, 2, 3, 4}


def test_raised_prizes_serve_more_and_the_best_is_kept_by_the_true_ones() -> None:
    model = busy_day(5, stops=60, vehicles=4, only="prizes")
    model.stops.penalty[:3] = FAR
    true = model.stops.penalty.copy()
    arrays = prepare.prepare_day(model)
    state = prepare.prepare_state(model, arrays, 1)
    entry.construct(arrays, state, entry.FAR)
    began = int(state.total[at.T_BEST])
    raised = prizes.Prizes(model, arrays, state)
    for share in (0.0, prizes.UNTIL / 2):
        raised.set(share)
        assert (arrays.penalty[:3] == FAR).all()
        assert (arrays.penalty[3:] >= true[3:]).all()
        assert arrays.penalty[3:].sum() > 1.2 * true[3:].sum()
        entry.walk(arrays, state, 2_000, 10.0, 10.0)
        raised.note()
        absent = state.absent[: state.total[at.T_ABSENT]]
        assert state.total[at.T_COST] == (
            state.sums[:, at.COST].sum() + arrays.penalty[absent].sum()
        )
        assert raised.best == model.objective(prepare.best_routes(model, state)) <= began
    raised.set(prizes.UNTIL)
    assert (arrays.penalty == true).all()
    assert (model.stops.penalty == true).all()
    entry.walk(arrays, state, 20_000, 1.0, 0.01)
    assert raised.best == model.objective(prepare.best_routes(model, state)) < began


def test_where_every_stop_is_mandatory_nothing_is_raised() -> None:
    model = busy_day(5, stops=30, vehicles=3, only="loads")
    model.stops.penalty[:] = FAR
    arrays = prepare.prepare_day(model)
    raised = prizes.Prizes(model, arrays, prepare.prepare_state(model, arrays, 1))
    assert not raised.are_raised(0.0)
    raised.set(0.0)
    assert (arrays.penalty == FAR).all()


def test_routes_are_opened_where_only_many_stops_together_pay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(1)
    x, y = rng.uniform(0, 1000, 301), rng.uniform(0, 1000, 301)
    x[0], y[0] = 0, 0
    model = day(
        np.hypot(x[:, None] - x, y[:, None] - y).astype(np.int32),
        stops=300,
        vehicles=20,
        stops_penalty=np.full(300, 80),
        vehicles_fixed_cost=np.full(20, 300),
        vehicles_max_stops=np.full(20, 50),
    )
    found = model.objective(search(model, iterations=4_000))
    for module in (anneal, prizes):
        monkeypatch.setattr(module, "UNTIL", 0.0)
    assert found < 0.96 * model.objective(search(model, iterations=4_000))


def test_wishes_and_fixed_costs_decide_between_equal_vehicles() -> None:
    wished = day(line(2), stops=1, vehicles=2, stops_wish=[[5, 0]])
    assert search(wished, iterations=100) == ((), (0,))
    cheap = day(line(2), stops=1, vehicles=2, vehicles_fixed_cost=[5, 4])
    assert search(cheap, iterations=100) == ((), (0,))


def test_balance_shares_out_the_work() -> None:
    hours = (line(5) * 360).astype(np.int32)
    alone: dict[str, Any] = {"stops": 4, "vehicles": 2, "cost": line(5)}
    stop_places: dict[str, Any] = {"stops_service_s": [3600] * 4}
    (one, two) = search(day(hours, **alone, **stop_places), iterations=500)
    assert not one or not two
    (one, two) = search(day(hours, **alone, **stop_places, balance_cost=10), iterations=500)
    assert one
    assert two


def test_a_time_beside_the_iterations_sets_no_pace_and_ends_the_search() -> None:
    model = busy_day(7, stops=60, vehicles=4)
    without = search(model, iterations=30_000, seed=5)
    assert search(model, iterations=30_000, seed=5, limit_s=600) == without
    began = time.monotonic()
    check(model, search(model, iterations=100_000_000, seed=5, limit_s=0.5))
    assert time.monotonic() - began < 10


def test_the_same_seed_and_iterations_give_the_same_routes() -> None:
    model = busy_day(11, stops=60, vehicles=4)
    assert search(model, iterations=5_000, seed=3) == search(model, iterations=5_000, seed=3)
    other = {search(model, iterations=300, seed=seed) for seed in range(5)}
    assert len(other) > 1


def test_a_start_that_is_partial_or_out_of_date_is_repaired() -> None:
    model = busy_day(3, stops=40, vehicles=3, only="loads")
    good = search(model, iterations=20_000, seed=1)
    assert model.objective(search(model, good, iterations=1)) <= model.objective(good)
    odd: tuple[Routes, ...] = (
        (),
        ((99_999, -1),),
        ((0, 0, 1), (0,), ()),
        (tuple(range(40)), (), (), (5,)),
        ((41, 42, 43, 44),) * 3,
    )
    for start in odd:
        check(model, search(model, start, iterations=50))
    everything = busy_day(4, stops=30, vehicles=3)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        yesterday = tuple(
            tuple(int(visit) for visit in rng.integers(-1, 40, rng.integers(0, 30)))
            for _vehicle in range(3)
        )
        check(everything, search(everything, yesterday, iterations=10))


def test_yesterdays_rounds_are_where_the_search_begins() -> None:
    model = busy_day(3, stops=60, vehicles=3, only="windows")
    yesterday = search(model, iterations=20_000, seed=1)
    assert model.objective(search(model, yesterday, iterations=1)) <= model.objective(yesterday)
    assert model.objective(search(model, iterations=1)) > model.objective(yesterday)


def test_rounds_to_begin_with_are_not_filled_with_what_does_not_pay() -> None:
    for seed in range(8):
        model = busy_day(seed, stops=60, vehicles=3, only="prizes")
        good = search(model, iterations=10_000, seed=1)
        arrays = prepare.prepare_day(model)
        state = prepare.prepare_state(model, arrays, 1)
        entry.begin(arrays, state, *prepare.visits_of(model, good))
        assert int(state.total[at.T_BEST]) <= model.objective(good)


def test_first_routes_are_the_same_each_time_and_can_be_driven() -> None:
    model = busy_day(1, stops=80, vehicles=4)
    assert first(model) == first(model)
    check(model, first(model))


@pytest.mark.parametrize(("stops", "vehicles"), [(0, 0), (0, 3), (4, 0)])
def test_nothing_to_do_or_nobody_to_do_it(stops: int, vehicles: int) -> None:
    model = day(line(stops + 1), stops=stops, vehicles=vehicles)
    assert search(model, iterations=10) == first(model) == ((),) * vehicles


def test_nothing_fits() -> None:
    model = day(line(3), stops=2, stops_window_s=[[[1, 0]], [[0, 3]]], vehicles_start_s=[[5, 9]])
    assert search(model, iterations=100) == ((),)


def test_progress_is_told_and_stop_is_heard() -> None:
    model, heard = busy_day(2, stops=40, vehicles=3, only="loads"), list[Progress]()
    began = time.monotonic()
    found = search(model, limit_s=600, on_progress=heard.append, stop=lambda: len(heard) > 1)
    assert time.monotonic() - began < 60
    assert heard[0].routes is not None
    assert heard[-1].objective >= model.objective(found)
    assert heard[0].left_out == len(left_out(model, heard[0].routes))


def test_five_thousand_stops_keep_the_limit() -> None:
    rng = np.random.default_rng(1)
    n, v = 5_000, 40
    at_ = rng.uniform(0, 30_000, (n + 2, 2))
    way = np.abs(at_[:, None, :] - at_[None, :, :]).sum(axis=2).astype(np.int32)
    model = day(
        way // 10,
        stops=n,
        vehicles=v,
        disposals=1,
        cost=way,
        stops_service_s=np.full(n, 60),
        vehicles_capacity=np.full((v, 1), 80),
        vehicles_ends_empty=np.full(v, True),
        vehicles_duration_s=np.full(v, 8 * 3600),
    )
    began = time.monotonic()
    routes = search(model, limit_s=2)
    assert time.monotonic() - began < 10
    check(model, routes)
    assert model.objective(routes) < model.stops.penalty.sum()
