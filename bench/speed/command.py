"""``brimful-bench speed``: how fast the ingester is, and beside what."""

import asyncio
import json
from statistics import median
from typing import Annotated, Any

import typer
from rich.console import Console

from bench.speed.comparing import compare, loads
from bench.speed.contenders import Result
from bench.speed.shown import as_json, machine, print_table

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
    rounds: Annotated[int, typer.Option(min=1, help="Repeat; medians are shown.")] = 1,
    with_: Annotated[
        list[str] | None,
        typer.Option("--with", help="A variable for the ingester, NAME=VALUE; may be repeated."),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Measure the ingester beside mosquitto_sub, paho, aiomqtt and COPY, on one backlog."""
    more = dict(pair.split("=", 1) for pair in with_ or [])
    report: dict[str, Any] = {"machine": machine(), "loads": []}
    console = Console(stderr=json_)
    for load in loads(messages, arrays, per_array, sensors):
        each = [asyncio.run(compare(database_server, load, more)) for _ in range(rounds)]
        results = [_middle([one[n] for one in each]) for n in range(len(each[0]))]
        title = (
            f"{load.messages:,} messages of {load.per_message}, {load.sensors:,} sensors, "
            f"{rounds} round(s)"
        )
        print_table(console, results, title)
        report["loads"].append({"load": load.as_json(), "results": as_json(results)})
    if json_:
        print(json.dumps(report, indent=2))


def _middle(rounds: list[Result]) -> Result:
    """Return the round with the median time."""
    at = median(sorted(r.seconds for r in rounds)[: len(rounds) | 1])
    return min(rounds, key=lambda r: abs(r.seconds - at))
