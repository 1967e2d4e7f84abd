"""A program in a process of its own that can be killed and started again.

Not tied to an event loop, so that a test fixture and a test may share one.
"""

import asyncio
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

END_LIMIT_S = 60.0
_LOOK_EVERY_S = 0.01
# A bench that is SIGKILLed takes them with it. (Not those that change their user: see leftovers.)
_END_WITH_US = ("setpriv", "--pdeathsig", "KILL")


class Process:
    """A running program; what it says goes to the end of a file."""

    def __init__(
        self,
        arguments: Sequence[str | Path],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        """Start it. ``environment`` is added to our own variables."""
        self.log = log
        with log.open("ab") as output:
            self._popen = subprocess.Popen(  # noqa: S603 - the programs of this bench, no shell
                [*_END_WITH_US, *(str(argument) for argument in arguments)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **(environment or {})},
                cwd=folder,
                # Ctrl-C at the bench is not to reach them: the bench ends them in its own order
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._popen.pid

    @property
    def alive(self) -> bool:
        """Tell whether it runs."""
        return self._popen.poll() is None

    @property
    def memory_mb(self) -> float:
        """Resident memory in MiB; 0 when it has ended."""
        try:
            return float(psutil.Process(self.pid).memory_info().rss) / 2**20
        except psutil.NoSuchProcess:
            return 0.0

    async def stop(self) -> int:
        """Ask it to end (SIGTERM) and return its exit code."""
        return await self._end([self.pid], signal.SIGTERM)

    async def kill(self) -> int:
        """SIGKILL it and all it has started; return its exit code."""
        family = [self.pid]
        if self.alive:
            children = psutil.Process(self.pid).children(recursive=True)
            family += [child.pid for child in children]
        return await self._end(family, signal.SIGKILL)

    async def ended(self, *, limit_s: float) -> int:
        """Wait until it ends by itself and return its exit code."""
        async with asyncio.timeout(limit_s):
            while (code := self._popen.poll()) is None:  # noqa: ASYNC110 - a process has no event to set
                await asyncio.sleep(_LOOK_EVERY_S)
        return code

    def said(self) -> str:
        """Return all it said so far."""
        return self.log.read_text(errors="replace")

    async def _end(self, pids: Sequence[int], number: signal.Signals) -> int:
        if self.alive:
            for pid in pids:
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    continue
        return await self.ended(limit_s=END_LIMIT_S)
