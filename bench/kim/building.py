"""An instance of the set as the planner's model, and the planner's routes as stop numbers.

Ways are tenths of feet to the nearest, times tenths of seconds rounded up: what holds in the model
holds in the file. A vehicle is worth some miles (``VEHICLE_MILES``): the set asks for few vehicles
and few miles and gives no exchange rate.
"""

import math
from dataclasses import dataclass

import numpy as np

from bench.kim.instance import FEET_IN_A_MILE, Kim
from bench.kim.referee import LUNCH_FROM_S, LUNCH_UNTIL_S
from bench.vrp.whole import FAR, decimals, down, nearest, up
from routing.model import Disposals, Model, Routes, Stops, Vehicles

VEHICLE_MILES = 10
"""What leaving a vehicle at the depot may cost in miles elsewhere."""
_TENTHS = 10
_TRACE = 100
"""Smallest unit of load in units of the model: a stop without load weighs 1, so that even it has to
be brought to a landfill."""
_SPARE_SHARE = 0.5
_SPARE = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class Built:
    """A model, and what its visits are called in the file."""

    model: Model
    kim: Kim

    def in_file(self, routes: Routes) -> tuple[tuple[int, ...], ...]:
        """Return the vehicles that go out, each with the file's numbers from depot to depot."""
        return tuple(self._one(route) for route in routes if route)

    def _one(self, route: tuple[int, ...]) -> tuple[int, ...]:
        kim, n = self.kim, self.model.n_stops
        places = [kim.depot]
        for visit in route:
            if visit < n:
                places.append(kim.stops[visit])
            elif visit < n + len(kim.landfills):
                places.append(kim.landfills[visit - n])
        return tuple(kim.number[place] for place in (*places, kim.depot))


def least_vehicles(kim: Kim) -> int:
    """Return how many vehicles the load, the stops and the services alone need."""
    load = float(kim.load_yd.sum())
    trips = math.ceil(load / kim.capacity_yd)
    work_s = float(kim.service_s[list(kim.stops)].sum())
    work_s += trips * min(float(kim.service_s[i]) for i in kim.landfills)
    return max(
        1,
        math.ceil(load / kim.day_load_yd),
        math.ceil(len(kim.stops) / kim.day_stops),
        math.ceil(work_s / shift_s(kim)),
    )


def shift_s(kim: Kim) -> float:
    """Return what a vehicle's day has beside the lunch."""
    open_s, close_s = kim.window_s[kim.depot]
    return max(1.0, float(close_s - open_s) - kim.lunch_s)


def enough_vehicles(kim: Kim) -> int:
    """Return how many vehicles a search is offered: half more than the least, and three."""
    most = math.ceil(least_vehicles(kim) * (1 + _SPARE_SHARE)) + _SPARE
    return max(1, min(len(kim.stops), most))


def build(kim: Kim, *, vehicles: int | None = None) -> Built:
    """Return the model of an instance, with so many vehicles at hand (else more than enough)."""
    n, v = len(kim.stops), vehicles or enough_vehicles(kim)
    distance_ft = kim.distance_ft()
    stops, landfills = list(kim.stops), list(kim.landfills)
    unit = decimals(kim.load_yd, kim.capacity_yd, kim.day_load_yd) * _TRACE
    load = np.maximum(up(kim.load_yd[stops] * unit), 1)
    traces = int((kim.load_yd[stops] == 0).sum())
    window = np.stack([up(kim.window_s[:, 0] * _TENTHS), down(kim.window_s[:, 1] * _TENTHS)], 1)
    home = window[kim.depot]
    lunch = (LUNCH_FROM_S, LUNCH_UNTIL_S, kim.lunch_s, LUNCH_FROM_S)
    model = Model(
        drive_s=up(distance_ft / kim.feet_per_s * _TENTHS),
        cost=nearest(distance_ft * _TENTHS),
        stops=Stops(
            place=np.array(stops, dtype=np.int32),
            service_s=up(kim.service_s[stops] * _TENTHS),
            penalty=np.full(n, _left_out(distance_ft, n), dtype=np.int64),
            window_s=window[stops][:, None, :],
            load=load[None, :, None],
            allowed=np.ones((n, v), dtype=np.bool_),
            wish=np.zeros((n, v), dtype=np.int32),
        ),
        vehicles=Vehicles(
            kind=np.zeros(v, dtype=np.int32),
            start_place=np.full(v, kim.depot, dtype=np.int32),
            end_place=np.full(v, kim.depot, dtype=np.int32),
            start_s=np.tile(home, (v, 1)),
            end_s=np.full(v, home[1], dtype=np.int32),
            duration_s=np.full(v, home[1] - home[0], dtype=np.int32),
            capacity=np.full((v, 1), down(kim.capacity_yd * unit) + traces, dtype=np.int32),
            start_load=np.zeros((v, 1), dtype=np.int32),
            day_capacity=np.full((v, 1), down(kim.day_load_yd * unit) + traces, dtype=np.int64),
            max_stops=np.full(v, min(kim.day_stops, FAR), dtype=np.int32),
            fixed_cost=np.full(v, VEHICLE_MILES * FEET_IN_A_MILE * _TENTHS, dtype=np.int64),
            ends_empty=np.ones(v, dtype=np.bool_),
            break_s=np.tile(up(np.array(lunch) * _TENTHS), (v, 1, 1)),
        ),
        disposals=Disposals(
            enter=np.array(landfills, dtype=np.int32),
            leave=np.array(landfills, dtype=np.int32),
            duration_s=up(kim.service_s[landfills] * _TENTHS),
            cost=np.zeros(len(landfills), dtype=np.int64),
            window_s=window[landfills],
            allowed=np.ones((len(landfills), v), dtype=np.bool_),
        ),
    )
    return Built(model=model, kim=kim)


def _left_out(distance_ft: np.ndarray[tuple[int, int], np.dtype[np.float64]], n: int) -> int:
    """Return a penalty that no detour of the whole fleet reaches."""
    return 4 * int(distance_ft.max() * _TENTHS) * (n + 1)
