"""Brimful as people meet it: `brimful serve` in a process that can be killed and come back."""

import asyncio
import signal
from pathlib import Path

import httpx

from tests.services.command import PROGRAM, environment

STARTED_LIMIT_S = 60.0


class Served:
    """A server on a port it keeps, whatever happens to its process; perhaps with a planner."""

    def __init__(self, database_url: str, folder: Path, **changes: str) -> None:
        """Prepare it; ``changes`` are environment variables."""
        self.database_url = database_url
        self.address = ""
        self._port = 0
        self.folder = folder
        self._changes = changes
        self._processes: dict[str, asyncio.subprocess.Process] = {}

    async def start(self) -> None:
        """Start the server, on the port it had before, and wait until it answers."""
        process = await self._run("serve", "--host", "127.0.0.1", "--port", str(self._port))
        assert process.stdout is not None
        async with asyncio.timeout(STARTED_LIMIT_S):
            line = (await process.stdout.readline()).decode()
        assert line, self.log("serve")
        self.address = line.split()[-1]
        self._port = int(self.address.rpartition(":")[2])
        async with httpx.AsyncClient(base_url=self.address) as client:
            assert (await client.get("/health")).status_code == 200

    def change(self, **changes: str) -> None:
        """Have these environment variables, too, from the next start on."""
        self._changes |= changes

    async def start_planner(self) -> None:
        """Run `brimful plan --watch` beside it."""
        await self._run("plan", "--watch")

    async def kill(self, name: str = "serve") -> None:
        """End it as a power cut would."""
        process = self._processes.pop(name, None)
        if process is not None and process.returncode is None:
            process.send_signal(signal.SIGKILL)
            await process.wait()

    async def end(self) -> None:
        """End all of it."""
        for name in tuple(self._processes):
            await self.kill(name)

    def log(self, name: str) -> str:
        """Return what a process has said on stderr."""
        return (self.folder / f"{name}.log").read_text()

    async def _run(self, name: str, *options: str) -> asyncio.subprocess.Process:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *PROGRAM,
                name,
                *options,
                env=environment(None, self.database_url, self._changes),
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        self._processes[name] = process
        return process
