"""Brokers for tests: Mosquitto as it is shipped, and the embedded one of the demo."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

import cli.embedded
from cli.broker_certificates import make_certificates
from tests.services.required import unavailable
from tests.services.shared_data import REPOSITORY

PROGRAM = "BRIMFUL_TEST_MOSQUITTO"
SHIPPED = REPOSITORY / "deploy" / "mosquitto"
START_LIMIT_S = 10.0


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """A user of the shipped access list."""

    username: str
    password: str


class Mosquitto:
    """A Mosquitto process with the shipped configuration and folders of its own.

    The ports and what was stored stay the same over stop, kill and start.
    """

    host = "127.0.0.1"
    # Neither may do what the other may.
    ingest = Credentials(username="ingest", password="ingest's password")
    gateway = Credentials(username="gateway", password="gateway's password")
    username = ingest.username
    password = ingest.password

    def __init__(self, program: str, folder: Path, **changes: object) -> None:
        """Make its folders; ``changes`` replace numbers in the shipped configuration."""
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        # start.sh finds mosquitto and mosquitto_passwd by name.
        self._path = f"{Path(program).parent}{os.pathsep}{os.environ['PATH']}"
        self.port = _free_port()
        """On this machine, without TLS."""
        self.services_port, self.sensors_port = _free_port(), _free_port()
        """By TLS: for Brimful's own services, and the only one for the outside."""
        for name in ("config", "secrets", "data", "shared"):
            (folder / name).mkdir()
        shutil.copy(SHIPPED / "acl", folder / "config")
        self.shared = folder / "shared"
        """Where `brimful broker` writes for this broker."""
        self.ca_file = str(self.shared / "ca.crt")
        make_certificates(self.shared, [self.host, "localhost"], now=datetime.now(UTC))
        self.configuration = self._adapted(changes)
        (folder / "config" / "mosquitto.conf").write_text(self.configuration)

    def start(self) -> None:
        """Start it and return once it accepts connections."""
        assert self._process is None, "it runs already"
        with (self._folder / "mosquitto.log").open("ab") as log:
            self._process = subprocess.Popen(
                ["sh", str(SHIPPED / "start.sh")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={
                    **os.environ,
                    "PATH": self._path,
                    "MOSQUITTO_CONFIG": str(self._folder / "config"),
                    "MOSQUITTO_SECRETS": str(self._folder / "secrets"),
                    "MOSQUITTO_SHARED": str(self.shared),
                    "MOSQUITTO_LOOK_EVERY_S": "0.2",
                    "INGEST_PASSWORD": self.ingest.password,
                    "GATEWAY_PASSWORD": self.gateway.password,
                },
            )
        deadline = time.monotonic() + START_LIMIT_S
        while not self._accepts():
            if self._process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"Mosquitto does not start:\n{self.log()}")
            time.sleep(0.01)

    def stop(self) -> None:
        """End it as an operator would: it saves its queues first."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would: what was not yet saved is gone."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop it in peace and start it again."""
        self.stop()
        self.start()

    def log(self) -> str:
        """Return what it logged so far."""
        return (self._folder / "mosquitto.log").read_text()

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(30)
            self._process = None

    def _accepts(self) -> bool:
        """Tell whether all listeners are open: Mosquitto opens one after the other."""
        for port in (self.port, self.services_port, self.sensors_port):
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex((self.host, port)) != 0:
                    return False
        return True

    def _adapted(self, changes: Mapping[str, object]) -> str:
        """Return the shipped file with this process's ports and folders; the rest is untouched."""
        text = (SHIPPED / "mosquitto.conf").read_text()
        for pattern, replacement in {
            r"^listener 1883 127.0.0.1$": f"listener {self.port} {self.host}",
            r"^listener 8884$": f"listener {self.services_port} {self.host}",
            r"^listener 8883$": f"listener {self.sensors_port} {self.host}",
            # with an address it says itself which family it is of
            r"^socket_domain ipv4$": "",
            r"/mosquitto/secrets/": f"{self._folder}/secrets/",
            r"/mosquitto/data/": f"{self._folder}/data/",
            **{rf"^{name} \d+$": f"{name} {value}" for name, value in changes.items()},
        }.items():
            text, times = re.subn(pattern, replacement, text, flags=re.MULTILINE)
            assert times, f"the shipped mosquitto.conf has nothing like {pattern}"
        # Only root needs it: Mosquitto would become a user who may not enter the test's folder.
        return text + "\nuser root\n"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def mosquitto_program() -> str:
    """The real Mosquitto: where BRIMFUL_TEST_MOSQUITTO says, or on PATH."""
    # Debian keeps daemons where only root looks.
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin"])
    program = os.environ.get(PROGRAM) or shutil.which("mosquitto", path=path)
    if program is None:
        unavailable(f"there is no mosquitto on PATH ({PROGRAM} or .ci/services)")
    return program


@pytest.fixture
def mosquitto(
    mosquitto_program: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mosquitto]:
    """A running Mosquitto of this test's own."""
    broker = Mosquitto(mosquitto_program, tmp_path_factory.mktemp("mosquitto"))
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()


@pytest.fixture
async def embedded_broker() -> AsyncIterator[cli.embedded.BrokerAddress]:
    """The demo's broker, in the test's own event loop. It speaks MQTT 3.1.1 only."""
    async with cli.embedded.embedded_broker() as address:
        yield address
