"""``brimful photos prune``: photos of crews that are old, or too many."""

from dataclasses import asdict
from typing import Annotated

import typer

import store
from cli.acting import acting
from cli.common import AsJson, print_json, read_settings, run
from core.settings import Settings
from ingest.service import utc_now
from store import audit, photos
from store.photos import Kept

_MB = 1_000_000

app = typer.Typer(help="Photos that crews take at stops.", no_args_is_help=True)


@app.callback()
def _photos() -> None:
    """Make it a group, also while it has one command."""


@app.command("prune")
def prune_command(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and delete nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Delete photos older than BRIMFUL_PHOTOS_KEEP_DAYS, and the oldest over BRIMFUL_PHOTOS_MAX_MB.

    The API does it by itself once a day; this is for now, and for looking. Marks stay,
    with the ids of photos that are gone.
    """
    gone, left = run(_prune(read_settings(), dry_run=dry_run))
    if as_json:
        print_json({"dry_run": dry_run, "deleted": asdict(gone), "left": asdict(left)})
        return
    would = "would delete" if dry_run else "deleted"
    typer.echo(f"{would} {_told(gone)}; {_told(left)} left")


def _told(kept: Kept) -> str:
    return f"{kept.photos} photo{'' if kept.photos == 1 else 's'} ({kept.size_bytes / _MB:.1f} MB)"


async def _prune(settings: Settings, *, dry_run: bool) -> tuple[Kept, Kept]:
    url, now = settings.database_url.get_secret_value(), utc_now()
    async with store.connect(url, application="photos") as conn:
        gone = await photos.prune(
            conn,
            before=now - settings.photos_keep,
            max_bytes=settings.photos_max_bytes,
        )
        if gone.photos:
            await audit.note(
                conn,
                who=acting(),
                what="photos.pruned",
                subject="photos",
                detail={"photos": gone.photos, "size_bytes": gone.size_bytes},
                now=now,
            )
        left = await photos.kept(conn)
        if dry_run:
            await conn.rollback()
        return gone, left
