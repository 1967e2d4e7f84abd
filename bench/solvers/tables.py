"""The tables, as Markdown."""

from collections.abc import Iterable, Sequence

from bench.solvers.runs import Told
from bench.vrp.contenders import PYVRP, VROOM

VRP_HEAD = (
    "instance",
    "customers",
    "best known",
    "Brimful",
    "gap, %",
    "PyVRP gap, %",
    "VROOM gap, %",
    "Brimful to PyVRP, %",
)
KIM_HEAD = (
    "stops",
    "best published",
    "Brimful",
    "to published, %",
    "PyVRP",
    "Brimful to PyVRP, %",
)


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table, the first column to the left and the others to the right."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "--:|" * (len(head) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def vrp_row(told: Told) -> list[str]:
    """Return an instance's row of the table of published routing problems."""
    pyvrp, vroom = told["peers"].get(PYVRP, {}), told["peers"].get(VROOM, {})
    return [
        told["instance"],
        f"{told['customers']:,}",
        "" if told["best_known"] is None else f"{told['best_known']:,}",
        _cost(told),
        _gap(told),
        _gap(pyvrp),
        _gap(vroom),
        _apart(told, pyvrp, "cost"),
    ]


def kim_row(told: Told) -> list[str]:
    """Return an instance's row of the waste collection table."""
    pyvrp = told["peers"].get(PYVRP, {})
    known = min(told["published"], key=lambda one: one["distance_miles"], default=None)
    to_published = told["to_best_published_pct"]
    return [
        told["instance"],
        "" if known is None else f"{known['vehicles']} / {known['distance_miles']:,.1f}",
        _fleet(told),
        "" if to_published is None else f"{to_published:+.1f}",
        _fleet(pyvrp),
        _apart(told, pyvrp, "distance_miles"),
    ]


def _cost(told: Told) -> str:
    return f"{told['cost']:,}" if told["feasible"] else "breaks a rule"


def _fleet(told: Told) -> str:
    if not told:
        return ""
    if not told["feasible"]:
        return "breaks a rule"
    return f"{told['vehicles']} / {told['distance_miles']:,.1f}"


def _gap(told: Told) -> str:
    if not told or "unable" in told:
        return ""
    if not told["feasible"]:
        return "breaks a rule"
    return "" if told["gap_pct"] is None else f"{told['gap_pct']:.2f}"


def _apart(ours: Told, theirs: Told, figure: str) -> str:
    if not theirs.get("feasible") or not ours["feasible"]:
        return ""
    return f"{100 * (ours[figure] / theirs[figure] - 1):+.2f}"
