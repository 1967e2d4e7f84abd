"""Gather messages into batches: bounded by weight and by time, in order, losing nothing."""

from ingest.messages import Opened


class Batcher:
    """Messages that wait to be stored together. Time is an argument: seconds of any clock."""

    def __init__(self, *, max_weight: int, max_wait_s: float) -> None:
        self._max_weight = max_weight
        self._max_wait_s = max_wait_s
        self._waiting: list[Opened] = []
        self._weight = 0
        self._due_at: float | None = None

    @property
    def due_at(self) -> float | None:
        """When what waits has to be stored at the latest; None while nothing waits."""
        return self._due_at

    def add(self, opened: Opened, *, now: float) -> list[list[Opened]]:
        """Take a message and return the batches (at most two) that are complete by that.

        A batch is over the limit only where a single message is.
        """
        complete = []
        if self._waiting and self._weight + opened.weight > self._max_weight:
            complete.append(self.take())
        if self._due_at is None:
            self._due_at = now + self._max_wait_s
        self._waiting.append(opened)
        self._weight += opened.weight
        if self._weight >= self._max_weight or now >= self._due_at:
            complete.append(self.take())
        return complete

    def take(self) -> list[Opened]:
        """Return all that waits, oldest first; the batcher is empty then."""
        taken, self._waiting = self._waiting, []
        self._weight = 0
        self._due_at = None
        return taken
