"""Clear away what killed processes left in the folder for temporary files."""

import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from subprocess import SubprocessError

from cli.embedded.cluster import Cluster


def sweep(prefix: str) -> int:
    """Stop the servers and remove the folders that nobody holds any more; return how many.

    Only own folders named ``prefix...`` that hold an embedded PostgreSQL are looked at. One that
    is in use, or only just being made, is left alone. Blocks: call it in a thread.
    """
    return sum(_remove(folder) for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"))


def _remove(folder: Path) -> bool:
    # What cannot be cleared away must not keep anybody from working.
    with suppress(OSError, SubprocessError):
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            return False
        cluster = Cluster(folder / "postgres")
        if not cluster.take_abandoned():
            return False
        try:
            shutil.rmtree(folder)
        finally:
            cluster.close()
        return True
    return False
