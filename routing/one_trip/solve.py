"""Runs the search in a process with a hard time limit; there is always an answer."""

import asyncio
import os
import pickle
import sys
import time
from asyncio.subprocess import PIPE, Process
from typing import Self, cast

from core.logs import get_logger
from routing.one_trip import Model, Part, Routes, join, split
from routing.one_trip.worker import HEADER, pack

SEARCH = "routing.one_trip.solver:search"
GRACE_S = 1.5
"""How far a search may overrun its own limit before its process is killed."""
SATURATED_S_PER_STOP = 0.1
"""Longest search for each stop, so that small days are answered soon: three times as long found
nothing more for 50 stops and 0.1 to 0.7 % less driving for 100."""
_LEAST_S = 0.2

_log = get_logger(__name__)


class SearchError(Exception):
    """The search gave no answer; the rounds it would have improved are used as they are."""


async def solve(
    model: Model,
    start: Routes,
    *,
    limit_s: float,
    seed: int,
    solution_limit: int | None = None,
    search: str = SEARCH,
) -> Routes:
    """Return routes no worse than ``start`` (feasible routes), within ``limit_s`` + GRACE_S.

    Independent parts of the model are searched one after the other, the time shared by their
    numbers of stops. Where the search hangs, crashes or fails, the start of that part is its
    answer. ``search`` names the function that searches, as ``module:function``; it is imported in
    the process alone.
    """
    parts = split(model)
    starts = [_of_part(part, start) for part in parts]
    answers: list[Routes] = []
    ends_at = time.monotonic() + limit_s
    async with _SearchProcess(search, ends_at=ends_at + GRACE_S) as process:
        for i, (part, begin) in enumerate(zip(parts, starts, strict=True)):
            answer = begin
            left_s = ends_at - time.monotonic()
            if part.model.n_stops > 1 and left_s > _LEAST_S:
                stops_left = sum(p.model.n_stops for p in parts[i:] if p.model.n_stops > 1)
                try:
                    await process.start()
                    left_s = max(_LEAST_S, ends_at - time.monotonic())
                    share_s = left_s * part.model.n_stops / stops_left
                    answer = await process.search(
                        part.model,
                        begin,
                        limit_s=min(share_s, 0.5 + SATURATED_S_PER_STOP * part.model.n_stops),
                        seed=seed,
                        solution_limit=solution_limit,
                    )
                except SearchError as error:
                    _log.warning(
                        "search gave up, first rounds are used",
                        error=str(error),
                        stops=part.model.n_stops,
                        limit_s=round(left_s, 1),
                    )
            answers.append(min(begin, answer, key=part.model.objective))
    return join(model, parts, answers)


def _of_part(part: Part, routes: Routes) -> Routes:
    number = {stop: i for i, stop in enumerate(part.stops)}
    return tuple(tuple(number[stop] for stop in routes[v]) for v in part.vehicles)


class _SearchProcess:
    """One process for one search after the other; killed when it overruns, then a new one."""

    def __init__(self, search: str, *, ends_at: float) -> None:
        self._search = search
        self._ends_at = ends_at
        self._process: Process | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._kill()

    async def start(self) -> None:
        """Start the process where none runs and wait until it has imported what it needs."""
        if self._process is not None:
            return
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "routing.one_trip.worker",
            self._search,
            stdin=PIPE,
            stdout=PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            # Ctrl-C is for us; we end the process ourselves
            start_new_session=True,
        )
        await self._receive(self._ends_at - time.monotonic(), "did not start")

    async def search(
        self,
        model: Model,
        start: Routes,
        *,
        limit_s: float,
        seed: int,
        solution_limit: int | None,
    ) -> Routes:
        """Return what the search found. Raises SearchError when it has no answer in time."""
        patience_s = min(limit_s + GRACE_S, self._ends_at - time.monotonic())
        arguments = {
            "model": model,
            "start": start,
            "limit_s": limit_s,
            "seed": seed,
            "solution_limit": solution_limit,
        }
        job = await asyncio.to_thread(pickle.dumps, (arguments, patience_s + GRACE_S))
        message = await self._receive(patience_s, "overran its limit", job)
        answer = pickle.loads(message)  # noqa: S301 - written by our own child
        if isinstance(answer, Exception):
            raise SearchError(f"{type(answer).__name__}: {answer}") from answer
        return cast("Routes", answer)

    async def _receive(self, patience_s: float, late: str, job: bytes | None = None) -> bytes:
        process = self._process
        assert process is not None  # noqa: S101 - start() comes first
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        try:
            async with asyncio.timeout(max(0.0, patience_s)):
                if job is not None:
                    process.stdin.write(pack(job))
                    await process.stdin.drain()
                header = await process.stdout.readexactly(HEADER.size)
                return await process.stdout.readexactly(HEADER.unpack(header)[0])
        except TimeoutError:
            await self._kill()
            raise SearchError(f"the search {late} and was ended") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            code = await process.wait()
            self._process = None
            raise SearchError(f"the search process ended by itself with code {code}") from None

    async def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.wait()
