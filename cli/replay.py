"""``brimful replay FILE.csv``: publish a real history as if it had just happened."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

import store
from cli.broker_settings import broker_of
from cli.common import AsJson, print_json, read_settings, run
from cli.registering import counts, store_registry
from cli.replay_told import account_of, introduce
from cli.telling import keep_telling, tell
from core.plausible import EARLIEST
from core.rules.onboarding import FUTURE_MAX
from core.settings import Settings
from simulators.account import Progress
from simulators.csv_formats import FORMATS, CsvFormat, parse_map
from simulators.history import History, open_history, registry
from simulators.replay import doubts, replay, shift_to
from simulators.simulation import open_outbox, system_clock


class Format(StrEnum):
    """Files that need no mapping, and all others."""

    WYNDHAM = "wyndham"
    PRAGUE = "prague"
    CSV = "csv"


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the command line asked for."""

    file: Path
    format_: CsvFormat
    speed: float
    register: bool
    now: datetime
    until: datetime
    last_days: int | None
    quiet: bool


def replay_command(
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv[.gz]", help="The history.")],
    format_: Annotated[
        Format, typer.Option("--format", help="wyndham and prague need no --map.")
    ] = Format.CSV,
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="FIELD=COLUMN",
            help="Which column is bin_id, measured_at, fill_pct (these three are needed), stream, "
            "lon, lat, threshold_pct, name; may be repeated. Columns of our own names need none.",
        ),
    ] = None,
    scale: Annotated[
        float | None, typer.Option(help="The value that means 100 %; 100 when absent.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="IANA zone of times without an offset; UTC when absent.")
    ] = None,
    capacity_l: Annotated[
        float | None, typer.Option(help="Capacity assumed for every bin, for --register.")
    ] = None,
    speed: Annotated[
        float,
        typer.Option(min=0, help="0: as fast as the broker takes it; else times real time."),
    ] = 0.0,
    register: Annotated[
        bool,
        typer.Option(
            "--register",
            help="First register the file's bins and sensors, with an invented depot and lorries.",
        ),
    ] = False,
    until: Annotated[
        str, typer.Option(metavar="TIME", help="Where the last reading is moved to, RFC 3339.")
    ] = "now",
    last_days: Annotated[
        int | None, typer.Option(min=1, help="Only so many days before the last reading.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Publish a real history over MQTT, moved in time so that its last reading is now.

    A bad row is named with its line and column, passed over and counted. At the end an account:
    every reading published must be stored or set aside. docs/simulating.md explains all of it.
    """
    settings, now = read_settings(), datetime.now(UTC)
    wishes = Wishes(
        file=file,
        format_=_format(format_, map_ or [], scale=scale, timezone=timezone, capacity_l=capacity_l),
        speed=speed,
        register=register,
        now=now,
        until=_time(until, now=now),
        last_days=last_days,
        quiet=as_json,
    )
    progress = Progress()
    document = run(_replay(settings, wishes, progress))
    if as_json:
        print_json(document)
    else:
        tell(document, progress)


def _format(
    name: Format,
    maps: list[str],
    *,
    scale: float | None,
    timezone: str | None,
    capacity_l: float | None,
) -> CsvFormat:
    try:
        format_ = parse_map(FORMATS[name], maps)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--map") from error
    if scale is not None:
        if not 0 < scale < float("inf"):
            raise typer.BadParameter("must be more than 0", param_hint="--scale")
        format_ = replace(format_, scale=scale)
    if capacity_l is not None:
        if not 0 < capacity_l <= 60_000:
            raise typer.BadParameter("must be within 0 and 60000", param_hint="--capacity-l")
        format_ = replace(format_, capacity_l=capacity_l)
    if timezone is not None:
        try:
            zone = ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise typer.BadParameter(
                f"{timezone!r} is not an IANA time zone", param_hint="--timezone"
            ) from error
        format_ = replace(format_, timezone=zone, depot_timezone=timezone)
    return format_


def _time(text: str, *, now: datetime) -> datetime:
    if text == "now":
        return now
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise typer.BadParameter(
            f"{text!r} is no time with offset; write 2026-03-02T06:15:00Z", param_hint="--until"
        )
    if at < EARLIEST:
        raise typer.BadParameter(f"{text} is before {EARLIEST.year}", param_hint="--until")
    if at > now + FUTURE_MAX:
        raise typer.BadParameter(
            f"{text} is more than {FUTURE_MAX.days} day ahead: Brimful would set readings aside",
            param_hint="--until",
        )
    return at


async def _replay(settings: Settings, wishes: Wishes, progress: Progress) -> Mapping[str, object]:
    """Read the file, register its bins if asked to, publish it; returns the account."""
    with open_history(wishes.file, wishes.format_) as history:
        shift = shift_to(history, wishes.until)
        oldest = timedelta(days=settings.ingest_oldest_days)
        doubted = doubts(
            history, shift=shift, now=wishes.now, oldest=oldest, last_days=wishes.last_days
        )
        if not wishes.quiet:
            introduce(history, shift, doubts=doubted, register=wishes.register)
        registered = None
        if wishes.register:
            registered = await _register(
                settings, history, shift, source=wishes.file.name, now=wishes.now
            )
        async with open_outbox(broker_of(settings), progress) as outbox:
            telling = None if wishes.quiet else asyncio.create_task(keep_telling(progress))
            replayed = await replay(
                history,
                outbox,
                shift=shift,
                clock=system_clock,
                last_days=wishes.last_days,
                oldest=oldest,
                speed=wishes.speed,
            )
            if telling is not None:
                telling.cancel()
    account = account_of(history, replayed, progress, registered=registered)
    if not wishes.quiet:
        return account  # the rest was said before anything was sent
    return {
        **account,
        "bad_row_examples": [str(bad) for bad in history.bad_examples],
        "warnings": doubted,
    }


async def _register(
    settings: Settings, history: History, shift: timedelta, *, source: str, now: datetime
) -> Mapping[str, int]:
    found = registry(history, shift=shift)
    url = settings.database_url.get_secret_value()
    async with store.connect(
        url, application="replay", timeout_s=settings.database_timeout_s
    ) as conn:
        await store_registry(conn, found, source=source, now=now)
    return counts(found)
