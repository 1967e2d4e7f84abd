"""Published = stored + set aside: sensors with every fault, a real broker, the real ingester."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import store
from core.readings import RejectReason
from simulators.account import Account, Progress
from simulators.csv_formats import FORMATS
from simulators.faults import Fault
from simulators.history import open_history, registry
from simulators.messages import Expected
from simulators.replay import replay, shift_to
from simulators.simulation import Simulation, open_outbox, system_clock
from simulators.town import make_town
from store import readings, rejected
from store.registry import register
from tests.ingest.parts import ingesting, settings_for, until
from tests.services.brokers import Mosquitto
from tests.simulators.parts import as_gateway

pytestmark = pytest.mark.journey
RATES = dict.fromkeys(Fault, 0.02)


async def counted(database_url: str) -> tuple[int, Mapping[RejectReason, int]]:
    async with store.connect(database_url) as conn:
        return await readings.count(conn), await rejected.count(conn)


async def settled(database_url: str, account: Account) -> tuple[int, Mapping[RejectReason, int]]:
    """Wait until as much has arrived as was published, and a moment longer for what is too much."""
    async with asyncio.timeout(60):
        while True:
            stored, aside = await counted(database_url)
            if stored + sum(aside.values()) >= account.readings:
                await asyncio.sleep(0.5)
                return await counted(database_url)
            await asyncio.sleep(0.05)


async def test_a_town_with_every_fault_while_the_broker_restarts(
    mosquitto: Mosquitto, database_url: str
) -> None:
    now, progress = datetime.now(UTC), Progress()
    town = make_town(seed=5, bins=80, now=now, days=5)
    async with store.connect(database_url) as conn:
        await register(conn, town.registry())
    settings = settings_for(mosquitto, database_url)
    async with ingesting(settings, database_url) as stats:
        await until(lambda: stats.connected)
        async with open_outbox(as_gateway(mosquitto), progress) as outbox:
            simulation = Simulation(
                town=town,
                began_at=now,
                outbox=outbox,
                progress=progress,
                days=5,
                speed=10_000,
                faults=RATES,
            )
            await simulation.backfill()
            mosquitto.restart()
            await simulation.live(timedelta(seconds=2))
        account = progress.account
        stored, aside = await settled(database_url, account)
    assert account.happened.keys() == set(Fault)
    assert account.nobody_listened == 0
    assert (stored, sum(aside.values())) == (account.stored, account.set_aside)
    assert aside[RejectReason.UNKNOWN_SENSOR] == account.counts[Expected.UNKNOWN_SENSOR]
    assert (
        aside[RejectReason.NOT_JSON] + aside[RejectReason.INVALID_READING]
        == account.counts[Expected.UNREADABLE]
    )
    assert account.readings == stored + sum(aside.values())


@pytest.mark.parametrize("name", ["wyndham", "prague"])
async def test_a_real_history_is_stored_whole(
    mosquitto: Mosquitto, database_url: str, shared_data: Path, name: str
) -> None:
    progress = Progress()
    path = shared_data / "data" / "fill" / name / "fill.csv.gz"
    settings = settings_for(mosquitto, database_url)
    with open_history(path, FORMATS[name]) as history:
        shift = shift_to(history, datetime.now(UTC))
        async with store.connect(database_url) as conn:
            await register(conn, registry(history, shift=shift))
        async with ingesting(settings, database_url) as stats:
            await until(lambda: stats.connected)
            async with open_outbox(as_gateway(mosquitto), progress) as outbox:
                replayed = await replay(
                    history, outbox, shift=shift, clock=system_clock, last_days=120
                )
            found = await settled(database_url, progress.account)
    assert replayed.published + replayed.repeated + replayed.passed_over == history.rows
    assert found == (replayed.published, {})
    assert progress.account.readings == replayed.published > 1_000


async def test_what_a_file_says_twice_and_differently(
    mosquitto: Mosquitto, database_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "twice.csv"
    path.write_text(
        "bin_id;measured_at;fill_pct\n"
        "a;2026-01-01;10\na;2026-01-01;10\na;2026-01-01;30\na;2026-01-01;30\na;2026-01-01;40\n"
        "b;2026-01-01;50\nb;2026-01-02;x\n"
    )
    progress = Progress()
    settings = settings_for(mosquitto, database_url)
    with open_history(path, FORMATS["csv"]) as history:
        shift = shift_to(history, datetime.now(UTC))
        async with store.connect(database_url) as conn:
            await register(conn, registry(history, shift=shift))
        async with ingesting(settings, database_url) as stats:
            await until(lambda: stats.connected)
            async with open_outbox(as_gateway(mosquitto), progress) as outbox:
                replayed = await replay(history, outbox, shift=shift, clock=system_clock)
            stored, aside = await settled(database_url, progress.account)
    assert (history.rows, history.bad_rows) == (6, 1)
    assert (replayed.published, replayed.repeated, replayed.conflicting) == (4, 2, 2)
    assert (stored, aside) == (2, {RejectReason.CONFLICTING_READING: 2})
    assert (progress.account.stored, progress.account.set_aside) == (2, 2)
