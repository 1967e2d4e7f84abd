"""What a bench that was killed itself has left behind: servers, mounted disks, folders."""

import shutil
import signal
from pathlib import Path

import psutil

from bench.services.disk import SmallDisk

PREFIX = "bench-"
"""A server's folder is named so, with the number of the process that made it behind."""


def sweep(homes: Path) -> None:
    """Remove what benches that were killed themselves have left behind."""
    for log in homes.glob(f"{PREFIX}*.log"):
        folder = log.with_suffix("")
        if psutil.pid_exists(int(folder.name.split("-")[1])):
            continue
        lock = folder / "data" / "postmaster.pid"
        if lock.is_file():
            _end_server(int(lock.read_text().split()[0]))
        if folder.is_mount():
            SmallDisk.unmount(folder)
        shutil.rmtree(folder, ignore_errors=True)
        log.unlink()


def _end_server(pid: int) -> None:
    """SIGKILL a server; the number may belong to somebody else by now."""
    if psutil.pid_exists(pid) and psutil.Process(pid).name() == "postgres":
        for each in [psutil.Process(pid), *psutil.Process(pid).children()]:
            each.send_signal(signal.SIGKILL)
