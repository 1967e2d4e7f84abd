"""Read a routing problem: VRPLIB (TSPLIB's form with more sections), or Solomon's table."""

from pathlib import Path

from bench.vrp.instance import Instance, InstanceError
from bench.vrp.rules import Rule
from bench.vrp.solomon import solomon
from bench.vrp.vrplib_form import vrplib_form


def read(path: Path, rule: Rule | None = None) -> Instance:
    """Read the file; the rule is the set's unless one is given.

    Raises:
        InstanceError: it cannot be read; the text names file, line and field.
    """
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise InstanceError(f"{path}: {error.strerror or error}") from error
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    if not first:
        raise InstanceError(f"{path}: the file is empty")
    if any(line.strip().upper().startswith("VEHICLE") for line in lines[:6]) and ":" not in first:
        return solomon(path.name, lines, rule)
    return vrplib_form(path.name, lines, rule)
