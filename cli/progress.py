"""How a command that takes a while shows its steps."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


@contextmanager
def shown_steps() -> Iterator[Callable[[str, float | None], None]]:
    """Show steps on stderr while the block lasts; give it what hears the step and its share."""
    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    ) as shown:
        task = shown.add_task("starting", total=None)

        def told(step: str, share: float | None) -> None:
            if not console.is_terminal and shown.tasks[0].description != step:
                console.print(step)
            total = None if share is None else 1.0
            shown.update(task, description=step, total=total, completed=share or 0.0)

        yield told
