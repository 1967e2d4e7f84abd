"""Drive the compiled search: first routes, slices within the limits, progress."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from routing.model import Model, Routes
from routing.search.commands import begin, construct, finish, walk
from routing.search.kernel import layout as at
from routing.search.kernel.layout import Day, State
from routing.search.prepare import best_routes, prepare_day, prepare_state, visits_of

HOT, COLD = 0.3, 0.003
"""First and last temperature, as shares of the mean cost of an arc of the first routes."""
SLICE_S = 0.25
_SLICE_ITERATIONS = 2_000
_FIRST_SLICE = 200
_TELL_EVERY_S = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a search is. ``routes``: the best so far, only where they are new."""

    elapsed_s: float
    iterations: int
    objective: int
    left_out: int
    routes: Routes | None


def first(model: Model) -> Routes:
    """Return first routes, quickly: they can be driven, and are the same ones each time."""
    if not model.n_stops or not model.n_vehicles:
        return ((),) * model.n_vehicles
    day = prepare_day(model)
    state = prepare_state(model, day, 1)
    construct(day, state)
    return best_routes(model, state)


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
    """Return the best routes found within a time, a number of iterations, or both.

    ``start`` may be partial or out of date: what of it cannot be driven is dropped. The same model,
    start, seed and iterations give the same routes when the time does not end the search.
    ``on_progress`` hears of it about once a second, the first time with the first routes; ``stop``
    is asked several times a second.
    """
    began = time.perf_counter()
    if limit_s is None and iterations is None:
        raise ValueError("a search needs a limit: seconds, iterations or both")
    if not model.n_stops or not model.n_vehicles:
        return ((),) * model.n_vehicles
    day = prepare_day(model)
    state = prepare_state(model, day, seed)
    construct(day, state)
    if start is not None:
        begin(day, state, *visits_of(model, start))
    run = _Run(
        model,
        day,
        state,
        began=began,
        limit_s=limit_s,
        iterations=iterations,
        on_progress=on_progress,
    )
    while not run.is_over() and not (stop is not None and stop()):
        run.tell()
        run.slice()
    finish(day, state)
    return best_routes(model, state)


class _Run:
    """The slices of one search: how hot, how long, and when it is over."""

    def __init__(
        self,
        model: Model,
        day: Day,
        state: State,
        *,
        began: float,
        limit_s: float | None,
        iterations: int | None,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self.model, self.day, self.state = model, day, state
        self.began, self.limit_s, self.iterations = began, limit_s, iterations
        self.on_progress = on_progress
        arc = _mean_arc(model, state)
        self.hot, self.cold = HOT * arc, COLD * arc
        self.done = 0
        self.rate: float | None = None
        self.told_s: float | None = None
        self.told: int | None = None

    def is_over(self) -> bool:
        return self._share(0) >= 1.0

    def _share(self, ahead: int) -> float:
        """Return how much of the search will be done after so many more iterations."""
        share = 0.0
        if self.limit_s is not None:
            ahead_s = ahead / self.rate if self.rate else 0.0
            elapsed_s = time.perf_counter() - self.began
            share = (elapsed_s + ahead_s) / max(1e-9, self.limit_s)
        if self.iterations is not None:
            share = max(share, (self.done + ahead) / max(1, self.iterations))
        return min(1.0, share)

    def _temperature(self, share: float) -> float:
        return float(self.hot * (self.cold / self.hot) ** share)

    def slice(self) -> None:
        """Walk for a quarter of a second, or so many iterations where no time is set."""
        size = _SLICE_ITERATIONS
        if self.limit_s is not None:
            size = _FIRST_SLICE
            if self.rate is not None:
                left_s = self.limit_s - (time.perf_counter() - self.began)
                size = max(1, int(self.rate * min(SLICE_S, max(0.0, left_s))))
        if self.iterations is not None:
            size = min(size, self.iterations - self.done)
        here = time.perf_counter()
        walk(
            self.day,
            self.state,
            size,
            self._temperature(self._share(0)),
            self._temperature(self._share(size)),
        )
        self.rate = size / max(1e-6, time.perf_counter() - here)
        self.done += size

    def tell(self) -> None:
        """Report, with the best routes where they are new, about once a second."""
        if self.on_progress is None:
            return
        elapsed_s = time.perf_counter() - self.began
        if self.told_s is not None and elapsed_s - self.told_s < _TELL_EVERY_S:
            return
        best = int(self.state.total[at.T_BEST])
        visits = self.state.best[: self.state.best_at[-1], 0]
        self.on_progress(
            Progress(
                elapsed_s=elapsed_s,
                iterations=self.done,
                objective=best,
                left_out=self.model.n_stops - int((visits < self.model.n_stops).sum()),
                routes=best_routes(self.model, self.state) if best != self.told else None,
            )
        )
        self.told_s, self.told = elapsed_s, best


def _mean_arc(model: Model, state: State) -> float:
    """Return the mean cost of the arcs of the present routes."""
    used = state.sums[:, at.COUNT] > 0
    arcs = int(state.sums[used, at.COUNT].sum() + used.sum())
    cost = float((state.sums[used, at.COST] - model.vehicles.fixed_cost[used]).sum())
    if not arcs or cost <= 0:
        return max(1.0, float(np.mean(model.cost)))
    return cost / arcs
