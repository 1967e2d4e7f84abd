"""OR-Tools chooses the best set of rounds from a pool."""

import numpy as np

from routing import solver
from routing.model import Model, Routes
from routing.search import Pool, prepare
from routing.search.commands import begin, walk
from tests.routing.days import FAR, busy_day, day, line


def pool_of(model: Model, *given: Routes) -> Pool:
    """Return a pool that has met these routes."""
    arrays = prepare.prepare_day(model)
    pool = Pool(model, arrays)
    for routes in given:
        state = prepare.prepare_state(model, arrays, 1)
        begin(arrays, state, *prepare.visits_of(model, routes))
        walk(arrays, state, 0, 1.0, 1.0)
        pool.note(model, state)
    return pool


def town() -> Model:
    """Four stops in two far corners, two of them fit on a vehicle, two vehicles."""
    at = np.array([[0, 0], [100, 0], [101, 0], [-100, 0], [-101, 0]])
    way = np.abs(at[:, None, :] - at[None, :, :]).sum(axis=2)
    return day(way, stops=4, vehicles=2, vehicles_capacity=[[2], [2]])


def test_the_best_set_is_put_together_from_rounds_of_different_moments() -> None:
    model = day(
        line(9),
        stops=8,
        vehicles=4,
        vehicles_capacity=[[2]] * 4,
        stops_penalty=[FAR] * 8,
    )
    one = ((0, 1), (2, 3), (4, 7), (5, 6))
    other = ((0, 3), (1, 2), (4, 5), (6, 7))
    pool = pool_of(model, one, other)
    found = solver.choose(model, pool, one, effort=1.0, limit_s=60, seed=1)
    assert found is not None
    assert model.objective(found) == 2 * (20 + 40 + 60 + 80)
    assert {tuple(sorted(route)) for route in found} == {(0, 1), (2, 3), (4, 5), (6, 7)}


def test_nothing_is_returned_where_nothing_better_is_in_the_pool() -> None:
    model = town()
    best = ((0, 1), (2, 3))
    assert solver.choose(model, pool_of(model, best), best, effort=1.0, limit_s=60, seed=1) is None


def test_a_vehicle_is_not_chosen_twice_and_a_stop_may_be_left_out() -> None:
    # only the second vehicle may serve the far stop
    model = day(
        line(4),
        stops=3,
        vehicles=2,
        stops_penalty=[50, 90, 70],
        stops_allowed=[[True, False], [True, False], [False, True]],
        vehicles_max_stops=[1, 1],
    )
    pool = pool_of(model, ((0,), ()), ((1,), ()), ((), (2,)))
    found = solver.choose(model, pool, ((), ()), effort=1.0, limit_s=60, seed=1)
    assert found == ((1,), (2,))


def test_the_search_with_it_is_the_same_for_a_seed() -> None:
    model = busy_day(3, stops=50, vehicles=4, only="loads")
    once, again = [solver.search(model, iterations=8_000, seed=5) for _time in range(2)]
    assert once == again
