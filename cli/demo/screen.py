"""What the demo shows while it runs: steps with their times, and figures that move."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

PLAIN_EVERY_S = 2.0
"""Without a terminal the figures are written as a line, so often."""
REFRESH_PER_S = 8

type Figures = Callable[[], Sequence[tuple[str, str]]]
"""Names and values of what moves, read anew for each picture."""


@dataclass(kw_only=True)
class Step:
    """One line of the story; ``detail`` says what came of it."""

    title: str
    began_at: float = field(default_factory=time.monotonic)
    detail: str = ""
    seconds: float | None = None
    failed: bool = False


class Screen:
    """Steps and figures: a living picture on a terminal, plain lines elsewhere."""

    def __init__(self, console: Console, figures: Figures) -> None:
        self.console = console
        self._figures = figures
        self._steps: list[Step] = []
        self._began_at = time.monotonic()
        self._live: Live | None = None

    @asynccontextmanager
    async def shown(self) -> AsyncIterator[None]:
        """Show the picture while the block lasts; its last state stays."""
        if not self.console.is_terminal:
            ticker = asyncio.create_task(self._tick(), name="demo.screen")
            try:
                yield
            finally:
                ticker.cancel()
            return
        self.go_on()
        try:
            yield
        finally:
            self._stop()

    @asynccontextmanager
    async def step(self, title: str) -> AsyncIterator[Step]:
        """Show a step as running while the block lasts, then with its time and detail."""
        step = Step(title=title)
        self._steps.append(step)
        try:
            yield step
        except BaseException:
            step.failed = True
            raise
        finally:
            step.seconds = time.monotonic() - step.began_at
            if not self.console.is_terminal:
                mark = "FAILED" if step.failed else "ok"
                self._say(f"{mark:>6}  {step.title}: {step.detail} ({step.seconds:.1f} s)")

    def picture(self) -> RenderableType:
        """Return the whole picture as it is now."""
        steps = Table.grid(padding=(0, 1))
        for step in self._steps:
            steps.add_row(_mark(step), step.title, Text(step.detail, style="dim"), _elapsed(step))
        figures = Table.grid(padding=(0, 2))
        pairs = list(self._figures())
        for left, right in zip(pairs[::2], [*pairs[1::2], ("", "")], strict=False):
            figures.add_row(
                Text(left[0], style="dim"),
                Text(left[1], style="bold"),
                Text(right[0], style="dim"),
                Text(right[1], style="bold"),
            )
        return Group(steps, Padding(figures, (1, 0, 0, 2)))

    def pause(self) -> None:
        """Leave the picture as it is now, so that something can be printed below it."""
        self._stop()
        self._steps.clear()

    def go_on(self) -> None:
        """Show what moves from here on, below what was printed."""
        if self.console.is_terminal:
            # A new one each time: a Live that is started again draws over what came between.
            self._live = Live(
                get_renderable=self.picture,
                console=self.console,
                refresh_per_second=REFRESH_PER_S,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start(refresh=True)

    def _stop(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(PLAIN_EVERY_S)
            self._say("        " + ", ".join(f"{name} {value}" for name, value in self._figures()))

    def _say(self, line: str) -> None:
        self.console.print(
            f"{time.monotonic() - self._began_at:6.1f} s {line}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )


def _mark(step: Step) -> RenderableType:
    if step.seconds is None:
        return Spinner("dots", style="cyan")
    return Text("✗", style="bold red") if step.failed else Text("✓", style="bold green")


def _elapsed(step: Step) -> Text:
    seconds = time.monotonic() - step.began_at if step.seconds is None else step.seconds
    return Text(f"{seconds:.1f} s", style="dim")
