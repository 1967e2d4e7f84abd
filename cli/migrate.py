"""``brimful migrate``: bring the database to this version's tables."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

import store
from cli.common import AsJson, print_json, read_settings, run
from core.settings import Settings
from migrations import runner


def migrate_command(
    *,
    status: Annotated[
        bool, typer.Option("--status", help="Only say what is applied; change nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Create or update the database's tables. Safe to run again and on several machines at once.

    Files that need TimescaleDB are passed over on plain PostgreSQL, with the reason.
    """
    lines = run(_migrate(read_settings(), status_only=status))
    if as_json:
        print_json([asdict(line) for line in lines])
        return
    for line in lines:
        when = f" {line.applied_at:%Y-%m-%d %H:%M} UTC" if line.applied_at else ""
        why = f": {line.reason}" if line.reason else ""
        now = " now" if line.newly else ""
        typer.echo(f"{line.name:40} {line.outcome}{now}{when}{why}")


async def _migrate(settings: Settings, *, status_only: bool) -> Sequence[runner.Line]:
    url = settings.database_url.get_secret_value()
    async with store.connect(url, application="migrate") as conn:
        return await (runner.status(conn) if status_only else runner.migrate(conn))
