"""OSRM's own programs, which lie in the wheel: where they are and how one is run."""

import re
from importlib import metadata, util
from pathlib import Path

from routing.roads.errors import RoadsError
from workshop import programs
from workshop.programs import Told

_PERCENT = re.compile(rb"(\d{1,3})%")


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
    code, said = await programs.run(program(name), *arguments, percent=_PERCENT, told=told)
    if code != 0:
        raise RoadsError(_why(name, code, said))


def _why(name: str, code: int, said: list[str]) -> str:
    text = "\n".join(said)
    if "No space left" in text:
        return "the disk is full: the data needs about thirty times the room of the extract"
    if "bad_alloc" in text or code == -9:
        return f"osrm-{name} had too little memory: it needs about ten times the extract's size"
    told = [line for line in said if "error" in line.lower() or "what()" in line] or said[-1:]
    return f"osrm-{name} ended with {code}: {' '.join(told[-2:])}"
