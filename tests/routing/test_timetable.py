"""The timetable knows every limit of a vehicle's day."""

from typing import Any

import numpy as np
import pytest

from routing.model import Model, ModelError
from routing.timetable import InfeasibleError, timetable
from tests.routing.days import busy_day, day, line

LATE_S = 10_000


def test_times_follow_one_another_and_waiting_is_spared_by_leaving_later() -> None:
    model = day(
        line(3),
        stops=2,
        stops_service_s=[5, 5],
        stops_window_s=[[[100, 200]], [[0, 1000]]],
    )
    found = timetable(model, 0, (0, 1))
    assert (found.departure_s, found.begin_s, found.return_s) == (90, (100, 115), 140)


def test_the_second_window_is_taken_where_the_first_is_missed() -> None:
    model = day(
        line(2),
        stops=1,
        windows=2,
        vehicles_start_s=[[50, 60]],
        stops_window_s=[[[0, 40], [90, 95]]],
    )
    assert timetable(model, 0, (0,)).begin_s == (90,)


@pytest.mark.parametrize(
    ("changes", "route", "broken"),
    [
        ({"stops_window_s": [[[0, 5]], [[0, 99]]]}, (0, 1), "stop 0"),
        ({"stops_window_s": [[[1, 0]], [[0, 99]]]}, (0,), "no window"),
        ({"vehicles_end_s": [39]}, (0, 1), "back at"),
        ({"vehicles_duration_s": [39]}, (0, 1), "on the way"),
        ({"vehicles_start_s": [[5, 4]]}, (0,), "departure"),
        ({"vehicles_capacity": [[1]]}, (0, 1), "overloaded"),
        ({"vehicles_start_load": [[1]], "vehicles_capacity": [[2]]}, (0, 1), "overloaded"),
        ({"vehicles_day_capacity": [[1]]}, (0, 1), "day's share"),
        ({"vehicles_max_stops": [1]}, (0, 1), "too many"),
        ({"vehicles_ends_empty": [True]}, (0,), "end empty"),
        ({"stops_allowed": [[False], [True]]}, (0,), "not for vehicle"),
        ({}, (0, 0), "twice"),
        ({}, (2,), "not in the model"),
        ({}, (-1,), "not in the model"),
    ],
)
def test_what_is_broken_is_said(
    changes: dict[str, Any], route: tuple[int, ...], broken: str
) -> None:
    with pytest.raises(InfeasibleError, match=broken):
        timetable(day(line(3), stops=2, **changes), 0, route)


def trips(**changes: Any) -> Model:  # noqa: ANN401 - fields of the model
    return day(
        line(4),
        stops=2,
        disposals=1,
        vehicles_capacity=[[1]],
        vehicles_ends_empty=[True],
        disposals_duration_s=[7],
        **changes,
    )


def test_a_disposal_empties_the_body_and_takes_its_time() -> None:
    found = timetable(trips(), 0, (0, 2, 1, 2))
    assert found.trip_load == ((1,), (1,), (0,))
    assert found.duration_s == 10 + 20 + 7 + 10 + 10 + 7 + 30


def test_a_disposal_has_hours_and_vehicles() -> None:
    with pytest.raises(InfeasibleError, match="disposal 0 is reached"):
        timetable(trips(disposals_window_s=[[0, 12]]), 0, (0, 2))
    with pytest.raises(InfeasibleError, match="disposal 0 is not for"):
        timetable(trips(disposals_allowed=[[False]]), 0, (0, 2))


def test_a_trip_leaves_when_all_that_it_takes_is_there() -> None:
    plain: dict[str, Any] = {"stops_release_s": [0, 50], "vehicles_start_s": [[0, 0]]}
    # out together: both wait for the second
    assert timetable(trips_of_two(**plain), 0, (0, 1, 2)).begin_s == (60, 70, 90)
    # a trip each: only the second one waits, where the first was emptied
    found = timetable(trips_of_two(**plain), 0, (0, 2, 1, 2))
    assert found.begin_s == (10, 20, 70, 90)
    # who may leave later does, and nobody waits
    later = timetable(trips_of_two(stops_release_s=[0, 50]), 0, (0, 1, 2))
    assert (later.departure_s, later.duration_s) == (50, 40)


def trips_of_two(**changes: Any) -> Model:  # noqa: ANN401 - fields of the model
    return day(
        line(3),
        stops=2,
        disposals=1,
        vehicles_ends_empty=[True],
        disposals_enter=[0],
        disposals_leave=[0],
        **{"stops_window_s": [[[0, 99]], [[0, 99]]], **changes},
    )


def test_releases_belong_to_the_stops() -> None:
    with pytest.raises(ModelError, match=r"stops\.release_s"):
        day(line(3), stops=2, stops_release_s=[1])


def lunch(*, moment_s: int, end_s: int = LATE_S) -> Model:
    return day(
        line(3),
        stops=2,
        breaks=1,
        vehicles_break_s=[[[15, 25, 30, moment_s]]],
        vehicles_start_s=[[0, 0]],
        vehicles_end_s=[end_s],
    )


def test_a_break_is_owed_only_to_who_is_out_later() -> None:
    assert timetable(lunch(moment_s=40), 0, (0, 1)).return_s == 40
    with pytest.raises(InfeasibleError, match="back at"):
        timetable(lunch(moment_s=39), 0, (0, 1))
    found = timetable(lunch(moment_s=39), 0, (0, 2, 1))
    assert found.begin_s == (10, 15, 55)
    with pytest.raises(InfeasibleError, match="break 0 is reached"):
        timetable(lunch_late(), 0, (0, 1, 2))


def lunch_late() -> Model:
    return day(
        line(3, apart=20),
        stops=2,
        breaks=1,
        vehicles_break_s=[[[15, 25, 30, 30]]],
        vehicles_start_s=[[0, 0]],
    )


def test_a_break_is_taken_where_the_vehicle_stands() -> None:
    model = lunch(moment_s=0)
    assert timetable(model, 0, (2, 0, 1)).begin_s == (15, 55, 65)


def test_balance_prices_hours_squared() -> None:
    model = day([[0, 7200], [7200, 0]], stops=1, balance_cost=3)
    assert model.route_cost(0, (0,)) == 14_400 + 3 * 16


def test_the_objective_adds_everything_up() -> None:
    model = day(
        line(4),
        stops=2,
        vehicles=2,
        disposals=1,
        stops_penalty=[1_000, 2_000],
        stops_wish=[[100, 0], [0, 0]],
        vehicles_fixed_cost=[10_000, 20_000],
        disposals_cost=[50],
    )
    assert model.objective(((), ())) == 3_000
    assert model.objective(((0, 2), ())) == 10_000 + 10 + 20 + 50 + 30 + 100 + 2_000


def test_arrays_that_do_not_belong_together_are_named() -> None:
    with pytest.raises(ModelError, match=r"stops\.service_s"):
        day(line(3), stops=2, stops_service_s=[1])
    with pytest.raises(ModelError, match=r"stops\.place has a value"):
        day(line(2), stops=2)
    with pytest.raises(ModelError, match=r"stops\.penalty has a value below zero"):
        day(line(3), stops=2, stops_penalty=[1, -1])


def test_random_days_have_timetables_that_keep_their_limits() -> None:
    held = 0
    for seed in range(40):
        model = busy_day(seed, stops=6, vehicles=3, only="windows")
        rng = np.random.default_rng(seed)
        route = tuple(int(stop) for stop in rng.permutation(6)[:2])
        try:
            found = timetable(model, 0, route)
        except InfeasibleError:
            continue
        held += 1
        for stop, begin_s in zip(route, found.begin_s, strict=True):
            assert any(a <= begin_s <= b for a, b in model.stops.window_s[stop])
    assert held > 5
