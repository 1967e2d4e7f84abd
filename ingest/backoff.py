"""How long to wait before trying again: longer each time, up to a limit, never in step."""

import random


class Backoff:
    """Waiting times that double from ``first_s`` to ``most_s``, each between half and whole.

    The chance in it keeps several ingesters from coming back all at the same moment.
    """

    def __init__(
        self, *, first_s: float = 0.2, most_s: float = 10.0, chance: random.Random | None = None
    ) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._chance = chance or random.Random()  # noqa: S311 - spreads load, guards nothing
        self._times = 0

    @property
    def longest_s(self) -> float:
        """A waiting time as after many tries."""
        return self._spread(self._most_s)

    def next_s(self) -> float:
        """Return the next waiting time."""
        delay_s = min(self._most_s, self._first_s * 2.0 ** min(self._times, 32))
        self._times += 1
        return self._spread(delay_s)

    def reset(self) -> None:
        """Begin anew: it worked."""
        self._times = 0

    def _spread(self, delay_s: float) -> float:
        return delay_s * self._chance.uniform(0.5, 1.0)
