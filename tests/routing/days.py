"""Small and random models of a day, with one constraint or all of them."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.model import Disposals, Model, Stops, Vehicles

EVER_S = 10**7
FAR = 10**9


def day(
    drive_s: NDArray[np.int32] | list[list[int]],
    *,
    stops: int,
    vehicles: int = 1,
    kinds: int = 1,
    measures: int = 1,
    windows: int = 1,
    breaks: int = 0,
    disposals: int = 0,
    **changes: Any,  # noqa: ANN401 - arrays of any field, as their own names say
) -> Model:
    """Return a model without limits; place 0 is the depot, then the stops, then the disposals.

    ``changes`` replace fields, named ``stops_load`` for ``stops.load`` and so on.
    """
    matrix = np.asarray(drive_s, dtype=np.int32)
    n, v, o, m = stops, vehicles, disposals, measures
    fields: dict[str, dict[str, Any]] = {
        "stops": {
            "place": np.arange(1, n + 1, dtype=np.int32),
            "service_s": np.zeros(n, dtype=np.int32),
            "penalty": np.full(n, FAR, dtype=np.int64),
            "window_s": np.tile(np.array([[0, EVER_S]] + [[1, 0]] * (windows - 1)), (n, 1, 1)),
            "load": np.ones((kinds, n, m), dtype=np.int32),
            "allowed": np.ones((n, v), dtype=np.bool_),
            "wish": np.zeros((n, v), dtype=np.int32),
            "release_s": None,
        },
        "vehicles": {
            "kind": np.zeros(v, dtype=np.int32),
            "start_place": np.zeros(v, dtype=np.int32),
            "end_place": np.zeros(v, dtype=np.int32),
            "start_s": np.tile(np.array([[0, EVER_S]]), (v, 1)),
            "end_s": np.full(v, EVER_S, dtype=np.int32),
            "duration_s": np.full(v, EVER_S, dtype=np.int32),
            "capacity": np.full((v, m), FAR, dtype=np.int32),
            "start_load": np.zeros((v, m), dtype=np.int32),
            "day_capacity": np.full((v, m), FAR, dtype=np.int64),
            "max_stops": np.full(v, n, dtype=np.int32),
            "fixed_cost": np.zeros(v, dtype=np.int64),
            "ends_empty": np.zeros(v, dtype=np.bool_),
            "break_s": np.zeros((v, breaks, 4), dtype=np.int32),
        },
        "disposals": {
            "enter": np.arange(n + 1, n + o + 1, dtype=np.int32),
            "leave": np.arange(n + 1, n + o + 1, dtype=np.int32),
            "duration_s": np.zeros(o, dtype=np.int32),
            "cost": np.zeros(o, dtype=np.int64),
            "window_s": np.tile(np.array([[0, EVER_S]]), (o, 1)),
            "allowed": np.ones((o, v), dtype=np.bool_),
        },
    }
    top: dict[str, Any] = {"drive_s": matrix, "cost": matrix, "balance_cost": 0}
    for name, value in changes.items():
        group, _, field = name.partition("_")
        target = fields.get(group, {})
        if field in target:
            target[field] = value
        else:
            assert name in top, name
            top[name] = value
    for group, target in fields.items():
        for field, value in target.items():
            if value is None:
                continue
            kind = _TYPES.get((group, field), np.int32)
            fields[group][field] = np.asarray(value, dtype=kind)
    return Model(
        drive_s=np.asarray(top["drive_s"], dtype=np.int32),
        cost=np.asarray(top["cost"], dtype=np.int32),
        stops=Stops(**fields["stops"]),
        vehicles=Vehicles(**fields["vehicles"]),
        disposals=Disposals(**fields["disposals"]),
        balance_cost=top["balance_cost"],
    )


_TYPES: dict[tuple[str, str], Any] = {
    ("stops", "penalty"): np.int64,
    ("stops", "allowed"): np.bool_,
    ("vehicles", "day_capacity"): np.int64,
    ("vehicles", "fixed_cost"): np.int64,
    ("vehicles", "ends_empty"): np.bool_,
    ("disposals", "cost"): np.int64,
    ("disposals", "allowed"): np.bool_,
}


def line(places: int, *, apart: int = 10) -> NDArray[np.int32]:
    """Return the matrix of places in a line, ``apart`` from each other."""
    at = np.arange(places, dtype=np.int32) * apart
    return np.abs(at[:, None] - at[None, :]).astype(np.int32)


def busy_day(  # noqa: C901 - one question for each constraint
    seed: int, *, stops: int, vehicles: int, only: str | None = None
) -> Model:
    """Return a random model with every constraint; with ``only`` with this one alone."""
    rng = np.random.default_rng(seed)
    n, v, o, m, k, b, w = stops, vehicles, 3, 2, 2, 2, 2
    if only is not None and only not in ("disposals", "trips with releases", "all"):
        o = 0
    p = 1 + n + o
    at = rng.uniform(0, 3600, (p, 2))
    way = np.abs(at[:, None, :] - at[None, :, :]).sum(axis=2) * rng.uniform(1, 1.2, (p, p))
    np.fill_diagonal(way, 0)
    drive_s = way.astype(np.int32)

    def has(name: str) -> bool:
        return only in (None, "all", name)

    model = day(
        drive_s,
        stops=n,
        vehicles=v,
        kinds=k,
        measures=m,
        windows=w,
        breaks=b,
        disposals=o,
        cost=(way * rng.uniform(0.8, 1.2, (p, p))).astype(np.int32),
        stops_service_s=rng.integers(0, 300, n),
        vehicles_kind=rng.integers(0, k, v),
    )
    changes: dict[str, dict[str, Any]] = {"stops": {}, "vehicles": {}, "disposals": {}}
    if has("windows"):
        begin = rng.integers(0, 30_000, n)
        second = begin + rng.integers(5_000, 12_000, n)
        windows = np.stack(
            [
                np.stack([begin, begin + rng.integers(0, 5_000, n)], axis=1),
                np.stack([second, second + 4_000], axis=1),
            ],
            axis=1,
        )
        windows[rng.random(n) < 0.4] = [[0, EVER_S], [1, 0]]
        changes["stops"]["window_s"] = windows.astype(np.int32)
    if has("loads"):
        changes["stops"]["load"] = rng.integers(0, 30, (k, n, m)).astype(np.int32)
        changes["vehicles"]["capacity"] = rng.integers(60, 120, (v, m)).astype(np.int32)
    if has("day limits"):
        changes["vehicles"]["max_stops"] = rng.integers(1, max(2, n // 2), v).astype(np.int32)
        changes["vehicles"]["day_capacity"] = rng.integers(5, 300, (v, m)).astype(np.int64)
    if has("disposals") or only == "trips with releases":
        changes["stops"]["load"] = rng.integers(0, 30, (k, n, m)).astype(np.int32)
        changes["vehicles"]["capacity"] = rng.integers(60, 120, (v, m)).astype(np.int32)
        changes["vehicles"]["start_load"] = rng.integers(0, 30, (v, m)).astype(np.int32)
        changes["vehicles"]["ends_empty"] = rng.random(v) < 0.8
        changes["disposals"]["duration_s"] = rng.integers(0, 1_000, o).astype(np.int32)
        changes["disposals"]["cost"] = rng.integers(0, 1_000, o).astype(np.int64)
        changes["disposals"]["allowed"] = rng.random((o, v)) < 0.8
        opens = rng.integers(0, 10_000, o)
        changes["disposals"]["window_s"] = np.stack([opens, opens + 40_000], axis=1).astype(
            np.int32
        )
        changes["disposals"]["leave"] = rng.permutation(model.disposals.enter)
    if has("shifts"):
        early = rng.integers(0, 10_000, v)
        changes["vehicles"]["start_s"] = np.stack([early, early + 3_000], axis=1).astype(np.int32)
        changes["vehicles"]["end_s"] = (early + rng.integers(5_000, 40_000, v)).astype(np.int32)
        changes["vehicles"]["duration_s"] = rng.integers(4_000, 36_000, v).astype(np.int32)
        changes["vehicles"]["end_place"] = rng.integers(0, p, v).astype(np.int32)
    if has("breaks"):
        first = rng.integers(8_000, 14_000, v)
        second = first + rng.integers(6_000, 9_000, v)
        changes["vehicles"]["break_s"] = np.stack(
            [
                np.stack([first, first + 3_600, np.full(v, 2_700), first + 3_600], axis=1),
                np.stack([second, second + 2_600, rng.choice([0, 900], v), second], axis=1),
            ],
            axis=1,
        ).astype(np.int32)
    if has("releases") or only == "trips with releases":
        release_s = rng.integers(0, 20_000, n) * (rng.random(n) < 0.5)
        changes["stops"]["release_s"] = release_s.astype(np.int32)
        changes["vehicles"]["end_s"] = rng.integers(15_000, 45_000, v).astype(np.int32)
        late = rng.integers(5_000, 30_000, n)
        if only == "releases":
            changes["stops"]["window_s"] = np.stack(
                [np.stack([np.zeros(n), late], 1), np.tile([1, 0], (n, 1))], axis=1
            ).astype(np.int32)
    if has("prizes"):
        changes["stops"]["penalty"] = rng.integers(0, 6_000, n).astype(np.int64)
    if has("fleet"):
        changes["stops"]["allowed"] = rng.random((n, v)) < 0.7
        changes["stops"]["wish"] = (
            rng.integers(0, 500, (n, v)) * (rng.random((n, v)) < 0.3)
        ).astype(np.int32)
        changes["vehicles"]["fixed_cost"] = rng.integers(0, 4_000, v).astype(np.int64)
    return replace(
        model,
        stops=replace(model.stops, **changes["stops"]),
        vehicles=replace(model.vehicles, **changes["vehicles"]),
        disposals=replace(model.disposals, **changes["disposals"]),
        balance_cost=int(rng.integers(1, 50)) if has("balance") else 0,
    )
