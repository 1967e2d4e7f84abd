"""``brimful-bench vrp FILE``: one published routing problem, Brimful and its peers."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from bench.console import table_console
from bench.vrp import asking
from bench.vrp.brimful import COLD_S, run, warm_up
from bench.vrp.building import build
from bench.vrp.contenders import BRIMFUL, PYVRP, Clock, Found, UnableError, one_core
from bench.vrp.instance import Instance, InstanceError
from bench.vrp.plot import plot_routes
from bench.vrp.pyvrp_peer import solve_with_pyvrp
from bench.vrp.reading import read
from bench.vrp.rules import Rule
from bench.vrp.shown import print_results, result
from bench.vrp.solution import Published, counted_by, published, read_solution
from bench.vrp.vroom_peer import solve_with_vroom


@dataclass(frozen=True, kw_only=True)
class Task:
    """An instance with what is published of it."""

    instance: Instance
    best: Published | None
    notes: tuple[str, ...]


def vrp_command(
    *,
    file: asking.FileArgument,
    limit_s: asking.LimitOption = 30.0,
    seed: asking.SeedOption = 1,
    peer: asking.PeerOption = None,
    rule: Annotated[
        Rule | None,
        typer.Option(
            "--rule",
            help="How distances count; else as the set does, or as the .sol file beside it shows.",
        ),
    ] = None,
    plot: asking.PlotOption = None,
    as_json: asking.JsonOption = False,
) -> None:
    """Solve a routing problem in VRPLIB or Solomon's form; exits with 1 where a rule is broken."""
    try:
        task = take_up(file, rule)
        report = measure(task, peers=asking.peers(peer), limit_s=limit_s, seed=seed)
    except InstanceError as error:
        raise asking.refuse(error) from None
    if plot is not None:
        _plot(task.instance, report, plot)
    if as_json:
        print(json.dumps(report))
    else:
        results = {BRIMFUL: report, **report["peers"]}
        title = f"{report['instance']}: {report['kind']}, {report['customers']:,} customers"
        print_results(table_console(), title, results, report["notes"])
    if not report["feasible"]:
        raise typer.Exit(1)


def take_up(file: Path, rule: Rule | None = None) -> Task:
    """Read an instance and the .sol file beside it, if there is one.

    Raises:
        InstanceError: naming line and field.
    """
    instance, notes = read(file, rule), []
    beside = file.with_suffix(".sol")
    if not beside.is_file():
        return Task(instance=instance, best=None, notes=())
    solution = read_solution(beside)
    best = published(instance, solution)
    if best is None:
        notes.append(f"{beside.name} does not cost {solution.cost:g} under any rule: not compared")
    elif best.rule is not instance.rule:
        if rule is not None:
            notes.append(f"{beside.name} counts by the rule {best.rule}: not compared")
            best = None
        else:
            instance = counted_by(instance, best.rule)
    return Task(instance=instance, best=best, notes=tuple(notes))


def measure(task: Task, *, peers: tuple[str, ...], limit_s: float, seed: int) -> dict[str, Any]:
    """Run Brimful and the peers one after the other on one core; return the document.

    Raises:
        InstanceError: the planner has no word for something in the instance.
    """
    instance, notes = task.instance, list(task.notes)
    with one_core() as core:
        loaded_s = warm_up()
        if loaded_s > COLD_S:
            notes.append(f"the search was compiled first, in {loaded_s:.0f} s outside of the limit")
        found = solve(instance, limit_s=limit_s, seed=seed)
        told = result(instance, found, task.best, limit_s=limit_s, seed=seed)
        beside: dict[str, Any] = {}
        for peer in peers:
            solver = solve_with_pyvrp if peer == PYVRP else solve_with_vroom
            try:
                other = solver(instance, limit_s=limit_s, seed=seed)
            except UnableError as error:
                beside[peer] = {"unable": str(error)}
                continue
            beside[peer] = result(instance, other, task.best, limit_s=limit_s, seed=seed)
    return {
        "instance": instance.name,
        "kind": instance.kind,
        "customers": len(instance.customers),
        "rule": instance.rule.value,
        "core": core,
        "loaded_s": round(loaded_s, 2),
        **told,
        "peers": beside,
        "notes": notes,
    }


def solve(instance: Instance, *, limit_s: float, seed: int) -> Found:
    """Solve with the planner's search.

    Raises:
        InstanceError: the planner has no word for something in the instance.
    """
    clock = Clock(limit_s)
    built = build(instance)
    routes, iterations = run(built.model, clock, seed=seed)
    return Found(routes=built.in_file(routes), elapsed_s=clock.elapsed_s, iterations=iterations)


def _plot(instance: Instance, report: dict[str, Any], target: Path) -> None:
    if instance.position is None:
        raise typer.BadParameter("the file has no coordinates to draw", param_hint="--plot")
    ways = [[0, *route, 0] for route in report["routes"] if route]
    title = f"{report['instance']}: {report['cost']:,}"
    plot_routes(target, title, instance.position, ways, range(instance.n_depots))
