"""Routes drawn where the places lie."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from numpy.typing import NDArray

mpl.use("svg")

_COLOURS = "tab20"


def plot_routes(
    target: Path,
    title: str,
    position: NDArray[np.float64],
    routes: Sequence[Sequence[int]],
    special: Sequence[int],
) -> None:
    """Draw routes (lists of indices into position, (p, 2)) into a file; special ones as squares."""
    figure, axes = plt.subplots(figsize=(7, 7))
    colours = mpl.colormaps[_COLOURS]
    for number, route in enumerate(route for route in routes if route):
        way = position[list(route)]
        axes.plot(
            way[:, 0], way[:, 1], "-o", color=colours(number % 20), linewidth=0.8, markersize=2
        )
    squares = position[list(special)]
    axes.plot(squares[:, 0], squares[:, 1], "s", color="black", markersize=6)
    axes.set_title(title)
    axes.set_aspect("equal")
    axes.set_axis_off()
    figure.savefig(target, bbox_inches="tight", dpi=120)
    plt.close(figure)
