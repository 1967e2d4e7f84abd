"""Folders of road data: one that is whole or not there, and the name it is known by."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import IO

from core.logs import get_logger
from routing.roads.data import MANIFEST
from routing.roads.errors import RoadsError

_UNFINISHED = ".unfinished-"
_LOCK = "lock"

_log = get_logger(__name__)


@contextmanager
def unfinished(out: Path) -> Iterator[Path]:
    """Give a folder to build in, below ``out``; it is gone afterwards unless it was put elsewhere.

    What killed builds left there is removed first: nobody holds the lock in it any more.
    """
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


def put(folder: Path, target: Path) -> None:
    """Make a finished folder the data ``target``; somebody else's of the same content may stand."""
    (folder / _LOCK).unlink(missing_ok=True)
    folder.chmod(0o755)  # others may read it: it was a folder for us alone
    with disk_errors():
        _flush(folder)
        try:
            folder.rename(target)
        except OSError:
            if not (target / MANIFEST).exists():
                raise


def point(link: Path, target: Path) -> None:
    """Let ``link`` name ``target`` at once, and remove the data it named before."""
    if link.exists() and not link.is_symlink():
        raise RoadsError(f"{link}: is there already, and no road data of ours: move it away")
    before = link.resolve() if link.is_symlink() else None
    if before == target.resolve():
        return
    fresh = link.with_name(f".{link.name}-{os.getpid()}")
    with disk_errors():
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(target.name)
        fresh.replace(link)
    if before is not None and before.parent == target.resolve().parent:
        # with what was made of it: the same without closed streets
        for old in (before, *before.parent.glob(f"{before.name}-closed-*")):
            shutil.rmtree(old, ignore_errors=True)


@contextmanager
def disk_errors() -> Iterator[None]:
    """Say in words what the file system refuses."""
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise RoadsError(f"{where}road data cannot be written: {error.strerror}") from error


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


def _flush(folder: Path) -> None:
    """Have everything on the disk before the folder gets its name."""
    for path in (*folder.iterdir(), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
