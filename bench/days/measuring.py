"""One size, measured in a process of its own: its memory is nobody else's."""

import asyncio
import resource
import time
from pathlib import Path
from typing import Any

from bench.days.day import Places, driven, model, places
from bench.vrp.brimful import warm_up
from bench.vrp.contenders import Clock, one_core
from routing.model import Model, Routes
from routing.roads.building import build_roads
from routing.roads.local import LocalRoads
from routing.roads.streets import Streets
from routing.search import Progress, first, search
from routing.timetable import timetable
from routing.travel import TravelTable

_MB, _KB = 2**20, 2**10


def measure(
    extract: Path, roads: Path, n_bins: int, *, limit_s: float, seed: int
) -> dict[str, Any]:
    """Return the row of one size: seconds, kilometres, megabytes."""
    return asyncio.run(_measure(extract, roads, n_bins, limit_s=limit_s, seed=seed))


async def _measure(
    extract: Path, roads: Path, n_bins: int, *, limit_s: float, seed: int
) -> dict[str, Any]:
    loaded_s = warm_up()
    began_s = time.perf_counter()
    built = await build_roads(extract, out=roads)
    built_s = time.perf_counter() - began_s
    asked = places(Streets.read(built), n_bins, seed)
    before_mb = _peak_mb()
    clock = time.perf_counter
    began_s = clock()
    async with LocalRoads.opened(built) as engine:
        opened_s = clock() - began_s
        began_s = clock()
        table = await engine.table(asked.positions, kerb=asked.kerb)
        matrix_s = clock() - began_s
        began_s = clock()
        day = model(table, n_bins)
        routes, searched = _search(day, limit_s=limit_s, seed=seed)
        geometry_s, legs, steps = await _geometry(engine, asked, day, routes)
        engine_mb = await engine.peak_memory_bytes() / _MB
    served = sum(visit < n_bins for route in routes for visit in route)
    return {
        "bins": n_bins,
        "lorries": day.n_vehicles,
        "roads_s": round(built_s, 2),
        "open_s": round(opened_s, 2),
        "matrix_s": round(matrix_s, 2),
        "matrix_mb": round((table.drive_s.nbytes + table.distance_m.nbytes) / _MB, 1),
        **searched,
        "rounds": sum(bool(route) for route in routes),
        "left_out": n_bins - served,
        "km": round(_metres(table, day, routes) / 1000, 1),
        "geometry_s": round(geometry_s, 2),
        "legs": legs,
        "steps": steps,
        "engine_mb": round(engine_mb),
        "planner_mb": round(_peak_mb()),
        "planner_mb_before": round(before_mb),
        "loaded_s": round(loaded_s, 2),
        "seed": seed,
    }


def _search(day: Model, *, limit_s: float, seed: int) -> tuple[Routes, dict[str, Any]]:
    """Search on one core; every route has to have a timetable, or this raises InfeasibleError."""
    with one_core():
        clock = Clock(limit_s)
        quick = first(day)
        first_s = clock.elapsed_s
        trace: list[Progress] = []
        clock = Clock(limit_s)
        routes = search(
            day,
            None,
            limit_s=limit_s,
            iterations=None,
            seed=seed,
            on_progress=trace.append,
            stop=None,
        )
        search_s = clock.elapsed_s
    for vehicle, route in enumerate(routes):
        timetable(day, vehicle, route)
    return routes, {
        "first_s": round(first_s, 2),
        "first_objective_km": round(day.objective(quick) / 1000, 1),
        "limit_s": limit_s,
        "search_s": round(search_s, 2),
        "objective_km": round(day.objective(routes) / 1000, 1),
        "iterations": trace[-1].iterations if trace else 0,
    }


async def _geometry(
    engine: LocalRoads, asked: Places, day: Model, routes: Routes
) -> tuple[float, int, int]:
    began_s, legs, steps = time.perf_counter(), 0, 0
    for route in routes:
        if not route:
            continue
        at = driven(day, route)
        way = await engine.way([asked.positions[i] for i in at], kerb=[asked.kerb[i] for i in at])
        legs += len(way.legs)
        steps += sum(len(leg.steps) for leg in way.legs)
    return time.perf_counter() - began_s, legs, steps


def _metres(table: TravelTable, day: Model, routes: Routes) -> int:
    total = 0
    for route in routes:
        if route:
            at = driven(day, route)
            total += int(table.distance_m[at[:-1], at[1:]].sum())
    return total


def _peak_mb() -> float:
    """Return the most memory this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KB
