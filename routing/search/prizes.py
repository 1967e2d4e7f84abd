"""Prizes are raised while the search is young, so that it begins with more served than pays.

A stop far from all routes never pays by itself, and a search that begins with few routes hardly
ever finds the ten stops that would pay together. With routes for nearly all of them it is easy to
find those that do not pay.
"""

import numpy as np

from routing.model import Model
from routing.search.kernel import layout as at
from routing.search.kernel.layout import Day, State

RAISED = 2.0
"""By how much the prizes are multiplied at the beginning."""
UNTIL = 0.15
"""When they have come down, as a share of the search."""
STEPS = 8
"""In how many steps at least."""
_NOTHING_IS_BETTER = -at.NEVER


class Prizes:
    """What leaving a stop out costs for now; the best routes are always those by the true cost.

    A stop that is worth a vehicle of its own is never raised, and no other above that: whoever has
    to be served stays ahead.
    """

    def __init__(self, model: Model, day: Day, state: State) -> None:
        self._day, self._state = day, state
        self._true = model.stops.penalty
        self._dear = _dear(model)
        self._may_rise = bool(((self._true > 0) & (self._true < self._dear)).any())
        self._best: int | None = None

    @property
    def best(self) -> int:
        """Return the true cost of the best routes."""
        return int(self._state.total[at.T_BEST]) if self._best is None else self._best

    def are_raised(self, share: float) -> bool:
        """Return whether prizes are raised at this share of the search."""
        return self._may_rise and share < UNTIL

    def set(self, share: float) -> None:
        """Set the prizes for what comes next; from UNTIL on they are the true ones."""
        if self.are_raised(share):
            if self._best is None:
                self._best = int(self._state.total[at.T_BEST])
                self._state.total[at.T_BEST] = _NOTHING_IS_BETTER
            self._put(RAISED ** (1.0 - share / UNTIL))
        elif self._best is not None:
            self._put(1.0)
            self._state.total[at.T_BEST] = self._best
            self._best = None

    def _put(self, factor: float) -> None:
        day, state = self._day, self._state
        absent = state.absent[: state.total[at.T_ABSENT]]
        before = int(day.penalty[absent].sum())
        raised = np.minimum(np.rint(self._true * factor), self._dear).astype(np.int64)
        day.penalty[:] = np.maximum(self._true, raised)
        state.total[at.T_COST] += int(day.penalty[absent].sum()) - before

    def note(self) -> None:
        """Keep the present routes if they are the best by the true cost, while prizes are raised.

        Without raised prizes the search does that itself, after each iteration.
        """
        if self._best is None:
            return
        state = self._state
        absent = state.absent[: state.total[at.T_ABSENT]]
        cost = int(state.sums[:, at.COST].sum() + self._true[absent].sum())
        if cost < self._best:
            state.best[:], state.best_at[:] = state.now, state.now_at
            self._best = cost


def _dear(model: Model) -> int:
    """Return what a vehicle of its own for one stop costs at most."""
    legs = 2 if model.n_disposals == 0 else 3
    dear = legs * int(model.cost.max(initial=0)) + int(model.vehicles.fixed_cost.max(initial=0))
    return dear + int(model.disposals.cost.max(initial=0)) + int(model.stops.wish.max(initial=0))
