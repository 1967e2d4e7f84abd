"""``brimful emptyings``: what was emptied and who says so; where crews and sensors disagree."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import store
from cli.common import AsJson, print_json, read_settings, run
from cli.moments import parse_moment
from core.rules.in_words import number
from core.settings import Settings
from ingest.service import utc_now
from store.emptying_account import account
from store.emptyings import BinStop
from store.known_emptyings import Account, Disputed, Emptying

DEFAULT_SPAN = timedelta(days=7)
LONGEST_SPAN = timedelta(days=366)


def emptyings_command(
    *,
    disagreements: Annotated[
        bool,
        typer.Option(
            "--disagreements", help="Only what does not go together: missed, no drop, unreported."
        ),
    ] = False,
    since: Annotated[
        datetime | None,
        typer.Option(parser=parse_moment, metavar="TIME", help="At or after; else 7 days ago."),
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(parser=parse_moment, metavar="TIME", help="Before; else now.")
    ] = None,
    bin_id: Annotated[
        str | None, typer.Option("--bin", metavar="ID", help="Only this bin.")
    ] = None,
    depot: Annotated[
        str | None, typer.Option(metavar="ID", help="Only bins of this depot.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List emptyings, oldest first: known by a crew's mark, by a sensor, or by both.

    What cannot be known yet is no disagreement: the readings after a mark have to come, and phones
    that were offline have to send theirs. docs/api.md says what each kind means.
    """
    now = utc_now()
    until = until or now
    since = since or until - DEFAULT_SPAN
    if not since < until <= since + LONGEST_SPAN:
        raise typer.BadParameter("--until must be later than --since, by a year at most")
    found = run(_account(read_settings(), since, until, now, bin_id=bin_id, depot_id=depot))
    if as_json:
        items = (
            [_disputed(one) for one in found.disagreements]
            if disagreements
            else [_emptying(one) for one in found.emptyings]
        )
        print_json({"since": since, "until": until, "counts": _counts(found), "items": items})
        return
    rows = _disputed_table(found.disagreements) if disagreements else _table(found.emptyings)
    if rows.row_count:
        Console().print(rows)
    counts = _counts(found)
    by = ", ".join(f"{n} {name}" for name, n in counts["known_by"].items())
    odd = ", ".join(f"{n} {name}" for name, n in counts["disagreements"].items())
    typer.echo(
        f"{len(found.emptyings)} emptyings{f' (known by: {by})' if by else ''}; "
        f"disagreements: {odd or 'none'}"
    )


async def _account(
    settings: Settings,
    since: datetime,
    until: datetime,
    now: datetime,
    *,
    bin_id: str | None,
    depot_id: str | None,
) -> Account:
    async with store.connect(
        settings.database_url.get_secret_value(),
        application="emptyings",
        timeout_s=settings.database_timeout_s,
    ) as conn:
        return await account(
            conn,
            since=since,
            until=until,
            now=now,
            limits=settings.trust_limits,
            tolerance=settings.emptying_tolerance,
            round_slack=settings.emptying_round_slack,
            bin_id=bin_id,
            depot_id=depot_id,
        )


def _counts(found: Account) -> dict[str, dict[str, int]]:
    kinds = Counter(str(one.disagreement.kind) for one in found.disagreements)
    return {
        "known_by": dict(Counter(str(one.known_by) for one in found.emptyings).most_common()),
        "disagreements": dict(kinds.most_common()),
    }


def _table(found: Sequence[Emptying]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("emptied (UTC)", "bin", "known by", "before %", "after %", "crew", "but"):
        table.add_column(name, overflow="fold")
    for e in found:
        table.add_row(
            f"{e.emptied_at:%Y-%m-%d %H:%M}",
            escape(e.bin_id),
            e.known_by,
            "" if e.fill_before_pct is None else number(e.fill_before_pct),
            "" if e.fill_after_pct is None else number(e.fill_after_pct),
            _crew(e.stop),
            e.disagreement or "",
        )
    return table


def _disputed_table(found: Sequence[Disputed]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("when (UTC)", "what", "bin", "crew", "evidence"):
        table.add_column(name, overflow="fold")
    for d in found:
        one = d.disagreement
        at = f"{one.at:%Y-%m-%d %H:%M}"
        table.add_row(at, one.kind, escape(one.bin_id), _crew(d.stop), escape(one.detail))
    return table


def _crew(stop: BinStop | None) -> str:
    return "" if stop is None else escape(stop.crew_id or stop.vehicle_id)


def _emptying(one: Emptying) -> dict[str, Any]:
    return {
        "bin_id": one.bin_id,
        "emptied_at": one.emptied_at,
        "known_by": one.known_by,
        "fill_before_pct": one.fill_before_pct,
        "fill_after_pct": one.fill_after_pct,
        "disagreement": one.disagreement,
        **_evidence(one),
    }


def _disputed(one: Disputed) -> dict[str, Any]:
    return {
        "kind": one.disagreement.kind,
        "bin_id": one.disagreement.bin_id,
        "at": one.disagreement.at,
        "detail": one.disagreement.detail,
        **_evidence(one),
    }


def _evidence(one: Emptying | Disputed) -> dict[str, Any]:
    stop, sensed = one.stop, one.sensed
    return {
        "stop_id": None if stop is None else stop.planned.stop_id,
        "round_id": None if stop is None else stop.round_id,
        "crew_id": None if stop is None else stop.crew_id,
        "arrives_at": None if stop is None else stop.planned.arrives_at,
        "reported_at": None if stop is None else stop.planned.reported_at,
        "sensor_id": None if sensed is None else sensed.sensor_id,
        "not_before": None if sensed is None else sensed.emptying.not_before,
        "not_after": None if sensed is None else sensed.emptying.emptied_at,
    }
