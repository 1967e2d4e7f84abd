"""How long a plan's search goes on, and its chance: options of every command that plans."""

from typing import Annotated

import typer

from routing.rounds import LONGEST_SEARCH_S

LimitS = Annotated[
    float | None,
    typer.Option(
        "--limit-s",
        min=0.1,
        max=LONGEST_SEARCH_S,
        help="Longest search for each depot, seconds; else BRIMFUL_PLAN_SOLVE_LIMIT_S, with "
        f"--iterations {LONGEST_SEARCH_S:.0f}.",
    ),
]
Iterations = Annotated[
    int | None,
    typer.Option(
        "--iterations",
        min=1,
        max=100_000_000,
        help="Search so many steps: with the same seed and data the same plan on every machine.",
    ),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of the search.")]
