"""The broker reads what Brimful writes although neither is root, as the containers run them."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
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


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users may enter, with what the two containers have."""
    if os.geteuid() != 0:
        pytest.skip("only root can become two other users")
    # not below pytest's folder, which is closed to other users
    with TemporaryDirectory(prefix="brimful-test-") as name:
        found = Path(name)
        found.chmod(0o755)
        (found / "shared").mkdir()
        os.chown(found / "shared", int(OURS), int(GROUP))
        (found / "shared").chmod(int(MODE, 8))
        for own in ("secrets", "data"):
            (found / own).mkdir(mode=0o700)
            os.chown(found / own, BROKER, BROKER)
        (found / "config").mkdir()
        for file in ("acl", "start.sh"):
            shutil.copy(SHIPPED / file, found / "config")
        text = (SHIPPED / "mosquitto.conf").read_text()
        text = text.replace("/mosquitto/", f"{found}/")
        # no listener would be free for sure; that it loads its files is what is asked
        text = re.sub(
            r"^listener (\d+).*$", f"listener 0 {found}/data/\\1.sock", text, flags=re.MULTILINE
        )
        text = re.sub(r"^socket_domain.*$", "", text, flags=re.MULTILINE)
        (found / "config" / "mosquitto.conf").write_text(text)
        yield found


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


# The child writes two files and ends; no thread of the parent holds a lock that it needs.
@pytest.mark.filterwarnings("ignore:This process.*fork:DeprecationWarning")
def test_the_broker_starts_with_what_brimful_wrote(folder: Path, mosquitto_program: str) -> None:
    shared = folder / "shared"
    line = f"s0:{password_hash('secret', bytes(SALT_BYTES))}\n".encode()

    def write() -> None:
        make_certificates(shared, ["mosquitto"], now=datetime.now(UTC))
        write_private(shared / "passwords", line, mode=OWNER_AND_GROUP)

    as_user(int(OURS), int(OURS), write)

    def must_not_read() -> None:
        with pytest.raises(PermissionError):
            (shared / "ca.key").read_bytes()

    as_user(BROKER, BROKER, must_not_read)
    log = (folder / "log").open("wb")
    with log:
        broker = subprocess.Popen(
            ["sh", str(folder / "config" / "start.sh")],
            user=BROKER,
            group=BROKER,
            extra_groups=[],
            stdout=log,
            stderr=log,
            env={
                "PATH": f"{Path(mosquitto_program).parent}{os.pathsep}{os.environ['PATH']}",
                "MOSQUITTO_CONFIG": str(folder / "config"),
                "MOSQUITTO_SECRETS": str(folder / "secrets"),
                "MOSQUITTO_SHARED": str(shared),
                "INGEST_PASSWORD": "a",
                "GATEWAY_PASSWORD": "b",
            },
        )
    try:
        deadline = time.monotonic() + 10
        while not (folder / "data" / "8883.sock").exists():
            said = (folder / "log").read_text()
            assert broker.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.02)
        users = (folder / "secrets" / "passwords").read_text().splitlines()
        assert [user.partition(":")[0] for user in users] == ["ingest", "gateway", "s0"]
        said = (folder / "log").read_text()
        # Mosquitto says so where others may read a file, or another one owns it
        assert "Warning" not in said, said
        assert "rror" not in said, said
    finally:
        broker.kill()
        broker.wait()
