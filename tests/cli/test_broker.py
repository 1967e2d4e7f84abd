"""`brimful broker certificates`: makes what is missing, overwrites nothing, says what it did."""

import asyncio
import json
import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.broker_certificates import make_certificates
from cli.certificates import AUTHORITY_LASTS, SERVER_LASTS, about
from cli.main import app
from core.errors import ConflictError, InvalidInputError
from tests.services.command import PROGRAM, environment

NOW = datetime.now(UTC).replace(microsecond=0)


def certificates(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["broker", "certificates", "--dir", str(folder), *arguments])


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_an_authority_and_a_certificate_are_made(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    result = certificates(folder, "--host", "MQTT.town.example", "--host", "10.0.0.5", "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert said["made"] == ["ca.crt", "ca.key", "server.crt", "server.key"]
    assert said["hosts"] == ["mqtt.town.example", "10.0.0.5"]
    assert said["ca_file"] == str(folder / "ca.crt")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {"ca.crt": 0o644, "ca.key": 0o600, "server.crt": 0o644, "server.key": 0o640}
    # what OpenSSL thinks of them, in its strictest mood
    context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    assert len(context.get_ca_certs()) == 1
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "server.crt", folder / "server.key")


def test_what_is_there_stays(tmp_path: Path) -> None:
    assert certificates(tmp_path, "--host", "a.example").exit_code == 0
    before = content(tmp_path)
    result = certificates(tmp_path, "--host", "a.example", "--host", "b.example")
    assert result.exit_code == 0
    assert content(tmp_path) == before
    assert "nothing made: all is there" in result.stdout
    assert "does not name b.example" in result.stderr


def test_renewing_keeps_the_authority_and_the_old_ones(tmp_path: Path) -> None:
    make_certificates(tmp_path, ["a.example"], now=NOW - timedelta(days=500))
    before = content(tmp_path)
    found = make_certificates(tmp_path, ["b.example"], now=NOW, renew=True)
    after = content(tmp_path)
    assert (found.made, found.hosts) == (["server.crt", "server.key"], ("b.example",))
    assert found.until == NOW + SERVER_LASTS
    assert {name: after[name] for name in ("ca.crt", "ca.key")} == {
        name: before[name] for name in ("ca.crt", "ca.key")
    }
    assert after["server.crt.old"] == before["server.crt"]
    assert after["server.key.old"] == before["server.key"]
    assert after["server.crt"] != before["server.crt"]


def test_an_operators_own_certificate_is_left_alone(tmp_path: Path) -> None:
    make_certificates(tmp_path, ["a.example"], now=NOW)
    for name in ("ca.crt", "ca.key"):
        (tmp_path / name).unlink()
    found = make_certificates(tmp_path, ["a.example"], now=NOW)
    assert (found.made, found.ca_file) == ([], None)
    with pytest.raises(ConflictError, match="renew the certificate where it came from"):
        make_certificates(tmp_path, ["a.example"], now=NOW, renew=True)


@pytest.mark.parametrize("lost", ["ca.key", "ca.crt", "server.key", "server.crt"])
def test_half_of_a_pair_is_no_reason_to_overwrite_the_other(tmp_path: Path, lost: str) -> None:
    make_certificates(tmp_path, ["a.example"], now=NOW)
    if lost.startswith("ca"):
        for name in ("server.crt", "server.key"):
            (tmp_path / name).unlink()
    (tmp_path / lost).unlink()
    before = content(tmp_path)
    result = certificates(tmp_path, "--host", "a.example")
    assert result.exit_code == 1
    assert f"without {lost}" in result.stderr
    assert content(tmp_path) == before


def test_an_authority_that_ends_first_signs_nothing(tmp_path: Path) -> None:
    make_certificates(tmp_path, ["a.example"], now=NOW)
    late = NOW + AUTHORITY_LASTS - SERVER_LASTS + timedelta(days=1)
    with pytest.raises(InvalidInputError, match="the authority ends on"):
        make_certificates(tmp_path, ["a.example"], now=late, renew=True)


def test_another_authoritys_key_is_refused(tmp_path: Path) -> None:
    make_certificates(tmp_path / "a", ["a.example"], now=NOW)
    make_certificates(tmp_path / "b", ["b.example"], now=NOW)
    (tmp_path / "a" / "ca.key").write_bytes((tmp_path / "b" / "ca.key").read_bytes())
    with pytest.raises(InvalidInputError, match="does not belong to its certificate"):
        make_certificates(tmp_path / "a", ["a.example"], now=NOW, renew=True)


@pytest.mark.parametrize("broken", ["ca.crt", "ca.key"])
def test_an_authority_that_cannot_be_read_is_said(tmp_path: Path, broken: str) -> None:
    make_certificates(tmp_path, ["a.example"], now=NOW)
    (tmp_path / broken).write_text("no PEM")
    result = certificates(tmp_path, "--host", "a.example", "--renew")
    assert (result.exit_code, "cannot be read" in result.stderr) == (1, True)


@pytest.mark.parametrize("host", ["", "mqtts://a", "a:8883", "a b", "-a", "a..b", "x" * 64, "ä.de"])
def test_what_is_no_host_is_refused_and_nothing_made(tmp_path: Path, host: str) -> None:
    result = certificates(tmp_path / "new", "--host", host)
    assert result.exit_code == 1
    assert "is no host" in result.stderr
    assert not (tmp_path / "new").exists()


def test_a_certificate_that_is_none_is_said(tmp_path: Path) -> None:
    for name in ("server.crt", "server.key"):
        (tmp_path / name).write_text("no certificate")
    result = certificates(tmp_path, "--host", "a.example")
    assert (result.exit_code, "server.crt is no PEM certificate" in result.stderr) == (1, True)


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = certificates(tmp_path / "file" / "below", "--host", "a.example")
    assert (result.exit_code, "cannot be made" in result.stderr) == (1, True)


def test_each_certificate_says_its_hosts(tmp_path: Path) -> None:
    make_certificates(tmp_path, ["*.town.example", "::1", "fe80::1"], now=NOW)
    found = about((tmp_path / "server.crt").read_bytes())
    assert list(found.hosts) == ["*.town.example", "::1", "fe80::1"]


async def test_while_the_database_is_away_the_files_stay(tmp_path: Path) -> None:
    (tmp_path / "passwords").write_text("s0:$7$1$a$b\n")
    log = tmp_path / "watch.log"
    with log.open("wb") as output:
        watching = await asyncio.create_subprocess_exec(
            *PROGRAM,
            *("broker", "files", "--dir", str(tmp_path), "--watch", "--every-s", "0.1"),
            env=environment(None, "postgresql://nobody@127.0.0.1:1/none", {}),
            stdout=output,
            stderr=output,
        )
    try:
        async with asyncio.timeout(30):
            while not log.read_text().count("\n"):  # noqa: ASYNC110 - a log has no event to set
                await asyncio.sleep(0.1)
        await asyncio.sleep(1)
    finally:
        watching.terminate()
        assert await watching.wait() == 0
    (line,) = log.read_text().splitlines()
    assert json.loads(line)["event"] == "database is away, the files stay as they are"
    assert (tmp_path / "passwords").read_text() == "s0:$7$1$a$b\n"
