"""``brimful-bench speed``: how fast the ingester is, and beside what."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from bench.console import table_console
from bench.speed.comparing import compare, loads
from bench.speed.contenders import Result
from bench.speed.growth import watch_growth
from bench.speed.memory import watch_memory
from bench.speed.peer import beside_node_red
from bench.speed.sharing import share
from bench.speed.shown import as_json, machine, print_rows, print_table

ServerUrl = Annotated[
    str,
    typer.Option(
        envvar="BRIMFUL_TEST_TIMESCALE_URL",
        help="A PostgreSQL server on which a database may be made, as a user who may do so.",
    ),
]


def speed_command(
    *,
    database_server: ServerUrl,
    messages: Annotated[int, typer.Option(min=0, max=900_000)] = 200_000,
    arrays: Annotated[int, typer.Option(min=0, max=900_000)] = 20_000,
    per_array: Annotated[int, typer.Option(min=2, max=5_000)] = 20,
    sensors: Annotated[int, typer.Option(min=1, max=99_999)] = 2_000,
    rounds: Annotated[int, typer.Option(min=1, help="Repeat; the median round is shown.")] = 1,
    memory: Annotated[
        int, typer.Option(min=0, help="Instead: watch the memory over so many readings.")
    ] = 0,
    growth: Annotated[
        int, typer.Option(min=0, help="Instead: what a reading costs as the table grows so far.")
    ] = 0,
    members: Annotated[
        int, typer.Option("--share", min=0, help="Instead: so many ingesters beside one.")
    ] = 0,
    peer: Annotated[
        bool, typer.Option("--peer", help="Instead: Node-RED (BRIMFUL_BENCH_NODE_RED).")
    ] = False,
    with_: Annotated[
        list[str] | None,
        typer.Option("--with", help="A variable for the ingester, NAME=VALUE; may be repeated."),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Measure the ingester beside mosquitto_sub, paho, aiomqtt and COPY, on one backlog."""
    more = dict(pair.split("=", 1) for pair in with_ or [])
    url = database_server
    console = table_console(stderr=json_)
    report: dict[str, Any] = {"machine": machine()}
    rows: Sequence[Mapping[str, Any]] = ()
    if memory:
        rows = asyncio.run(watch_memory(url, memory, sensors, more))
    if growth:
        rows = asyncio.run(watch_growth(url, growth, sensors, more))
    if members:
        rows = asyncio.run(share(url, members, messages, sensors, more))
    if peer:
        rows = asyncio.run(beside_node_red(url, messages, sensors, more))
    if rows:
        print_rows(console, rows, f"{sensors:,} sensors")
        report["rows"] = rows
    else:
        report["loads"] = []
        for load in loads(messages, arrays, per_array, sensors):
            each = [asyncio.run(compare(url, load, more)) for _ in range(rounds)]
            results = [_middle([one[n] for one in each]) for n in range(len(each[0]))]
            title = (
                f"{load.messages:,} messages of {load.per_message}, {load.sensors:,} sensors, "
                f"{rounds} round(s)"
            )
            print_table(console, results, title)
            report["loads"].append({"load": load.as_json(), "results": as_json(results)})
    if json_:
        print(json.dumps(report, indent=2))


def _middle(rounds: Sequence[Result]) -> Result:
    """Return the round with the median time."""
    return sorted(rounds, key=lambda r: r.seconds)[len(rounds) // 2]
