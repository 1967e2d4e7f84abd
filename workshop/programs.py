"""Runs somebody else's program to its end, in a process that ends with us."""

import asyncio
import contextlib
import re
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import Callable
from pathlib import Path

type Told = Callable[[float], None]
"""Hears the share of a step that is done, 0 to 1."""
_KEPT = 40
"""Last lines of a program's output, among which the reason of a failure stands."""


async def run(
    program: Path, *arguments: str | Path, percent: re.Pattern[bytes], told: Told | None
) -> tuple[int, list[str]]:
    """Run a program; return its exit code and the last lines it said. Cancelled, it is killed.

    ``percent`` finds in what it says how far it is; its only group is a number up to 100.
    """
    process = await asyncio.create_subprocess_exec(
        program,
        *map(str, arguments),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        start_new_session=True,  # Ctrl-C is for us; we end the program ourselves
    )
    try:
        said = await _listen(process, percent, told)
        code = await process.wait()
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    return code, said


async def _listen(
    process: asyncio.subprocess.Process, percent: re.Pattern[bytes], told: Told | None
) -> list[str]:
    """Read what a program says until it ends; return its last lines."""
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    kept: list[bytes] = [b""]
    while chunk := await process.stdout.read(65_536):
        if told is not None and (percents := percent.findall(chunk)):
            told(min(1.0, float(percents[-1]) / 100))
        first, *more = chunk.split(b"\n")
        kept[-1] += first
        kept = [*kept, *more][-_KEPT:]
    return [line.decode("utf-8", "replace").strip() for line in kept]
