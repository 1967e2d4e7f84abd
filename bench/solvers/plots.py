"""The figures of docs/solvers.md."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

from bench.solvers.runs import Told
from bench.vrp.contenders import BRIMFUL, PYVRP, VROOM

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "brimful"

_COLOURS = {BRIMFUL: "#1b7837", PYVRP: "#5e3c99", VROOM: "#b35806"}
_HIGHEST_PCT = 20.0
"""Bars end here; a higher one carries its figure."""


def plot_gaps(target: Path, told: Sequence[Told]) -> None:
    """Draw the gap to the best known cost of each contender on each instance."""
    names = [f"{one['instance']}\n{one['kind']}" for one in told]
    bars = {
        who: [_gap(one if who == BRIMFUL else one["peers"].get(who, {})) for one in told]
        for who in (BRIMFUL, PYVRP, VROOM)
    }
    _bars(target, names, bars, "gap to the best known cost, %", 0.0)


def plot_miles(target: Path, told: Sequence[Told]) -> None:
    """Draw the miles of each contender as a share of the best published ones."""
    known = [one for one in told if one["published"]]
    names = [f"{one['instance']} stops" for one in known]
    bars: dict[str, list[float | None]] = {BRIMFUL: [], PYVRP: []}
    for one in known:
        for who, figures in bars.items():
            part = one if who == BRIMFUL else one["peers"].get(who, {})
            figures.append(part.get("to_best_published_pct"))
    _bars(target, names, bars, "miles against the best published, %", 0.0)


def _gap(told: Told) -> float | None:
    gap = told.get("gap_pct")
    return None if gap is None else float(gap)


def _bars(
    target: Path,
    names: Sequence[str],
    bars: dict[str, list[float | None]],
    label: str,
    base: float,
) -> None:
    width = 0.8 / len(bars)
    figure, axes = plt.subplots(figsize=(max(5.0, 0.85 * len(names)), 3.6))
    for number, (who, figures) in enumerate(bars.items()):
        at = np.arange(len(names)) + (number - (len(bars) - 1) / 2) * width
        heights = [0.0 if f is None else min(f, _HIGHEST_PCT) for f in figures]
        axes.bar(at, heights, width, label=who, color=_COLOURS[who])
        for x, value in zip(at, figures, strict=True):
            if value is not None and value > _HIGHEST_PCT:
                axes.text(x, _HIGHEST_PCT, f"{value:.0f}", ha="center", va="bottom", fontsize=6)
    axes.axhline(base, color="black", linewidth=0.6)
    axes.set_xticks(np.arange(len(names)), names, fontsize=6, rotation=30, ha="right")
    axes.set_ylabel(label, fontsize=8)
    axes.legend(fontsize=7, frameon=False)
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
