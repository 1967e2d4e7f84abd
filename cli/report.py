"""``brimful report``: what was really driven, beside what was planned, as a report."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

import store
from cli.common import AsJson, fail, print_json, read_settings, run
from core.errors import BrimfulError, InvalidInputError, NotFoundError
from core.fleet import Depot
from core.rules.driven import FULL_PCT
from core.rules.emptying_match import DisagreementKind
from core.settings import Settings
from evidence.driven import DrivenDay, driven_days
from evidence.factors import Factors, read_factors
from evidence.report.driven import DrivenReport, csv_text, document, page
from evidence.report.files import json_text, write_files
from evidence.report.page import html
from store import fleet
from store import report as report_store
from store.emptying_account import account
from store.full_times import full_times
from store.known_emptyings import Disputed

DEFAULT_DAYS, MOST_DAYS = 7, 366


def report_command(
    *,
    depot: Annotated[
        str | None,
        typer.Option("--depot", metavar="ID", help="Which; needed where there are several."),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option("--from", metavar="YYYY-MM-DD", help="First day; else a week's first."),
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="Last day; else today.")
    ] = None,
    factors_file: Annotated[
        Path | None,
        typer.Option("--factors", metavar="FILE", help="TOML file of factors for CO2 and cost."),
    ] = None,
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where the report's files go.")
    ] = Path("report"),
    as_json: AsJson = False,
) -> None:
    """Tell what was driven: plans beside crews' marks and sensors' levels, day by day.

    Kilometres, hours, bins, fill at pick-up, bins that stood full, missed pick-ups; what is not
    known is said to be so. Writes report.html, .csv and .json. docs/evidence.md explains it.
    """
    settings = read_settings()
    try:
        factors = read_factors(factors_file)
    except BrimfulError as error:
        fail(str(error))
    wanted = (_day("--from", first), _day("--to", last))
    report = run(_report(settings, depot, wanted, factors, now=datetime.now(UTC)))
    told = document(report)
    shown = page(report)
    try:
        paths = write_files(
            out,
            {
                "report.html": html(shown),
                "report.csv": csv_text(report),
                "report.json": json_text(told),
            },
        )
    except BrimfulError as error:
        fail(str(error))
    if as_json:
        print_json(told)
        return
    for sentence in ([shown.warning] if shown.warning else []) + list(shown.says):
        typer.echo(sentence)
    typer.echo("Written: " + ", ".join(str(path) for path in paths))


def _day(option: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"{option} {text!r} is not a day: write it as 2026-03-02")


async def _report(
    settings: Settings,
    depot_id: str | None,
    wanted: tuple[date | None, date | None],
    factors: Factors,
    *,
    now: datetime,
) -> DrivenReport:
    async with store.connect(
        settings.database_url.get_secret_value(),
        application="report",
        timeout_s=settings.database_timeout_s,
    ) as conn:
        depot = _the_depot(await fleet.depots(conn), depot_id)
        days = _days(depot, wanted, now)
        since = depot.at_local(days[0], time(0))
        until = min(now, depot.at_local(days[-1] + timedelta(days=1), time(0)))
        rounds = await report_store.driven_rounds(
            conn, depot.depot_id, first=days[0], last=days[-1]
        )
        full = await full_times(
            conn,
            depot.depot_id,
            timezone=depot.timezone,
            first=days[0],
            last=days[-1],
            since=since,
            until=max(since, until),
            fresh=settings.stale_after,
            full_pct=FULL_PCT,
        )
        known = await account(
            conn,
            since=since,
            until=max(since, until),
            now=now,
            limits=settings.trust_limits,
            tolerance=settings.emptying_tolerance,
            round_slack=settings.emptying_round_slack,
            depot_id=depot.depot_id,
        )
        bins = await report_store.bins_in_service(conn, depot.depot_id)
    found = driven_days(days, rounds, full)
    _note_disagreements(depot, found, known.disagreements)
    return DrivenReport(depot=depot, days=found, bins=bins, factors=factors, made_at=now)


def _the_depot(depots: Sequence[Depot], depot_id: str | None) -> Depot:
    if not depots:
        raise NotFoundError("no depots are registered: brimful register FILE.json")
    known = ", ".join(depot.depot_id for depot in depots)
    if depot_id is None:
        if len(depots) > 1:
            raise InvalidInputError(f"there are several depots, say which with --depot: {known}")
        return depots[0]
    for depot in depots:
        if depot.depot_id == depot_id:
            return depot
    raise NotFoundError(f"no depot {depot_id}; there are: {known}")


def _days(depot: Depot, wanted: tuple[date | None, date | None], now: datetime) -> list[date]:
    last = wanted[1] or depot.local_day(now)
    first = wanted[0] or last - timedelta(days=DEFAULT_DAYS - 1)
    n = (last - first).days + 1
    if not 1 <= n <= MOST_DAYS:
        raise InvalidInputError(
            f"--from {first} to --to {last}: the last day must not be before the first, and "
            f"{MOST_DAYS} days are the most"
        )
    return [first + timedelta(days=i) for i in range(n)]


def _note_disagreements(
    depot: Depot, days: Sequence[DrivenDay], disputed: Sequence[Disputed]
) -> None:
    by_day = {day.day: day for day in days}
    for one in disputed:
        day = by_day.get(depot.local_day(one.disagreement.at))
        if day is None:
            continue
        day.missed += one.disagreement.kind is DisagreementKind.MISSED_PICKUP
        day.false_done += one.disagreement.kind is DisagreementKind.DONE_WITHOUT_DROP
