"""What ``brimful replay`` says before it sends anything, and its account."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta

import typer

from simulators.account import Progress
from simulators.history import History
from simulators.replay import Replayed

ASSUMED = (
    "every sensor of the file is registered, in a bin since before its first reading; give "
    "--register where they are not"
)


def introduce(history: History, shift: timedelta, *, doubts: Sequence[str], register: bool) -> None:
    """Say before anything is sent what was understood, and what not."""
    fmt = history.format_
    typer.echo(
        f"{history.rows} readings of {len(history.bins)} bins from {history.first_at} to "
        f"{history.last_at}, moved by {shift}; dates without a time count as "
        f"{fmt.time_of_day:%H:%M} {fmt.timezone.key}",
        err=True,
    )
    for bad in history.bad_examples:
        typer.echo(f"bad row, left out: {bad}", err=True)
    if history.bad_rows > len(history.bad_examples):
        typer.echo(f"... and {history.bad_rows - len(history.bad_examples)} more", err=True)
    for doubt in doubts:
        typer.echo(f"warning: {doubt}", err=True)
    if not register:
        typer.echo(f"The account assumes that {ASSUMED}.", err=True)


def account_of(
    history: History,
    replayed: Replayed,
    progress: Progress,
    *,
    registered: Mapping[str, int] | None,
) -> Mapping[str, object]:
    """Return the account; readings = expected_stored + expected_set_aside."""
    return {
        "file": {
            "good_rows": history.rows,
            "bad_rows": history.bad_rows,
            "bins": len(history.bins),
            **asdict(replayed),
        },
        **({} if registered is None else {"registered": dict(registered)}),
        **progress.account.as_dict(),
        **({"expected_stored_assumes": ASSUMED} if registered is None else {}),
    }
