"""What commands change stands in the audit trail, under who ran them."""

import asyncio
import getpass
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

import store
from cli.acting import acting
from cli.main import app
from store import audit
from store.audit import Entry
from tests.store.make import registered, town


@pytest.fixture
def database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The commands' database, with a small town in it."""
    monkeypatch.setenv("BRIMFUL_DATABASE_URL", database_url)

    async def settle() -> None:
        async with store.connect(database_url) as conn:
            await registered(conn, town(bins=2))

    asyncio.run(settle())
    return database_url


def trail(database_url: str) -> Sequence[Entry]:
    async def ask() -> Sequence[Entry]:
        async with store.connect(database_url) as conn:
            return list(reversed(await audit.entries(conn)))

    return asyncio.run(ask())


def brimful(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_every_command_that_changes_something_leaves_a_line(database: str, tmp_path: Path) -> None:
    brimful("sensor", "add", "new-1", "--bin", "bin-1")
    brimful("sensor", "mount", "new-1", "--bin", "bin-2")
    password = brimful("sensor", "credentials", "new-1").splitlines()[1].split(",")[1]
    brimful("sensor", "revoke", "new-1")
    brimful("sensor", "unmount", "new-1")
    brimful("sensor", "retire", "new-1")
    brimful("bin", "request", "bin-1", "--note", "market")
    brimful("bin", "withdraw", "bin-1")
    brimful("recalibrate", "bin-1", "--empty-mm", "1400", "--full-mm", "400")
    secret = brimful("token", "create", "--role", "viewer", "--name", "Screen").strip()
    registry = tmp_path / "town.json"
    registry.write_text(town(bins=1).model_dump_json())
    brimful("register", str(registry))
    found = trail(database)
    assert [(entry.what, entry.subject.partition(" ")[0]) for entry in found] == [
        ("sensor.add", "sensor"),
        ("sensor.move", "sensor"),
        ("sensor.credentials_made", "sensor"),
        ("sensor.credentials_revoked", "sensor"),
        ("sensor.unmount", "sensor"),
        ("sensor.retire", "sensor"),
        ("bin.requested", "bin"),
        ("bin.request_withdrawn", "bin"),
        ("bin.recalibrated", "bin"),
        ("token.created", "token"),
        ("registry.registered", "registry"),
    ]
    assert {entry.who for entry in found} == {f"cli:{getpass.getuser()}"}
    assert {(entry.role, entry.request_id) for entry in found} == {(None, None)}
    assert found[1].detail["leaves"] == "bin-1"
    assert found[-1].detail["source"] == "town.json"
    assert password not in str(found)
    assert secret not in str(found)


def test_what_changes_nothing_leaves_none(database: str, tmp_path: Path) -> None:
    registry = tmp_path / "town.json"
    registry.write_text(town(bins=1).model_dump_json())
    brimful("register", str(registry), "--dry-run")
    brimful("recalibrate", "bin-1", "--empty-mm", "1400", "--full-mm", "400", "--dry-run")
    brimful("bin", "withdraw", "bin-1")
    assert trail(database) == []


def test_a_user_without_a_name_is_told_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise OSError("no such user")

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert acting().name.startswith("cli:uid ")
