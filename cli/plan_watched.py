"""How far a plan is, while it is made: a line that lives on a terminal, else plain lines."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

from core.replan import Phase, PlanProgress
from routing.running import Report

TOLD_EVERY_S = 5.0
_SAYS = {
    Phase.READING: "reading levels and the fleet",
    Phase.TRAVEL: "working out driving times",
    Phase.CHECKING: "checking and saving",
}


def in_a_line(name: str, progress: PlanProgress) -> str:
    """Return where a plan is: its phase, and the best rounds so far."""
    what = _SAYS.get(
        progress.phase, f"searching, {progress.elapsed_s:.0f} of {progress.limit_s:.0f} s"
    )
    line = f"{name}: {what}"
    if progress.rounds:
        line += (
            f"; best so far {progress.bins_on_rounds} bins on {len(progress.rounds)} rounds, "
            f"{progress.distance_m / 1000:.1f} km, {progress.bins_left_out} left out"
        )
    return line


@asynccontextmanager
async def watched(name: str, *, now: datetime) -> AsyncIterator[Report]:
    """Lend a report and show on stderr what it says, until the plan is made."""
    console = Console(stderr=True)
    if console.is_terminal:
        report = Report(now=now)
        with Live(
            console=console,
            transient=True,
            refresh_per_second=4,
            redirect_stdout=False,
            redirect_stderr=False,
            get_renderable=lambda: Text(in_a_line(name, report.progress), overflow="ellipsis"),
        ):
            yield report
        return
    told: list[Phase] = []

    def on_change(progress: PlanProgress) -> None:
        if progress.phase not in told:
            told.append(progress.phase)
            typer.echo(in_a_line(name, progress), err=True)

    report = Report(now=now, on_change=on_change)
    telling = asyncio.create_task(_keep_telling(name, report))
    try:
        yield report
    finally:
        telling.cancel()
        with suppress(asyncio.CancelledError):
            await telling


async def _keep_telling(name: str, report: Report) -> None:
    while True:
        await asyncio.sleep(TOLD_EVERY_S)
        typer.echo(in_a_line(name, report.progress), err=True)


@asynccontextmanager
async def told_when_stopped() -> AsyncIterator[None]:
    """Say what becomes of the plan when Ctrl-C ends the work on it."""
    try:
        yield
    except asyncio.CancelledError:
        typer.echo("brimful: cancelled; the plan that was in force stays in force", err=True)
        raise
