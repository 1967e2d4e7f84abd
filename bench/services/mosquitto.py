"""A Mosquitto of one's own with the limits of the shipped configuration."""

import asyncio
import re
from pathlib import Path

from bench.services.disk import SmallDisk
from bench.services.places import HOST, REPOSITORY, answers, free_port, mosquitto_program
from bench.services.process import Process
from core.errors import BrimfulError

SHIPPED = REPOSITORY / "deploy" / "mosquitto" / "mosquitto.conf"
START_LIMIT_S = 60.0
# Who may connect, and where files lie, is what a bench has to have otherwise. All the rest, what is
# kept, how much of it and how fast it goes, is the shipped file's.
_OWN = (
    "listener", "socket_domain", "bind_", "port", "per_listener_settings", "allow_anonymous",
    "password_file", "acl_file", "plugin", "auth_", "cafile", "capath", "certfile", "keyfile",
    "crlfile", "ciphers", "dhparamfile", "tls_", "require_certificate", "use_", "user", "pid_file",
    "persistence_location",
)  # fmt: skip


class Mosquitto:
    """A broker for everyone on this machine; port and stored sessions survive its restarts."""

    host = HOST

    def __init__(
        self, folder: Path, *, disk_mb: int | None = None, changes: dict[str, str] | None = None
    ) -> None:
        """Write its configuration; ``changes`` replace or add single settings.

        With ``disk_mb`` it keeps its queues on a disk of that size.
        """
        self.port = free_port()
        self._data = folder / "data"
        self._data.mkdir()
        self.disk = None if disk_mb is None else SmallDisk(self._data, size_mb=disk_mb)
        self._folder = folder
        self._configuration = folder / "mosquitto.conf"
        self._configuration.write_text(self._adapted(SHIPPED.read_text(), changes or {}))
        self._process: Process | None = None

    async def start(self) -> None:
        """Start it and return once it accepts connections."""
        process = Process(
            [mosquitto_program(), "-c", self._configuration], log=self._folder / "mosquitto.log"
        )
        self._process = process
        async with asyncio.timeout(START_LIMIT_S):
            while not answers(self.port):
                if not process.alive:
                    raise BrimfulError(f"Mosquitto does not start:\n{process.said()}")
                await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """End it as an operator would: it saves its queues first."""
        if self._process is not None:
            await self._process.stop()

    async def kill(self) -> None:
        """End it as a power cut would: what was not yet saved is gone."""
        if self._process is not None:
            await self._process.kill()

    async def close(self) -> None:
        """End it and give its disk back."""
        await self.kill()
        if self.disk is not None:
            self.disk.close()

    @property
    def pid(self) -> int:
        """Its process id; 0 before it was started."""
        return 0 if self._process is None else self._process.pid

    @property
    def memory_mb(self) -> float:
        """Resident memory, MiB."""
        return 0.0 if self._process is None else self._process.memory_mb

    @property
    def stored_mb(self) -> float:
        """Size of what it has written down, MiB."""
        return sum(file.stat().st_size for file in self._data.iterdir()) / 2**20

    def said(self) -> str:
        """Return its log."""
        return "" if self._process is None else self._process.said()

    def _adapted(self, shipped: str, changes: dict[str, str]) -> str:
        names = (*_OWN, *(f"{name} " for name in changes))
        kept = [line for line in shipped.splitlines() if not line.startswith(names)]
        own = [
            f"listener {self.port} {HOST}",
            "allow_anonymous true",
            f"persistence_location {self._data}/",
            # Only root needs it: Mosquitto would become a user who may not enter our folder.
            "user root",
            *(f"{name} {value}" for name, value in changes.items()),
        ]
        return "\n".join([*own, *kept, ""])


def shipped_setting(name: str) -> int:
    """Return a number from the shipped configuration."""
    found = re.search(rf"^{name} (\d+)$", SHIPPED.read_text(), re.MULTILINE)
    if found is None:
        raise BrimfulError(f"{SHIPPED.name} does not say {name}")
    return int(found[1])
