"""A folder to build in: gone afterwards, and swept away by the next build after a killed one."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import IO

from core.logs import get_logger
from maps.errors import MapError

# As the builder of road data names them: both may work below the same folder.
_UNFINISHED = ".unfinished-"
_LOCK = "lock"

_log = get_logger(__name__)


@contextmanager
def workplace(out: Path) -> Iterator[Path]:
    """Give a folder below ``out``, which is made where it is not there."""
    with disk_errors():
        out.mkdir(parents=True, exist_ok=True)
        # one after the other: a folder that is made and not locked yet would be swept away
        with (out / f".{_LOCK}").open("wb") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            _sweep(out)
            folder = Path(mkdtemp(prefix=_UNFINISHED, dir=out))
            lock = _locked(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            lock.close()


def put(file: Path, target: Path) -> None:
    """Give a finished file its name, at once and for good."""
    with disk_errors():
        with file.open("rb") as written:
            os.fsync(written.fileno())
        file.chmod(0o644)
        file.replace(target)


@contextmanager
def disk_errors() -> Iterator[None]:
    """Say in words what the file system refuses."""
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise MapError(f"{where}the map cannot be written: {error.strerror}") from error


def _locked(folder: Path) -> IO[bytes] | None:
    """Return the folder's lock, held; None where somebody else holds it."""
    lock = (folder / _LOCK).open("wb")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock


def _sweep(out: Path) -> None:
    for left in out.glob(f"{_UNFINISHED}*"):
        lock = _locked(left)
        if lock is not None:
            _log.info("removing what a killed build left", folder=str(left))
            shutil.rmtree(left, ignore_errors=True)
            lock.close()
