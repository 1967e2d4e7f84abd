"""``brimful-bench roads``: the tables of docs/roads.md."""

import asyncio
import json
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import mean
from typing import Annotated

import typer
from rich.table import Table

from bench.console import table_console
from bench.roads.detours import Detour, detours
from bench.roads.places import MALTA, PLACES, built, extract_of
from bench.roads.sizes import Size, sizes
from bench.speed.shown import machine
from core.errors import BrimfulError

KEPT = Path(tempfile.gettempdir()) / "brimful-bench-roads"
STOPS = (150, 300)
SIZES = (500, 2_000, 5_000)


def roads_command(
    *,
    seeds: Annotated[
        int, typer.Option("--seeds", min=1, help="So many drawings of the stops.")
    ] = 3,
    iterations: Annotated[
        int, typer.Option("--iterations", min=1, help="Length of each search.")
    ] = 100_000,
    kept: Annotated[
        Path, typer.Option("--kept", metavar="DIR", help="Where built road data is kept.")
    ] = KEPT,
    tables: Annotated[
        bool, typer.Option("--tables/--no-tables", help="Measure the size of tables, too.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Drive rounds on real roads that were planned on them, on averages and on straight lines.

    Needs the road extracts among the shared files (BRIMFUL_SHARED_DATA).
    """
    if missing := [str(extract_of(p)) for p in PLACES if not extract_of(p).is_file()]:
        typer.echo(f"There is no {', '.join(missing)}: set BRIMFUL_SHARED_DATA.", err=True)
        raise typer.Exit(2)
    try:
        found, measured = _measured(kept, seeds, iterations, tables=tables)
    except BrimfulError as error:
        typer.echo(f"brimful-bench: {error}", err=True)
        raise typer.Exit(1) from None
    if as_json:
        document = {
            "machine": machine(),
            "detours": [asdict(d) for d in found],
            "tables": [asdict(s) for s in measured],
        }
        print(json.dumps(document, indent=2))
        return
    console = table_console()
    console.print(machine(), markup=False)
    console.print(_detours(found, seeds))
    if measured:
        console.print(_sizes(measured))


def _measured(
    kept: Path, seeds: int, iterations: int, *, tables: bool
) -> tuple[Sequence[Detour], Sequence[Size]]:
    found: list[Detour] = []
    for place in PLACES:
        folder = built(place, kept)
        for stops in STOPS:
            for seed in range(1, seeds + 1):
                work = detours(place, folder, stops=stops, seed=seed, iterations=iterations)
                found += asyncio.run(work)
                typer.echo(f"{place.name}, {stops} stops, drawing {seed}: done", err=True)
    measured: Sequence[Size] = ()
    if tables:
        measured = asyncio.run(sizes(MALTA, built(MALTA, kept), SIZES, seed=1))
    return found, measured


def _detours(found: Sequence[Detour], seeds: int) -> Table:
    table = Table(
        "network",
        "planned on",
        title=f"Rounds driven on real roads: longer than those planned on them, {seeds} drawings",
        title_justify="left",
    )
    for name in ("stops", "time: mean", "from", "to", "distance: mean", "from", "to"):
        table.add_column(name, justify="right")
    groups: dict[tuple[str, int, str], list[Detour]] = defaultdict(list)
    order = [stops for _ in PLACES for stops in STOPS for _ in range(seeds) for _ in range(3)]
    for stops, detour in zip(order, found, strict=True):
        groups[detour.place, stops, detour.planned_on].append(detour)
    for (place, stops, planned_on), some in groups.items():
        if planned_on == "real roads":
            continue
        shares = [[d.longer_pct for d in some], [d.longer_m_pct for d in some]]
        figures = [f"{f(s):+.0f} %" for s in shares for f in (mean, min, max)]
        table.add_row(place, planned_on, str(stops), *figures)
    return table


def _sizes(measured: Sequence[Size]) -> Table:
    table = Table("network", title="Tables and ways", title_justify="left")
    for name in (
        "N x N",
        "table s",
        "of it processor",
        "way of 50 stops s",
        "turn steps",
        "engine's memory MiB",
    ):
        table.add_column(name, justify="right")
    for size in measured:
        table.add_row(
            size.place,
            f"{size.n:,}",
            f"{size.table_s:.2f}",
            f"{size.table_processor_s:.2f}",
            f"{size.way_s:.2f}",
            f"{size.way_steps}",
            f"{size.engine_mib:.0f}",
        )
    return table
