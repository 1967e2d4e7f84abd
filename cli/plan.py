"""``brimful plan``: make the day's rounds now, or run as the planner service."""

import json
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

import store
from cli.acting import acting
from cli.common import AsJson, fail, print_json, read_settings, run, until_stopped
from cli.plan_shown import document, show
from cli.plan_watched import told_when_stopped, watched
from cli.searching import Iterations, LimitS, Seed
from core.errors import InvalidInputError, NotFoundError
from core.fleet import Depot
from core.plans import Plan, PlanStatus, Policy, Round
from core.rounds_geojson import rounds_geojson
from core.rules.days import refuse_day
from core.settings import Settings
from routing.planner import Means
from routing.request import plan_day
from routing.watch import watch
from store import audit, fleet, running

_NOT_MADE = {PlanStatus.FAILED, PlanStatus.CANCELLED}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wanted:
    """What was asked for on the command line; None: every depot, its today."""

    depot_id: str | None
    day: date | None
    policy: Policy | None
    dial_m: int | None
    means: Means


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
    limit_s: LimitS = None,
    iterations: Iterations = None,
    seed: Seed = 0,
    policy: Annotated[
        Policy | None,
        typer.Option("--policy", help="How to choose among the bins; else BRIMFUL_PLAN_POLICY."),
    ] = None,
    dial_m: Annotated[
        int | None,
        typer.Option(
            "--dial",
            min=0,
            max=10_000_000,
            metavar="METRES",
            help="Metres to drive to avoid one overflow; else BRIMFUL_PLAN_DIAL_M.",
        ),
    ] = None,
    watching: Annotated[
        bool,
        typer.Option("--watch", help="Run as a service: plan daily and whatever is requested."),
    ] = False,
    cancel: Annotated[
        UUID | None,
        typer.Option("--cancel", metavar="PLAN_ID", help="Cancel a plan that is not in force yet."),
    ] = None,
    finish: Annotated[
        UUID | None,
        typer.Option(
            "--finish", metavar="PLAN_ID", help="End a running search, take its best rounds."
        ),
    ] = None,
    geojson: Annotated[
        Path | None,
        typer.Option(
            "--geojson", metavar="FILE", help="Write the rounds' ways and stops for a map, too."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make the day's plan: which bins are due, the rounds for them, and why the rest is left out.

    The new plan replaces an older one of the same depot and day. Ctrl-C ends the search at once;
    the plan that was in force stays in force. With --watch, plan until stopped (Ctrl-C or SIGTERM):
    each depot's day at BRIMFUL_PLAN_DAILY_AT, and every request of the API.
    """
    one_plans = (day, depot, policy, dial_m, geojson)
    if watching and (as_json or any(given is not None for given in one_plans)):
        fail(
            "--watch plans every depot's day as it comes: leave out --date, --depot, --policy, "
            "--dial, --json and --geojson"
        )
    means = Means(limit_s=limit_s, iterations=iterations, seed=seed)
    settings = read_settings()
    if cancel is not None or finish is not None:
        run(_end(settings, cancel, finish))
        return
    if watching:
        run(until_stopped(_watch(settings, means)))
        return
    wanted = _Wanted(depot_id=depot, day=the_day(day), policy=policy, dial_m=dial_m, means=means)
    planned = run(_plan(settings, wanted))
    if as_json:
        print_json({"plans": [document(plan) for _depot, plan in planned]})
    else:
        show(planned)
    if geojson is not None:
        _write_geojson(geojson, [r for _depot, plan in planned for r in plan.rounds])
    if failed := [plan for _depot, plan in planned if plan.status in _NOT_MADE]:
        fail("; ".join(f"depot {plan.depot_id}: {plan.summary}" for plan in failed))


def _write_geojson(path: Path, rounds: Sequence[Round]) -> None:
    text = json.dumps(rounds_geojson(rounds), ensure_ascii=False)
    try:
        path.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        fail(f"{path}: cannot be written: {error.strerror}")


def the_day(text: str | None) -> date | None:
    """Return the day of --date, None without; anything else ends the command in words."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"--date {text!r} is not a day: write it as 2026-03-02")


async def _plan(settings: Settings, wanted: _Wanted) -> Sequence[tuple[Depot, Plan]]:
    planned = []
    async with opened_pool(settings) as pool:
        async with store.transaction(pool) as conn:
            depots = _chosen(await fleet.depots(conn), wanted.depot_id)
        now = datetime.now(UTC)
        days = [_day_at(depot, wanted.day, now) for depot in depots]
        for depot, day in zip(depots, days, strict=True):
            begun = datetime.now(UTC)
            async with watched(depot.depot_id, now=begun) as report, told_when_stopped():
                plan = await plan_day(
                    pool,
                    settings,
                    depot=depot,
                    day=day,
                    now=begun,
                    means=wanted.means,
                    policy=wanted.policy,
                    dial_m=wanted.dial_m,
                    report=report,
                    by=acting(),
                )
            planned.append((depot, plan))
    return planned


async def _end(settings: Settings, cancel: UUID | None, finish: UUID | None) -> None:
    async with opened_pool(settings) as pool, store.transaction(pool) as conn:
        now = datetime.now(UTC)
        if cancel is not None:
            plan = await running.cancel_plan(conn, cancel, by="cli", now=now)
            await _note(conn, "plan.cancelled", plan, now)
            typer.echo(f"plan {plan.plan_id} is cancelled; what was in force stays in force")
        if finish is not None:
            plan = await running.finish_plan(conn, finish, now=now)
            await _note(conn, "plan.finish_asked", plan, now)
            done = "is finished already" if plan.finished_at else "will take its best rounds so far"
            typer.echo(f"plan {plan.plan_id} {done}")


async def _note(conn: store.Connection, what: str, plan: Plan, now: datetime) -> None:
    await audit.note(conn, who=acting(), what=what, subject=f"plan {plan.plan_id}", now=now)


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
    async with opened_pool(settings) as pool:
        await watch(pool, settings, means=means)


def opened_pool(settings: Settings) -> AbstractAsyncContextManager[store.Pool]:
    """Open the planner's pool for a block."""
    return store.open_pool(
        settings.database_url.get_secret_value(),
        application="planner",
        max_size=settings.database_pool_max,
        timeout_s=settings.database_timeout_s,
    )
