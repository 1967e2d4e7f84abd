"""``brimful crew link``: a link, and its QR code, that signs a crew's phone in."""

from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.console import Console

from cli.acting import acting
from cli.common import AsJson, print_json, read_settings, run
from cli.qr import qr_code
from cli.user import connected
from core.rules.in_words import day_and_time
from core.settings import Settings
from store import people

app = typer.Typer(help="Sign crews' phones in.", no_args_is_help=True)


@app.callback()
def _crew() -> None:
    """Make it a group, with one command today."""


@app.command("link")
def link_command(
    crew_id: Annotated[str, typer.Argument(metavar="CREW_ID", help="The crew, as registered.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Make a link that signs one phone of a crew in, once, and print it with its QR code.

    The link is all that goes to standard output.
    """
    settings = read_settings()
    now = datetime.now(UTC)
    expires_at = now + settings.link_valid
    own = settings.public_url or f"http://{settings.api_host}:{settings.api_port}"
    code = run(_link(settings, crew_id, now, expires_at))
    address = f"{own}/phone/#code={code}"
    if as_json:
        print_json({"crew_id": crew_id, "address": address, "expires_at": expires_at})
        return
    typer.echo(address)
    Console(stderr=True).print(qr_code(address))
    typer.echo(
        f"It signs one phone in, once, until {day_and_time(expires_at)}. More phones: more links.",
        err=True,
    )
    if is_of_this_machine(address):
        typer.echo(
            "Only this machine can open that: set BRIMFUL_PUBLIC_URL to the address phones use.",
            err=True,
        )


async def _link(settings: Settings, crew_id: str, now: datetime, expires_at: datetime) -> str:
    async with connected(settings) as conn:
        return await people.link_crew(conn, crew_id, by=acting(), now=now, expires_at=expires_at)


def is_of_this_machine(address: str) -> bool:
    """Say whether an address leads to the loopback interface, or to no host at all."""
    host = urlsplit(address).hostname or ""
    try:
        found = ip_address(host)
    except ValueError:
        return host == "localhost"
    return found.is_loopback or found.is_unspecified
