"""``brimful bin request|withdraw|requests``: bins that somebody wants emptied."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

import store
from cli.acting import acting
from cli.common import AsJson, print_json, read_settings, run
from core.forecasts import BinRequest
from core.rules.in_words import day_and_time
from core.settings import Settings
from store import audit, requests

NOTE_MAX_CHARS = 500

app = typer.Typer(help="Ask for a bin to be emptied, whatever its level.", no_args_is_help=True)

BinId = Annotated[str, typer.Argument(metavar="BIN", help="The bin's id.")]


@app.command("request")
def request_command(
    bin_id: BinId,
    note: Annotated[
        str | None, typer.Option("--note", help="Why, for people (at most 500 characters).")
    ] = None,
) -> None:
    """Make a bin due in every plan from now on, until it is emptied or the request withdrawn."""
    if note is not None and len(note) > NOTE_MAX_CHARS:
        raise typer.BadParameter(f"--note has {len(note)} characters, {NOTE_MAX_CHARS} fit")
    asked = run(_request(read_settings(), bin_id, note))
    since = day_and_time(asked.requested_at)
    typer.echo(f"{bin_id} is asked for since {since} by {asked.requested_by}: due until emptied")


@app.command("withdraw")
def withdraw_command(bin_id: BinId) -> None:
    """Take a request back."""
    was_open = run(_withdraw(read_settings(), bin_id))
    typer.echo(f"{bin_id} is not asked for any more" if was_open else f"{bin_id} was not asked for")


@app.command("requests")
def requests_command(*, as_json: AsJson = False) -> None:
    """List what is asked for and not done yet."""
    found = run(_requests(read_settings()))
    if as_json:
        print_json({"items": [asdict(one) for one in found]})
        return
    for one in found:
        note = f": {one.note}" if one.note else ""
        typer.echo(f"{one.bin_id}  {day_and_time(one.requested_at)}  {one.requested_by}{note}")
    if not found:
        typer.echo("nothing is asked for")


async def _request(settings: Settings, bin_id: str, note: str | None) -> BinRequest:
    async with _pool(settings) as pool, store.transaction(pool) as conn:
        now = datetime.now(UTC)
        asked = await requests.request(conn, bin_id, requested_by="cli", note=note, now=now)
        if asked.requested_at == now:
            detail = {"note": note}
            await audit.note(
                conn,
                who=acting(),
                what="bin.requested",
                subject=f"bin {bin_id}",
                detail=detail,
                now=now,
            )
        return asked


async def _withdraw(settings: Settings, bin_id: str) -> bool:
    async with _pool(settings) as pool, store.transaction(pool) as conn:
        now = datetime.now(UTC)
        was_open = await requests.withdraw(conn, bin_id, withdrawn_by="cli", now=now)
        if was_open:
            await audit.note(
                conn,
                who=acting(),
                what="bin.request_withdrawn",
                subject=f"bin {bin_id}",
                now=now,
            )
        return was_open


async def _requests(settings: Settings) -> Sequence[BinRequest]:
    async with _pool(settings) as pool, store.transaction(pool) as conn:
        return await requests.open_requests(conn)


def _pool(settings: Settings) -> AbstractAsyncContextManager[store.Pool]:
    return store.open_pool(
        settings.database_url.get_secret_value(),
        application="bin",
        max_size=1,
        timeout_s=settings.database_timeout_s,
    )
