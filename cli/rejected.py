"""``brimful rejected``: messages that were set aside; list them, replay them after a fix."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

import store
from cli.common import AsJson, print_json, read_settings, run
from core.readings import RejectReason
from core.settings import Settings
from ingest.messages import Limits
from ingest.replay import Account, replay
from ingest.service import utc_now
from store import rejected
from store.rejected import Rejected

PREVIEW_BYTES = 100

Reason = Annotated[
    RejectReason | None, typer.Option("--reason", help="Only messages set aside for this reason.")
]

app = typer.Typer(
    help="Messages that were set aside: list them, replay them after a fix.",
    no_args_is_help=True,
)


@app.command("list")
def list_command(
    *,
    reason: Reason = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Show what was set aside and not replayed yet, oldest first, and why.

    docs/message-format.md says for each reason what to do.
    """
    kept, counts = run(_list(read_settings(), reason, limit))
    if as_json:
        print_json({"readings_by_reason": counts, "messages": [_document(m) for m in kept]})
        return
    for m in kept:
        times = f", {m.times_received} times" if m.times_received > 1 else ""
        typer.echo(f"{m.rejected_id}  {m.last_received_at:%Y-%m-%d %H:%M:%S} UTC{times}  {m.topic}")
        typer.echo(f"    {m.reason} ({m.readings} unusable): {m.detail}")
        typer.echo(f"    {_preview(m.payload)}")
    if len(kept) == limit:
        typer.echo(f"the oldest {limit} messages; --limit shows more")
    typer.echo(_summary(counts))


async def _list(
    settings: Settings, reason: RejectReason | None, limit: int
) -> tuple[Sequence[Rejected], dict[str, int]]:
    url = settings.database_url.get_secret_value()
    async with store.connect(url, application="rejected") as conn:
        counts = await rejected.count(conn)
        kept = await rejected.waiting(conn, reason=reason, limit=limit)
    return kept, {str(name): n for name, n in counts.items()}


def _summary(counts: dict[str, int]) -> str:
    if not counts:
        return "nothing is set aside"
    told = ", ".join(f"{n} {name}" for name, n in counts.items())
    return f"readings set aside in all: {told}"


def _preview(payload: bytes) -> str:
    """Return the payload's beginning, with nothing a terminal could act on."""
    text = payload[:PREVIEW_BYTES].decode(errors="replace")
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return shown + (f" ... ({len(payload)} bytes)" if len(payload) > PREVIEW_BYTES else "")


def _document(message: Rejected) -> dict[str, Any]:
    """Return a message for programs; the payload is text where it is UTF-8, else hexadecimal."""
    document = asdict(message)
    try:
        document["payload"] = message.payload.decode()
    except UnicodeDecodeError:
        del document["payload"]
        document["payload_hex"] = message.payload.hex()
    return document


@app.command("replay")
def replay_command(*, reason: Reason = None, as_json: AsJson = False) -> None:
    """Send what was set aside through the ingester's walk again, after mending the cause.

    Messages that can be stored whole now leave the list; the others stay with the reason of
    today. Safe to run at any time, also while `brimful ingest` runs.
    """
    account = run(_replay(read_settings(), reason))
    if as_json:
        # a Counter is more than asdict() can copy
        print_json({**asdict(account), "kept": dict(account.kept)})
        return
    typer.echo(
        f"{account.messages} messages: {account.replayed} are stored whole now "
        f"({account.stored} new readings, {account.duplicates} were there already), "
        f"{account.messages - account.replayed} stay set aside"
    )
    for still, n in sorted(account.kept.items()):
        typer.echo(f"    {still}: {n} readings")


async def _replay(settings: Settings, reason: RejectReason | None) -> Account:
    url = settings.database_url.get_secret_value()
    timeout_s = settings.database_timeout_s
    async with store.open_pool(url, application="rejected", timeout_s=timeout_s) as pool:
        return await replay(pool, Limits.of(settings), reason=reason, clock=utc_now)
