"""OR-Tools chooses the best set of all good rounds a search has met. The only file that knows it.

The ruin and recreate of ``routing.search`` finds good rounds by the thousand, but keeps only those
that stand together at one moment. Which of all of them serve the day best is a set partitioning
problem, and CP-SAT's field (Foster, Ryan 1976; within a search: Subramanian, Uchoa, Ochi 2013).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from routing.model import Model, Routes
from routing.search import Pool, Progress
from routing.search import search as ruin_and_recreate
from routing.search.pool import class_sizes

if TYPE_CHECKING:
    from ortools.sat.python import cp_model


def search(
    model: Model,
    start: Routes | None = None,
    *,
    limit_s: float | None = None,
    iterations: int | None = None,
    seed: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Routes:
    """Search as ``routing.search.search`` does; OR-Tools chooses among the rounds it meets."""
    return ruin_and_recreate(
        model,
        start,
        limit_s=limit_s,
        iterations=iterations,
        seed=seed,
        on_progress=on_progress,
        stop=stop,
        choose=choose,
    )


def choose(
    model: Model, pool: Pool, best: Routes, *, effort: float, limit_s: float, seed: int
) -> Routes | None:
    """Return the best set of rounds found; None where nothing better than ``best`` was.

    effort: deterministic time, so that the answer is the same on every machine as long as
    ``limit_s`` does not end it.
    """
    # Half of what a search process takes to start, and asked once, at the search's end.
    from ortools.sat.python import cp_model  # noqa: PLC0415 - as said above

    columns = pool.columns()
    now = model.objective(best)
    sat = cp_model.CpModel()
    taken = [sat.new_bool_var("") for _column in columns]
    serving: list[list[cp_model.IntVar]] = [[] for _stop in range(model.n_stops)]
    of_class: list[list[cp_model.IntVar]] = [[] for _size in class_sizes(pool)]
    for column, variable in zip(columns, taken, strict=True):
        of_class[column.vehicle_class].append(variable)
        for stop in column.stops:
            serving[stop].append(variable)
    for size, variables in zip(class_sizes(pool), of_class, strict=True):
        if len(variables) > size:
            sat.add(sum(variables) <= size)
    left_out = [sat.new_bool_var("") for _stop in range(model.n_stops)]
    for variables, out in zip(serving, left_out, strict=True):
        sat.add_exactly_one(*variables, out)
    penalty = model.stops.penalty.tolist()
    cost = sum(c.cost * v for c, v in zip(columns, taken, strict=True))
    sat.minimize(cost + sum(p * out for p, out in zip(penalty, left_out, strict=True)))
    _hint(sat, model, pool, best, taken=taken, left_out=left_out)

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % (1 << 31)
    solver.parameters.max_deterministic_time = effort
    solver.parameters.max_time_in_seconds = limit_s
    if solver.solve(sat) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    if solver.objective_value >= now:
        return None
    return pool.routes([c for c, v in zip(columns, taken, strict=True) if solver.boolean_value(v)])


def _hint(
    sat: cp_model.CpModel,
    model: Model,
    pool: Pool,
    best: Routes,
    *,
    taken: list[cp_model.IntVar],
    left_out: list[cp_model.IntVar],
) -> None:
    """Begin with the best routes, where they are all among the columns."""
    standing = {
        (pool.class_of[vehicle], tuple(sorted(visit for visit in route if visit < model.n_stops)))
        for vehicle, route in enumerate(best)
        if route
    }
    served = {stop for _class, stops in standing for stop in stops}
    for column, variable in zip(pool.columns(), taken, strict=True):
        sat.add_hint(variable, (column.vehicle_class, column.stops) in standing)
    for stop, out in enumerate(left_out):
        sat.add_hint(out, stop not in served)
