"""The drawings of a report as SVG text, to be put into the page."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evidence.estimates import Estimate

INK, SOFT, GREEN, GREY, AMBER = "#1c2528", "#5a6a70", "#1f7a5a", "#7b8a90", "#d08a00"
CLASS_COLOURS = ("#d9e2e5", "#a9c8bd", "#6bab94", "#1f7a5a", "#d05a3a")


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One policy in a trade-off: x and y with their intervals; ``dial`` points are joined."""

    label: str
    x: Estimate
    y: Estimate
    dial: bool


def trade_off(points: Sequence[Point], *, x_title: str, y_title: str) -> str:
    """Draw what a policy costs against what it lets happen; the dial's settings are one line."""
    figure, axes = _axes(height=4.4)
    dial = [p for p in points if p.dial]
    axes.plot(
        [p.x.mean for p in dial], [p.y.mean for p in dial], "-", color=GREEN, lw=1.8, zorder=2
    )
    for point in points:
        colour = GREEN if point.dial else GREY
        axes.errorbar(
            point.x.mean, point.y.mean, xerr=point.x.half_width, yerr=point.y.half_width,
            fmt="o", color=colour, ecolor=colour, elinewidth=1, capsize=2, ms=6, zorder=3,
        )  # fmt: skip
        axes.annotate(
            point.label, (point.x.mean, point.y.mean), xytext=(7, 5), textcoords="offset points",
            fontsize=9, color=colour if point.dial else INK,
        )  # fmt: skip
    axes.set_xlabel(x_title)
    axes.set_ylabel(y_title)
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.margins(x=0.12, y=0.12)
    return _svg(figure)


def bars(
    labels: Sequence[str], values: Sequence[Estimate], *, title: str, strong: Sequence[bool]
) -> str:
    """Draw one bar for each policy, with its interval."""
    figure, axes = _axes(height=0.6 + 0.42 * len(labels))
    places = list(range(len(labels)))
    axes.barh(
        places, [v.mean for v in values], height=0.62,
        color=[GREEN if s else GREY for s in strong],
        xerr=[v.half_width or 0.0 for v in values],
        error_kw={"ecolor": INK, "elinewidth": 1, "capsize": 2},
    )  # fmt: skip
    axes.set_yticks(places, labels)
    axes.invert_yaxis()
    axes.set_xlabel(title)
    return _svg(figure)


def shares(
    labels: Sequence[str], shares_pct: Sequence[Sequence[float]], *, classes: Sequence[str]
) -> str:
    """Draw how the whole of each row is parted into classes, percent."""
    figure, axes = _axes(height=1.1 + 0.42 * len(labels))
    places = list(range(len(labels)))
    left = [0.0] * len(labels)
    for i, (name, colour) in enumerate(zip(classes, CLASS_COLOURS, strict=True)):
        widths = [row[i] for row in shares_pct]
        axes.barh(places, widths, left=left, height=0.62, color=colour, label=name)
        left = [a + b for a, b in zip(left, widths, strict=True)]
    axes.set_yticks(places, labels)
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel("share of the emptyings, %")
    axes.legend(
        ncols=len(classes), loc="lower left", bbox_to_anchor=(0, 1.0), frameon=False, fontsize=9
    )
    return _svg(figure)


def by_day(
    days: Sequence[str], lines: Sequence[tuple[str, Sequence[float | None]]], *, title: str
) -> str:
    """Draw figures day by day; a gap where one is not known."""
    figure, axes = _axes(height=3.4)
    colours = (GREY, GREEN, AMBER)
    for (name, values), colour in zip(lines, colours, strict=False):
        numbers = [float("nan") if v is None else v for v in values]
        axes.plot(range(len(days)), numbers, "o-", ms=4, lw=1.5, label=name, color=colour)
    step = max(1, len(days) // 12)
    axes.set_xticks(range(0, len(days), step), [days[i] for i in range(0, len(days), step)])
    axes.tick_params(axis="x", rotation=30)
    axes.set_ylim(bottom=0)
    axes.set_ylabel(title)
    axes.legend(frameon=False, fontsize=9)
    return _svg(figure)


def _axes(*, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(8.2, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(SOFT)
    axes.tick_params(colors=INK, labelsize=9)
    axes.grid(visible=True, axis="x", color="#e6ecee", lw=0.8, zorder=0)
    axes.set_axisbelow(True)
    return figure, axes


def _svg(figure: Figure) -> str:
    """Return the drawing without the XML header, and without the date that would differ."""
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    text = file.getvalue()
    text = text[text.index("<svg") :]
    return re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
