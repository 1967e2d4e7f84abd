"""Brimful as one user, Mosquitto as another, neither of them root, as the containers run them."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import yaml

from cli.broker_certificates import make_certificates
from cli.private_files import OWNER_AND_GROUP, write_private
from core.broker_access import SALT_BYTES, password_hash
from tests.services.brokers import SHIPPED

ROOT = SHIPPED.parents[1]
BROKER = int(
    yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["mosquitto"][
        "user"
    ].partition(":")[0]
)
_, OURS, GROUP, MODE = re.search(  # type: ignore[union-attr] # not found: the test fails here
    r"()--owner=(\d+) --group=(\d+) --mode=(\d+) /broker", (ROOT / "deploy/Dockerfile").read_text()
).groups()
LIMIT_S = 10.0


class Installed:
    """A folder that both users may enter, with what the two containers have."""

    def __init__(self, folder: Path, program: str) -> None:
        """Make the folders and put the shipped files there; ``program`` is Mosquitto."""
        self.folder = folder
        self.shared, self.secrets, self.data = (
            folder / name for name in ("shared", "secrets", "data")
        )
        self.socket = self.data / "1883.sock"
        """Where the listener for the machine itself is."""
        self._path = f"{Path(program).parent}{os.pathsep}{os.environ['PATH']}"
        folder.chmod(0o755)
        self.shared.mkdir()
        os.chown(self.shared, int(OURS), int(GROUP))
        self.shared.chmod(int(MODE, 8))
        for own in (self.secrets, self.data):
            own.mkdir(mode=0o700)
            os.chown(own, BROKER, BROKER)
        (folder / "config").mkdir()
        for file in ("acl", "start.sh"):
            shutil.copy(SHIPPED / file, folder / "config")
        text = (SHIPPED / "mosquitto.conf").read_text()
        text = text.replace("/mosquitto/", f"{folder}/")
        # no port would be free for sure
        text = re.sub(
            r"^listener (\d+).*$", f"listener 0 {folder}/data/\\1.sock", text, flags=re.MULTILINE
        )
        text = re.sub(r"^socket_domain.*$", "", text, flags=re.MULTILINE)
        (folder / "config" / "mosquitto.conf").write_text(text)

    def write(self, *sensors: str) -> None:
        """Write, as Brimful's user, a certificate where there is none and the sensors' passwords.

        A sensor's password is its name.
        """

        def work() -> None:
            make_certificates(self.shared, ["mosquitto"], now=datetime.now(UTC))
            write_private(self.shared / "passwords", password_lines(*sensors), mode=OWNER_AND_GROUP)

        as_user(int(OURS), int(OURS), work)

    def run(self, *, user: int = BROKER) -> subprocess.Popen[bytes]:
        """Start start.sh as a user and return at once."""
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                ["sh", str(self.folder / "config" / "start.sh")],
                user=user,
                group=user,
                extra_groups=[],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={
                    "PATH": self._path,
                    "MOSQUITTO_CONFIG": str(self.folder / "config"),
                    "MOSQUITTO_SECRETS": str(self.secrets),
                    "MOSQUITTO_SHARED": str(self.shared),
                    "MOSQUITTO_LOOK_EVERY_S": "0.2",
                    "INGEST_PASSWORD": "a",
                    "GATEWAY_PASSWORD": "b",
                },
            )

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run the broker as its own user while the block lasts."""
        broker = self.run()
        try:
            # listeners are opened one after the other, this one last
            self._until((self.data / "8883.sock").exists, broker)
            yield
        finally:
            broker.kill()
            broker.wait()

    def refused(self, *, user: int = BROKER) -> str:
        """Run start.sh, which has to end by itself with 1; return what it said."""
        broker = self.run(user=user)
        try:
            assert broker.wait(LIMIT_S) == 1, self.log()
        finally:
            broker.kill()
            broker.wait()
        assert not list(self.data.iterdir()), "Mosquitto was started"
        return self.log()

    def log(self) -> str:
        """Return what start.sh and Mosquitto said so far.

        With the file names as GNU's `cat` writes them; that of Mosquitto's image puts quotes.
        """
        text = (self.folder / "log").read_text()
        return re.sub(r"can't open '([^']*)'", r"\1", text)

    def has_said(self, words: str) -> None:
        """Wait until the log holds these words."""
        self._until(lambda: words in self.log())

    def users(self) -> list[str]:
        """Return who has a password in Mosquitto's own file."""
        lines = (self.secrets / "passwords").read_text().splitlines()
        return [line.partition(":")[0] for line in lines]

    def _until(
        self, is_so: Callable[[], bool], broker: subprocess.Popen[bytes] | None = None
    ) -> None:
        deadline = time.monotonic() + LIMIT_S
        while not is_so():
            assert broker is None or broker.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.02)


def password_lines(*sensors: str) -> bytes:
    """Return the lines of a password file in which a sensor's password is its name."""
    return "".join(
        f"{name}:{password_hash(name, bytes(SALT_BYTES))}\n" for name in sensors
    ).encode()


def as_user(uid: int, gid: int, work: Callable[[], object]) -> None:
    """Do something in a process of another user."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
            os.umask(0o022)
            work()
        except BaseException as error:  # noqa: BLE001 - a forked test must not go on as a second one
            os.write(2, f"{error!r}\n".encode())
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
