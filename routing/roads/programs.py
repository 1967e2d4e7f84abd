"""OSRM's own programs, which lie in the wheel: where they are and how one is run."""

import asyncio
import contextlib
import re
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Callable
from importlib import metadata, util
from pathlib import Path

from routing.roads.errors import RoadsError

type Told = Callable[[float], None]
"""Hears the share of a step that is done, 0 to 1."""
_PERCENT = re.compile(rb"(\d{1,3})%")
_KEPT = 40
"""Last lines of a program's output, among which the reason of a failure stands."""


def version() -> str:
    """Return the version of OSRM in the wheel; data of another one is not read."""
    return metadata.version("osrm-bindings")


def _package() -> Path:
    # found without importing: the library is for the worker's process alone
    spec = util.find_spec("osrm")
    if spec is None or spec.origin is None:
        raise RoadsError("the road engine is not installed: pip install osrm-bindings")
    return Path(spec.origin).parent


def program(name: str) -> Path:
    """Return the path of ``osrm-NAME``."""
    return _package() / "bin" / f"osrm-{name}"


def profiles() -> Path:
    """Return the folder of OSRM's own profiles."""
    return _package() / "share" / "profiles"


async def run(name: str, *arguments: str | Path, told: Told | None = None) -> None:
    """Run ``osrm-NAME`` to its end; cancelled, the program is killed.

    Raises RoadsError with what the program said last, and in plain words where the disk is full
    or the memory too small.
    """
    process = await asyncio.create_subprocess_exec(
        program(name),
        *map(str, arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        start_new_session=True,  # Ctrl-C is for us; we end the program ourselves
    )
    try:
        said = await _listen(process, told)
        code = await process.wait()
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    if code != 0:
        raise RoadsError(_why(name, code, said))


async def _listen(process: asyncio.subprocess.Process, told: Told | None) -> list[str]:
    """Read what a program says until it ends; return its last lines."""
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    kept: list[bytes] = [b""]
    while chunk := await process.stdout.read(65_536):
        if told is not None and (percents := _PERCENT.findall(chunk)):
            told(min(1.0, int(percents[-1]) / 100))
        first, *more = chunk.split(b"\n")
        kept[-1] += first
        kept = [*kept, *more][-_KEPT:]
    return [line.decode("utf-8", "replace").strip() for line in kept]


def _why(name: str, code: int, said: list[str]) -> str:
    text = "\n".join(said)
    if "No space left" in text:
        return "the disk is full: the data needs about thirty times the room of the extract"
    if "bad_alloc" in text or code == -9:
        return f"osrm-{name} had too little memory: it needs about ten times the extract's size"
    told = [line for line in said if "error" in line.lower() or "what()" in line] or said[-1:]
    return f"osrm-{name} ended with {code}: {' '.join(told[-2:])}"
