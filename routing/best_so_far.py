"""What a search has found so far, told to whoever watches the plan."""

import asyncio

from routing.model import Model, Routes
from routing.problem import Built
from routing.running import Report
from routing.schedule import in_numbers
from routing.search import Progress
from routing.timetable import InfeasibleError


def hear(report: Report, built: Built, progress: Progress) -> None:
    """Pass on what a search says of itself, where it has new routes."""
    if progress.routes is not None:
        rounds = in_numbers(built.problem, progress.routes)
        report.best(rounds, wanted=len(built.problem.bins), objective=progress.objective)


async def tell(report: Report, built: Built, routes: Routes) -> None:
    """Tell of routes that no search told of; without an objective where nobody can drive them."""
    objective = await asyncio.to_thread(_objective, built.model, routes)
    rounds = in_numbers(built.problem, routes)
    report.best(rounds, wanted=len(built.problem.bins), objective=objective)


def _objective(model: Model, routes: Routes) -> int | None:
    try:
        return model.objective(routes)
    except InfeasibleError:
        return None
