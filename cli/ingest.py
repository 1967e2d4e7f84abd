"""``brimful ingest``: the service between the MQTT broker and the database."""

import asyncio
import gc
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path
from typing import Annotated, NoReturn

import typer

import store
from cli.common import read_settings, run, until_stopped
from core.logs import get_logger
from core.settings import Settings
from ingest.leaving import leave
from ingest.metrics import serving_metrics
from ingest.service import ingest
from ingest.stats import Stats
from ingest.watching import watch_database

REPORT_EVERY_S = 10.0
HEARTBEAT_EVERY_S = 5.0
GARBAGE_AFTER_OBJECTS = 50_000
"""About a batch; what has a cycle after all is found by the next one or two."""

_log = get_logger(__name__)


def ingest_command(
    *,
    heartbeat_file: Annotated[
        Path | None,
        typer.Option(
            help="Touch this file every 5 s while the broker is connected and the last batch "
            "could be stored: a container's health check looks at its age.",
        ),
    ] = None,
    for_good: Annotated[
        bool,
        typer.Option(
            "--leave",
            help="Give this ingester up for good: store what waits for BRIMFUL_MQTT_CLIENT_ID at "
            "the broker, end its session there, and stop.",
        ),
    ] = False,
) -> None:
    """Store what the sensors publish over MQTT, until stopped (Ctrl-C or SIGTERM).

    Subscribes to bins/# at the broker (BRIMFUL_MQTT_HOST, BRIMFUL_MQTT_PORT) and writes
    to the database (BRIMFUL_DATABASE_URL). Waits for both, in any order; a reading is acknowledged
    only when it is committed. What cannot be used is kept: see `brimful rejected list`.
    With BRIMFUL_INGEST_METRICS_PORT it serves /metrics to Prometheus.
    """
    settings = read_settings()
    run(until_stopped(_leave(settings) if for_good else _serve(settings, heartbeat_file)))


async def _serve(settings: Settings, heartbeat_file: Path | None) -> None:
    _collect_garbage_seldom()
    stats = Stats()
    try:
        async with (
            serving_metrics(stats, settings) as address,
            _pool(settings) as connections,
            asyncio.TaskGroup() as tasks,
        ):
            if address is not None:
                _log.info("serving metrics", address=address)
            tasks.create_task(_report(stats), name="ingest.report")
            tasks.create_task(watch_database(connections, stats), name="ingest.watch")
            if heartbeat_file is not None:
                tasks.create_task(_beat(stats, heartbeat_file), name="ingest.heartbeat")
            await ingest(settings, connections, stats=stats)
    finally:
        _log.info("stopped", **stats.fields())


def _collect_garbage_seldom() -> None:
    """Spare the collector what it never finds: a batch is thousands of objects and no cycles.

    By default it looks through them after every 2,000, which is a tenth of the ingester's time.
    """
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER_OBJECTS, 10, 10)


async def _leave(settings: Settings) -> None:
    stats = Stats()
    async with _pool(settings) as connections:
        await leave(settings, connections, stats=stats)
    _log.info("left: nothing waits for this client any more", **stats.fields())


def _pool(settings: Settings) -> AbstractAsyncContextManager[store.Pool]:
    return store.open_pool(
        settings.database_url.get_secret_value(),
        application="ingest",
        max_size=settings.database_pool_max,
        timeout_s=settings.database_timeout_s,
    )


async def _report(stats: Stats) -> NoReturn:
    while True:
        await asyncio.sleep(REPORT_EVERY_S)
        _log.info("ingesting", **stats.fields())


async def _beat(stats: Stats, file: Path) -> NoReturn:
    while True:
        if stats.connected and stats.database_up:
            # a full or vanished disk must not stop the ingester: the file's age tells
            with suppress(OSError):
                await asyncio.to_thread(file.touch)
        await asyncio.sleep(HEARTBEAT_EVERY_S)
