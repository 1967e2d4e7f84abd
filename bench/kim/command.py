"""``brimful-bench kim FILE``: a waste collection instance, beside what is published and PyVRP."""

import json
from dataclasses import asdict
from typing import Any

import typer
from rich.table import Table

from bench.console import table_console
from bench.kim import fleet
from bench.kim.instance import Kim, KimError, read
from bench.kim.published import best, published
from bench.kim.pyvrp_peer import solve_with_pyvrp
from bench.kim.referee import judge
from bench.vrp import asking
from bench.vrp.brimful import COLD_S, warm_up
from bench.vrp.contenders import BRIMFUL, PYVRP, Clock, Found, one_core
from bench.vrp.plot import plot_routes

_MOST_FAULTS = 20
_VROOM = "VROOM drives one trip for each vehicle: no landfills in between"


def kim_command(
    *,
    file: asking.FileArgument,
    limit_s: asking.LimitOption = 60.0,
    seed: asking.SeedOption = 1,
    peer: asking.PeerOption = None,
    plot: asking.PlotOption = None,
    as_json: asking.JsonOption = False,
) -> None:
    """Solve a `*_stop.txt` instance of Kim, Kim and Sahoo; exits with 1 where a rule is broken."""
    try:
        kim = read(file)
    except KimError as error:
        raise asking.refuse(error) from None
    report = measure(kim, peers=asking.peers(peer), limit_s=limit_s, seed=seed)
    if plot is not None:
        _plot(kim, report, plot)
    if as_json:
        print(json.dumps(report))
    else:
        _print(report)
    if not report["feasible"]:
        raise typer.Exit(1)


def measure(kim: Kim, *, peers: tuple[str, ...], limit_s: float, seed: int) -> dict[str, Any]:
    """Run Brimful and the peers one after the other on one core; return the document."""
    notes, beside = [], {}
    with one_core() as core:
        loaded_s = warm_up()
        if loaded_s > COLD_S:
            notes.append(f"the search was compiled first, in {loaded_s:.0f} s outside of the limit")
        found = solve(kim, limit_s=limit_s, seed=seed)
        for peer in peers:
            if peer != PYVRP:
                beside[peer] = {"unable": _VROOM}
                continue
            other = solve_with_pyvrp(kim, limit_s=limit_s, seed=seed)
            beside[peer] = _result(kim, other, limit_s=limit_s, seed=seed)
    return {
        "instance": kim.name,
        "stops": len(kim.stops),
        "landfills": len(kim.landfills),
        "core": core,
        "loaded_s": round(loaded_s, 2),
        **_result(kim, found, limit_s=limit_s, seed=seed),
        "published": [asdict(known) for known in published(kim.name)],
        "peers": beside,
        "notes": notes,
    }


def solve(kim: Kim, *, limit_s: float, seed: int) -> Found:
    """Solve with the planner's search."""
    clock = Clock(limit_s)
    answer = fleet.search(kim, clock, seed=seed)
    return Found(routes=answer.routes, elapsed_s=clock.elapsed_s, iterations=answer.iterations)


def _result(kim: Kim, found: Found, *, limit_s: float, seed: int) -> dict[str, Any]:
    verdict = judge(kim, found.routes)
    known = best(published(kim.name))
    miles = round(verdict.distance_miles, 3)
    return {
        "vehicles": verdict.vehicles,
        "distance_miles": miles,
        "to_best_published_pct": round(100 * (miles / known.distance_miles - 1), 2)
        if known is not None and verdict.is_feasible
        else None,
        "feasible": verdict.is_feasible,
        "faults": list(verdict.faults[:_MOST_FAULTS]),
        "limit_s": limit_s,
        "elapsed_s": round(found.elapsed_s, 2),
        "iterations": found.iterations,
        "seed": seed,
        "lacks": list(found.lacks),
        "routes": [list(route) for route in found.routes],
    }


def _print(report: dict[str, Any]) -> None:
    console = table_console()
    title = f"{report['instance']}: {report['stops']:,} stops, {report['landfills']} landfills"
    table = Table("", title=title, title_justify="left")
    for name in ("vehicles", "miles", "seconds", "iterations"):
        table.add_column(name, justify="right")
    table.add_column("referee")
    for name, told in {BRIMFUL: report, **report["peers"]}.items():
        if "unable" in told:
            table.add_row(name, "", "", "", "", told["unable"])
            continue
        table.add_row(
            name,
            str(told["vehicles"]),
            f"{told['distance_miles']:,.1f}",
            f"{told['elapsed_s']:.1f}",
            f"{told['iterations']:,}",
            "feasible" if told["feasible"] else "; ".join(told["faults"][:3]),
        )
    for known in report["published"]:
        miles = f"{known['distance_miles']:,.1f}"
        table.add_row(known["source"], str(known["vehicles"]), miles, "", "", "")
    console.print(table)
    for note in report["notes"]:
        console.print(note)


def _plot(kim: Kim, report: dict[str, Any], target: Any) -> None:  # noqa: ANN401 - a path
    index = {number: place for place, number in enumerate(kim.number)}
    ways = [[index[number] for number in route] for route in report["routes"]]
    title = f"{kim.name}: {report['vehicles']} vehicles, {report['distance_miles']:,.1f} miles"
    plot_routes(target, title, kim.position_ft, ways, [kim.depot, *kim.landfills])
