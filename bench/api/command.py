"""``brimful-bench api``: the API under load, beside what limits it."""

import asyncio
import datetime as dt
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

import store
from bench.api.client import Server
from bench.api.listening import listen
from bench.api.marking import mark
from bench.api.reading import figures, nothing, things
from bench.api.shown import heard_row, marked_row, print_all
from bench.api.town import Sizes, fill, registry
from bench.console import table_console
from bench.speed.rig import RigError, own_database
from bench.speed.shown import machine

ServerUrl = Annotated[
    str,
    typer.Option(
        envvar="BRIMFUL_TEST_TIMESCALE_URL",
        help="A PostgreSQL server on which a database may be made, as a user who may do so.",
    ),
]


def api_command(
    *,
    database_server: ServerUrl,
    bins: Annotated[int, typer.Option(min=1_000, max=500_000)] = 50_000,
    crews: Annotated[int, typer.Option(min=1, max=2_000)] = 500,
    stops: Annotated[int, typer.Option(min=2, max=200, help="On each round.")] = 60,
    marks: Annotated[int, typer.Option(min=1, max=200, help="Of each crew, sent twice.")] = 5,
    listeners: Annotated[int, typer.Option(min=1, max=900)] = 200,
    changes: Annotated[int, typer.Option(min=5, help="Levels changed in a second.")] = 100,
    at_once: Annotated[int, typer.Option(min=2, max=500, help="Connections of many.")] = 16,
    seconds: Annotated[float, typer.Option(min=0.5, help="For each measurement.")] = 10.0,
    json_: Annotated[
        Path | None, typer.Option("--json", help="Write one JSON document there.")
    ] = None,
) -> None:
    """Measure reads, 500 crews reporting at once, and how soon 200 listeners know a new level."""
    sizes = Sizes(bins=bins, crews=crews, stops=stops)
    report: dict[str, Any] = {
        "machine": machine(),
        "sizes": {"bins": bins, "crews": crews, "stops": stops, "at_once": at_once},
    }

    async def run() -> None:
        now = dt.datetime.now(dt.UTC)
        async with own_database(database_server, registry(sizes)) as url:
            async with store.connect(url, application="bench") as conn:
                town = await fill(conn, sizes, now=now)
            async with store.connect(url, application="bench") as conn:
                await conn.set_autocommit(True)
                await conn.execute("VACUUM ANALYZE")
            async with serving(url) as server:
                # answered when all sensors have been looked through, which must not be measured
                asked = await things(server, town)
                empty = await nothing(server, at_once=at_once, seconds=seconds)
                found = [
                    await figures(server, one, at_once=at_once, seconds=seconds) for one in asked
                ]
                report["empty"] = {
                    "p50_ms": round(empty[0].quantile_ms(0.5), 2),
                    "p99_ms": round(empty[0].quantile_ms(0.99), 2),
                    "per_s": round(empty[1].per_s, 1),
                    "cpu_ms": round(empty[0].cpu_ms, 2),
                }
                report["reads"] = [one.row(*empty) for one in found]
                _write(json_, report)
                marked = await mark(server.address, url, town, each=marks, now=now)
                report["marks"] = marked_row(marked, empty[1])
                _write(json_, report)
                heard = await listen(
                    server.address,
                    url,
                    town,
                    listeners=listeners,
                    changes_per_s=changes,
                    seconds=seconds,
                    bins=min(bins, 5_000),
                )
                report["events"] = heard_row(heard)

    asyncio.run(run())
    print_all(table_console(), report)
    _write(json_, report)
    told = report["marks"]
    if told["kept"] != told["marks"] or report["events"]["missed"]:
        raise RigError("something was lost or counted twice: see the table")


def _write(path: Path | None, report: dict[str, Any]) -> None:
    if path is not None:
        path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


@asynccontextmanager
async def serving(database_url: str) -> AsyncIterator[Server]:
    """Run the API in a process of its own; yield where."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.api.server", database_url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        line = await asyncio.wait_for(process.stdout.readline(), 60)
        if not line:
            raise RigError("the API does not start")
        draining = asyncio.create_task(_drain(process.stdout))
        yield Server(**json.loads(line))
        draining.cancel()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def _drain(log: asyncio.StreamReader) -> None:
    while await log.readline():
        pass
