"""Who is told: a bounded queue for each open stream, and events written once for all."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import aclosing
from dataclasses import dataclass, field

from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

QUEUE = 64
"""Events that wait for a slow client. With one more its stream is ended: it comes back, and loads
anew what it shows."""
KEEPALIVE_S = 15.0
"""Silence after which a comment is sent: proxies close what says nothing, often after 60 s."""
RETRY_MS = 3000

HELLO = format_sse_event(event="hello", data_str="{}", retry=RETRY_MS)


def event(name: str, data: object) -> bytes:
    """Write an event down."""
    return format_sse_event(event=name, data_str=json.dumps(data, separators=(",", ":")))


@dataclass(kw_only=True, eq=False)
class Listener:
    """One open stream.

    ``digest`` is what is kept of the caller's secret; ``crew_id`` limits it to that crew's rounds.
    """

    digest: bytes
    crew_id: str | None
    waiting: deque[bytes] = field(default_factory=deque)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False

    def tell(self, written: bytes) -> None:
        """Let an event wait for the client, or end the stream of one that is too slow."""
        if len(self.waiting) >= QUEUE:
            self.end()
            return
        self.waiting.append(written)
        self.woken.set()

    def end(self) -> None:
        """End the stream, whatever still waits."""
        self.ended = True
        self.waiting.clear()
        self.woken.set()

    async def stream(self) -> AsyncGenerator[bytes]:
        """Yield events as they come, and a comment where none comes for long."""
        yield HELLO
        while not self.ended:
            try:
                async with asyncio.timeout(KEEPALIVE_S):
                    await self.woken.wait()
            except TimeoutError:
                yield KEEPALIVE_COMMENT
                continue
            self.woken.clear()
            while self.waiting:
                # several at once in one piece: fewer wake-ups and packets
                written = b"".join(self.waiting)
                self.waiting.clear()
                yield written


class Listeners:
    """All open streams of this server."""

    def __init__(self) -> None:
        self._all: set[Listener] = set()
        self.open = False
        """Whether there is anything to hear at all."""

    async def stream(self, listener: Listener) -> AsyncGenerator[bytes]:
        """Yield what one more is told, until the client is gone or the stream ended."""
        self._all.add(listener)
        try:
            if not self.open:
                return
            async with aclosing(listener.stream()) as told:
                async for written in told:
                    yield written
        finally:
            self._all.discard(listener)

    def __len__(self) -> int:
        return len(self._all)

    def callers(self) -> set[bytes]:
        """Return who has a stream open."""
        return {listener.digest for listener in self._all}

    def tell_desks(self, name: str, data: object) -> None:
        """Tell everybody but crews."""
        self._tell(event(name, data), lambda listener: listener.crew_id is None)

    def tell_crews(self, crew_ids: set[str]) -> None:
        """Tell crews that their rounds are others than before."""
        self._tell(event("round", {}), lambda listener: listener.crew_id in crew_ids)

    def close(self) -> None:
        """End all streams, and every new one until it is open again."""
        self.open = False
        for listener in self._all:
            listener.end()

    def end_of(self, callers: Collection[bytes]) -> None:
        """End the streams of these callers."""
        for listener in self._all:
            if listener.digest in callers:
                listener.end()

    def _tell(self, written: bytes, who: Callable[[Listener], bool]) -> None:
        for listener in self._all:
            if who(listener):
                listener.tell(written)
