"""From a model to the arrays of the search, and routes into them and out again."""

import numpy as np
from numpy.typing import NDArray

from routing.model import Model, Routes
from routing.search.kernel import layout as at
from routing.search.kernel.layout import Day, State

NEAREST = 32
"""How many neighbours a stop may be put next to."""
_WAIT_SHARE = 0.2
"""How a second of waiting counts when neighbours are chosen, in seconds of driving (as PyVRP)."""
_FEW_VEHICLES = 12
_CHUNK = 256
_ROOM = 1 << 50


def prepare_day(model: Model, *, nearest: int = NEAREST) -> Day:
    """Return a model as the arrays of the search."""
    stops, vehicles, disposals = model.stops, model.vehicles, model.disposals
    n, v, o = model.n_stops, model.n_vehicles, model.n_disposals
    m = vehicles.capacity.shape[1]
    size = np.zeros(at.SIZES, dtype=np.int64)
    size[[at.N, at.V, at.O, at.B, at.M]] = n, v, o, model.n_breaks, m
    size[at.W] = stops.window_s.shape[1]
    size[at.NEAR] = min(nearest, max(0, n - 1))
    size[at.TIMED] = _is_timed(model)
    size[at.BALANCE] = model.balance_cost
    size[at.EXTRAS] = _extras(model)
    size[at.EDGES] = v <= _FEW_VEHICLES
    size[at.RELEASES] = stops.release_s is not None
    fleet = np.zeros((v, at.FLEET), dtype=np.int64)
    fleet[:, [at.V_EARLY, at.V_LATE]] = vehicles.start_s
    fleet[:, at.V_END] = vehicles.end_s
    fleet[:, at.V_DUR] = vehicles.duration_s
    fleet[:, at.V_FIXED] = vehicles.fixed_cost
    fleet[:, at.V_STOPS] = vehicles.max_stops
    fleet[:, at.V_KIND] = vehicles.kind
    class_of, size[at.CLASSES] = _classes(model)
    fleet[:, at.V_CLASS] = class_of
    site = np.zeros((o, at.SITES), dtype=np.int64)
    site[:, at.D_ENTER] = disposals.enter
    site[:, at.D_LEAVE] = disposals.leave
    site[:, at.D_DUR] = disposals.duration_s
    site[:, at.D_COST] = disposals.cost
    site[:, [at.D_OPEN, at.D_CLOSE]] = disposals.window_s
    room = vehicles.capacity.astype(np.int64)
    near, edge = _neighbours(model, int(size[at.NEAR]))
    starts = np.unique(vehicles.start_place)
    far = np.zeros(n, dtype=np.int64)
    if v and n:
        far = model.cost[np.ix_(starts, stops.place)].min(axis=0).astype(np.int64)
    return Day(
        size=size,
        cost=_own(model.cost),
        drive=_own(model.drive_s),
        penalty=stops.penalty.astype(np.int64),
        window=stops.window_s.astype(np.int64),
        release=np.full(n, at.EVER, dtype=np.int64)
        if stops.release_s is None
        else stops.release_s.astype(np.int64),
        load=stops.load.astype(np.int64),
        wish=np.where(stops.allowed, stops.wish, np.int32(-1)),
        fleet=fleet,
        room=room,
        room_end=np.where(vehicles.ends_empty[:, None], 0, room),
        begin_load=vehicles.start_load.astype(np.int64),
        day_room=np.minimum(vehicles.day_capacity, _ROOM),
        rest=vehicles.break_s.astype(np.int64),
        site=site,
        site_ok=disposals.allowed.astype(np.uint8),
        near=near,
        edge=edge,
        far=far,
        weight=_weight(model),
        tight=np.maximum(0, stops.window_s[:, :, 1].astype(np.int64) - stops.window_s[:, :, 0]).sum(
            axis=1
        ),
        member=np.argsort(class_of, kind="stable"),
        member_at=np.searchsorted(np.sort(class_of), np.arange(size[at.CLASSES] + 1)),
    )


def _own[T: np.generic](array: NDArray[T]) -> NDArray[T]:
    """Return the array, copied where it is of a type the search is not compiled for."""
    return np.require(array, requirements=["C", "W", "A"])


def prepare_state(model: Model, day: Day, seed: int) -> State:
    """Return the state of a search with every vehicle in the depot."""
    n, v, m = model.n_stops, model.n_vehicles, int(day.size[at.M])
    extras = int(day.size[at.EXTRAS])
    nodes = n + 2 * v + extras
    link = np.full((nodes, at.LINKS), -1, dtype=np.int64)
    span = np.zeros((nodes, at.SPANS), dtype=np.int64)
    stop, start, end = np.arange(n), np.arange(n, n + v), np.arange(n + v, n + 2 * v)
    link[:, at.WINDOW] = 0
    link[stop, at.WHAT], link[start, at.WHAT], link[end, at.WHAT] = at.STOP, at.START, at.END
    link[stop, at.ENTER] = link[stop, at.LEAVE] = model.stops.place
    link[start, at.ENTER] = link[start, at.LEAVE] = model.vehicles.start_place
    link[end, at.ENTER] = link[end, at.LEAVE] = model.vehicles.end_place
    link[start, at.VEH] = link[end, at.VEH] = np.arange(v)
    link[start, at.NXT], link[end, at.PRV] = end, start
    link[end, at.TRIP] = link[start, at.TRIP] = end
    link[:, at.RELEASE] = at.EVER
    span[stop, at.SERVICE] = model.stops.service_s
    total = np.zeros(at.TOTALS, dtype=np.int64)
    total[at.T_ABSENT] = n
    total[at.T_FREE] = extras
    total[at.T_COST] = total[at.T_BEST] = int(model.stops.penalty.sum())
    return State(
        link=link,
        span=span,
        on_board=np.zeros((nodes, m), dtype=np.int64),
        arrives=np.zeros((nodes, m), dtype=np.int64),
        sums=np.zeros((v, at.SUMS), dtype=np.int64),
        day_load=np.zeros((v, m), dtype=np.int64),
        has_break=np.zeros((v, int(day.size[at.B])), dtype=np.uint8),
        absent=np.arange(n, dtype=np.int64),
        absent_at=np.arange(n, dtype=np.int64),
        free=np.arange(nodes - 1, n + 2 * v - 1, -1, dtype=np.int64),
        touched=np.zeros(v, dtype=np.int64),
        is_touched=np.zeros(v, dtype=np.uint8),
        saved=np.zeros((nodes, 2), dtype=np.int64),
        saved_at=np.zeros((v, 2), dtype=np.int64),
        best=np.zeros((nodes, 2), dtype=np.int64),
        best_at=np.zeros(v + 1, dtype=np.int64),
        now=np.zeros((nodes, 2), dtype=np.int64),
        now_at=np.zeros(v + 1, dtype=np.int64),
        todo=np.zeros(n, dtype=np.int64),
        key=np.zeros(n, dtype=np.float64),
        row=np.zeros(nodes, dtype=np.int64),
        places=np.zeros(nodes + 2 * n + 4 * v, dtype=np.int64),
        total=total,
        cand=np.zeros(at.CANDS, dtype=np.int64),
        chance=np.array([_scramble(seed)], dtype=np.uint64),
    )


def best_routes(model: Model, state: State) -> Routes:
    """Return the best routes of a state."""
    return _routes(model, state.best, state.best_at)


def present_routes(model: Model, state: State) -> Routes:
    """Return the routes of a state as they were noted last."""
    return _routes(model, state.now, state.now_at)


def _routes(model: Model, best: NDArray[np.int64], best_at: NDArray[np.int64]) -> Routes:
    begins = best_at.tolist()
    visits = best[: begins[-1], 0].tolist()
    return tuple(
        tuple(visits[begins[vehicle] : begins[vehicle + 1]]) for vehicle in range(model.n_vehicles)
    )


def visits_of(model: Model, routes: Routes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return routes as one array of visits and where each vehicle's begin; (v + 1,)."""
    known = routes[: model.n_vehicles]
    lengths = [len(route) for route in known] + [0] * (model.n_vehicles - len(known))
    visits = np.array([visit for route in known for visit in route], dtype=np.int64)
    return visits, np.cumsum([0, *lengths], dtype=np.int64)


def _scramble(seed: int) -> int:
    """Return a seed's first state: never 0, far apart for neighbouring seeds (splitmix64)."""
    mask = (1 << 64) - 1
    x = (seed + 0x9E3779B97F4A7C15) & mask
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & mask
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & mask
    return (x ^ (x >> 31)) or 1


def _extras(model: Model) -> int:
    """Return how many disposals and breaks may be on all routes together.

    A disposal is needed for each stop at most, and one that begins the day.
    """
    if model.n_disposals == 0 and model.n_breaks == 0:
        return 0
    disposals = 2 * model.n_stops + 2 * model.n_vehicles + 8 if model.n_disposals else 0
    return disposals + model.n_vehicles * model.n_breaks + 8


def _is_timed(model: Model) -> bool:
    """Return whether time can decide anything: not where even the longest day would fit."""
    if model.balance_cost or (model.vehicles.break_s[:, :, 2] > 0).any():
        return True
    if not model.n_stops or not model.n_vehicles:
        return False
    vehicles, stops = model.vehicles, model.stops
    if stops.release_s is not None:
        return True
    legs = model.n_stops + 1 + (2 * model.n_stops if model.n_disposals else 0)
    longest = int(stops.service_s.astype(np.int64).sum()) + legs * int(model.drive_s.max())
    if model.n_disposals:
        longest += 2 * model.n_stops * int(model.disposals.duration_s.max())
    latest = longest + int(vehicles.start_s[:, 0].max())
    earliest = int(vehicles.start_s[:, 0].min())
    wide = (stops.window_s[:, 0, 0] <= earliest) & (stops.window_s[:, 0, 1] >= latest)
    sites = (model.disposals.window_s[:, 0] <= earliest) & (
        model.disposals.window_s[:, 1] >= latest
    )
    fleet = (
        (vehicles.end_s >= latest)
        & (vehicles.duration_s >= longest)
        & (vehicles.start_s[:, 0] <= vehicles.start_s[:, 1])
    )
    return not (wide.all() and sites.all() and fleet.all())


def _classes(model: Model) -> tuple[NDArray[np.int64], int]:
    """Return the class of each vehicle: vehicles of a class are equal in everything."""
    vehicles = model.vehicles
    seen: dict[bytes, int] = {}
    class_of = np.zeros(model.n_vehicles, dtype=np.int64)
    arrays = [getattr(vehicles, name) for name in vehicles.__dataclass_fields__]
    for v in range(model.n_vehicles):
        key = b"|".join(
            [
                *(np.ascontiguousarray(array[v]).tobytes() for array in arrays),
                np.packbits(model.stops.allowed[:, v]).tobytes(),
                np.ascontiguousarray(model.stops.wish[:, v]).tobytes(),
                np.ascontiguousarray(model.disposals.allowed[:, v]).tobytes(),
            ]
        )
        class_of[v] = seen.setdefault(key, len(seen))
    return class_of, len(seen)


def _weight(model: Model) -> NDArray[np.int64]:
    """Return each stop's load as a share of the body of a mean vehicle, in millionths."""
    if not model.n_vehicles:
        return np.zeros(model.n_stops, dtype=np.int64)
    room = np.maximum(1, model.vehicles.capacity.astype(np.float64).mean(axis=0))
    share = (model.stops.load.astype(np.float64) / room).max(axis=2).mean(axis=0)
    return (share * 1e6).astype(np.int64)


def _neighbours(model: Model, nearest: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return each stop's nearest stops, and whether a start, end or disposal is among them.

    Near is what costs little to drive and loses little time between the windows (Vidal et al.
    2013), in the better of both directions.
    """
    n = model.n_stops
    near = np.zeros((n, nearest), dtype=np.int64)
    edge = np.zeros(n, dtype=np.uint8)
    place = model.stops.place
    special = np.unique(
        np.concatenate(
            [
                model.vehicles.start_place,
                model.vehicles.end_place,
                model.disposals.enter,
                model.disposals.leave,
            ]
        )
    )
    if nearest == 0 or len(special) == 0:
        edge[:] = 1
        return near, edge
    opens, closes = _hours(model)
    timed = bool((opens > opens.min()).any() or (closes < closes.max()).any())
    for begin in range(0, n, _CHUNK):
        rows = np.arange(begin, min(n, begin + _CHUNK))
        there = model.cost[np.ix_(place[rows], place)].astype(np.float64)
        back = model.cost[np.ix_(place, place[rows])].T.astype(np.float64)
        if timed:
            there += _lost(model, rows, opens, closes, forward=True)
            back += _lost(model, rows, opens, closes, forward=False)
        way = np.minimum(there, back)
        way[np.arange(len(rows)), rows] = np.inf
        found = np.argpartition(way, nearest - 1, axis=1)[:, :nearest]
        order = np.argsort(np.take_along_axis(way, found, axis=1), axis=1, kind="stable")
        near[rows] = np.take_along_axis(found, order, axis=1)
        last = np.take_along_axis(way, near[rows][:, -1:], axis=1)[:, 0]
        to_special = np.minimum(
            model.cost[np.ix_(place[rows], special)], model.cost[np.ix_(special, place[rows])].T
        ).min(axis=1)
        edge[rows] = to_special <= last
    return near, edge


def _hours(model: Model) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return when each stop first opens and last closes."""
    windows = model.stops.window_s.astype(np.int64)
    used = windows[:, :, 0] <= windows[:, :, 1]
    opens = np.where(used, windows[:, :, 0], np.iinfo(np.int32).max).min(axis=1)
    closes = np.where(used, windows[:, :, 1], -1).max(axis=1)
    return opens, closes


def _lost(
    model: Model,
    rows: NDArray[np.int64],
    opens: NDArray[np.int64],
    closes: NDArray[np.int64],
    *,
    forward: bool,
) -> NDArray[np.float64]:
    """Return what waiting and lateness between two stops count as, in units of cost."""
    place, service = model.stops.place, model.stops.service_s.astype(np.int64)
    all_ = np.arange(len(place))
    first, second = (rows, all_) if forward else (all_, rows)
    drive = model.drive_s[np.ix_(place[first], place[second])].astype(np.int64)
    leaves = service[first][:, None] + drive
    wait = opens[second][None, :] - leaves - closes[first][:, None]
    late = opens[first][:, None] + leaves - closes[second][None, :]
    lost = _WAIT_SHARE * np.maximum(0, wait) + np.maximum(0, late)
    return _cost_of_second(model) * (lost if forward else lost.T)


def _cost_of_second(model: Model) -> float:
    """Return the mean cost of a second of driving."""
    seconds = float(model.drive_s.mean(dtype=np.float64))
    return float(model.cost.mean(dtype=np.float64)) / seconds if seconds > 0 else 1.0
