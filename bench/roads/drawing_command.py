"""``brimful-bench malta``: Malta's real bins planned on its real roads, drawn on a map."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from bench.roads.command import KEPT
from bench.roads.drawing import draw
from bench.roads.malta import plan_malta
from bench.roads.places import MALTA, bins_of, built, extract_of
from core.errors import BrimfulError
from core.rounds_geojson import rounds_geojson
from routing.roads.streets import Streets

FIGURE = Path("docs/figures/malta-rounds.png")


def malta_command(
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.png", help="The drawing.")] = FIGURE,
    geojson: Annotated[
        Path | None, typer.Option("--geojson", metavar="FILE", help="The rounds for a map, too.")
    ] = None,
    limit_s: Annotated[
        float, typer.Option("--limit-s", min=0.5, help="Length of the search, seconds.")
    ] = 20.0,
    seed: Annotated[int, typer.Option("--seed", help="Of the bins' levels and the search.")] = 1,
    kept: Annotated[
        Path, typer.Option("--kept", metavar="DIR", help="Where built road data is kept.")
    ] = KEPT,
) -> None:
    """Plan the bins that OpenStreetMap knows in Malta on its real roads, and draw the rounds.

    In a database of its own, by what `brimful plan` does. Places and streets are real; how full
    the bins are is drawn from the seed. Needs the files among the shared ones.
    """
    if missing := [str(f) for f in (extract_of(MALTA), bins_of(MALTA)) if not f.is_file()]:
        typer.echo(f"There is no {', '.join(missing)}: set BRIMFUL_SHARED_DATA.", err=True)
        raise typer.Exit(2)
    try:
        roads = built(MALTA, kept)
        plan = asyncio.run(plan_malta(roads, limit_s=limit_s, seed=seed))
    except BrimfulError as error:
        typer.echo(f"brimful-bench: {error}", err=True)
        raise typer.Exit(1) from None
    out.parent.mkdir(parents=True, exist_ok=True)
    draw(plan, Streets.read(roads), MALTA.depot, out)
    if geojson is not None:
        geojson.write_text(json.dumps(rounds_geojson(plan.rounds)) + "\n", encoding="utf-8")
    typer.echo(plan.summary)
    typer.echo(f"Driving times: {plan.travel_source}")
    for entry in plan.left_out:
        if entry.reason != "below_threshold":
            typer.echo(f"left out: {entry.bin_id}: {entry.detail}")
    typer.echo(f"{out}: drawn")
