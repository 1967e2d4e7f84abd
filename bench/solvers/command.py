"""``brimful-bench solvers``: the tables of docs/solvers.md."""

import json
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from bench.shared_files import shared_folder
from bench.solvers.document import DOCS, replace_block
from bench.solvers.plots import plot_gaps, plot_miles
from bench.solvers.runs import KIM, VRP, VRP_KINDS, Job, RunError, Told, jobs, run_all
from bench.solvers.tables import KIM_HEAD, VRP_HEAD, kim_row, markdown, vrp_row
from bench.speed.shown import machine

_PAGE = DOCS / "solvers.md"
_GAPS, _MILES = Path("figures/solvers-gaps.svg"), Path("figures/solvers-miles.svg")
_MEASURED_WITH = ("pyvrp", "pyvroom", "numba", "numpy")
_TITLES = {
    "cvrp": "Capacity (X, Uchoa et al. 2017)",
    "vrptw": "Windows (Gehring and Homberger 1999)",
    "pcvrptw": "Windows and prizes",
    "mtvrptw": "Windows and reloads",
}


def solvers_command(
    *,
    limit_s: Annotated[
        float, typer.Option("--limit-s", min=0.1, help="Seconds of each contender on each vrp.")
    ] = 30.0,
    kim_limit_s: Annotated[
        float, typer.Option("--kim-limit-s", min=0.1, help="The same, waste collection set.")
    ] = 60.0,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="GLOB", help="Instances by name: `X-*`, `vrptw/*`, `804`."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0)] = 1,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="DIR",
            help="The folder that holds `vrp` and `kim2006`; else `data` in that of "
            "BRIMFUL_SHARED_DATA, else `shared/data` beside the repository.",
        ),
    ] = None,
    kept: Annotated[
        Path | None,
        typer.Option(
            "--keep", metavar="FILE", help="Keep each result there; what is there is not run again."
        ),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Put tables and figures into docs/solvers.md.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Run every shared instance with Brimful, PyVRP and VROOM, and print the tables."""
    try:
        todo = jobs(
            data or shared_folder() / "data",
            only or (),
            limit_s=limit_s,
            kim_limit_s=kim_limit_s,
            seed=seed,
        )
    except FileNotFoundError as error:
        typer.echo(f"There are no instances in {error.filename}: name it with --data DIR", err=True)
        raise typer.Exit(2) from None
    on = machine()
    done: list[tuple[Job, Told]] = []
    try:
        for job, told in run_all(todo, kept):
            done.append((job, told))
            typer.echo(f"{len(done)} of {len(todo)}: {job.file.name}", err=True)
    except RunError as error:
        typer.echo(f"brimful-bench: {error}", err=True)
        raise typer.Exit(1) from None
    versions = {name: version(name) for name in _MEASURED_WITH}
    block = tables(done, on, versions, limit_s=limit_s, kim_limit_s=kim_limit_s)
    if write:
        replace_block(_PAGE, "solvers", block + "\n\n" + _figures(done))
    if as_json:
        print(json.dumps({"machine": on, "versions": versions, "runs": [t for _, t in done]}))
    else:
        print(block)


def tables(
    done: list[tuple[Job, Told]],
    on: Any,  # noqa: ANN401 - as `machine` says it
    versions: dict[str, str],
    *,
    limit_s: float,
    kim_limit_s: float,
) -> str:
    """Return the tables and on what they were measured, as Markdown."""
    with_ = ", ".join(f"{name} {number}" for name, number in versions.items())
    measured = (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {on['processor']}, {on['cores']} cores, "
        f"{on['memory_gb']} GB, Python {on['python']}; load before {on['load_before']}; {with_}. "
        f"{limit_s:g} s for each contender on one core, {kim_limit_s:g} s in the waste collection "
        "set; one seed."
    )
    parts = [measured]
    for kind in VRP_KINDS:
        rows = [vrp_row(t) for job, t in done if job.bench == VRP and job.file.parent.name == kind]
        if rows:
            parts.append(f"### {_TITLES[kind]}\n\n{markdown(VRP_HEAD, rows)}")
    rows = [kim_row(t) for job, t in done if job.bench == KIM]
    if rows:
        parts.append(
            f"### Waste collection (Kim, Kim, Sahoo 2006), vehicles / miles\n\n"
            f"{markdown(KIM_HEAD, rows)}"
        )
    return "\n\n".join(parts)


def _figures(done: list[tuple[Job, Told]]) -> str:
    vrp = [told for job, told in done if job.bench == VRP]
    kim = [told for job, told in done if job.bench == KIM]
    links = []
    if vrp:
        plot_gaps(DOCS / _GAPS, vrp)
        links.append(f"![Gap to the best known cost]({_GAPS})")
    if kim:
        plot_miles(DOCS / _MILES, kim)
        links.append(f"![Miles against the best published]({_MILES})")
    return "\n\n".join(links)
