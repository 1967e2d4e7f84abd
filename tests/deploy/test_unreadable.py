"""What Brimful wrote for the broker and the broker cannot read is not taken for absent."""

import os

import aiomqtt
import pytest

from cli.private_files import OWNER_AND_GROUP, write_private
from tests.deploy.two_users import BROKER, GROUP, OURS, Installed, password_lines

# The child writes two files and ends; no thread of the parent holds a lock that it needs.
pytestmark = pytest.mark.filterwarnings("ignore:This process.*fork:DeprecationWarning")

ACL = b"user gateway-north\ntopic write bins/#\n"


async def logs_in(installed: Installed, sensor: str) -> None:
    """Connect as a sensor; raises aiomqtt.MqttError where it is locked out."""
    async with aiomqtt.Client(
        str(installed.socket),
        transport="unix",
        username=sensor,
        password=sensor,
        timeout=5,
    ):
        pass


def by_root(installed: Installed, name: str, content: bytes) -> None:
    """Write a file of Brimful's as root where the folder does not give it the broker's group."""
    installed.shared.chmod(0o750)
    write_private(installed.shared / name, content, mode=OWNER_AND_GROUP)


async def test_the_last_good_passwords_stay(installed: Installed) -> None:
    installed.write("s0")
    with installed.running():
        await logs_in(installed, "s0")
        by_root(installed, "passwords", password_lines("s0", "s1"))
        installed.has_said("passwords: Permission denied. Mosquitto goes on with the last one")
        assert f"chown -R OWNER:{BROKER} {installed.shared}; chmod 2750" in installed.log()
        await logs_in(installed, "s0")
        assert installed.users() == ["ingest", "gateway", "s0"]
        # as it said
        os.chown(installed.shared / "passwords", int(OURS), int(GROUP))
        installed.has_said(f"all of {installed.shared} can be read again")
        assert installed.users() == ["ingest", "gateway", "s0", "s1"]
    # said when it changes, not at every look
    assert installed.log().count("Permission denied") == 1
    assert installed.log().count("passwords is new") == 2


@pytest.mark.parametrize("name", ["acl", "server.key", "server.crt"])
def test_the_last_good_one_stays(installed: Installed, name: str) -> None:
    installed.write("s0")
    write_private(installed.shared / "acl", ACL, mode=0o644)
    with installed.running():
        before = {file.name: file.read_bytes() for file in installed.secrets.iterdir()}
        if name == "server.key":
            # half a pair is of no use: the certificate waits for its key
            (installed.shared / "server.crt").write_bytes(b"of another key")
        by_root(installed, name, b"new")
        installed.has_said(f"{name}: Permission denied. Mosquitto goes on with the last one")
        after = {file.name: file.read_bytes() for file in installed.secrets.iterdir()}
    assert after == before
    assert after["acl"] == ACL


@pytest.mark.parametrize("name", ["passwords", "acl", "server.key"])
def test_it_does_not_start_without(installed: Installed, name: str) -> None:
    installed.write("s0")
    by_root(installed, name, b"new")
    said = installed.refused()
    assert f"{name}: Permission denied. Mosquitto is not started. I run as user {BROKER}" in said
    assert f"chown -R OWNER:{BROKER} {installed.shared}" in said


@pytest.mark.parametrize("how", ["closed folder", "no folder", "link"])
def test_what_cannot_be_looked_at_is_not_absent(installed: Installed, how: str) -> None:
    installed.write("s0")
    if how == "closed folder":
        installed.shared.chmod(0o700)
    elif how == "no folder":
        installed.shared.rename(installed.folder / "elsewhere")
    else:
        (installed.shared / "passwords").unlink()
        (installed.shared / "passwords").symlink_to(installed.folder / "not" / "there")
    said = installed.refused()
    assert f"{installed.shared}/passwords: " in said
    assert "Mosquitto is not started" in said


def test_a_missing_certificate_is_told_apart(installed: Installed) -> None:
    installed.write("s0")
    (installed.shared / "server.key").unlink()
    said = installed.refused()
    assert f"there is no {installed.shared}/server.key: make a certificate with" in said


async def test_a_broker_without_sensors_needs_no_passwords(installed: Installed) -> None:
    installed.write()
    (installed.shared / "passwords").unlink()
    with installed.running():
        assert installed.users() == ["ingest", "gateway"]
        with pytest.raises(aiomqtt.MqttError):
            await logs_in(installed, "s0")
