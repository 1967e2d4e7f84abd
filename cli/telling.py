"""What `brimful simulate` and `brimful replay` say while they run and at their end."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

import typer

from simulators.account import Progress

TOLD_EVERY_S = 5.0


async def keep_telling(progress: Progress) -> None:
    """Say every few seconds on stderr how far it is, until cancelled."""
    while True:
        await asyncio.sleep(TOLD_EVERY_S)
        account, crews = progress.account, progress.crews
        rate = progress.messages_per_s(datetime.now(UTC))
        line = f"{account.readings} readings in {account.messages} messages, {rate:.0f} messages/s"
        if crews.rounds:
            line += (
                f"; stops done {crews.done}, skipped {crews.skipped}, "
                f"{crews.offline} crews offline with {crews.waiting} marks"
            )
        typer.echo(line if progress.connected else f"{line}; the broker is away", err=True)


def tell(document: Mapping[str, object], progress: Progress) -> None:
    """Print the account, and what a tester must not overlook."""
    for name, value in document.items():
        if isinstance(value, dict):
            typer.echo(f"{name}:")
            for inner, number in value.items():
                typer.echo(f"  {inner.replace('_', ' ')}: {number}")
        else:
            typer.echo(f"{name.replace('_', ' ')}: {value}")
    if progress.account.nobody_listened:
        typer.echo(
            "Nobody had subscribed when some of the messages arrived, so they are lost: start "
            "`brimful ingest` once before publishing.",
            err=True,
        )
