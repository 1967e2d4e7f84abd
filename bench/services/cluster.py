"""A TimescaleDB server of one's own, from the Debian folder that .ci/services made."""

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import psycopg
from psycopg import sql

import store
from bench.services.disk import SmallDisk
from bench.services.leftovers import PREFIX, sweep
from bench.services.places import HOST, free_port, services_folder
from bench.services.process import Process
from core.errors import BrimfulError
from core.registry import Registry
from migrations.runner import migrate
from store import registry as registered

START_LIMIT_S = 180.0
"""Recovery after a kill reads and syncs every file of the server, on a disk that others use too."""
_PROGRAMS = "/usr/lib/postgresql/17/bin"
_HOMES = "var/lib/postgresql"
_USER = "brimful"
_SETTINGS = """
shared_preload_libraries = 'timescaledb'
timescaledb.telemetry_level = off
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 60
timezone = 'UTC'
log_timezone = 'UTC'
# The folder is no machine: it need not have a /dev/shm.
dynamic_shared_memory_type = sysv
"""


class Cluster:
    """A PostgreSQL with TimescaleDB that can be stopped, killed, restarted and starved of disk.

    Durability is PostgreSQL's default: every commit is on disk before it is told.
    """

    def __init__(self, *, disk_mb: int | None = None) -> None:
        """Make its folder; with ``disk_mb`` on a disk of that size. `create` fills it."""
        self._root = services_folder()
        homes = self._root / _HOMES
        sweep(homes)
        self._folder = Path(mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=homes))
        self._log = self._folder.with_name(f"{self._folder.name}.log")
        self._owner = homes.stat().st_uid
        self.disk: SmallDisk | None = None
        if disk_mb is not None:
            self.disk = SmallDisk(self._folder, size_mb=disk_mb)
        os.chown(self._folder, self._owner, -1)
        self._password = secrets.token_hex(16)
        self.port = free_port()
        self._process: Process | None = None
        self._numbers = count()

    async def create(self) -> None:
        """Write its files: an empty server that has not been started."""
        password = self._folder / "password"
        password.write_text(self._password)
        password.chmod(0o600)
        os.chown(password, self._owner, -1)
        options = (
            f"--username={_USER} --encoding=UTF8 --locale=C --locale-provider=builtin "
            "--builtin-locale=C.UTF-8 --auth=scram-sha-256 --no-sync --no-instructions"
        ).split()
        made = self._run("initdb", "-D", self._data, f"--pwfile={self._inside(password)}", *options)
        async with asyncio.timeout(START_LIMIT_S):
            while made.alive:  # noqa: ASYNC110 - a process has no event to set
                await asyncio.sleep(0.02)
        password.unlink()
        configuration = self._folder / "data" / "postgresql.conf"
        if not configuration.is_file():
            raise BrimfulError(f"initdb failed:\n{made.said()}")
        with configuration.open("a") as file:
            file.write(_SETTINGS)

    async def start(self) -> None:
        """Start it and return once it answers queries; after a crash it first recovers."""
        process = self._run("postgres", "-D", self._data, "-p", str(self.port))
        self._process = process
        async with asyncio.timeout(START_LIMIT_S):
            while not await self._answers():
                if not process.alive:
                    raise BrimfulError(f"PostgreSQL does not start:\n{process.said()[-2000:]}")
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """SIGKILL every one of its processes at once, as a power cut of the server would."""
        if self._process is not None:
            await self._process.kill()

    @property
    def alive(self) -> bool:
        """Tell whether its first process runs."""
        return self._process is not None and self._process.alive

    async def close(self) -> None:
        """End it and remove all it wrote."""
        await self.kill()
        if self.disk is not None:
            self.disk.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._log.unlink(missing_ok=True)

    def said(self) -> str:
        """Return its log."""
        return self._log.read_text(errors="replace")

    def url(self, database: str, *, port: int | None = None) -> str:
        """Return the URL of a database, through another port of this machine if one is named."""
        return f"postgresql://{_USER}:{self._password}@{HOST}:{port or self.port}/{database}"

    async def make_database(self, town: Registry) -> str:
        """Make a migrated database with a registered town; return its name."""
        name = f"bench_{next(self._numbers)}"
        await self._as_admin(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        async with store.connect(self.url(name), application="bench") as conn:
            await migrate(conn)
        async with store.connect(self.url(name), application="bench") as conn:
            await registered.register(conn, town)
        return name

    async def drop_database(self, name: str) -> None:
        """Drop a database, whoever is in it; a server that is down keeps it."""
        if self.alive:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            await self._as_admin(drop.format(sql.Identifier(name)))

    async def _as_admin(self, statement: sql.Composed) -> None:
        admin = await psycopg.AsyncConnection.connect(self.url("postgres"), autocommit=True)
        async with admin:
            await admin.execute(statement)

    @property
    def _data(self) -> str:
        return self._inside(self._folder / "data")

    def _inside(self, path: Path) -> str:
        """Return what a path of ours is called in the chroot."""
        return f"/{path.relative_to(self._root)}"

    def _run(self, program: str, *arguments: str) -> Process:
        return Process(
            [
                "chroot",
                "--userspec=postgres:postgres",
                self._root,
                f"{_PROGRAMS}/{program}",
                *arguments,
            ],
            log=self._log,
        )

    async def _answers(self) -> bool:
        try:
            conn = await psycopg.AsyncConnection.connect(self.url("postgres"), connect_timeout=5)
        except psycopg.OperationalError:
            return False
        await conn.close()
        return True


@asynccontextmanager
async def running_cluster(*, disk_mb: int | None = None) -> AsyncIterator[Cluster]:
    """Run a new TimescaleDB server while the block lasts."""
    cluster = Cluster(disk_mb=disk_mb)
    try:
        await cluster.create()
        await cluster.start()
        yield cluster
    finally:
        await cluster.close()
