"""``brimful replan``: plan the rest of a day anew, from where the vehicles are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

import store
from cli.acting import acting
from cli.common import AsJson, fail, print_json, read_settings, run
from cli.difference_shown import difference_document, show_difference
from cli.plan import opened_pool, the_day
from cli.plan_shown import document, show
from cli.plan_watched import told_when_stopped, watched
from cli.searching import Iterations, LimitS, Seed
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.fleet import Depot
from core.plans import Plan, PlanStatus
from core.replan import Keep, Replan
from core.rules.difference import Difference, difference
from core.rules.replan import no_plan, refuse_late, refuse_replan
from core.settings import Settings
from routing.planner import Means
from routing.request import replan_day
from routing.roads.opening import refuse_closing
from store import audit, fleet, replans

_OPTIONS = {
    "broken": "--breakdown",
    "repaired": "--repaired",
    "urgent": "--urgent",
    "closed": "--closed",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wanted:
    """What was asked for on the command line; None: today, the one depot with a plan."""

    depot_id: str | None
    day: date | None
    replan: Replan
    repaired: Sequence[str]
    means: Means


@dataclass(frozen=True, kw_only=True, slots=True)
class _Replanned:
    depot: Depot
    plan: Plan
    difference: Difference | None


def replan_command(
    *,
    depot: Annotated[
        str | None,
        typer.Option("--depot", metavar="ID", help="Whose day; else the one depot with a plan."),
    ] = None,
    day: Annotated[
        str | None,
        typer.Option("--date", metavar="YYYY-MM-DD", help="The plan's day; else today."),
    ] = None,
    keep: Annotated[
        Keep,
        typer.Option(
            "--keep",
            help="How far promises are kept: all (open stops stay on their vehicle), prefer (one "
            "moves where that saves more than BRIMFUL_REPLAN_MOVE_M), none.",
        ),
    ] = Keep.PREFER,
    breakdown: Annotated[
        list[str] | None,
        typer.Option("--breakdown", metavar="VEHICLE", help="It cannot go on today; repeatable."),
    ] = None,
    repaired: Annotated[
        list[str] | None,
        typer.Option(
            "--repaired", metavar="VEHICLE", help="It broke down today and can go on; repeatable."
        ),
    ] = None,
    urgent: Annotated[
        list[str] | None,
        typer.Option("--urgent", metavar="BIN", help="To be emptied today; repeatable."),
    ] = None,
    closed: Annotated[
        Path | None,
        typer.Option(
            "--closed",
            metavar="FILE",
            help="Streets closed for the rest of the day; an empty file opens them again.",
            dir_okay=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; accept it afterwards.")
    ] = False,
    accept: Annotated[
        UUID | None,
        typer.Option("--accept", metavar="PLAN_ID", help="Bring a proposed plan into force."),
    ] = None,
    limit_s: LimitS = None,
    iterations: Iterations = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Plan the rest of the day anew: a lorry broke down, a bin cannot wait, a street is closed.

    It begins where the vehicles are and with what they carry, by the marks of their crews, and
    keeps what is done. What was said in an earlier re-plan of the day still holds. Ctrl-C ends it;
    the plan in force stays in force.
    """
    means = Means(limit_s=limit_s, iterations=iterations, seed=seed)
    settings = read_settings()
    if accept is not None:
        run(_accept(settings, accept))
        return
    closed_text = None if closed is None else _text(closed)
    if closed_text and (refusal := refuse_closing(settings)):
        fail(f"--closed: {refusal}")
    wanted = _Wanted(
        depot_id=depot,
        day=the_day(day),
        replan=Replan(
            keep=keep,
            broken=tuple(sorted(set(breakdown or ()))),
            urgent=tuple(sorted(set(urgent or ()))),
            closed=closed_text,
            dry_run=dry_run,
        ),
        repaired=tuple(repaired or ()),
        means=means,
    )
    done = run(_replan(settings, wanted))
    if as_json:
        print_json(
            {
                "plan": document(done.plan),
                "difference": None
                if done.difference is None
                else difference_document(done.difference, done.depot.zone),
            }
        )
    else:
        show([(done.depot, done.plan)])
        if done.difference is not None:
            show_difference(done.difference, done.depot.zone)
        if done.plan.status is PlanStatus.PROPOSED:
            typer.echo(f"Proposed; to drive it: brimful replan --accept {done.plan.plan_id}")
    if done.difference is None:
        fail(f"depot {done.plan.depot_id}: {done.plan.summary}")


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        fail(f"--closed {file} cannot be read: {error}")


async def _replan(settings: Settings, wanted: _Wanted) -> _Replanned:
    async with opened_pool(settings) as pool:
        now = datetime.now(UTC)
        async with store.transaction(pool) as conn:
            depot, before = await _before(conn, wanted, now)
            await _refuse(conn, depot, before, wanted, now)
        async with watched(depot.depot_id, now=now) as report, told_when_stopped():
            plan = await replan_day(
                pool,
                settings,
                before=before,
                replan=wanted.replan,
                repaired=wanted.repaired,
                now=now,
                means=wanted.means,
                report=report,
                by=acting(),
            )
        if plan.status not in {PlanStatus.READY, PlanStatus.PROPOSED}:
            return _Replanned(depot=depot, plan=plan, difference=None)
        async with store.transaction(pool) as conn:
            was = await replans.whole(conn, before.plan_id)
        assert was is not None  # noqa: S101 - plans are never deleted
        return _Replanned(depot=depot, plan=plan, difference=difference(was, plan))


async def _before(conn: store.Connection, wanted: _Wanted, now: datetime) -> tuple[Depot, Plan]:
    """Return the depot and its plan in force."""
    depots = await fleet.depots(conn)
    if wanted.depot_id is not None:
        depots = [depot for depot in depots if depot.depot_id == wanted.depot_id]
        if not depots:
            raise NotFoundError(f"no depot {wanted.depot_id} is registered")
    found = [
        (depot, before)
        for depot in depots
        if (
            before := await replans.in_force(
                conn, depot.depot_id, wanted.day or depot.local_day(now)
            )
        )
    ]
    if len(found) > 1:
        names = ", ".join(depot.depot_id for depot, _ in found)
        raise InvalidInputError(f"more than one depot has a plan ({names}): choose with --depot")
    if not found:
        if not depots:
            raise NotFoundError("no depots are registered: brimful register FILE.json")
        day = wanted.day or depots[0].local_day(now)
        names = ", ".join(depot.depot_id for depot in depots)
        raise ConflictError(no_plan(names, day))
    return found[0]


async def _refuse(
    conn: store.Connection, depot: Depot, before: Plan, wanted: _Wanted, now: datetime
) -> None:
    vehicles = await fleet.vehicles(conn, depot.depot_id)
    if late := refuse_late(depot, vehicles, before.day, now):
        raise ConflictError(late)
    refusals = refuse_replan(
        wanted.replan,
        wanted.repaired,
        before=before,
        vehicles=vehicles,
        bins=await replans.asked_bins(conn, wanted.replan.urgent),
    )
    if refusals:
        raise InvalidInputError("; ".join(f"{_OPTIONS[r.field]}: {r.text}" for r in refusals))


async def _accept(settings: Settings, plan_id: UUID) -> None:
    async with opened_pool(settings) as pool, store.transaction(pool) as conn:
        now = datetime.now(UTC)
        plan = await replans.accept_plan(conn, plan_id, now=now)
        subject = f"plan {plan.plan_id}"
        await audit.note(conn, who=acting(), what="plan.accepted", subject=subject, now=now)
    typer.echo(f"plan {plan.plan_id} is in force: {plan.summary}")
