"""Shows how far an evaluation is, and lets Ctrl-C end it with what is done."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from evidence.evaluation import Answer, Question, evaluate
from routing.search import ensure_compiled


class _Stop:
    """Whether somebody asked to stop; the second time it is at once."""

    def __init__(self) -> None:
        self.asked = False

    def hear(self, _number: int, _frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        typer.echo("stopping with what is done; once more to leave at once", err=True)


def answered(question: Question, *, quiet: bool) -> Answer:
    """Evaluate, shown live on stderr where that is a terminal."""
    ensure_compiled(lambda line: typer.echo(line, err=True))
    stop = _Stop()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f} of {task.total:.0f} days"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with _heard(stop), Progress(*columns, console=console, disable=quiet) as progress:
        names = f"{len(question.policies)} policies x {len(question.seeds)} seeds"
        task = progress.add_task(names, total=question.days)
        return evaluate(
            question,
            on_progress=lambda days: progress.update(task, completed=days),
            stopping=lambda: stop.asked,
        )


@contextmanager
def _heard(stop: _Stop) -> Iterator[None]:
    """Hear Ctrl-C and SIGTERM while evaluating."""
    before = {n: signal.signal(n, stop.hear) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
