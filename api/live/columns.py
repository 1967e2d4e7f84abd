"""The compact answer about all bins: made once, given to all for as long as nothing changes."""

import asyncio
import gzip
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

ASKED_TOGETHER_S = 0.5
"""Who asks within this time of another may have the same answer, whatever changed meanwhile: so
many callers and many changes make two answers a second, and none is older than a second."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A document as it is sent, plain and packed."""

    etag: str
    plain: bytes
    packed: bytes
    begun_at: float
    """When the database was asked, by the monotonic clock."""


class Columns:
    """Keeps the answer; ``ask`` makes the document without its time."""

    def __init__(
        self, ask: Callable[[], Coroutine[Any, Any, str]], clock: Callable[[], datetime]
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._answer: Answer | None = None
        self._making: asyncio.Task[Answer] | None = None
        self._making_since = 0.0
        self._changed_at = 0.0
        self._hears = False

    def hears(self, yes: bool) -> None:
        """Say whether changes are heard of: only then an answer may be kept."""
        self._hears = yes
        self.changed()

    def changed(self) -> None:
        """Say that something in the answer is another than before."""
        self._changed_at = time.monotonic()

    async def answer(self) -> Answer:
        """Return the answer as it stands now, give or take ASKED_TOGETHER_S."""
        asked_at = time.monotonic()
        while True:
            if self._answer is not None and self._is_good(self._answer.begun_at, asked_at):
                return self._answer
            if self._making is None:
                self._making_since = time.monotonic()
                self._making = asyncio.create_task(self._make(), name="columns")
            making, since = self._making, self._making_since
            # who leaves must not take the answer from those who stay
            made = await asyncio.shield(making)
            if self._is_good(since, asked_at) or since >= asked_at:
                return made

    def _is_good(self, begun_at: float, asked_at: float) -> bool:
        if begun_at >= asked_at - ASKED_TOGETHER_S:
            return True
        return self._hears and begun_at > self._changed_at

    async def _make(self) -> Answer:
        try:
            begun_at, now_s = self._making_since, int(self._clock().timestamp())
            document = await self._ask()
            before = self._answer
            self._answer = await asyncio.to_thread(_answer, document, now_s, begun_at, before)
            return self._answer
        finally:
            self._making = None


def _answer(document: str, now_s: int, begun_at: float, before: Answer | None) -> Answer:
    told = document.encode()
    # without the time, which alone would make every answer another
    etag = f'W/"{sha256(told).hexdigest()[:32]}"'
    if before is not None and before.etag == etag:
        return Answer(etag=etag, plain=before.plain, packed=before.packed, begun_at=begun_at)
    plain = b'{"now_s":%d,%b' % (now_s, told.lstrip()[1:])
    return Answer(
        etag=etag, plain=plain, packed=gzip.compress(plain, compresslevel=5), begun_at=begun_at
    )
