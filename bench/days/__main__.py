"""``python -m bench.days BINS``: one size, as ``brimful-bench days`` runs it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bench.days.measuring import measure


def one_size(
    bins: Annotated[int, typer.Argument(min=1)],
    extract: Annotated[Path, typer.Option()],
    roads: Annotated[Path, typer.Option()],
    limit_s: Annotated[float, typer.Option(min=0.1)] = 30.0,
    seed: Annotated[int, typer.Option(min=0)] = 1,
) -> None:
    """Print one size's row as JSON."""
    print(json.dumps(measure(extract, roads, bins, limit_s=limit_s, seed=seed)))


if __name__ == "__main__":
    typer.run(one_size)
