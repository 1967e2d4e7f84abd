"""``brimful-bench faults``: break everything once and count what is left."""

import signal
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bench.console import table_console
from bench.faults.account import Account
from bench.faults.result import Result
from bench.faults.running import SCENARIOS, chosen, play_all
from bench.faults.sizes import FULL, SHORT, Sizes
from cli.common import AsJson, print_json, run

_told = Console(stderr=True)


def faults_command(
    *,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Play this scenario only; may be given several times."),
    ] = None,
    short: Annotated[
        bool, typer.Option("--short", help="Small and quick, as in CI: minutes become seconds.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Break the ingester, the database, the broker, the networks and the disks, under load.

    Against a real TimescaleDB and Mosquitto of its own (see .ci/services; needs root). After each
    fault every reading whose publication the broker had acknowledged is looked for: it must be
    stored once, or set aside. Exits with 1 when one is missing.
    """
    # or a bench that is ended would leave its servers running
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    run(_faults(only or [], SHORT if short else FULL, as_json=as_json))


async def _faults(only: list[str], sizes: Sizes, *, as_json: bool) -> None:
    scenarios = chosen(only)
    results: list[tuple[Result, float]] = []
    async for result, took_s in play_all(scenarios, sizes):
        results.append((result, took_s))
        _told.print(
            f"{result.scenario}: {_verdict(result)} ({took_s:.0f} s)", highlight=False, markup=False
        )
    if as_json:
        print_json([{**result.fields(), "took_s": round(s, 1)} for result, s in results])
    else:
        table_console().print(_table(results))
    if any(result.problem for result, _ in results):
        raise typer.Exit(1)


def _table(results: list[tuple[Result, float]]) -> Table:
    table = Table(title="Nothing lost, shown by breaking it")
    table.add_column("what was broken", overflow="fold")
    for heading in ("published", "stored", "set aside", "missing", "twice", "caught up in s"):
        table.add_column(heading, justify="right")
    table.add_column("notes", overflow="fold")
    table.add_column("verdict", overflow="fold")
    for result, _ in results:
        table.add_row(
            SCENARIOS[result.scenario].title,
            *_figures(result.account),
            "-" if result.caught_up_s is None else f"{result.caught_up_s:.1f}",
            ", ".join(f"{name} {value}" for name, value in result.notes.items()),
            _verdict(result),
        )
    return table


def _figures(account: Account | None) -> list[str]:
    if account is None:
        return ["-"] * 5
    missing, twice = len(account.missing), account.twice
    return [
        f"{n:,}" for n in (account.published, account.stored, account.set_aside, missing, twice)
    ]


def _verdict(result: Result) -> str:
    if result.problem is not None:
        return f"FAILED: {result.problem}"
    if result.account is not None and result.account.missing:
        return "lost, as was to be measured"
    return "nothing lost"
