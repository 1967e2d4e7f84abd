"""Where the programs are: the folder that .ci/services made, and free ports."""

import os
import shutil
import socket
from pathlib import Path

from core.errors import BrimfulError

REPOSITORY = Path(__file__).parents[2]
FOLDER = "BRIMFUL_SERVICES_DIR"
HOST = "127.0.0.1"


class NoServicesError(BrimfulError):
    """A program that a bench needs is not on this machine; the text says how to get it."""


def services_folder() -> Path:
    """Return the Debian folder with PostgreSQL, TimescaleDB and Mosquitto in it."""
    named = os.environ.get(FOLDER)
    folder = Path(named) if named else None
    if folder is None or not (folder / "brimful-complete").is_file():
        raise NoServicesError(
            f"{FOLDER} names no folder with TimescaleDB and Mosquitto: run `make services` as "
            'root, then eval "$(.ci/services env)"'
        )
    if os.geteuid() != 0:
        raise NoServicesError("needs root: the database runs in a chroot, disks are mounted")
    return folder


def mosquitto_program() -> Path:
    """Return Mosquitto's program."""
    found = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        raise NoServicesError(
            'there is no mosquitto on PATH: run `make services`, then eval "$(.ci/services env)"'
        )
    return Path(found)


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Tell whether something accepts connections on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0
