"""A folder to build in: gone afterwards, and swept away by the next build after a killed one."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import IO

from core.errors import BrimfulError
from core.logs import get_logger

LOCK = "lock"
"""A file in a folder that is being built; whoever builds there holds it locked."""
_UNFINISHED = ".unfinished-"

_log = get_logger(__name__)


@contextmanager
def unfinished(
    out: Path, *, disk_errors: Callable[[], AbstractContextManager[None]]
) -> Iterator[Path]:
    """Give a folder to build in, below ``out``; it is gone afterwards unless it was put elsewhere.

    What killed builds left there is removed first: nobody holds the lock in it any more.
    ``disk_errors`` is held around what this writes itself.
    """
    with disk_errors():
        out.mkdir(parents=True, exist_ok=True)
        # one after the other: a folder that is made and not locked yet would be swept away
        with (out / f".{LOCK}").open("wb") as turn:
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


@contextmanager
def said_as(error: type[BrimfulError], what: str) -> Iterator[None]:
    """Say in words what the file system refuses: "/data: road data cannot be written: ..."."""
    try:
        yield
    except OSError as refused:
        where = f"{refused.filename}: " if refused.filename else ""
        raise error(f"{where}{what} cannot be written: {refused.strerror}") from refused


def _locked(folder: Path) -> IO[bytes] | None:
    """Return the folder's lock, held; None where somebody else holds it."""
    lock = (folder / LOCK).open("wb")
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
