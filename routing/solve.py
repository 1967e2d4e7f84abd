"""Runs the search in a process with a hard time limit; there is always an answer."""

import asyncio
import os
import pickle
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from core.logs import get_logger
from routing.messages import HEADER, Done, Failed, Job, dump_model, pack
from routing.model import Model, Routes
from routing.search import Progress, ensure_compiled, first
from routing.timetable import InfeasibleError

SEARCH = "routing.solver:search"
GRACE_S = 1.5
"""How far a search may overrun its own limit before its process is killed."""

_log = get_logger(__name__)


class SearchError(Exception):
    """The search ended without an answer of its own; the best routes it told of are used."""


async def solve(
    model: Model,
    start: Routes | None = None,
    *,
    limit_s: float | None = None,
    iterations: int | None = None,
    seed: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
    stop: asyncio.Event | None = None,
    search: str = SEARCH,
) -> Routes:
    """Return the best routes found within ``limit_s`` + GRACE_S, or so many iterations.

    ``start``, which may be partial or out of date, is where the search begins. Where the search
    hangs, crashes or fails, the best routes it has told of are the answer, at the least the quick
    first routes. ``stop`` ends it with the best so far; cancelling ends it with nothing. The
    process never outlives this call. ``search`` names the function that searches, as
    ``module:function``; it is imported in the process alone.
    """
    if limit_s is None and iterations is None:
        raise ValueError("a search needs a limit: seconds, iterations or both")
    await asyncio.to_thread(ensure_compiled)
    ends_at = None if limit_s is None else time.monotonic() + limit_s
    best = _Best(model, on_progress)
    async with asyncio.TaskGroup() as tasks:
        safe = tasks.create_task(asyncio.to_thread(first, model), name="search.first")
        if model.n_stops and model.n_vehicles:
            runs = tasks.create_task(
                _search(
                    model,
                    start,
                    best,
                    search=search,
                    ends_at=ends_at,
                    iterations=iterations,
                    seed=seed,
                ),
                name="search.run",
            )
            watch = tasks.create_task(_stop(stop, runs), name="search.stop")
            await asyncio.wait([runs])
            watch.cancel()
    best.offer(safe.result())
    assert best.routes is not None  # noqa: S101 - the first routes have been offered
    return best.routes


class _Best:
    """The best routes told of so far."""

    def __init__(self, model: Model, on_progress: Callable[[Progress], None] | None) -> None:
        self._model = model
        self._on_progress = on_progress
        self._objective: int | None = None
        self.routes: Routes | None = None

    def tell(self, progress: Progress) -> None:
        if progress.routes is not None:
            self.offer(progress.routes)
        if self._on_progress is not None:
            self._on_progress(progress)

    def offer(self, routes: Routes) -> None:
        try:
            objective = self._model.objective(routes)
        except (InfeasibleError, IndexError):
            _log.warning("search told of routes that cannot be driven")
            return
        if self._objective is None or objective < self._objective:
            self._objective, self.routes = objective, routes


async def _stop(stop: asyncio.Event | None, runs: asyncio.Task[None]) -> None:
    if stop is not None:
        await stop.wait()
        runs.cancel()


async def _search(
    model: Model,
    start: Routes | None,
    best: _Best,
    *,
    search: str,
    ends_at: float | None,
    iterations: int | None,
    seed: int,
) -> None:
    """Search in a process and offer what it finds; where it fails, say so in the log."""
    patience_s = None if ends_at is None else ends_at + GRACE_S - time.monotonic()
    try:
        async with asyncio.timeout(patience_s):
            with tempfile.TemporaryFile() as arrays:
                rest, spans = await asyncio.to_thread(dump_model, model, arrays)
                async with _process(search, arrays.fileno()) as process:
                    job = Job(
                        fd=arrays.fileno(),
                        model=rest,
                        spans=spans,
                        start=start,
                        ends_at=ends_at,
                        iterations=iterations,
                        seed=seed,
                        kill_after_s=2 * GRACE_S,
                    )
                    await _follow(process, job, best)
    except TimeoutError:
        _log.warning("search overran its limit and was ended", stops=model.n_stops)
    except SearchError as error:
        _log.warning("search gave up", error=str(error), stops=model.n_stops)


async def _follow(process: Process, job: Job, best: _Best) -> None:
    """Send the job and listen until it is done. Raises SearchError where it is not."""
    assert process.stdin is not None  # noqa: S101 - a pipe was asked for
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    try:
        process.stdin.write(pack(pickle.dumps(job)))
        await process.stdin.drain()
        while True:
            header = await process.stdout.readexactly(HEADER.size)
            message = await process.stdout.readexactly(HEADER.unpack(header)[0])
            match pickle.loads(message):  # noqa: S301 - written by our own child
                case Progress() as progress:
                    best.tell(progress)
                case Done(routes=routes):
                    best.offer(routes)
                    return
                case Failed(error=error):
                    raise SearchError(error)
    except (asyncio.IncompleteReadError, ConnectionError):
        code = await process.wait()
        raise SearchError(f"the search process ended by itself with code {code}") from None


@asynccontextmanager
async def _process(search: str, fd: int) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "routing.worker",
        search,
        stdin=PIPE,
        stdout=PIPE,
        pass_fds=(fd,),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        # Ctrl-C is for us; we end the process ourselves
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
