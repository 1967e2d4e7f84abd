"""``brimful forecast``: what is expected of every bin, and how good such forecasts have been."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import store
from cli.common import AsJson, print_json, read_settings, run
from core.errors import NotFoundError
from core.fleet import Depot
from core.forecasts import BAND_STEP, BinForecast
from core.levels import Level
from core.settings import Settings
from routing.forecasting import forecast_and_choose
from routing.outlook import Chances
from store import fleet
from store.levels import levels
from store.samples import samples

type _Rows = Sequence[tuple[Level, BinForecast]]


def forecast_command(
    *,
    depot: Annotated[
        str | None, typer.Option("--depot", metavar="ID", help="Bins of this depot; else of all.")
    ] = None,
    stream: Annotated[str | None, typer.Option(help="Only bins of this stream.")] = None,
    bin_id: Annotated[
        str | None, typer.Option("--bin", metavar="ID", help="Only this bin.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most bins in the table.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Forecast every bin now: the next two days, when it is full, how likely it overflows.

    Those likeliest to overflow before the chance after the next come first. In brackets is what 10
    and 90 % of such days stay below. The grade says by how many points this bin's forecasts a day
    ahead have been off on average: high within 6, medium within 12. Nothing is stored.
    """
    found = run(_forecasts(read_settings(), depot_id=depot))
    chosen = [
        (depot_of, level, one)
        for depot_of, rows in found
        for level, one in rows
        if bin_id in {None, one.bin_id} and stream in {None, level.bin.stream}
    ]
    if not chosen and (bin_id is not None or stream is not None):
        run(_nothing_found(bin_id=bin_id, stream=stream))
    chosen.sort(key=lambda row: (-row[2].overflow_probability, row[2].bin_id))
    if as_json:
        print_json({"bins": [_document(level, one) for _, level, one in chosen]})
        return
    console = Console()
    console.print(_table(chosen[:limit]))
    if len(chosen) > limit:
        console.print(f"and {len(chosen) - limit:,} less likely ones: --limit, or --json for all")


async def _nothing_found(*, bin_id: str | None, stream: str | None) -> None:
    which = "no bin" if bin_id is None else f"no bin {bin_id}"
    raise NotFoundError(f"{which} among these" + ("" if stream is None else f" takes {stream}"))


async def _forecasts(settings: Settings, *, depot_id: str | None) -> list[tuple[Depot, _Rows]]:
    now = datetime.now(UTC)
    async with store.open_pool(
        settings.database_url.get_secret_value(),
        application="forecast",
        max_size=1,
        timeout_s=settings.database_timeout_s,
    ) as pool:
        async with store.transaction(pool) as conn:
            depots = [d for d in await fleet.depots(conn) if depot_id in {None, d.depot_id}]
        if not depots:
            raise NotFoundError(f"no depot {depot_id or ''} is registered")
        return [(depot, await _of_depot(pool, depot, settings, now)) for depot in depots]


async def _of_depot(pool: store.Pool, depot: Depot, settings: Settings, now: datetime) -> _Rows:
    async with store.transaction(pool) as conn:
        some = await levels(
            conn, now=now, stale_after=settings.stale_after, depot_id=depot.depot_id
        )
        history = await samples(
            conn,
            depot.depot_id,
            since=now - timedelta(days=settings.plan_history_days),
            until=now,
        )
        vehicles = await fleet.vehicles(conn, depot.depot_id)
    ahead = await asyncio.to_thread(
        forecast_and_choose,
        depot,
        some,
        history,
        now=now,
        chances=Chances.of(
            now,
            interval=timedelta(hours=settings.plan_round_interval_h),
            shift_s=max((v.shift_s for v in vehicles), default=0),
        ),
        aims=settings.aims,
    )
    return list(zip(some, ahead.forecasts, strict=True))


def _table(rows: Sequence[tuple[Depot, Level, BinForecast]]) -> Table:
    # Eighty columns have to hold it: what cannot be shortened is not wrapped, ids are.
    table = Table(
        box=None,
        pad_edge=False,
        header_style="bold",
        title="Expected, as long as nobody empties",
        title_justify="left",
    )
    table.add_column("bin", overflow="fold")
    table.add_column("stream", overflow="fold")
    for name in ("now %", "in 24 h", "%/day", "overflow", "full", "grade"):
        table.add_column(name, justify="right", no_wrap=True)
    day = round(timedelta(days=1) / BAND_STEP)
    for depot, level, one in rows:
        zone = ZoneInfo(depot.timezone)
        error_pct = one.checked.error_pct
        table.add_row(
            escape(one.bin_id),
            level.bin.stream,
            "?" if level.fill_pct is None else f"{level.fill_pct:.0f}",
            f"{one.median_pct[day]:.0f} ({one.low_pct[day]:.0f}-{one.high_pct[day]:.0f})",
            f"{one.pct_per_day:.1f}",
            f"{100 * one.overflow_probability:.1f} %",
            "later" if one.full_at is None else f"{one.full_at.astimezone(zone):%d %b %H:%M}",
            one.checked.grade.value + ("" if error_pct is None else f" {error_pct:.1f}"),
        )
    return table


def _document(level: Level, one: BinForecast) -> Mapping[str, Any]:
    return {
        "bin_id": one.bin_id,
        "stream": level.bin.stream,
        "fill_pct": level.fill_pct,
        "measured_at": level.measured_at,
        "made_at": one.made_at,
        "basis": one.basis.value,
        "grade": one.checked.grade.value,
        "error_pct": one.checked.error_pct,
        "checks": one.checked.checks,
        "pct_per_day": one.pct_per_day,
        "overflow_probability": one.overflow_probability,
        "next_chance_at": one.next_chance_at,
        "full_at": one.full_at,
        "bands": [
            {
                "at": band.at,
                "low_pct": band.low_pct,
                "median_pct": band.median_pct,
                "high_pct": band.high_pct,
            }
            for band in one.overview()
        ],
    }
