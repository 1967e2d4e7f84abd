import asyncio
import json
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

import store
from cli.crew import is_of_this_machine
from cli.main import app
from core.passwords import is_password
from core.registry import CrewRecord, Registry
from store import accounts, audit, crew_links, sessions
from store.accounts import Account
from store.audit import Entry, Kind
from store.registry import register
from store.sessions import Lasting

PASSWORD = "four words in a row"


class Base:
    """The commands' database, asked from a test that is no coroutine."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask[T](self, question: Callable[[store.Connection], Coroutine[Any, Any, T]]) -> T:
        async def asked() -> T:
            async with store.connect(self.url) as conn:
                return await question(conn)

        return asyncio.run(asked())

    def account(self, user_name: str) -> Account:
        found = self.ask(lambda conn: accounts.find(conn, user_name))
        assert found is not None
        return found

    def trail(self) -> Sequence[Entry]:
        return self.ask(audit.entries)


@pytest.fixture
def base(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Base:
    monkeypatch.setenv("BRIMFUL_DATABASE_URL", database_url)
    found = Base(database_url)
    crew = CrewRecord(crew_id="crew-1", name="Crew")
    found.ask(lambda conn: register(conn, Registry(crews=[crew])))
    return found


def brimful(*arguments: str, line: str = "") -> Result:
    return CliRunner().invoke(app, arguments, input=f"{line}\n")


def anna(base: Base, *, role: str = "ops", user_name: str = "anna") -> Account:
    result = brimful("user", "add", user_name, "--role", role, line=PASSWORD)
    assert result.exit_code == 0, result.output
    return base.account(user_name)


def signed_in(base: Base, **whose: Any) -> str:  # noqa: ANN401 - an account or a crew
    lasting = Lasting(idle=timedelta(hours=1), at_most=timedelta(hours=1))
    session_id, _ = base.ask(
        lambda conn: sessions.start(
            conn, device="Firefox on Linux", lasting=lasting, now=datetime.now(UTC), **whose
        )
    )
    return str(session_id)


def test_an_account_is_made_with_a_password_from_standard_input(base: Base) -> None:
    result = brimful("user", "add", "Anna", "--role", "ops", "--name", "Anna D", line=PASSWORD)
    assert result.output == "anna may sign in at /signin/ as ops\n"
    made = base.account("anna")
    assert (made.name, made.role) == ("Anna D", "ops")
    assert is_password(PASSWORD, made.password_hash)
    (entry,) = base.trail()
    assert (entry.what, entry.subject, entry.kind) == (
        "account.added",
        "account anna",
        Kind.COMMAND,
    )
    assert entry.who.startswith("cli:")
    assert PASSWORD not in str(entry)


@pytest.mark.parametrize(
    ("arguments", "line", "told"),
    [
        (("anna", "--role", "ops"), "short", "the password must be 12 to 200 characters"),
        (("an na", "--role", "ops"), PASSWORD, "USER must be 1 to 64"),
        (("anna", "--role", "ops", "--name", "\x07"), PASSWORD, "--name must be"),
        (("anna", "--role", "crew"), PASSWORD, "crew"),
    ],
)
def test_what_cannot_be_an_account_is_told(
    base: Base, arguments: tuple[str, ...], line: str, told: str
) -> None:
    result = brimful("user", "add", *arguments, line=line)
    assert result.exit_code != 0
    assert told in result.stderr
    assert base.trail() == []


def test_a_taken_user_name_is_told(base: Base) -> None:
    anna(base)
    result = brimful("user", "add", "anna", "--role", "viewer", line=PASSWORD)
    assert result.exit_code == 1
    assert "There is an account anna already" in result.stderr


def test_accounts_are_listed_without_their_hashes(base: Base) -> None:
    assert "No accounts yet" in brimful("user", "list").stderr
    anna(base)
    assert "anna                  enabled   ops" in brimful("user", "list").stdout
    text = brimful("user", "list", "--json").stdout
    assert json.loads(text)[0]["user_name"] == "anna"
    assert "argon2" not in text


def test_a_disabled_person_is_out_and_may_come_back(base: Base) -> None:
    anna(base, user_name="boss")
    account = anna(base)
    signed_in(base, account_id=account.account_id)
    assert brimful("user", "disable", "anna").exit_code == 0
    assert base.account("anna").disabled_at is not None
    assert "Nobody is signed in" in brimful("user", "sessions").stderr
    assert "anna                  disabled" in brimful("user", "list").stdout
    assert brimful("user", "enable", "anna").exit_code == 0
    assert base.account("anna").disabled_at is None
    assert base.trail()[1].detail == {"disabled": True, "sessions_ended": 1}


def test_the_last_of_ops_stays(base: Base) -> None:
    anna(base)
    anna(base, user_name="eye", role="viewer")
    result = brimful("user", "disable", "anna")
    assert result.exit_code == 1
    assert "anna is the only account of role ops" in result.stderr


def test_another_password_ends_the_sessions(base: Base) -> None:
    account = anna(base)
    signed_in(base, account_id=account.account_id)
    result = brimful("user", "password", "anna", line="five other words in a row")
    assert result.exit_code == 0
    assert is_password("five other words in a row", base.account("anna").password_hash)
    assert "Nobody is signed in" in brimful("user", "sessions", "anna").stderr
    assert "There is no account bob" in brimful("user", "password", "bob", line=PASSWORD).stderr


def test_sessions_are_ended_one_by_one_or_all(base: Base) -> None:
    account = anna(base)
    one = signed_in(base, account_id=account.account_id)
    signed_in(base, account_id=account.account_id)
    signed_in(base, crew_id="crew-1")
    assert len(json.loads(brimful("user", "sessions", "--json").stdout)) == 3
    assert "Firefox on Linux" in brimful("user", "sessions", "--crew", "crew-1").stdout
    assert brimful("user", "end-sessions", "--session", one).stdout == "1 session has ended\n"
    assert brimful("user", "end-sessions", "anna").stdout == "1 session has ended\n"
    assert brimful("user", "end-sessions", "--crew", "crew-1").stdout == "1 session has ended\n"
    assert brimful("user", "end-sessions", "anna").stdout == "0 sessions have ended\n"
    assert "no session" in brimful("user", "end-sessions", "--session", str(uuid4())).stderr
    assert "say whose" in brimful("user", "end-sessions").stderr
    assert "say whose" in brimful("user", "end-sessions", "anna", "--crew", "crew-1").stderr


def test_a_link_for_a_crew_is_printed_with_its_code(
    base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIMFUL_PUBLIC_URL", "https://bins.town.example")
    result = brimful("crew", "link", "crew-1")
    assert result.exit_code == 0
    address = result.stdout.strip()
    assert address.startswith("https://bins.town.example/phone/#code=")
    assert "It signs one phone in, once" in result.stderr
    assert "\u2588" in result.stderr or "\u2580" in result.stderr
    assert "BRIMFUL_PUBLIC_URL" not in result.stderr
    code = address.partition("=")[2]
    found = base.ask(lambda conn: crew_links.find(conn, code, now=datetime.now(UTC)))
    assert isinstance(found, tuple)
    assert found[1] == "crew-1"
    assert code not in str(base.trail())


def test_a_link_that_no_phone_could_open_says_so(base: Base) -> None:
    found = brimful("crew", "link", "crew-1", "--json")
    assert json.loads(found.stdout)["address"].startswith("http://127.0.0.1:8000/phone/#code=")
    assert "set BRIMFUL_PUBLIC_URL" in brimful("crew", "link", "crew-1").stderr
    assert "There is no crew nobody" in brimful("crew", "link", "nobody").stderr
    assert base.trail()[0].what == "crew.linked"


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("http://localhost:8000/", True),
        ("http://[::1]:8000/", True),
        ("http://0.0.0.0:8000/", True),
        ("http://192.168.1.7:8000/", False),
        ("https://bins.town.example/", False),
    ],
)
def test_which_addresses_lead_nowhere_else(address: str, *, own: bool) -> None:
    assert is_of_this_machine(address) == own
