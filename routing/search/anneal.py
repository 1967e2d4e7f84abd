"""Drive the compiled search: first routes, slices within the limits, progress."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from routing.model import Model, Routes
from routing.search.commands import (
    CHAIN,
    DEAR,
    FAR,
    LIGHT,
    TIGHT,
    begin,
    construct,
    finish,
    walk,
)
from routing.search.kernel import layout as at
from routing.search.kernel.layout import Day, State
from routing.search.pool import Pool
from routing.search.prepare import best_routes, prepare_day, prepare_state, visits_of
from routing.search.prizes import STEPS, UNTIL, Prizes

HOT, COLD = 1.0, 0.01
"""First and last temperature, as shares of the typical cost of an arc of the first routes."""
SLICE_S = 0.25
_SLICE_ITERATIONS = 2_000
_FIRST_SLICE = 200
_TELL_EVERY_S = 1.0
CHOICES = (0.95,)
"""When the best set of all rounds is chosen, as shares of the search: while it is hot the search
walks away from what was chosen."""
CHOICE_SHARE = 0.03
"""How much of the time one choice may take."""
CHOICE_EFFORT = 1.0
_POOL_FROM = 0.2
"""Before, the search is too hot for rounds worth keeping."""
_LEAST_CHOICE_S = 0.1
_MANY = 2_000
"""Above so many stops only two orders of first insertion are tried."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a search is. ``routes``: the best so far, only where they are new."""

    elapsed_s: float
    iterations: int
    objective: int
    left_out: int
    routes: Routes | None


class Choose(Protocol):
    """Finds the best set of rounds in a pool; None where it is not better than ``best``."""

    def __call__(  # noqa: D102 - the class says it
        self, model: Model, pool: Pool, best: Routes, *, effort: float, limit_s: float, seed: int
    ) -> Routes | None: ...


def first(model: Model) -> Routes:
    """Return first routes, quickly: they can be driven, and are the same ones each time."""
    if not model.n_stops or not model.n_vehicles:
        return ((),) * model.n_vehicles
    day = prepare_day(model)
    state = prepare_state(model, day, 1)
    _build_first(model, day, state)
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
    choose: Choose | None = None,
) -> Routes:
    """Return the best routes found within a time or a number of iterations.

    ``start`` may be partial or out of date: what of it cannot be driven is dropped. The same model,
    start, seed and iterations give the same routes: a time beside the iterations sets no pace, it
    only ends the search, hot as it is, where it is up before.
    ``on_progress`` hears of it about once a second, the first time with the first routes; ``stop``
    is asked several times a second. ``choose`` is given the rounds met so far when the search
    has cooled down, to find the best set of them.
    """
    began = time.perf_counter()
    if limit_s is None and iterations is None:
        raise ValueError("a search needs a limit: seconds, iterations or both")
    if not model.n_stops or not model.n_vehicles:
        return ((),) * model.n_vehicles
    day = prepare_day(model)
    state = prepare_state(model, day, seed)
    _build_first(model, day, state)
    if start is not None:
        begin(day, state, *visits_of(model, start))
    run = _Run(
        model,
        day,
        state,
        began=began,
        limit_s=limit_s,
        iterations=iterations,
        seed=seed,
        on_progress=on_progress,
        choose=choose,
    )
    while not run.is_over() and not (stop is not None and stop()):
        run.tell()
        run.slice()
        run.choose()
    run.prizes.set(1.0)
    finish(day, state)
    return best_routes(model, state)


def _build_first(model: Model, day: Day, state: State) -> None:
    """Build first routes in several orders, and keep the best."""
    orders = (FAR, TIGHT, LIGHT, DEAR, CHAIN) if model.n_stops <= _MANY else (FAR, DEAR)
    for order in orders:
        construct(day, state, order)


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
        seed: int,
        on_progress: Callable[[Progress], None] | None,
        choose: Choose | None,
    ) -> None:
        self.model, self.day, self.state = model, day, state
        self.began, self.limit_s, self.iterations = began, limit_s, iterations
        self.on_progress = on_progress
        arc = typical_arc(model, state)
        self.hot, self.cold = HOT * arc, COLD * arc
        self.done = 0
        self.rate: float | None = None
        self.told_s: float | None = None
        self.told: int | None = None
        self.seed, self.chooser = seed, choose
        self.pool = Pool(model, day)
        self.choices = list(CHOICES)
        self.prizes = Prizes(model, day, state)

    def is_over(self) -> bool:
        return self._share(0) >= 1.0 or self._left_s() <= 0.0

    def _left_s(self) -> float:
        if self.limit_s is None:
            return math.inf
        return max(0.0, self.limit_s - (time.perf_counter() - self.began))

    def _share(self, ahead: int) -> float:
        """Return how much of the search will be done after so many more iterations."""
        if self.iterations is not None:
            return min(1.0, (self.done + ahead) / max(1, self.iterations))
        assert self.limit_s is not None  # noqa: S101 - one of the two there is
        ahead_s = ahead / self.rate if self.rate else 0.0
        return min(1.0, 1.0 - (self._left_s() - ahead_s) / max(1e-9, self.limit_s))

    def _temperature(self, share: float) -> float:
        return float(self.hot * (self.cold / self.hot) ** share)

    def slice(self) -> None:
        """Walk for a quarter of a second, or so many iterations where they are counted."""
        share = self._share(0)
        self.prizes.set(share)
        size = self._size(raised=self.prizes.are_raised(share))
        here = time.perf_counter()
        walk(
            self.day,
            self.state,
            size,
            self._temperature(share),
            self._temperature(self._share(size)),
        )
        self.prizes.note()
        self.rate = size / max(1e-6, time.perf_counter() - here)
        self.done += size

    def _size(self, *, raised: bool) -> int:
        """Return how many iterations the next slice has."""
        if self.iterations is not None:
            size = min(_SLICE_ITERATIONS, self.iterations - self.done)
            return min(size, max(1, int(self.iterations * UNTIL / STEPS))) if raised else size
        assert self.limit_s is not None  # noqa: S101 - one of the two there is
        if self.rate is None:
            return _FIRST_SLICE
        left_s = self._left_s()
        if raised:
            left_s = min(left_s, self.limit_s * UNTIL / STEPS)
        return max(1, int(self.rate * min(SLICE_S, left_s)))

    def choose(self) -> None:
        """Note the present rounds; at times go on from the best set of all that were met."""
        if self.chooser is None:
            return
        share = self._share(0)
        if share >= _POOL_FROM:
            self.pool.note(self.model, self.state)
        if not self.choices or share < self.choices[0]:
            return
        self.choices.pop(0)
        limit_s = self._left_s()
        if self.iterations is None and self.limit_s is not None:
            limit_s = min(CHOICE_SHARE * self.limit_s, limit_s)
        if limit_s < _LEAST_CHOICE_S:
            return
        found = self.chooser(
            self.model,
            self.pool,
            best_routes(self.model, self.state),
            effort=CHOICE_EFFORT,
            limit_s=limit_s,
            seed=self.seed,
        )
        if found is not None:
            begin(self.day, self.state, *visits_of(self.model, found))

    def tell(self) -> None:
        """Report, with the best routes where they are new, about once a second."""
        if self.on_progress is None:
            return
        elapsed_s = time.perf_counter() - self.began
        if self.told_s is not None and elapsed_s - self.told_s < _TELL_EVERY_S:
            return
        best = self.prizes.best
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


def typical_arc(model: Model, state: State) -> float:
    """Return the mean cost of an arc of the present routes; with disposals the quadratic mean.

    Bins stand together and disposal sites are far: there the mean is next to nothing, and a search
    that begins so cold no longer gives a vehicle another part of the town.
    """
    link = state.link
    leaves = (link[:, at.VEH] >= 0) & (link[:, at.WHAT] != at.END)
    leaves &= state.sums[link[:, at.VEH], at.COUNT] > 0
    node = np.flatnonzero(leaves)
    node = node[link[link[node, at.NXT], at.WHAT] != at.BREAK]
    arcs = model.cost[link[node, at.LEAVE], link[link[node, at.NXT], at.ENTER]].astype(np.float64)
    if not arcs.any():
        return max(1.0, float(np.mean(model.cost)))
    return float(np.sqrt(np.mean(arcs**2)) if model.n_disposals else np.mean(arcs))
