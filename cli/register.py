"""``brimful register FILE.json``: tell Brimful of depots, lorries, crews, bins and sensors."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

import store
from cli.common import AsJson, print_json, read_settings, run
from cli.registering import (
    PROBLEMS_NAMED,
    counts,
    read_registry,
    store_registry,
    told_kept,
    with_normal_names,
)
from cli.sensor_steps import NoReplay, bring_in_what_waits, told_waiting
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
    no_replay: NoReplay = False,
    as_json: AsJson = False,
) -> None:
    """Store everything in a registry file, or nothing of it when something is wrong.

    What is registered already is brought up to date, so the same file may be registered again.
    Nothing is deleted: a bin or lorry that is gone says "in_service": false. What the sensors sent
    before they were known is brought in.
    """
    now, settings = datetime.now(UTC), read_settings()
    registry, kept = run(_register(settings, file, now=now, dry_run=dry_run))
    sensor_ids = [] if dry_run else [s.sensor_id for s in registry.sensors]
    waited, account = run(bring_in_what_waits(settings, sensor_ids, replay=not no_replay))
    notes, news = told_kept(kept), told_waiting(waited, account, whose="these sensors")
    if as_json:
        print_json({"registered": not dry_run, **counts(registry), "notes": [*notes, *news]})
        return
    told = ", ".join(f"{n} {kind.replace('_', ' ')}" for kind, n in counts(registry).items() if n)
    typer.echo(f"{'would register' if dry_run else 'registered'} {told or 'nothing: it is empty'}")
    for note in notes[:PROBLEMS_NAMED]:
        typer.echo(note)
    if len(notes) > PROBLEMS_NAMED:
        typer.echo(f"and {len(notes) - PROBLEMS_NAMED} more sensors keep an earlier mounting")
    for line in news:
        typer.echo(line)


async def _register(
    settings: Settings, file: Path, *, now: datetime, dry_run: bool
) -> tuple[Registry, Sequence[Kept]]:
    registry = with_normal_names(read_registry(file))
    url = settings.database_url.get_secret_value()
    async with store.connect(
        url, application="register", timeout_s=settings.database_timeout_s
    ) as conn:
        kept = await store_registry(conn, registry, source=file.name, now=now, dry_run=dry_run)
    return registry, kept
