"""Reads a file of closed streets."""

from pathlib import Path

from core.closed_streets import Closures, parse_closures


def read_closures(path: Path) -> Closures:
    """Read a file of closed streets; never fails: a file that cannot be read is a fault."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        return Closures(faults=(f"{path.name}: cannot be read: {why}",))
    return parse_closures(path.name, text)
