import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

import store
from cli.main import app
from core.registry import CrewRecord, Registry
from store import tokens
from store.registry import register
from store.tokens import Token


@pytest.fixture(autouse=True)
def database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands' database, with one crew in it."""
    monkeypatch.setenv("BRIMFUL_DATABASE_URL", database_url)
    asyncio.run(_register(database_url))


async def _register(database_url: str) -> None:
    async with store.connect(database_url) as conn:
        await register(conn, Registry(crews=[CrewRecord(crew_id="crew-1", name="Crew")]))


def find(database_url: str, secret: str, *, later: timedelta = timedelta()) -> Token | None:
    async def ask() -> Token | None:
        async with store.connect(database_url) as conn:
            return await tokens.find(conn, secret, now=datetime.now(UTC) + later)

    return asyncio.run(ask())


def token(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["token", *arguments])


def listed() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(token("list", "--json").stdout)
    return found


def test_the_secret_is_all_that_goes_to_standard_output(database_url: str) -> None:
    result = token("create", "--role", "ops", "--name", "Depot screen")
    assert result.exit_code == 0
    secret = result.stdout.strip()
    assert secret.startswith("brimful_")
    assert " " not in secret
    assert "only time" in result.stderr
    found = find(database_url, secret)
    assert found is not None
    assert (found.role, found.name, found.crew_id) == ("ops", "Depot screen", None)
    assert str(found.token_id) in result.stderr


def test_a_token_of_a_crew_that_expires(database_url: str) -> None:
    result = token(
        "create",
        "--role",
        "crew",
        "--crew",
        "crew-1",
        "--name",
        "Phone",
        "--expires-days",
        "2",
        "--json",
    )
    assert result.exit_code == 0
    made = json.loads(result.stdout)
    assert made["crew_id"] == "crew-1"
    found = find(database_url, made["secret"])
    assert found is not None
    assert str(found.token_id) == made["token_id"]
    assert find(database_url, made["secret"], later=timedelta(days=1, hours=23)) is not None
    assert find(database_url, made["secret"], later=timedelta(days=2)) is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--role", "crew", "--name", "x"], "--crew ID with --role crew"),
        (["--role", "ops", "--name", "x", "--crew", "crew-1"], "--crew ID with --role crew"),
        (
            ["--role", "crew", "--name", "x", "--crew", "crew-9"],
            "no crew 'crew-9'; there are crew-1",
        ),
        (["--role", "ops", "--name", " "], "--name must be"),
        (["--role", "ops", "--name", "a\nb"], "--name must be"),
        (["--role", "ops", "--name", "x" * 201], "--name must be"),
        (["--role", "boss", "--name", "x"], "boss"),
        (["--role", "ops", "--name", "x", "--expires-days", "0"], "expires-days"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(arguments: list[str], words: str) -> None:
    result = token("create", *arguments)
    assert result.exit_code != 0
    assert words in result.stderr
    assert not result.stdout
    assert listed() == []


def test_revoked_tokens_stay_in_the_list_and_find_nobody(database_url: str) -> None:
    secret = token("create", "--role", "device_admin", "--name", "Yard").stdout.strip()
    (made,) = listed()
    assert made["state"] == "valid"
    assert "digest" not in made
    assert token("revoke", made["token_id"]).exit_code == 0
    assert find(database_url, secret) is None
    assert [t["state"] for t in listed()] == ["revoked"]
    lines = token("list").stdout
    assert "revoked" in lines
    assert "Yard" in lines
    assert secret not in lines


def test_revoking_what_is_not_there_fails() -> None:
    unknown = str(uuid4())
    result = token("revoke", unknown)
    assert result.exit_code == 1
    assert f"no valid token {unknown}" in result.stderr
    assert token("revoke", "7").exit_code == 2


def test_no_tokens_yet_says_how_to_make_one() -> None:
    result = token("list")
    assert result.exit_code == 0
    assert "brimful token create" in result.stderr
