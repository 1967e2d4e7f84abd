import base64
import csv
import io
import json
import stat
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from core.broker_access import SALT_BYTES, access_list, password_hash
from tests.cli.test_sensor import ask, database  # noqa: F401 - the fixture with the bins b0 to b3
from tests.services.brokers import SHIPPED


def brimful(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def made(*arguments: str) -> dict[str, str]:
    result = brimful("sensor", "credentials", *arguments)
    assert result.exit_code == 0, result.output
    rows = csv.DictReader(io.StringIO(result.stdout))
    return {row["sensor_id"]: row["password"] for row in rows}


def files(folder: Path) -> dict[str, str]:
    """Write the broker's files; return the hash of each user."""
    assert brimful("broker", "files", "--dir", str(folder)).exit_code == 0
    lines = (folder / "passwords").read_text().splitlines()
    return {user: hash_ for user, _, hash_ in (line.partition(":") for line in lines)}


def test_a_password_is_shown_once_and_stored_as_a_hash(database_url: str, tmp_path: Path) -> None:
    passwords = made("s0", "s1")
    assert set(passwords) == {"s0", "s1"}
    assert all(len(password) >= 32 for password in passwords.values())
    assert passwords["s0"] != passwords["s1"]
    stored = ask(database_url, "SELECT * FROM sensor_credentials ORDER BY sensor_id")
    for row in stored:
        assert passwords[row["sensor_id"]] not in str(row)
    assert files(tmp_path) == {row["sensor_id"]: row["hash"] for row in stored}
    # made again, the one before is void
    assert made("s0")["s0"] != passwords["s0"]


def test_mosquittos_own_program_makes_the_same_hash(mosquitto_program: str, tmp_path: Path) -> None:
    file = tmp_path / "passwords"
    file.write_text("s0:a password\n")
    file.chmod(0o600)
    program = Path(mosquitto_program).with_name("mosquitto_passwd")
    subprocess.run([program, "-U", file], check=True)
    theirs = file.read_text().strip().partition(":")[2]
    _, seven, iterations, salt, _ = theirs.split("$")

    raw = base64.b64decode(salt)
    assert (seven, len(raw)) == ("7", SALT_BYTES)
    assert password_hash("a password", raw, iterations=int(iterations)) == theirs


def test_all_new_are_those_that_never_had_any(tmp_path: Path) -> None:
    assert brimful("sensor", "add", "24e124713b492345", "--device", "netvox-r718x").exit_code == 0
    made("s0")
    assert brimful("sensor", "revoke", "s0").exit_code == 0
    assert brimful("sensor", "retire", "s1").exit_code == 0
    # not the revoked one, not the retired one, not the one behind a network server
    assert set(made("--all-new")) == {"s2", "s3"}
    assert made("--all-new") == {}
    assert set(files(tmp_path)) == {"s2", "s3"}


def test_who_is_revoked_or_retired_has_no_access(tmp_path: Path) -> None:
    made("s0", "s1", "s2")
    result = brimful("sensor", "revoke", "s0", "s3")
    assert "s0: may not publish any more" in result.stdout
    assert "s3: has no credentials" in result.stderr
    assert brimful("sensor", "retire", "s1").exit_code == 0
    assert set(files(tmp_path)) == {"s2"}
    made("s0")
    assert set(files(tmp_path)) == {"s0", "s2"}


def test_a_file_for_one_pair_of_eyes(tmp_path: Path) -> None:
    out = tmp_path / "passwords.csv"
    result = brimful("sensor", "credentials", "s0", "--out", str(out))
    assert result.exit_code == 0, result.output
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    (row,) = csv.DictReader(out.open())
    assert row["topic"] == "bins/s0/readings"
    assert row["password"] not in result.output
    again = brimful("sensor", "credentials", "s0", "--out", str(out))
    assert (again.exit_code, "may hold the only copy" in again.stderr) == (1, True)


def test_what_cannot_be_handed_over_does_not_count(database_url: str) -> None:
    result = brimful("sensor", "credentials", "s0", "--out", "/nonexistent/passwords.csv")
    assert (result.exit_code, "cannot be written" in result.stderr) == (1, True)
    assert ask(database_url, "SELECT * FROM sensor_credentials") == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "name sensors, or give --all-new"),
        (("s0", "--all-new"), "name sensors, or give --all-new"),
        (("nobody",), "sensor nobody is not registered"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(arguments: tuple[str, ...], words: str) -> None:
    result = brimful("sensor", "credentials", *arguments)
    assert result.exit_code == 1
    assert words in result.stderr
    assert not result.stdout


def test_a_retired_sensor_gets_none() -> None:
    brimful("sensor", "retire", "s0")
    result = brimful("sensor", "credentials", "s0")
    assert (result.exit_code, "is retired" in result.stderr) == (1, True)


def test_the_files_are_written_only_when_something_is_new(tmp_path: Path) -> None:
    made("s0")
    first = brimful("broker", "files", "--dir", str(tmp_path), "--json")
    assert json.loads(first.stdout) == {"written": ["passwords", "acl"], "sensors": 1}
    before = (tmp_path / "passwords").stat()
    second = brimful("broker", "files", "--dir", str(tmp_path), "--json")
    assert json.loads(second.stdout)["written"] == []
    assert (tmp_path / "passwords").stat().st_mtime_ns == before.st_mtime_ns
    assert stat.S_IMODE(before.st_mode) & 0o007 == 0
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_services_come_from_their_own_file(tmp_path: Path) -> None:
    made("s0")
    services = tmp_path / "services"
    services.write_text("ingest:$7$101$c2FsdA==$aGFzaA==\n")
    arguments = ("broker", "files", "--dir", str(tmp_path), "--services", str(services))
    assert brimful(*arguments).exit_code == 0
    lines = (tmp_path / "passwords").read_text().splitlines()
    assert lines[0] == services.read_text().strip()
    assert lines[1].startswith("s0:$7$101$")
    services.write_text("ingest:clear-password\n")
    result = brimful(*arguments)
    assert (result.exit_code, "line 1 is no line of mosquitto_passwd" in result.stderr) == (1, True)
    assert "clear-password" not in result.output


def test_a_broker_that_is_not_there_is_said(tmp_path: Path) -> None:
    made("s0")
    pid_file = tmp_path / "pid"
    pid_file.write_text("")
    result = brimful("broker", "files", "--dir", str(tmp_path), "--pid-file", str(pid_file))
    assert (result.exit_code, "is Mosquitto running" in result.stderr) == (1, True)


def test_the_shipped_access_list_is_the_generated_one() -> None:
    assert (SHIPPED / "acl").read_text() == access_list()
