"""``brimful-bench days``: time to a plan by number of due bins, on the roads of an extract."""

import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from bench.console import table_console
from bench.shared_files import shared_folder
from bench.solvers.document import DOCS, replace_block
from bench.solvers.tables import markdown
from bench.speed.shown import machine, print_rows

type Row = dict[str, Any]

SIZES = (500, 2_000, 5_000)
_EXTRACT = Path("data/roads/malta.osm.pbf")
_SHOWN = {
    "bins": "bins",
    "rounds": "rounds",
    "left_out": "left out",
    "matrix_s": "matrix, s",
    "first_s": "first rounds, s",
    "search_s": "search, s",
    "geometry_s": "geometry, s",
    "first_objective_km": "first, km",
    "objective_km": "found, km",
    "km": "driven, km",
    "matrix_mb": "matrix, MB",
    "planner_mb": "planner, MB",
    "engine_mb": "road engine, MB",
}


def days_command(
    *,
    extract: Annotated[
        Path | None,
        typer.Option(
            "--extract",
            metavar="FILE",
            help="An OpenStreetMap extract; else Malta's among the shared data.",
        ),
    ] = None,
    sizes: Annotated[
        list[int] | None, typer.Option("--bins", min=1, help="How many bins; may be repeated.")
    ] = None,
    limit_s: Annotated[
        float, typer.Option("--limit-s", min=0.1, help="Seconds of the search, on one core.")
    ] = 30.0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of places and search.")] = 1,
    roads: Annotated[
        Path | None,
        typer.Option("--roads", metavar="DIR", help="Keep the road data there; else it is made."),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Put the table into docs/solvers.md.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Plan days of 500, 2,000 and 5,000 due bins: matrix, search, geometry and memory apart."""
    file = extract or shared_folder() / _EXTRACT
    if not file.is_file():
        typer.echo(f"There is no {file}: name an extract with --extract FILE.", err=True)
        raise typer.Exit(2)
    on = machine()
    with TemporaryDirectory() as made:
        rows = [
            _one_size(size, file, roads or Path(made), limit_s=limit_s, seed=seed)
            for size in sizes or SIZES
        ]
    if write:
        replace_block(DOCS / "solvers.md", "days", block(rows, on))
    if as_json:
        print(json.dumps({"machine": on, "extract": file.name, "rows": rows}))
    else:
        shown = [{title: row[name] for name, title in _SHOWN.items()} for row in rows]
        print_rows(table_console(), shown, f"Days on the roads of {file.name}")


def block(rows: Sequence[Row], on: Any) -> str:  # noqa: ANN401 - as `machine` says it
    """Return the table and on what it was measured, as Markdown."""
    head = list(_SHOWN.values())
    lines = [[_cell(row[name]) for name in _SHOWN] for row in rows]
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {on['processor']}, {on['cores']} cores, "
        f"{on['memory_gb']} GB, Python {on['python']}; load before {on['load_before']}; "
        f"search on one core.\n\n{markdown(head, lines)}"
    )


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _one_size(size: int, extract: Path, roads: Path, *, limit_s: float, seed: int) -> Row:
    command = [
        *(sys.executable, "-m", "bench.days", str(size), "--extract", str(extract)),
        *("--roads", str(roads), "--limit-s", f"{limit_s:g}", "--seed", str(seed)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    if done.returncode:
        last = done.stderr.strip().rpartition("\n")[2]
        typer.echo(f"brimful-bench: {size} bins: {last}", err=True)
        raise typer.Exit(1)
    row: Row = json.loads(done.stdout.strip().rpartition("\n")[2])
    return row
