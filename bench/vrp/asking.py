"""What both benches of routing are asked: the options, and which peers run beside."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bench.vrp.contenders import PYVRP, VROOM

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The instance.")]
LimitOption = Annotated[
    float,
    typer.Option(
        "--limit-s",
        min=0.1,
        help="Seconds for each contender, building its model included, compiling not.",
    ),
]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Of every contender that has one.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
PlotOption = Annotated[
    Path | None, typer.Option("--plot", metavar="FILE", help="Draw the routes (.svg, .png, .pdf).")
]


class Peer(StrEnum):
    """Whom to run beside Brimful."""

    PYVRP = PYVRP
    VROOM = VROOM
    ALL = "all"


PeerOption = Annotated[
    list[Peer] | None,
    typer.Option("--peer", help="Run this one too, in the same run, afterwards, on the same core."),
]
UNABLE = 2
"""Exit status for a file that cannot be read; 1 is for routes that break a rule."""


def peers(asked: Sequence[Peer] | None) -> tuple[str, ...]:
    """Return the peers to run, each once."""
    if not asked:
        return ()
    if Peer.ALL in asked:
        return (PYVRP, VROOM)
    return tuple(dict.fromkeys(peer.value for peer in asked))


def refuse(error: Exception) -> typer.Exit:
    """Say what is wrong with the file; return what ends the command."""
    typer.echo(f"brimful-bench: {error}", err=True)
    return typer.Exit(UNABLE)
