"""What a run says: one JSON document, or a few lines and a table for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.vrp.contenders import Found
from bench.vrp.instance import Instance
from bench.vrp.referee import Verdict, judge
from bench.vrp.rules import Rule
from bench.vrp.solution import Published

_TENTHS = 10
_MOST_FAULTS = 20


def per_shown(instance: Instance, best: Published | None) -> int:
    """Return the counted units in one printed unit: as the .sol file beside it, else as the set.

    Published costs of VRPTW are in the file's units, those with prizes or reloads in tenths.
    """
    if best is not None:
        return best.per_shown
    is_vrptw = instance.rule is Rule.DIMACS and instance.kind == "vrptw"
    return _TENTHS if is_vrptw else 1


def result(
    instance: Instance, found: Found, best: Published | None, *, limit_s: float, seed: int
) -> dict[str, Any]:
    """Return one contender's part of the document, judged by the referee."""
    verdict = judge(instance, found.routes)
    cost = shown_cost(instance, verdict, per_shown(instance, best))
    return {
        "cost": cost,
        "best_known": None if best is None else _plain(best.cost),
        "gap_pct": round(100 * (cost / best.cost - 1), 3)
        if best is not None and verdict.is_feasible
        else None,
        "vehicles": verdict.vehicles,
        "left_out": len(verdict.left_out),
        "feasible": verdict.is_feasible,
        "faults": list(verdict.faults[:_MOST_FAULTS]),
        "limit_s": limit_s,
        "elapsed_s": round(found.elapsed_s, 2),
        "iterations": found.iterations,
        "seed": seed,
        "routes": shown_routes(instance, found.routes),
    }


def shown_cost(instance: Instance, verdict: Verdict, units: int) -> float:
    """Return the cost as published costs of the set are printed."""
    if instance.rule is Rule.EXACT:
        return round(verdict.cost, 4)
    return _plain(round(verdict.cost / units, 1))


def shown_routes(instance: Instance, routes: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the routes as a .sol file has them: of a mixed fleet one for each vehicle."""
    return [list(route) for route in routes if route or not instance.fleet.is_uniform]


def _plain(figure: float) -> float:
    return int(figure) if figure == int(figure) else figure


def print_results(
    console: Console, title: str, results: Mapping[str, Mapping[str, Any]], notes: Sequence[str]
) -> None:
    """Print one line for each contender."""
    table = Table(title=title, title_justify="left")
    for name in ("", "cost", "gap, %", "vehicles", "left out", "seconds", "iterations", "referee"):
        table.add_column(name, justify="left" if name in {"", "referee"} else "right")
    for name, told in results.items():
        if "unable" in told:
            table.add_row(name, *([""] * 6), told["unable"])
            continue
        gap, iterations = told["gap_pct"], told["iterations"]
        table.add_row(
            name,
            f"{told['cost']:,}",
            "" if gap is None else f"{gap:.2f}",
            str(told["vehicles"]),
            str(told["left_out"]),
            f"{told['elapsed_s']:.1f}",
            "" if iterations is None else f"{iterations:,}",
            "feasible" if told["feasible"] else "; ".join(told["faults"][:3]),
        )
    console.print(table)
    for note in notes:
        console.print(note)
