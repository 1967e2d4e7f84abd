"""``brimful user``: the accounts of people, and where they are signed in."""

import getpass
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer

import store
from cli.acting import acting
from cli.common import AsJson, fail, print_json, read_settings, run
from core.passwords import hash_password
from core.rules.in_words import day_and_time
from core.rules.sign_in import refuse_password, refuse_user_name
from core.settings import Settings
from store import accounts, people, sessions
from store.accounts import Account, Change
from store.sessions import Session
from store.tokens import Role

app = typer.Typer(help="Accounts of people, and where they are signed in.", no_args_is_help=True)

UserName = Annotated[str, typer.Argument(metavar="USER", help="The user name, in small letters.")]


class PersonRole(StrEnum):
    """What a person may do; crews sign in with `brimful crew link`."""

    OPS = "ops"
    VIEWER = "viewer"
    DEVICE_ADMIN = "device_admin"


@app.command("add")
def add_command(
    user_name: UserName,
    *,
    role: Annotated[PersonRole, typer.Option(help="What the person may do.")],
    name: Annotated[
        str | None, typer.Option(help="As people know them: 'Anna Dvorak'; else the user name.")
    ] = None,
) -> None:
    """Make an account; its password is asked for, or read as a line from standard input."""
    user_name = user_name.lower()
    if refusal := refuse_user_name(user_name):
        fail(f"USER {refusal}")
    if name is not None and not (0 < len(name) <= 100 and name.isprintable() and name.strip()):
        fail("--name must be 1 to 100 printable characters on one line")
    settings = read_settings()
    password = _new_password(user_name)
    made = run(_add(settings, user_name, name or user_name, Role(role), password))
    typer.echo(f"{made.user_name} may sign in at /signin/ as {made.role}")


async def _add(settings: Settings, user_name: str, name: str, role: Role, password: str) -> Account:
    async with connected(settings) as conn:
        return await people.add(
            conn,
            user_name=user_name,
            name=name,
            role=role,
            password_hash=hash_password(password),
            by=acting(),
            now=datetime.now(UTC),
        )


@app.command("list")
def list_command(*, as_json: AsJson = False) -> None:
    """List all accounts, disabled ones too."""
    found = run(_list(read_settings()))
    if as_json:
        print_json([_document(account) for account in found])
        return
    for account in found:
        state = "disabled" if account.disabled_at else "enabled"
        by = f", signs in by {account.issuer}" if account.issuer else ""
        typer.echo(f"{account.user_name:20}  {state:8}  {account.role:12}  {account.name}{by}")
    if not found:
        typer.echo("No accounts yet; `brimful user add USER --role ops` makes one.", err=True)


def _document(account: Account) -> dict[str, object]:
    found = asdict(account)
    del found["password_hash"]
    return found


async def _list(settings: Settings) -> Sequence[Account]:
    async with connected(settings) as conn:
        return await accounts.accounts(conn)


@app.command("password")
def password_command(user_name: UserName) -> None:
    """Give an account another password and end its sessions."""
    settings = read_settings()
    password = _new_password(user_name)
    run(_change(settings, user_name, Change(password_hash=hash_password(password))))
    typer.echo(f"{user_name} has another password, and is signed out everywhere")


@app.command("disable")
def disable_command(user_name: UserName) -> None:
    """Let a person in no more, and end their sessions."""
    run(_change(read_settings(), user_name, Change(disabled=True)))
    typer.echo(f"{user_name} is disabled and signed out everywhere")


@app.command("enable")
def enable_command(user_name: UserName) -> None:
    """Let a disabled person in again."""
    run(_change(read_settings(), user_name, Change(disabled=False)))
    typer.echo(f"{user_name} may sign in again")


async def _change(settings: Settings, user_name: str, wanted: Change) -> Account:
    async with connected(settings) as conn:
        return await people.change(conn, user_name, wanted, by=acting(), now=datetime.now(UTC))


Crew = Annotated[
    str | None, typer.Option("--crew", metavar="ID", help="The phones of this crew instead.")
]


@app.command("sessions")
def sessions_command(
    user_name: Annotated[str | None, typer.Argument(metavar="[USER]")] = None,
    *,
    crew: Crew = None,
    as_json: AsJson = False,
) -> None:
    """List where people and crews' phones are signed in."""
    found = run(_sessions(read_settings(), user_name, crew))
    if as_json:
        print_json([asdict(session) for session in found])
        return
    for session in found:
        whose = session.user_name or f"crew {session.crew_id}"
        typer.echo(
            f"{session.session_id}  {whose:20}  {session.device}  "
            f"(since {day_and_time(session.started_at)}, seen {day_and_time(session.last_seen_at)})"
        )
    if not found:
        typer.echo("Nobody is signed in.", err=True)


async def _sessions(
    settings: Settings, user_name: str | None, crew_id: str | None
) -> Sequence[Session]:
    async with connected(settings) as conn:
        return await sessions.sessions(
            conn, now=datetime.now(UTC), user_name=user_name, crew_id=crew_id
        )


@app.command("end-sessions")
def end_sessions_command(
    user_name: Annotated[str | None, typer.Argument(metavar="[USER]")] = None,
    *,
    crew: Crew = None,
    session: Annotated[
        UUID | None, typer.Option("--session", metavar="ID", help="This one session instead.")
    ] = None,
) -> None:
    """Sign somebody out everywhere, or one of their browsers or phones."""
    if sum(given is not None for given in (user_name, crew, session)) != 1:
        fail("say whose: USER, or --crew ID, or --session ID")
    ended = run(_end(read_settings(), user_name, crew, session))
    typer.echo(f"{ended} {'session has' if ended == 1 else 'sessions have'} ended")


async def _end(
    settings: Settings, user_name: str | None, crew_id: str | None, session_id: UUID | None
) -> int:
    now = datetime.now(UTC)
    async with connected(settings) as conn:
        if session_id is not None:
            await people.end_session(conn, session_id, by=acting(), now=now)
            return 1
        return await people.end_sessions(
            conn, user_name=user_name, crew_id=crew_id, by=acting(), now=now
        )


def _new_password(user_name: str) -> str:
    """Ask twice where there is a terminal; else take the first line of standard input."""
    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if not refuse_password(password, user_name=user_name) and password != getpass.getpass(
            "Once more: "
        ):
            fail("the two are not the same")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if refusal := refuse_password(password, user_name=user_name):
        fail(f"the password {refusal}")
    return password


def connected(settings: Settings) -> AbstractAsyncContextManager[store.Connection]:
    """Open one connection; what was done is committed at the end."""
    return store.connect(
        settings.database_url.get_secret_value(),
        application="user",
        timeout_s=settings.database_timeout_s,
    )
