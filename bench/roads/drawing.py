"""A plan drawn over the streets it is driven on."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")  # no screen is needed
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from core.geo import Position
from core.plans import Plan, StopKind
from core.rounds_geojson import ATTRIBUTION
from core.ways import joined
from routing.roads.streets import Streets

_WIDE = ("motorway", "trunk", "primary", "secondary")
_MARGIN = 0.02
_INCHES = 11.0


def draw(plan: Plan, streets: Streets, depot: Position, path: Path) -> None:
    """Draw each round's way with its stops over all streets, and write it as PNG."""
    west, south, east, north = _box(plan, depot)
    height = (north - south) / ((east - west) * np.cos(np.radians((south + north) / 2)))
    figure, axes = plt.subplots(figsize=(_INCHES, _INCHES * height + 0.8))
    _streets(axes, streets)
    colours = plt.get_cmap("tab10")
    for number, round_ in enumerate(plan.rounds):
        line = joined(leg.line for leg in round_.legs)
        bins = [s.position for s in round_.stops if s.kind is StopKind.BIN]
        label = f"{round_.vehicle_id}: {len(bins)} bins, {round_.distance_m / 1000:.0f} km"
        axes.plot(*zip(*line, strict=True), color=colours(number), lw=1.6, label=label, zorder=3)
        _points(axes, bins, colour=colours(number), size=16)
        sites = [s.position for s in round_.stops if s.kind is StopKind.DISPOSAL]
        _points(axes, sites, colour="black", size=40, marker="s")
    _points(axes, [depot], colour="black", size=160, marker="*")
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect(1 / np.cos(np.radians((south + north) / 2)))
    axes.set_axis_off()
    axes.legend(loc="lower left", fontsize=9, framealpha=0.9)
    axes.set_title(f"{plan.summary}  (star: depot, squares: disposal sites)", fontsize=11)
    figure.text(0.99, 0.01, ATTRIBUTION, ha="right", va="bottom", fontsize=9)
    figure.savefig(path, dpi=130, bbox_inches="tight")
    plt.close(figure)


def _streets(axes: Axes, streets: Streets) -> None:
    wide = np.isin(streets.kinds, _WIDE)[streets.kind]
    for chosen, width, colour in ((~wide, 0.25, "0.80"), (wide, 0.7, "0.65")):
        lines = LineCollection(list(streets.lonlat[chosen]), linewidths=width, colors=colour)
        axes.add_collection(lines)


def _points(
    axes: Axes,
    places: Sequence[Position],
    *,
    colour: str | tuple[float, float, float, float],
    size: float,
    marker: str = "o",
) -> None:
    if places:
        axes.scatter(
            [p.lon for p in places],
            [p.lat for p in places],
            color=[colour],
            s=size,
            marker=marker,
            edgecolors="white",
            linewidths=0.5,
            zorder=4,
        )


def _box(plan: Plan, depot: Position) -> tuple[float, float, float, float]:
    places = [(depot.lon, depot.lat)]
    for round_ in plan.rounds:
        places += joined(leg.line for leg in round_.legs)
    lons, lats = zip(*places, strict=True)
    return (
        min(lons) - _MARGIN / 2,
        min(lats) - _MARGIN / 2,
        max(lons) + _MARGIN / 2,
        max(lats) + _MARGIN / 2,
    )
