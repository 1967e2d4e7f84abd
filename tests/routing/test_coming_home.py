"""Vehicles that are out come home: as part of the model."""

import numpy as np

from routing.coming_home import ComingHome
from routing.timetable import timetable
from tests.routing.days import day, line


def middle() -> ComingHome:
    """Depot at 0, stops at 1 and 2, a disposal at 3; vehicle 1 stands at 2 with a load, 0 is in."""
    model = day(
        line(4),
        stops=2,
        vehicles=2,
        disposals=1,
        breaks=1,
        vehicles_start_place=[0, 2],
        vehicles_start_load=[[0], [5]],
        vehicles_ends_empty=[True, True],
        vehicles_break_s=np.array([[[0, 100, 5, 10**6]]] * 2),
    )
    return ComingHome.of(model, [1])


def test_a_vehicle_that_is_out_has_a_stop_of_its_own_where_it_stands() -> None:
    home = middle()
    model = home.model
    assert model.n_stops == 3
    assert int(model.stops.place[2]) == 2
    assert model.stops.allowed[2].tolist() == [False, True]
    assert model.stops.penalty[2] > model.stops.penalty[:2].max()
    # home over the disposal, from where it stands: 10 there and 30 back
    assert model.route_cost(1, (2, 3)) == 40
    assert timetable(model, 1, (2, 3)).return_s - timetable(model, 1, (2, 3)).departure_s == 40
    # what is on board has to be emptied
    assert model.objective(((), (2, 3))) < model.objective(((), ()))


def test_routes_are_translated_there_and_back() -> None:
    home = middle()
    # stop 0; then stop 1, the disposal (2) and the break (3)
    asked = home.asked(((0, 2), (1, 2, 3)))
    assert asked == ((0, 3), (2, 1, 3, 4))
    assert home.answered(asked) == ((0, 2), (1, 2, 3))
    assert home.answered(home.asked(((), ()))) == ((), ())


def test_nobody_out_is_the_model_itself() -> None:
    model = middle().model
    home = ComingHome.of(model, [])
    assert home.model is model
    assert home.asked(((0,), (1, 3))) == ((0,), (1, 3))
