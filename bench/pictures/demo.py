"""The demo as a process: started, read until its account, ended."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

START_LIMIT_S = 300.0
PROGRAM = (sys.executable, "-c", "from cli.main import main; main()")


@dataclass(frozen=True, kw_only=True)
class Running:
    """Where the demo is and what opens it."""

    ops: str
    user_name: str
    password: str
    phone: str


@asynccontextmanager
async def running_demo(*, bins: int, seed: int) -> AsyncIterator[Running]:
    """Run a demo while the block lasts, on this machine alone."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("BRIMFUL_")}
    process = await asyncio.create_subprocess_exec(
        *PROGRAM,
        *("demo", "--json", "--bins", str(bins), "--seed", str(seed)),
        env={**environment, "BRIMFUL_API_HOST": "127.0.0.1"},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(START_LIMIT_S):
            screens = (await _account(process))["screens"]
        if screens is None:
            raise RuntimeError("this demo's day has no round: choose more --bins or another --seed")
        yield Running(**{name: screens[name] for name in Running.__annotations__})
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await process.wait()


async def _account(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdout is not None  # noqa: S101 - it was asked for
    said = ""
    while not said.endswith("\n}\n"):
        line = await process.stdout.readline()
        if not line:
            raise RuntimeError("the demo ended before its account")
        said += line.decode()
    found: dict[str, Any] = json.loads(said)
    return found
