"""Folders of road data: one that is whole or not there, and the name it is known by."""

import os
import shutil
from functools import partial
from pathlib import Path

from routing.roads.data import MANIFEST
from routing.roads.errors import RoadsError
from workshop.folders import LOCK, said_as
from workshop.folders import unfinished as _unfinished

disk_errors = partial(said_as, RoadsError, "road data")
"""Say in words what the file system refuses."""
unfinished = partial(_unfinished, disk_errors=disk_errors)
"""Give a folder to build road data in, below another one."""


def put(folder: Path, target: Path) -> None:
    """Make a finished folder the data ``target``; somebody else's of the same content may stand."""
    (folder / LOCK).unlink(missing_ok=True)
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


def _flush(folder: Path) -> None:
    """Have everything on the disk before the folder gets its name."""
    for path in (*folder.iterdir(), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
