"""Run programs and watch what they cost: seconds on the clock, and of each process's CPU."""

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import psutil

from bench.speed.rig import RigError

PROGRAM = (sys.executable, "-c", "from cli.main import main; main()")
START_LIMIT_S = 60.0


def cpu_s(pid: int) -> float:
    """Return the CPU seconds a process has used so far."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def rss_mb(pid: int) -> float:
    """Return the memory of a process, megabytes."""
    return float(psutil.Process(pid).memory_info().rss) / 1e6


async def work(name: str, job: Mapping[str, Any]) -> dict[str, float]:
    """Run one piece of work in a process of its own; return its seconds and CPU seconds."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.speed.worker", name),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate(json.dumps(job).encode())
    if process.returncode:
        raise RigError(f"{name} failed: {err.decode().strip().rpartition(chr(10))[2]}")
    told: dict[str, float] = json.loads(out)
    return told


async def run_to_its_end(*command: str) -> dict[str, float]:
    """Run a program whose output nobody needs; return its seconds and CPU seconds."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await process.communicate()
    if process.returncode:
        raise RigError(f"{command[0]} failed: {err.decode().strip()}")
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": seconds, "cpu_s": used}


class Ingester:
    """A running `brimful ingest`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pid = process.pid
        self._events: list[dict[str, Any]] = []
        self._reading = asyncio.create_task(self._read(), name="bench.ingester.log")

    async def _read(self) -> None:
        assert self._process.stderr is not None  # noqa: S101 - it was asked for
        async for line in self._process.stderr:
            if line.startswith(b"{"):
                self._events.append(json.loads(line))

    def last(self, event: str) -> dict[str, Any] | None:
        """Return the newest log line of an event."""
        return next((e for e in reversed(self._events) if e["event"] == event), None)

    async def has_logged(self, event: str) -> None:
        """Wait for an event; raises RigError when the ingester ends before."""
        deadline = time.monotonic() + START_LIMIT_S
        while self.last(event) is None:
            if self._process.returncode is not None or time.monotonic() > deadline:
                raise RigError(f"the ingester does not say {event!r}: {self._events[-3:]}")
            await asyncio.sleep(0.002)

    async def stop(self) -> dict[str, Any]:
        """End it in peace and return what it said in the end."""
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.wait()
        await self._reading
        return self.last("stopped") or {}


@asynccontextmanager
async def ingester(variables: Mapping[str, str]) -> AsyncIterator[Ingester]:
    """Run `brimful ingest` with these variables while the block lasts."""
    process = await asyncio.create_subprocess_exec(
        *PROGRAM,
        "ingest",
        env={**os.environ, "BRIMFUL_LOG_FORMAT": "json", **variables},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    running = Ingester(process)
    try:
        yield running
    finally:
        await running.stop()
