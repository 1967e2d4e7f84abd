"""``brimful register FILE.json``: tell Brimful of depots, lorries, crews, bins and sensors."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

import store
from cli.common import AsJson, print_json, read_settings, run
from cli.registering import PROBLEMS_NAMED, counts, read_registry, store_registry, told_kept
from core.registry import Registry
from core.settings import Settings
from store.registry import Kept


def register_command(
    *,
    file: Annotated[
        Path, typer.Argument(metavar="FILE.json", help="Registry file; docs/registry.md has it.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check it against the database; change nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Store everything in a registry file, or nothing of it when something is wrong.

    What is registered already is brought up to date, so the same file may be registered again.
    Nothing is deleted: a bin or lorry that is gone says "in_service": false.
    """
    now = datetime.now(UTC)
    registry, kept = run(_register(read_settings(), file, now=now, dry_run=dry_run))
    notes = told_kept(kept)
    if as_json:
        print_json({"registered": not dry_run, **counts(registry), "notes": notes})
        return
    told = ", ".join(f"{n} {kind.replace('_', ' ')}" for kind, n in counts(registry).items() if n)
    typer.echo(f"{'would register' if dry_run else 'registered'} {told or 'nothing: it is empty'}")
    for note in notes[:PROBLEMS_NAMED]:
        typer.echo(note)
    if len(notes) > PROBLEMS_NAMED:
        typer.echo(f"and {len(notes) - PROBLEMS_NAMED} more sensors keep an earlier mounting")


async def _register(
    settings: Settings, file: Path, *, now: datetime, dry_run: bool
) -> tuple[Registry, Sequence[Kept]]:
    registry = read_registry(file)
    url = settings.database_url.get_secret_value()
    async with store.connect(
        url, application="register", timeout_s=settings.database_timeout_s
    ) as conn:
        kept = await store_registry(conn, registry, now=now, dry_run=dry_run)
    return registry, kept
