"""Where a map is built, and how its file gets its name."""

import os
from functools import partial
from pathlib import Path

from maps.errors import MapError
from workshop.folders import said_as
from workshop.folders import unfinished as _unfinished

disk_errors = partial(said_as, MapError, "the map")
"""Say in words what the file system refuses."""
unfinished = partial(_unfinished, disk_errors=disk_errors)
"""Give a folder to build a map in, below another one."""


def put(file: Path, target: Path) -> None:
    """Give a finished file its name, at once and for good."""
    with disk_errors():
        with file.open("rb") as written:
            os.fsync(written.fileno())
        file.chmod(0o644)
        file.replace(target)
