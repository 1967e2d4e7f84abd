"""What the ingest tests share: a small town, payloads, a publisher that counts only promises."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import aiomqtt
import psycopg
from psycopg import sql
from pydantic import SecretStr

import store
from cli.embedded import BrokerAddress
from core.registry import BinRecord, DepotRecord, Registry, SensorRecord
from core.rules.trust_limits import TrustLimits
from core.settings import Settings
from core.wire import readings_topic
from ingest.messages import Limits, Message
from ingest.service import ingest
from ingest.stats import Stats
from store import readings, registry, rejected
from tests.services.brokers import Mosquitto
from tests.services.engine import Engine

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MOUNTED = datetime(2020, 1, 1, tzinfo=UTC)
LIMITS = Limits(
    payload_max_bytes=1_048_576,
    oldest=timedelta(days=3_650),
    clock_tolerance=timedelta(minutes=5),
    trust=TrustLimits(),
)


def town(bins: int = 3) -> Registry:
    """Bins b0, b1, ... with the sensors s0, s1, ... mounted since 2020."""
    return Registry(
        depots=[DepotRecord(depot_id="d", name="Depot", lon=14.4, lat=50.1)],
        bins=[
            BinRecord(
                bin_id=f"b{n}",
                name=f"Street {n}",
                stream="paper",
                capacity_l=1_100,
                depot_id="d",
                empty_distance_mm=1_200,
                full_distance_mm=200,
            )
            for n in range(bins)
        ],
        sensors=[
            SensorRecord(sensor_id=f"s{n}", bin_id=f"b{n}", mounted_at=MOUNTED) for n in range(bins)
        ],
    )


async def settle_town(database_url: str, bins: int = 3) -> None:
    """Register the town and commit it."""
    async with store.connect(database_url) as conn:
        await registry.register(conn, town(bins))


def reading(at: datetime = NOW, fill_pct: float = 50.0, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of a message
    """Return a native reading as a sensor writes it."""
    return {"measured_at": at.isoformat(), "fill_pct": fill_pct, **fields}


def payload(*elements: object) -> bytes:
    """Return one element as itself and several as an array."""
    return json.dumps(elements[0] if len(elements) == 1 else elements).encode()


def message(content: object, sensor: str = "s0", at: datetime = NOW) -> Message:
    """Return a message as received; bytes are taken as they are."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Message(topic=readings_topic(sensor), payload=raw, received_at=at)


def settings_for(
    broker: Mosquitto,
    database_url: str = "",
    **changes: Any,  # noqa: ANN401 - any of the settings
) -> Settings:
    """Return settings for the broker's ingest user."""
    values = {
        "database_url": SecretStr(database_url),
        "database_timeout_s": 2.0,
        "mqtt_host": broker.host,
        "mqtt_port": broker.port,
        "mqtt_username": broker.username,
        "mqtt_password": SecretStr(broker.password),
        **changes,
    }
    return Settings.model_validate(values)


@asynccontextmanager
async def ingesting(settings: Settings, database_url: str) -> AsyncIterator[Stats]:
    """Run an ingester while the block lasts; one that fails by itself fails the test."""
    stats = Stats()
    async with (
        store.open_pool(database_url, application="test", timeout_s=2.0) as pool,
        asyncio.TaskGroup() as tasks,
    ):
        task = tasks.create_task(ingest(settings, pool, stats=stats))
        yield stats
        task.cancel()


async def until(condition: Callable[[], bool], *, limit_s: float = 60.0) -> None:
    """Wait for a condition; a test that waits longer has failed."""
    async with asyncio.timeout(limit_s):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event to set
            await asyncio.sleep(0.02)


async def subscribed_once(settings: Settings, database_url: str) -> None:
    """Connect an ingester once, so that the broker keeps messages for it from now on."""
    async with ingesting(settings, database_url) as stats:
        await until(lambda: stats.connected)


async def eventually(condition: Callable[[], Awaitable[bool]], *, limit_s: float = 60.0) -> None:
    """Wait for a condition that has to be asked for, in a database for example."""
    async with asyncio.timeout(limit_s):
        while not await condition():  # noqa: ASYNC110 - what is waited for has no event to set
            await asyncio.sleep(0.01)


async def publish(
    broker: Mosquitto | BrokerAddress, messages: Iterable[tuple[str, bytes]], qos: int = 1
) -> int:
    """Publish as the gateway; return how many the broker has promised to keep (PUBACK)."""
    promised = 0
    who = broker.gateway if isinstance(broker, Mosquitto) else None
    async with aiomqtt.Client(
        broker.host,
        broker.port,
        username=None if who is None else who.username,
        password=None if who is None else who.password,
        max_inflight_messages=200,
    ) as client:
        queue = list(messages)
        for start in range(0, len(queue), 100):
            part = queue[start : start + 100]
            await asyncio.gather(*(client.publish(topic, raw, qos=qos) for topic, raw in part))
            promised += len(part)
    return promised


async def counted(database_url: str) -> tuple[int, dict[str, int]]:
    """Return the stored readings and those set aside by reason."""
    async with store.connect(database_url) as conn:
        aside = await rejected.count(conn)
        return await readings.count(conn), {str(reason): n for reason, n in aside.items()}


@asynccontextmanager
async def database_away(engine: Engine, database_url: str) -> AsyncIterator[None]:
    """Throw everyone out of the database and let nobody in while the block lasts."""
    name = urlsplit(database_url).path.removeprefix("/")
    admin = await psycopg.AsyncConnection.connect(engine.admin_url, autocommit=True)
    allow = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}")
    async with admin:
        await admin.execute(allow.format(sql.Identifier(name), sql.Literal(False)))
        await admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            [name],
        )
        try:
            yield
        finally:
            await admin.execute(allow.format(sql.Identifier(name), sql.Literal(True)))
