"""What every command shares: settings, running a coroutine, saying what went wrong."""

import asyncio
import json
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError

from core.errors import BrimfulError
from core.json_values import as_text
from core.logs import configure_logs
from core.settings import Settings

AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON document for programs to read.")
]


def read_settings() -> Settings:
    """Read the settings and configure the logs; a wrong setting ends the command in words."""
    try:
        settings = Settings()
    except ValidationError as error:
        lines = [
            f"  BRIMFUL_{'_'.join(str(part) for part in e['loc']).upper()}: {e['msg']}"
            for e in error.errors()
        ]
        fail("\n".join(["settings cannot be used:", *lines, "docs/operating.md lists them all"]))
    except (OSError, UnicodeDecodeError) as error:
        fail(f"the settings file {Path('.env').absolute()} cannot be read: {error}")
    configure_logs(level=settings.log_level, form=settings.log_format)
    return settings


def run[T](work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work; a BrimfulError ends it with its text and exit code 1.

    Ctrl-C cancels the work, which cleans up, and exits with 130 as shells expect.
    """
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except BrimfulError as error:
        fail(str(error))
    except BaseExceptionGroup as group:
        # a service's TaskGroup wraps what its tasks raise
        known, others = group.split(BrimfulError)
        if others is not None or known is None:
            raise
        fail("; ".join(str(error) for error in leaves(known)))


async def until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Do a service's work until SIGTERM, Ctrl-C or the terminal's end cancels it: no failure."""
    working = asyncio.create_task(work)
    stopped = False

    def stop() -> None:
        nonlocal stopped
        stopped = True
        working.cancel()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    # under nohup it is ignored, and stays so
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        loop.add_signal_handler(signal.SIGHUP, stop)
    try:
        await working
    except asyncio.CancelledError:
        if not stopped:
            raise


def leaves(group: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    """Return the errors in a group of groups."""
    found: list[BaseException] = []
    for error in group.exceptions:
        found += leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found


def fail(message: str) -> NoReturn:
    """Say what went wrong on stderr and exit with 1."""
    typer.echo(f"brimful: {message}", err=True)
    raise typer.Exit(1)


def print_json(document: object) -> None:
    """Print one JSON document; times (ISO 8601 with T and offset) and ids as text."""
    json.dump(document, sys.stdout, default=as_text, indent=2)
    sys.stdout.write("\n")
