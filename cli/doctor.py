"""``brimful doctor``: check what Brimful stands on, and say what to do about each failing line."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

import store
from cli.broker_certificate import WARN_BEFORE, certificate_end
from cli.common import AsJson, print_json, read_settings, run
from cli.doctor_roads import roads_found
from cli.setting_names import given_names, misspelt
from core.errors import BrimfulError
from core.settings import Settings
from ingest.mqtt import probe
from migrations import runner
from store import checks, fleet

OLDEST_POSTGRESQL = 15
CLOCK_TOLERANCE_S = 5.0
CHECK_LIMIT_S = 15.0


class Check(StrEnum):
    """What can be checked."""

    BROKER = "broker"
    DATABASE = "database"
    TIMESCALEDB = "timescaledb"
    MIGRATIONS = "migrations"
    CLOCK = "clock"
    REGISTRY = "registry"
    ROADS = "roads"
    SETTINGS = "settings"


class Verdict(StrEnum):
    """A warning is something to know that stops nothing."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One line: what was found and, unless all is well, what to do."""

    check: Check
    verdict: Verdict
    found: str
    to_do: str = ""


type Examine = Callable[[Settings], Awaitable[tuple[Verdict, str, str]]]


def doctor_command(
    *,
    only: Annotated[
        list[Check] | None, typer.Option("--only", help="Check just this; may be repeated.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check broker, database, TimescaleDB, migrations, clock, registry, roads, settings' names.

    Each failing line says what to do. Ends with 1 if one fails; a warning is no failure.
    """
    findings = run(_examine(read_settings(), only or list(Check)))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        Console().print(_table(findings))
    if any(finding.verdict is Verdict.FAILED for finding in findings):
        raise typer.Exit(1)


async def _examine(settings: Settings, wanted: Sequence[Check]) -> Sequence[Finding]:
    """Check in the order asked for; what needs a database that is away is not tried."""
    first = await asyncio.gather(
        *(_finding(settings, check) for check in (Check.DATABASE, Check.BROKER) if check in wanted)
    )
    found = {finding.check: finding for finding in first}
    database = found.get(Check.DATABASE)
    for check in wanted:
        if check in found:
            continue
        failed = database is not None and database.verdict is Verdict.FAILED
        if failed and check is not Check.SETTINGS:
            found[check] = Finding(
                check=check,
                verdict=Verdict.FAILED,
                found="not checked: it needs the database",
                to_do="mend the database first",
            )
        else:
            found[check] = await _finding(settings, check)
    return [found[check] for check in wanted]


async def _finding(settings: Settings, check: Check) -> Finding:
    try:
        async with asyncio.timeout(CHECK_LIMIT_S):
            verdict, found, to_do = await _EXAMINE[check](settings)
    except (BrimfulError, TimeoutError) as error:
        found = str(error) or f"no answer within {CHECK_LIMIT_S:.0f} s"
        verdict, to_do = Verdict.FAILED, _TO_DO[check]
    return Finding(check=check, verdict=verdict, found=found, to_do=to_do)


async def _broker(settings: Settings) -> tuple[Verdict, str, str]:
    await probe(settings)
    where = f"{settings.mqtt_host}:{settings.mqtt_port}"
    found = f"{where} accepts user and subscription"
    if not settings.mqtt_tls:
        return Verdict.OK, f"{found} (whether readings arrive, only readings tell)", ""
    try:
        until = await certificate_end(settings)
    except OSError as error:
        return Verdict.WARNING, f"{found}; its certificate cannot be read: {error}", "try again"
    found = f"{found} by TLS; its certificate ends on {until:%Y-%m-%d} UTC"
    if until - datetime.now(UTC) < WARN_BEFORE:
        to_do = "renew it before sensors are locked out: brimful broker certificates --renew"
        return Verdict.WARNING, found, to_do
    return Verdict.OK, found, ""


async def _database(settings: Settings) -> tuple[Verdict, str, str]:
    about = await _about(settings)
    if int(about.server_version.partition(".")[0]) < OLDEST_POSTGRESQL:
        to_do = f"upgrade the server to PostgreSQL {OLDEST_POSTGRESQL} or newer"
        return Verdict.FAILED, f"PostgreSQL {about.server_version} is too old", to_do
    return Verdict.OK, f"PostgreSQL {about.server_version} answers", ""


async def _timescaledb(settings: Settings) -> tuple[Verdict, str, str]:
    about = await _about(settings)
    if about.timescaledb is None:
        found = "readings are one plain table"
        if about.timescaledb_installed:
            return Verdict.WARNING, f"TimescaleDB is there, {found}", "run: brimful migrate"
        to_do = "works; for long histories install TimescaleDB, then: brimful migrate"
        return Verdict.WARNING, f"plain PostgreSQL, {found}", to_do
    edition = "community" if about.license == "timescale" else "Apache"
    found = f"TimescaleDB {about.timescaledb}, {edition} edition"
    if edition == "Apache":
        to_do = "works; only the community edition compresses and drops old readings by itself"
        return Verdict.WARNING, found, to_do
    return Verdict.OK, found, ""


async def _migrations(settings: Settings) -> tuple[Verdict, str, str]:
    async with _connect(settings) as conn:
        lines = await runner.status(conn)
    pending = [line.name for line in lines if line.outcome is runner.Outcome.PENDING]
    if pending:
        return Verdict.FAILED, f"not applied: {', '.join(pending)}", "run: brimful migrate"
    passed_over = sum(line.outcome is runner.Outcome.PASSED_OVER for line in lines)
    more = f", {passed_over} passed over on this server" if passed_over else ""
    return Verdict.OK, f"{len(lines) - passed_over} applied{more}", ""


async def _clock(settings: Settings) -> tuple[Verdict, str, str]:
    before = datetime.now(UTC)
    about = await _about(settings)
    middle = before + (datetime.now(UTC) - before) / 2
    apart_s = abs((about.server_time - middle).total_seconds())
    found = f"this machine and the database are {apart_s:.1f} s apart"
    if apart_s > CLOCK_TOLERANCE_S:
        return Verdict.FAILED, found, "let both follow a time server (chrony, systemd-timesyncd)"
    return Verdict.OK, found, ""


async def _registry(settings: Settings) -> tuple[Verdict, str, str]:
    async with _connect(settings) as conn:
        counts = await fleet.counts(conn)
    found = ", ".join(f"{n} {what}" for what, n in counts.items())
    if not all(counts.values()):
        return Verdict.WARNING, found, "register what you own: brimful register FILE (registry.md)"
    return Verdict.OK, found, ""


async def _roads(settings: Settings) -> tuple[Verdict, str, str]:
    verdict, found, to_do = await roads_found(settings)
    return Verdict(verdict), found, to_do


async def _settings(_settings: Settings) -> tuple[Verdict, str, str]:
    # that their values can be used is known by now
    unknown = misspelt(given_names())
    if not unknown:
        return Verdict.OK, "every BRIMFUL_ variable is a setting", ""
    meant = [
        name if near is None else f"{name} (is {near} meant?)" for name, near in unknown.items()
    ]
    found = f"no settings, and ignored: {', '.join(meant)}"
    return Verdict.WARNING, found, "correct or remove them; docs/operating.md lists all settings"


async def _about(settings: Settings) -> checks.About:
    async with _connect(settings) as conn:
        return await checks.about(conn)


def _connect(settings: Settings) -> AbstractAsyncContextManager[store.Connection]:
    return store.connect(
        settings.database_url.get_secret_value(),
        application="doctor",
        timeout_s=settings.database_timeout_s,
    )


_EXAMINE: dict[Check, Examine] = {
    Check.BROKER: _broker,
    Check.DATABASE: _database,
    Check.TIMESCALEDB: _timescaledb,
    Check.MIGRATIONS: _migrations,
    Check.CLOCK: _clock,
    Check.REGISTRY: _registry,
    Check.ROADS: _roads,
    Check.SETTINGS: _settings,
}
_CHECK_DATABASE = "check BRIMFUL_DATABASE_URL, and that the server runs and lets us in"
_TO_DO = {
    Check.BROKER: "check BRIMFUL_MQTT_* and the broker's log",
    Check.DATABASE: _CHECK_DATABASE,
    Check.TIMESCALEDB: _CHECK_DATABASE,
    Check.MIGRATIONS: "run brimful migrate with the version that is to run",
    Check.CLOCK: _CHECK_DATABASE,
    Check.REGISTRY: "run: brimful migrate; then register what you own: brimful register FILE",
    Check.ROADS: "brimful roads build EXTRACT makes them, brimful roads info says what is there",
    Check.SETTINGS: "look at the settings file",
}
_COLOUR = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.FAILED: "bold red"}


def _table(findings: Sequence[Finding]) -> Table:
    table = Table.grid(padding=(0, 2))
    for finding in findings:
        verdict = f"[{_COLOUR[finding.verdict]}]{finding.verdict}[/]"
        table.add_row(verdict, finding.check, finding.found)
        if finding.to_do:
            table.add_row("", "", f"[dim]→ {finding.to_do}[/]")
    return table
