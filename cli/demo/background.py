"""Tasks that run beside the story and end with it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


class Background:
    """Starts named tasks; all are cancelled when the block of ``background()`` is left."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self._tasks: list[asyncio.Task[Any]] = []

    def start[T](self, work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
        """Run ``work`` in the background; its failure cancels the block."""
        task = self._group.create_task(work, name=name)
        self._tasks.append(task)
        return task

    def cancel(self) -> None:
        """Cancel every task."""
        for task in self._tasks:
            task.cancel()


@asynccontextmanager
async def background() -> AsyncIterator[Background]:
    """Run tasks while the block lasts. A task's failure is raised, in a group."""
    async with asyncio.TaskGroup() as group:
        tasks = Background(group)
        try:
            yield tasks
        finally:
            tasks.cancel()


async def cancelled(task: asyncio.Task[Any]) -> None:
    """Cancel a task and wait until it has ended; its own failure is raised by its group."""
    task.cancel()
    await asyncio.wait([task])
