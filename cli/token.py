"""``brimful token create|list|revoke``: who may call the API."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import typer

import store
from cli.acting import acting
from cli.common import AsJson, print_json, read_settings, run
from core.errors import InvalidInputError, NotFoundError
from core.settings import Settings
from store import audit, fleet, tokens
from store.tokens import Role, Token

NAME_MAX_CHARS = 200

app = typer.Typer(help="Make, list and revoke tokens for the API.", no_args_is_help=True)


@app.command("create")
def create_command(
    *,
    role: Annotated[Role, typer.Option(help="What the token may do.")],
    name: Annotated[str, typer.Option(help="Whose it is, for people: 'Depot screen'.")],
    crew: Annotated[
        str | None, typer.Option(metavar="ID", help="The crew it speaks for; with role crew.")
    ] = None,
    expires_days: Annotated[
        int | None,
        typer.Option(min=1, max=36_500, help="Valid for so many days; for ever when absent."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a token and print its secret, once: only its digest is stored.

    The secret is all that goes to standard output, so TOKEN=$(brimful token create ...) works.
    """
    now = datetime.now(UTC)
    expires_at = None if expires_days is None else now + timedelta(days=expires_days)
    token_id, secret = run(
        _create(read_settings(), role=role, name=name, crew_id=crew, now=now, expires_at=expires_at)
    )
    if as_json:
        print_json(
            {
                "token_id": token_id,
                "secret": secret,
                "name": name,
                "role": role,
                "crew_id": crew,
                "expires_at": expires_at,
            }
        )
        return
    typer.echo(secret)
    until = "until it is revoked" if expires_at is None else f"until {expires_at:%Y-%m-%d} UTC"
    typer.echo(
        f"This is the only time it is shown. Send it as 'Authorization: Bearer TOKEN'.\n"
        f"It is valid {until}; `brimful token revoke {token_id}` ends it.",
        err=True,
    )


async def _create(
    settings: Settings,
    *,
    role: Role,
    name: str,
    crew_id: str | None,
    now: datetime,
    expires_at: datetime | None,
) -> tuple[UUID, str]:
    _check_name(name)
    if (role is Role.CREW) != (crew_id is not None):
        raise InvalidInputError("give --crew ID with --role crew, and only with it")
    async with _connect(settings) as conn:
        if crew_id is not None:
            known = [crew.crew_id for crew in await fleet.crews(conn)]
            if crew_id not in known:
                raise InvalidInputError(f"there is no crew {crew_id!r}; {_some_of(known)}")
        made = await tokens.create(
            conn, name=name, role=role, crew_id=crew_id, now=now, expires_at=expires_at
        )
        await audit.note(
            conn,
            who=acting(),
            what="token.created",
            subject=f"token {made[0]}",
            detail={"name": name, "role": str(role), "crew_id": crew_id},
            now=now,
        )
        return made


def _check_name(name: str) -> None:
    if not name.strip() or not name.isprintable() or len(name) > NAME_MAX_CHARS:
        raise InvalidInputError(
            f"--name must be 1 to {NAME_MAX_CHARS} printable characters on one line"
        )


def _some_of(known: Sequence[str]) -> str:
    if not known:
        return "no crew is registered yet"
    more = f" and {len(known) - 10} more" if len(known) > 10 else ""
    return f"there are {', '.join(known[:10])}{more}"


@app.command("list")
def list_command(*, as_json: AsJson = False) -> None:
    """List all tokens ever made, never their secrets."""
    found = run(_list(read_settings()))
    now = datetime.now(UTC)
    if as_json:
        print_json([{**asdict(token), "state": _state(token, now)} for token in found])
        return
    for token in found:
        whose = token.role if token.crew_id is None else f"{token.role} {token.crew_id}"
        ends = "" if token.expires_at is None else f", expires {token.expires_at:%Y-%m-%d}"
        typer.echo(
            f"{token.token_id}  {_state(token, now):8}  {whose:20}  {token.name}  "
            f"(made {token.created_at:%Y-%m-%d}{ends})"
        )
    if not found:
        typer.echo("No tokens yet; `brimful token create` makes one.", err=True)


async def _list(settings: Settings) -> Sequence[Token]:
    async with _connect(settings) as conn:
        return await tokens.tokens(conn)


def _state(token: Token, now: datetime) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "valid" if token.expires_at is None or token.expires_at > now else "expired"


@app.command("revoke")
def revoke_command(
    token_id: Annotated[
        UUID, typer.Argument(metavar="TOKEN_ID", help="As `brimful token list` shows it.")
    ],
) -> None:
    """End a token at once."""
    run(_revoke(read_settings(), token_id))
    typer.echo(f"Token {token_id} is revoked.")


async def _revoke(settings: Settings, token_id: UUID) -> None:
    async with _connect(settings) as conn:
        now = datetime.now(UTC)
        if not await tokens.revoke(conn, token_id, now=now):
            raise NotFoundError(
                f"there is no valid token {token_id}; `brimful token list` shows them all"
            )
        subject = f"token {token_id}"
        await audit.note(conn, who=acting(), what="token.revoked", subject=subject, now=now)


def _connect(settings: Settings) -> AbstractAsyncContextManager[store.Connection]:
    return store.connect(
        settings.database_url.get_secret_value(),
        application="token",
        timeout_s=settings.database_timeout_s,
    )
