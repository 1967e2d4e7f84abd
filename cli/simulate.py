"""``brimful simulate``: a whole town of sensors and crews, with faults on demand."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

import store
from cli.broker_settings import broker_of
from cli.common import AsJson, print_json, read_settings, run, until_stopped
from cli.crew_tokens import make_crew_tokens
from cli.registering import store_registry
from cli.telling import keep_telling, tell, tell_idle_crews
from core.errors import InvalidInputError
from core.settings import Settings
from simulators.account import Progress
from simulators.crews import CrewSettings
from simulators.faults import Fault, parse_faults
from simulators.osm import write_osm
from simulators.simulation import Simulation, open_outbox
from simulators.town import MOST_BINS, Town, make_town

TOKENS_LAST = timedelta(days=1)
MOST_DAYS, MOST_SPEED = 3_000, 100_000.0


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the command line asked for."""

    town: Town
    now: datetime
    days: int
    live: timedelta | None
    speed: float
    faults: Mapping[Fault, float]
    crews: bool
    api_url: str
    tokens_file: Path | None
    write_registry: Path | None
    write_streets: Path | None
    register: bool
    quiet: bool


def simulate_command(
    *,
    bins: Annotated[int, typer.Option(min=1, max=MOST_BINS, help="Bins in the town.")] = 300,
    seed: Annotated[int, typer.Option(help="The same seed and bins make the same town.")] = 1,
    days: Annotated[
        int, typer.Option(min=0, max=MOST_DAYS, help="Days of history published first.")
    ] = 14,
    live_s: Annotated[
        float | None,
        typer.Option(min=0, help="Seconds of live readings after that; until Ctrl-C when absent."),
    ] = None,
    speed: Annotated[
        float,
        typer.Option(
            min=0.01,
            max=MOST_SPEED,
            help="Town seconds in one of ours: bins fill and crews drive so much faster. What is "
            "sent carries our time.",
        ),
    ] = 1.0,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=RATE",
            help=f"Share of the readings with this fault, for example late=0.05; may be repeated. "
            f"NAME: {', '.join(Fault)}.",
        ),
    ] = None,
    crews: Annotated[
        bool,
        typer.Option(
            "--crews/--no-crews", help="Let crews drive their rounds; needs --register or --tokens."
        ),
    ] = False,
    api_url: Annotated[
        str | None, typer.Option(help="Where crews find Brimful; the API's settings say if absent.")
    ] = None,
    tokens_file: Annotated[
        Path | None,
        typer.Option("--tokens", metavar="FILE", help='Crews\' tokens: {"crew_id": "token", ...}.'),
    ] = None,
    write_registry: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the town for `brimful register` and go on."),
    ] = None,
    register: Annotated[
        bool,
        typer.Option(
            "--register",
            help="Register the town in the database first; crews get tokens for one day.",
        ),
    ] = False,
    write_streets: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.osm.pbf",
            help="Write the town's streets for `brimful roads build` and go on.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run an invented town against the configured broker (BRIMFUL_MQTT_*) and API.

    First two weeks of history, then live readings and crews. At the end an account: every
    reading published must be stored or set aside. docs/simulating.md explains all of it.
    """
    settings = read_settings()
    now = datetime.now(UTC)
    wishes = Wishes(
        town=make_town(seed=seed, bins=bins, now=now, days=days),
        now=now,
        days=days,
        live=None if live_s is None else timedelta(seconds=live_s),
        speed=speed,
        faults=_faults(fault or []),
        crews=crews,
        api_url=api_url or f"http://{settings.api_host}:{settings.api_port}",
        tokens_file=tokens_file,
        write_registry=write_registry,
        write_streets=write_streets,
        register=register,
        quiet=as_json,
    )
    progress = Progress()
    run(until_stopped(_simulate(settings, wishes, progress)))
    if as_json:
        print_json(progress.as_dict())
    else:
        tell(progress.as_dict(), progress)
    if crews:
        tell_idle_crews(progress.crews)


def _faults(texts: list[str]) -> Mapping[Fault, float]:
    try:
        return parse_faults(texts)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--fault") from error


async def _simulate(settings: Settings, wishes: Wishes, progress: Progress) -> None:
    """Prepare the town, publish its history, then let it live."""
    _write_registry(wishes)
    await asyncio.to_thread(_write_streets, wishes)
    crew_settings = await _crew_settings(settings, wishes)
    if wishes.days == 0 and wishes.live == timedelta(0):
        return  # nothing to publish: neither broker nor password are needed
    async with open_outbox(broker_of(settings), progress) as outbox:
        simulation = Simulation(
            town=wishes.town,
            began_at=wishes.now,
            outbox=outbox,
            progress=progress,
            days=wishes.days,
            speed=wishes.speed,
            faults=wishes.faults,
        )
        async with asyncio.TaskGroup() as tasks:
            beside = [] if wishes.quiet else [tasks.create_task(keep_telling(progress))]
            await simulation.backfill()
            if crew_settings is not None:
                beside.append(tasks.create_task(simulation.crews(crew_settings), name="crews"))
            await simulation.live(wishes.live)
            for task in beside:
                task.cancel()


def _write_registry(wishes: Wishes) -> None:
    if wishes.write_registry is None:
        return
    try:
        wishes.write_registry.write_text(
            wishes.town.registry().model_dump_json(indent=2, exclude_none=True) + "\n",
            encoding="utf-8",
        )
    except OSError as error:
        raise InvalidInputError(
            f"{wishes.write_registry}: cannot be written: {error.strerror}"
        ) from error


def _write_streets(wishes: Wishes) -> None:
    if wishes.write_streets is None:
        return
    try:
        write_osm(wishes.town.streets, wishes.write_streets)
    except (OSError, RuntimeError) as error:  # the latter is osmium's
        raise InvalidInputError(f"{wishes.write_streets}: cannot be written: {error}") from error


async def _crew_settings(settings: Settings, wishes: Wishes) -> CrewSettings | None:
    """Register the town where that was asked for, and find the crews' tokens."""
    crew_tokens = {} if wishes.tokens_file is None else _read_tokens(wishes.tokens_file)
    if wishes.crews and not crew_tokens and not wishes.register:
        raise InvalidInputError("--crews needs the crews' tokens: give --tokens FILE or --register")
    if wishes.crews and not wishes.api_url.startswith(("http://", "https://")):
        raise InvalidInputError(f"--api-url {wishes.api_url!r} must begin with http:// or https://")
    if wishes.register:
        url = settings.database_url.get_secret_value()
        async with store.connect(
            url, application="simulate", timeout_s=settings.database_timeout_s
        ) as conn:
            await store_registry(
                conn, wishes.town.registry(), source="a simulated town", now=wishes.now
            )
            if wishes.crews and not crew_tokens:
                crew_tokens = await make_crew_tokens(
                    conn, wishes.town.crews, now=wishes.now, expires_at=wishes.now + TOKENS_LAST
                )
    if not wishes.crews:
        return None
    return CrewSettings(api_url=wishes.api_url, tokens=crew_tokens, seed=wishes.town.seed)


def _read_tokens(path: Path) -> dict[str, str]:
    try:
        return TypeAdapter(dict[str, str]).validate_python(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise InvalidInputError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, ValidationError) as error:
        raise InvalidInputError(
            f'{path}: must be a JSON object like {{"crew-general-1": "brimful_..."}}'
        ) from error
