"""Plots of docs/figures: whether stated shares hold, and errors beside what is simple."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

mpl.rcParams["svg.hashsalt"] = "brimful"

_FEWEST = 100
_SIZE = (11.0, 3.8)


def calibration_plot(document: Mapping[str, Any], path: Path) -> None:
    """Draw stated against observed probabilities, a panel for each event."""
    rows: Sequence[Mapping[str, Any]] = document["probabilities"]
    events = list(dict.fromkeys(row["event"] for row in rows))
    figure = Figure(figsize=_SIZE, layout="constrained")
    axes = figure.subplots(1, len(events), squeeze=False)[0]
    for ax, event in zip(axes, events, strict=True):
        ax.plot([0, 1], [0, 1], color="0.6", linewidth=1)
        ax.fill_between([0, 1], [-0.05, 0.95], [0.05, 1.05], color="0.92")
        for row in rows:
            classes = [one for one in row["classes"] if one["n"] >= _FEWEST]
            if row["event"] == event and len(classes) > 1:
                ax.plot(
                    [one["stated"] for one in classes],
                    [one["observed"] for one in classes],
                    marker="o",
                    markersize=3,
                    linewidth=0.8,
                    label=f"{row['stream']}, {row['horizon_h']:g} h",
                )
        ax.set(xlim=(0, 1), ylim=(0, 1), title=event, xlabel="stated probability")
    axes[0].set_ylabel("share that came")
    if axes[-1].get_legend_handles_labels()[0]:
        axes[-1].legend(fontsize=6, loc="lower right")
    _save(figure, path)


def errors_plot(document: Mapping[str, Any], path: Path) -> None:
    """Draw the mean absolute errors by horizon, a panel for each stream."""
    rows: Sequence[Mapping[str, Any]] = document["errors"]
    streams = list(dict.fromkeys(row["stream"] for row in rows))
    figure = Figure(figsize=_SIZE, layout="constrained")
    axes = figure.subplots(1, len(streams), squeeze=False)[0]
    for ax, stream in zip(axes, streams, strict=True):
        of_it = [row for row in rows if row["stream"] == stream]
        for name in of_it[0]["mae_pct"]:
            ax.plot(
                [row["horizon_h"] for row in of_it],
                [row["mae_pct"][name] for row in of_it],
                marker="o",
                markersize=3,
                linewidth=2 if name == "brimful" else 1,
                label=name.replace("_", " "),
            )
        ax.set(title=stream, xlabel="hours ahead", xticks=[6, 12, 24, 48], ylim=(0, None))
    axes[0].set_ylabel("mean absolute error, points")
    axes[0].legend(fontsize=7)
    _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
