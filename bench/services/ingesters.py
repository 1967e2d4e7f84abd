"""`brimful ingest` in a process of its own, as it is deployed."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.services.places import HOST
from bench.services.process import Process
from core.errors import BrimfulError

CONNECT_LIMIT_S = 120.0
PROGRAM = (sys.executable, "-c", "from cli.main import main; main()")


class Ingester:
    """A running `brimful ingest` and what it logs."""

    def __init__(
        self, folder: Path, *, name: str, broker_port: int, database_url: str,
        settings: Mapping[str, str],
        options: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """Start it; ``settings`` are further BRIMFUL_ variables, without that prefix."""
        variables = {
            "DATABASE_URL": database_url,
            "MQTT_HOST": HOST,
            "MQTT_PORT": str(broker_port),
            "LOG_FORMAT": "json",
            **settings,
        }
        self._process = Process(
            [*PROGRAM, "ingest", *options],
            log=folder / f"{name}.log",
            environment={f"BRIMFUL_{name}": value for name, value in variables.items()},
            # a .env of whoever runs the bench is none of its business
            folder=folder,
        )

    @property
    def alive(self) -> bool:
        """Tell whether it runs."""
        return self._process.alive

    @property
    def memory_mb(self) -> float:
        """Resident memory, MiB."""
        return self._process.memory_mb

    async def connected(self) -> None:
        """Return once the broker has let it in; raise BrimfulError when it ends instead."""
        async with asyncio.timeout(CONNECT_LIMIT_S):
            while not self.said("connected"):
                if not self.alive:
                    raise BrimfulError(f"the ingester ended:\n{self._process.said()[-4000:]}")
                await asyncio.sleep(0.05)

    def said(self, event: str) -> list[dict[str, Any]]:
        """Return its log lines of an event so far."""
        # the last line may be half written
        lines = self._process.said().rpartition("\n")[0].splitlines()
        events = (json.loads(line) for line in lines if line.startswith("{"))
        return [e for e in events if e["event"] == event]

    async def ended(self, *, limit_s: float) -> None:
        """Wait until it ends by itself; raise BrimfulError when that was not in peace."""
        if await self._process.ended(limit_s=limit_s):
            raise BrimfulError(f"the ingester failed:\n{self._process.said()[-4000:]}")

    async def kill(self) -> None:
        """SIGKILL it."""
        await self._process.kill()

    async def stop(self) -> int:
        """Ask it to end (SIGTERM); return its exit code."""
        return await self._process.stop()
