"""`brimful` in processes of its own, as it is deployed."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.services.brokers import Mosquitto

PROGRAM = (sys.executable, "-c", "from cli.main import main; main()")


class Ingester:
    """A running `brimful ingest` and what it logs."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    async def end(self, number: signal.Signals) -> int:
        """Send a signal and return the exit code."""
        if self._process.returncode is None:
            self._process.send_signal(number)
        return await self._process.wait()

    def log(self) -> str:
        """Return all it said so far."""
        return self._log.read_text()

    def events(self) -> list[dict[str, Any]]:
        """Return the log's complete lines."""
        lines = self.log().rpartition("\n")[0].splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def last(self, event: str) -> dict[str, Any]:
        """Return the last log line of an event."""
        return [e for e in self.events() if e["event"] == event][-1]

    async def has_logged(self, text: str) -> None:
        """Wait until an event with this text is logged."""
        async with asyncio.timeout(30):
            while not any(text in e["event"] for e in self.events()):
                assert self._process.returncode is None, self.log()
                await asyncio.sleep(0.02)


def environment(
    broker: Mosquitto | None, database_url: str, changes: Mapping[str, str]
) -> dict[str, str]:
    """Return the variables of a deployed Brimful."""
    mqtt = (
        {}
        if broker is None
        else {
            "BRIMFUL_MQTT_HOST": broker.host,
            "BRIMFUL_MQTT_PORT": str(broker.port),
            "BRIMFUL_MQTT_USERNAME": broker.username,
            "BRIMFUL_MQTT_PASSWORD": broker.password,
        }
    )
    return {
        **os.environ,
        "BRIMFUL_DATABASE_URL": database_url,
        "BRIMFUL_DATABASE_TIMEOUT_S": "2",
        "BRIMFUL_LOG_FORMAT": "json",
        **mqtt,
        **changes,
    }


@asynccontextmanager
async def ingester(
    broker: Mosquitto, database_url: str, folder: Path, *options: str, **changes: str
) -> AsyncIterator[Ingester]:
    """Run `brimful ingest` while the block lasts; `changes` are environment variables."""
    log = folder / "ingest.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *PROGRAM,
            "ingest",
            *options,
            env=environment(broker, database_url, changes),
            stdout=output,
            stderr=output,
        )
    running = Ingester(process, log)
    try:
        yield running
    finally:
        await running.end(signal.SIGKILL)


async def brimful(database_url: str, *arguments: str, **changes: str) -> tuple[int, str, str]:
    """Run a command to its end; return exit code, stdout and stderr.

    `changes` are environment variables.
    """
    process = await asyncio.create_subprocess_exec(
        *PROGRAM,
        *arguments,
        env=environment(None, database_url, changes),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()
