"""``brimful plan``: make the day's rounds now, or run as the planner service."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated

import typer

import store
from cli.common import AsJson, fail, print_json, read_settings, run, until_stopped
from cli.plan_shown import document, show
from core.errors import InvalidInputError, NotFoundError
from core.fleet import Depot
from core.plans import Plan, PlanStatus
from core.rules.days import refuse_day
from core.settings import Settings
from routing.planner import Means
from routing.request import plan_day
from routing.watch import watch
from store import fleet


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wanted:
    """What was asked for on the command line; None: every depot, its today."""

    depot_id: str | None
    day: date | None
    limit_s: float | None
    seed: int


def plan_command(
    *,
    day: Annotated[
        str | None,
        typer.Option(
            "--date", metavar="YYYY-MM-DD", help="Day to plan; else today by the depot's clock."
        ),
    ] = None,
    depot: Annotated[
        str | None, typer.Option("--depot", metavar="ID", help="Plan this depot; else all.")
    ] = None,
    limit_s: Annotated[
        float | None,
        typer.Option(
            "--limit-s",
            min=0.1,
            max=3_600,
            help="Longest search for each depot, seconds; else BRIMFUL_PLAN_SOLVE_LIMIT_S.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the search.")] = 0,
    watching: Annotated[
        bool,
        typer.Option("--watch", help="Run as a service: plan daily and whatever is requested."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the day's plan: which bins are due, the rounds for them, and why the rest is left out.

    The new plan replaces an older one of the same depot and day. With --watch, plan until stopped
    (Ctrl-C or SIGTERM): each depot's day at BRIMFUL_PLAN_DAILY_AT, and every request of the API.
    """
    if watching and (day is not None or depot is not None or as_json):
        fail("--watch plans every depot's day as it comes: leave out --date, --depot and --json")
    settings = read_settings()
    if watching:
        run(until_stopped(_watch(settings, Means(limit_s=limit_s, seed=seed))))
        return
    wanted = _Wanted(depot_id=depot, day=_day(day), limit_s=limit_s, seed=seed)
    planned = run(_plan(settings, wanted))
    if as_json:
        print_json({"plans": [document(plan) for _depot, plan in planned]})
    else:
        show(planned)
    if failed := [plan for _depot, plan in planned if plan.status is PlanStatus.FAILED]:
        fail("; ".join(f"depot {plan.depot_id}: {plan.summary}" for plan in failed))


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"--date {text!r} is not a day: write it as 2026-03-02")


async def _plan(settings: Settings, wanted: _Wanted) -> Sequence[tuple[Depot, Plan]]:
    planned = []
    async with _pool(settings) as pool:
        async with store.transaction(pool) as conn:
            depots = _chosen(await fleet.depots(conn), wanted.depot_id)
        now = datetime.now(UTC)
        days = [_day_at(depot, wanted.day, now) for depot in depots]
        for depot, day in zip(depots, days, strict=True):
            plan = await plan_day(
                pool,
                settings,
                depot=depot,
                day=day,
                now=datetime.now(UTC),
                seed=wanted.seed,
                limit_s=wanted.limit_s,
            )
            planned.append((depot, plan))
    return planned


def _chosen(depots: Sequence[Depot], depot_id: str | None) -> Sequence[Depot]:
    if not depots:
        raise NotFoundError("no depots are registered: brimful register FILE.json")
    if depot_id is None:
        return depots
    chosen = [depot for depot in depots if depot.depot_id == depot_id]
    if not chosen:
        known = ", ".join(depot.depot_id for depot in depots)
        raise NotFoundError(f"no depot {depot_id}; there are: {known}")
    return chosen


def _day_at(depot: Depot, day: date | None, now: datetime) -> date:
    today = depot.local_day(now)
    if day is not None and (refusal := refuse_day(day, today=today)):
        raise InvalidInputError(f"--date, depot {depot.depot_id}: {refusal}")
    return day or today


async def _watch(settings: Settings, means: Means) -> None:
    async with _pool(settings) as pool:
        await watch(pool, settings, means=means)


def _pool(settings: Settings) -> AbstractAsyncContextManager[store.Pool]:
    return store.open_pool(
        settings.database_url.get_secret_value(),
        application="planner",
        max_size=settings.database_pool_max,
        timeout_s=settings.database_timeout_s,
    )
