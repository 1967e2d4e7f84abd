"""``brimful sensor import FILE.csv``: many sensors at once, all of them or none."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.common import AsJson, print_json, read_settings, run
from cli.csv_file import csv_lines
from cli.sensor_steps import (
    NoReplay,
    Outcome,
    bring_in_what_waits,
    connected,
    fulfil,
    told_step,
    told_waiting,
)
from core.rules.onboarding import Action
from core.sensor_rows import read_rows
from core.settings import Settings
from ingest.messages import Limits
from ingest.service import utc_now

MISTAKES_NAMED = 50


def import_command(
    *,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv",
            help="Columns sensor_id, device, bin_id, mounted_at; all but the first may be left "
            "out or empty. docs/sensors.md has an example.",
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done; change nothing.")
    ] = False,
    no_replay: NoReplay = False,
    as_json: AsJson = False,
) -> None:
    """Register and mount the sensors of a CSV file: all of it, or nothing where a row is wrong.

    The whole file is checked first and every mistake named by line and column. The same file again
    does nothing. Afterwards what these sensors sent before is brought in.
    """
    settings = read_settings()
    outcome = run(_import(settings, file, dry_run=dry_run))
    if outcome.mistakes:
        _tell_mistakes(file, outcome, as_json=as_json)
        raise typer.Exit(1)
    done = [step.sensor_id for step in outcome.steps if step.action is not Action.NOTHING]
    waited, account = (
        (0, None) if dry_run else run(bring_in_what_waits(settings, done, replay=not no_replay))
    )
    counts = Counter(step.action for step in outcome.steps)
    if as_json:
        counted = None if account is None else {**asdict(account), "kept": dict(account.kept)}
        print_json(
            {
                "stored": not dry_run,
                "counts": {str(action): counts[action] for action in Action},
                "sensors": [asdict(step) for step in outcome.steps],
                "mistakes": [],
                "notes": outcome.notes,
                "waited": waited,
                "replayed": counted,
            }
        )
        return
    for step in outcome.steps:
        if step.action is not Action.NOTHING:
            typer.echo(told_step(step, dry_run=dry_run))
    told = ", ".join(f"{counts[action]} {action}" for action in Action if counts[action])
    typer.echo(f"{'would be done' if dry_run else 'done'}: {told or 'nothing, the file is empty'}")
    for line in [*outcome.notes, *told_waiting(waited, account, whose="these sensors")]:
        typer.echo(line)


async def _import(settings: Settings, file: Path, *, dry_run: bool) -> Outcome:
    wishes, mistakes = read_rows(csv_lines(file))
    async with connected(settings) as conn:
        # what can be read is checked too, so that one run names every mistake
        outcome = await fulfil(
            conn, wishes, Limits.of(settings), now=utc_now(), dry_run=dry_run or bool(mistakes)
        )
    found = sorted([*mistakes, *outcome.mistakes], key=lambda m: m.line)
    return Outcome(steps=outcome.steps, mistakes=found, notes=outcome.notes)


def _tell_mistakes(file: Path, outcome: Outcome, *, as_json: bool) -> None:
    if as_json:
        document: dict[str, Any] = {
            "stored": False,
            "counts": {},
            "sensors": [],
            "mistakes": [asdict(mistake) for mistake in outcome.mistakes],
        }
        print_json(document)
        return
    named = [f"  {mistake}" for mistake in outcome.mistakes[:MISTAKES_NAMED]]
    if len(outcome.mistakes) > MISTAKES_NAMED:
        named.append(f"  and {len(outcome.mistakes) - MISTAKES_NAMED} more")
    text = "\n".join([f"{file}: nothing is stored, because", *named])
    typer.echo(f"brimful: {text}", err=True)
