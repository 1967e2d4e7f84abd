"""``brimful demo``: the whole of Brimful on this machine, with nothing to install or configure."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from cli.common import AsJson, print_json, read_settings, run, until_stopped
from cli.demo.account import Account
from cli.demo.ending import addresses, summary
from cli.demo.run import Demo
from cli.demo.screen import Screen
from cli.demo.services import demo_settings
from cli.demo.waiting import DemoFailedError


def demo_command(
    *,
    bins: Annotated[int, typer.Option(min=10, max=3_000, help="Bins in the town.")] = 300,
    seed: Annotated[int, typer.Option(help="Another seed is another town.")] = 1,
    speed: Annotated[
        float, typer.Option(min=60, max=3_600, help="Seconds of the town's day in one of ours.")
    ] = 600,
    once: Annotated[
        bool, typer.Option("--once", help="End after the account instead of going on.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the whole of Brimful in a minute: a simulated town, its sensors, rounds and crews.

    Starts an embedded PostgreSQL and MQTT broker, sends two weeks of readings and then live ones,
    plans today's rounds, serves the screens and lets crews drive. Needs nothing but this program.
    Goes on until Ctrl-C with the ops room and one crew's phone for you, also for a phone in the
    same network (BRIMFUL_API_HOST=127.0.0.1 keeps it on this machine). Of the settings only
    BRIMFUL_API_HOST, BRIMFUL_API_PORT and the logs' count here. With --once every crew drives, and
    it ends with 0, or with 1 and the reason.

    Leaves nothing behind; what a killed one left, the next clears away. Only as root two things
    stay, since PostgreSQL refuses to run as root: the system user brimful-embedded, and others'
    right to pass through closed folders above this program (such as /root).
    """
    settings = read_settings()
    # The screen tells the story; the parts' own logs would only tear it.
    logging.getLogger().setLevel(logging.ERROR)
    logging.getLogger("asyncio").addFilter(_is_an_error)
    demo = Demo(bins=bins, seed=seed, speed=speed, alone=once, base=demo_settings(settings))
    # With --json stdout is for the program that reads it.
    console = Console(stderr=as_json)
    run(until_stopped(_run(demo, console, once=once, as_json=as_json)))


def _is_an_error(record: logging.LogRecord) -> bool:
    """Tell errors from the end: aiomqtt, stopped while it connects, trips over the cancelling."""
    return not (record.exc_info and record.exc_info[0] is asyncio.CancelledError)


async def _run(demo: Demo, console: Console, *, once: bool, as_json: bool) -> None:
    screen = Screen(console, lambda: figures(demo))

    async def account_given(account: Account) -> None:
        screen.pause()
        if as_json:
            screens = None if demo.screens is None else asdict(demo.screens)
            print_json({**account.as_dict(), "api": demo.address, "screens": screens})
        console.print(summary(account, yours=demo.screens is not None))
        if not account.balanced:
            raise DemoFailedError("published is not stored + set aside: see the account")
        if once:
            return
        console.print(addresses(demo.address, demo.screens))
        screen.go_on()
        await asyncio.Event().wait()

    async with screen.shown():
        await demo.run(screen, then=account_given)


def figures(demo: Demo) -> Sequence[tuple[str, str]]:
    """Return what moves in a demo, by name."""
    crews, plan, published = demo.progress.crews, demo.plan, demo.progress.account
    stops = demo.stops_to_drive()
    return [
        ("published", f"{published.readings:,}"),
        ("messages/s", f"{demo.progress.messages_per_s(datetime.now(UTC)):,.0f}"),
        ("stored", f"{demo.ingested.stored:,}"),
        ("set aside", f"{sum(demo.ingested.set_aside.values()):,}"),
        ("bins due", f"{plan.bins_due} of {plan.bins_considered}" if plan else "-"),
        ("stops done", f"{crews.done + crews.skipped} of {stops}" if plan else "-"),
        ("crews offline", str(crews.offline)),
        ("marks waiting", str(crews.waiting)),
    ]
