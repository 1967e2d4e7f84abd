"""The real parts a measurement runs on: Mosquitto as it is shipped, a database of its own."""

import asyncio
import os
import re
import secrets
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

import store
from core.errors import BrimfulError
from core.registry import Registry
from migrations.runner import migrate
from store import registry as registered

SHIPPED = Path(__file__).parents[2] / "deploy" / "mosquitto"
START_LIMIT_S = 10.0


class RigError(BrimfulError):
    """A part that the measurement needs is missing or does not start."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Broker:
    """A running Mosquitto: who may read (the ingester) and who may write."""

    host: str
    port: int
    pid: int
    password: str
    reader: str = "ingest"
    writer: str = "gateway"


def program(name: str) -> str:
    """Return where a program is; raises RigError."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin"])
    found = shutil.which(name, path=path)
    if found is None:
        raise RigError(f'there is no {name} on PATH: eval "$(.ci/services env)", or install it')
    return found


@asynccontextmanager
async def running_broker(*, conf_changes: str = "") -> AsyncIterator[Broker]:
    """Run Mosquitto with the shipped configuration and folders of its own.

    ``conf_changes`` is appended to the shipped file.
    """
    port, password = _free_port(), secrets.token_hex(8)
    with TemporaryDirectory(prefix="brimful-bench-") as name:
        folder = Path(name)
        _configure(folder, port, conf_changes)
        with (folder / "mosquitto.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                "sh",
                str(SHIPPED / "start.sh"),
                env=_environment(folder, password),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            await _until_it_accepts(process, port, folder / "mosquitto.log")
            yield Broker(host="127.0.0.1", port=port, pid=process.pid, password=password)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


def _environment(folder: Path, password: str) -> dict[str, str]:
    folder_of_programs = Path(program("mosquitto")).parent
    return {
        **os.environ,
        "PATH": f"{folder_of_programs}{os.pathsep}{os.environ['PATH']}",
        "MOSQUITTO_CONFIG": str(folder / "config"),
        "MOSQUITTO_SECRETS": str(folder / "secrets"),
        "INGEST_PASSWORD": password,
        "GATEWAY_PASSWORD": password,
    }


def _configure(folder: Path, port: int, changes: str) -> None:
    for part in ("config", "secrets", "data"):
        (folder / part).mkdir()
    shutil.copy(SHIPPED / "acl", folder / "config")
    text = (SHIPPED / "mosquitto.conf").read_text("utf-8")
    for pattern, replacement in {
        r"^listener 1883 127.0.0.1$": f"listener {port} 127.0.0.1",
        # the listeners with TLS, and all that belongs to them
        r"^(listener 888|socket_domain|certfile|keyfile|use_username|max_conn).*$": "",
        r"/mosquitto/secrets/": f"{folder}/secrets/",
        r"/mosquitto/data/": f"{folder}/data/",
    }.items():
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    # as another user it could not enter the folder; only root may say so
    user = "user root\n" if os.geteuid() == 0 else ""
    (folder / "config" / "mosquitto.conf").write_text(f"{text}\n{user}{changes}", "utf-8")


async def _until_it_accepts(process: asyncio.subprocess.Process, port: int, log: Path) -> None:
    deadline = asyncio.get_running_loop().time() + START_LIMIT_S
    while True:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.returncode is not None or asyncio.get_running_loop().time() > deadline:
            said = await asyncio.to_thread(log.read_text, "utf-8")
            raise RigError(f"Mosquitto does not start:\n{said}")
        await asyncio.sleep(0.02)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def own_database(server_url: str, town: Registry) -> AsyncIterator[str]:
    """Make a migrated database with a registered town; yield its URL and drop it at the end.

    ``server_url`` must be of a user who may create databases.
    """
    name = f"brimful_bench_{os.getpid()}_{secrets.token_hex(3)}"
    url = urlsplit(server_url)._replace(path=f"/{name}").geturl()
    await _as_admin(server_url, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        async with store.connect(url, application="bench") as conn:
            await migrate(conn)
        async with store.connect(url, application="bench") as conn:
            await registered.register(conn, town)
        yield url
    finally:
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
        await _as_admin(server_url, drop)


async def _as_admin(server_url: str, statement: sql.Composed) -> None:
    try:
        admin = await psycopg.AsyncConnection.connect(server_url, autocommit=True)
    except psycopg.OperationalError as error:
        raise RigError(f"no database server (BRIMFUL_TEST_TIMESCALE_URL): {error}") from None
    async with admin:
        await admin.execute(statement)
