"""``brimful broker files``: passwords and access list for Mosquitto, also kept current."""

import asyncio
import os
import re
import signal
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

import store
from cli.common import AsJson, print_json, read_settings, run, until_stopped
from cli.private_files import OWNER_AND_GROUP, read, write_if_new
from core.broker_access import GATEWAY_USER, INGEST_USER, access_list
from core.errors import DatabaseUnavailableError, InvalidInputError
from core.logs import get_logger
from core.settings import Settings
from store import credentials

_log = get_logger(__name__)

_LINE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*:\$[67]\$\S+")


def files_command(
    *,
    folder: Annotated[Path, typer.Option("--dir", help="Folder for the files passwords and acl.")],
    services: Annotated[
        Path | None,
        typer.Option(
            help="File of mosquitto_passwd with the users that are no sensors: ingest, gateway and "
            "further gateways, each of which may speak for many sensors."
        ),
    ] = None,
    pid_file: Annotated[
        Path | None,
        typer.Option(help="Mosquitto's pid_file: when something is new, it is told by SIGHUP."),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Keep the files current, until stopped.")
    ] = False,
    every_s: Annotated[
        float, typer.Option(min=0.1, max=3_600, help="With --watch: look so often.")
    ] = 5.0,
    as_json: AsJson = False,
) -> None:
    """Write the passwords (hashes only) and the access list for Mosquitto, where they are new.

    Each file is replaced in one step. Mosquitto reads them at its start and on SIGHUP; with the
    shipped start.sh nothing needs to be done.
    """
    settings = read_settings()
    writer = _Writer(settings, folder=folder, services=services, pid_file=pid_file)
    if watch:
        run(until_stopped(writer.keep_current(every_s)))
        return
    written, sensors = run(writer.write())
    if as_json:
        print_json({"written": written, "sensors": sensors})
        return
    typer.echo(f"{sensors} sensors may publish as themselves")
    typer.echo(f"written: {', '.join(written)}" if written else "nothing is new")
    if written and pid_file is None:
        typer.echo("Mosquitto reads them at its next start, or on SIGHUP.", err=True)


class _Writer:
    """Writes the two files from the database."""

    def __init__(
        self, settings: Settings, *, folder: Path, services: Path | None, pid_file: Path | None
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._services = services
        self._pid_file = pid_file

    async def write(self) -> tuple[Sequence[str], int]:
        """Write what is new, tell Mosquitto; return the files written and how many sensors."""
        async with self._connect() as conn:
            hashes = await credentials.hashes(conn)
        services = _read_services(self._services)
        content = {
            "passwords": _passwords(services, hashes).encode(),
            "acl": access_list(_gateways(services)).encode(),
        }
        written = [
            name
            for name, text in content.items()
            if write_if_new(self._folder / name, text, mode=OWNER_AND_GROUP)
        ]
        if written and self._pid_file is not None:
            _tell_mosquitto(self._pid_file)
        return written, len(hashes)

    async def keep_current(self, every_s: float) -> NoReturn:
        """Write again and again; while the database is away the files stay as they are.

        It looks instead of listening: ten thousand hashes are read in some milliseconds, and a
        look misses nothing that happened while a connection was down.
        """
        down = False
        while True:
            try:
                written, sensors = await self.write()
            except DatabaseUnavailableError as error:
                if not down:
                    _log.warning("database is away, the files stay as they are", error=str(error))
                down = True
            else:
                if written or down:
                    _log.info("broker files", written=written, sensors=sensors)
                down = False
            await asyncio.sleep(every_s)

    def _connect(self) -> AbstractAsyncContextManager[store.Connection]:
        return store.connect(
            self._settings.database_url.get_secret_value(),
            application="broker-files",
            timeout_s=self._settings.database_timeout_s,
        )


def _read_services(file: Path | None) -> Sequence[str]:
    """Return the lines of the services' file; one with a clear password is refused."""
    if file is None:
        return []
    content = read(file)
    if content is None:
        raise InvalidInputError(f"{file}: is not there")
    lines = content.decode(errors="replace").splitlines()
    for number, line in enumerate(lines, start=1):
        if line and _LINE.fullmatch(line) is None:
            # without the line itself: it may hold a password
            raise InvalidInputError(
                f"{file}: line {number} is no line of mosquitto_passwd (user:$7$..., "
                "the user in letters, digits or any of _ . -); "
                f"`mosquitto_passwd -U {file}` turns clear passwords into hashes"
            )
    return [line for line in lines if line]


def _gateways(services: Sequence[str]) -> Sequence[str]:
    """Return who may speak for many sensors: every service but the ingester."""
    named = [line.partition(":")[0] for line in services]
    return list(dict.fromkeys([GATEWAY_USER, *(n for n in named if n != INGEST_USER)]))


def _passwords(services: Sequence[str], hashes: Mapping[str, str]) -> str:
    """Return the password file; a service's user goes before a sensor of the same name."""
    taken = {line.partition(":")[0] for line in services}
    sensors = [f"{user}:{hash_}" for user, hash_ in hashes.items() if user not in taken]
    return "".join(f"{line}\n" for line in [*services, *sensors])


def _tell_mosquitto(pid_file: Path) -> None:
    content = read(pid_file)
    try:
        os.kill(int(content or b""), signal.SIGHUP)
    except ValueError as error:
        raise InvalidInputError(
            f"{pid_file}: holds no process number: is Mosquitto running, with this pid_file?"
        ) from error
    except ProcessLookupError as error:
        raise InvalidInputError(f"{pid_file}: there is no such process any more") from error
    except PermissionError as error:
        raise InvalidInputError(
            f"{pid_file}: Mosquitto runs as another user: run this as that user or as root"
        ) from error
