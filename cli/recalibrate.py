"""``brimful recalibrate``: correct what a sensor's words mean in a bin, also for what was said."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

import store
from cli.acting import acting
from cli.common import AsJson, print_json, read_settings, run
from cli.moments import parse_moment
from cli.recalibrate_told import Progress, document, lines_of, sums
from cli.recalibrate_wanted import Which, wanted
from cli.recalibration_file import NOTE_MAX_CHARS
from core.plausible import EARLIEST
from core.settings import Settings
from ingest.messages import Limits
from ingest.recalibrate import recalibrate
from ingest.recalibrated import Correction, Recalibrated
from ingest.service import utc_now


def recalibrate_command(
    *,
    bins: Annotated[
        list[str] | None, typer.Argument(metavar="BIN...", help="One bin or several.")
    ] = None,
    empty_mm: Annotated[
        int | None, typer.Option(min=1, max=20_000, help="Sensor to floor of the empty bin.")
    ] = None,
    full_mm: Annotated[
        int | None, typer.Option(min=0, max=20_000, help="Sensor to content of the full bin.")
    ] = None,
    blind_zone_mm: Annotated[
        int | None, typer.Option(min=0, max=20_000, help="Nearer than this it cannot see.")
    ] = None,
    vendor_full_pct: Annotated[
        float | None,
        typer.Option(min=0.1, max=200, help="What the device's own 100 % means in this bin."),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            parser=parse_moment,
            metavar="TIME",
            help="Only what was measured since, RFC 3339 with offset; all history if absent.",
        ),
    ] = None,
    note: Annotated[str | None, typer.Option(help="Why, kept with the calibration.")] = None,
    file: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="Bins and values; docs/calibration.md has it."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every bin.")] = False,
    stream: Annotated[str | None, typer.Option(help="Every bin of this stream.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change; change nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Correct bins' calibrations and compute their history anew, from what the sensors said.

    Without new values history is only computed anew with the calibrations that stand: late readings
    are judged in their place, and settings of trust that were changed count. What is not given
    stays as it counts now. Each bin is done whole or not at all, and ingest may run meanwhile.
    """
    values = Correction(
        bin_id="",
        since=since or EARLIEST,
        empty_distance_mm=empty_mm,
        full_distance_mm=full_mm,
        blind_zone_mm=blind_zone_mm,
        vendor_full_pct=vendor_full_pct,
        note=_checked(note),
    )
    if sum((bool(bins), file is not None, every, stream is not None)) != 1:
        raise typer.BadParameter("say which bins: name them, or --csv FILE, or --all, or --stream")
    if file is not None and values != Correction(bin_id=""):
        raise typer.BadParameter("with --csv the values, since and note stand in the file")
    settings = read_settings()
    which = Which(bins=bins, file=file, every=every, stream=stream)
    done = run(_recalibrate(settings, values, which, dry_run=dry_run, as_json=as_json))
    if as_json:
        print_json({"dry_run": dry_run, "bins": [document(d) for d in done]})
    elif len(done) != 1:
        typer.echo(sums(done, dry_run=dry_run))


def _checked(note: str | None) -> str | None:
    if note is not None and (len(note) > NOTE_MAX_CHARS or not note.isprintable()):
        raise typer.BadParameter(
            f"--note must be at most {NOTE_MAX_CHARS} printable characters on one line"
        )
    return note


async def _recalibrate(
    settings: Settings,
    values: Correction,
    which: Which,
    *,
    dry_run: bool,
    as_json: bool,
) -> Sequence[Recalibrated]:
    """Check all that is asked for, then do one bin after the other and tell of each."""
    now, who = utc_now(), acting()
    done: list[Recalibrated] = []
    async with store.open_pool(
        settings.database_url.get_secret_value(),
        application="recalibrate",
        timeout_s=settings.database_timeout_s,
        max_size=1,
    ) as pool:
        async with store.transaction(pool) as conn:
            corrections = await wanted(conn, which, values, now=now)
        progress = Progress(bins=len(corrections))
        for correction in corrections:
            one = await recalibrate(
                pool,
                correction,
                Limits.of(settings),
                now=now,
                stale_after=settings.stale_after,
                dry_run=dry_run,
                told=progress.take,
                by=who,
            )
            progress.bins_done += 1
            done.append(one)
            # of many bins only those with news
            if not as_json and (one.changes.changed or one.added or len(corrections) == 1):
                for line in lines_of(one, dry_run=dry_run):
                    typer.echo(line)
    return done
