"""What was received and is not settled yet: from the receiver to the batcher, many at once."""

import asyncio
from collections.abc import Sequence

from ingest.messages import Message


class Inbox:
    """Messages in order. What is in it and beyond counts until it is ``settled``."""

    def __init__(self) -> None:
        self._waiting: list[Message] = []
        self._unsettled = 0
        self._unpromised = 0
        self._news = asyncio.Event()
        self._hurried = False
        self._all_settled = asyncio.Event()
        self._all_settled.set()

    @property
    def unpromised(self) -> int:
        """Messages not settled yet that came with QoS 0: no window of the broker's bounds them."""
        return self._unpromised

    def put(self, messages: Sequence[Message]) -> None:
        """Add what was received."""
        if messages:
            self._waiting += messages
            self._count(messages, 1)
            self._all_settled.clear()
            self._news.set()

    async def take(self, *, until: float | None) -> tuple[list[Message], bool]:
        """Return all that waits, at least one message unless it tells that nobody should wait.

        That is so when the time ``until`` (of the event loop) is up, or after ``hurry``.
        """
        try:
            async with asyncio.timeout_at(until):
                await self._news.wait()
        except TimeoutError:
            return [], True
        self._news.clear()
        taken, self._waiting = self._waiting, []
        hurried, self._hurried = self._hurried, False
        return taken, hurried

    def hurry(self) -> None:
        """Ask that what was received so far does not wait for more."""
        self._hurried = True
        self._news.set()

    def settled(self, messages: Sequence[Message]) -> None:
        """Take messages off the account: they are stored and acknowledged."""
        self._count(messages, -1)
        if not self._unsettled:
            self._all_settled.set()

    async def all_settled(self) -> None:
        """Return when nothing is on its way any more."""
        await self._all_settled.wait()

    def _count(self, messages: Sequence[Message], sign: int) -> None:
        self._unsettled += sign * len(messages)
        self._unpromised += sign * sum(not message.promised for message in messages)
