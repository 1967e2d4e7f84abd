"""What the demo stands on: an embedded database and broker, migrated, and settings for both."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

import store
from cli.demo.network import EVERYWHERE
from cli.embedded import embedded_broker, embedded_postgres, sweep
from core.settings import Settings
from migrations.runner import migrate

FOLDER_PREFIX = "brimful-demo-"
POOL_MAX = 20
SOLVE_LIMIT_S = 6.0
"""Short: somebody is watching."""


def demo_settings(environment: Settings) -> Settings:
    """Return the defaults with what the environment says about the API's address and the logs.

    The rest of it is about somebody's server, and could keep the demo from showing anything.
    Nobody having said where to listen, it is everywhere: a phone is to find it.
    """
    host_is_given = "api_host" in environment.model_fields_set
    return Settings.model_construct(
        api_host=environment.api_host if host_is_given else EVERYWHERE,
        api_port=environment.api_port,
        log_level=environment.log_level,
        log_format=environment.log_format,
    )


@asynccontextmanager
async def embedded_services(base: Settings) -> AsyncIterator[Settings]:
    """Run both on a temporary folder while the block lasts; yields the settings to use.

    What killed demos left is cleared away first.
    """
    await asyncio.to_thread(sweep, FOLDER_PREFIX)
    # What cannot be removed must not hide the error that led here.
    with TemporaryDirectory(prefix=FOLDER_PREFIX, ignore_cleanup_errors=True) as folder:
        async with embedded_postgres(Path(folder)) as url, embedded_broker() as broker:
            yield base.model_copy(
                update={
                    "database_url": SecretStr(url),
                    "database_pool_max": POOL_MAX,
                    "mqtt_host": broker.host,
                    "mqtt_port": broker.port,
                    "mqtt_protocol": "3.1.1",
                    "plan_solve_limit_s": SOLVE_LIMIT_S,
                    # built once there is a town
                    "roads": str(Path(folder) / "roads"),
                    "map": Path(folder) / "map",
                }
            )


@asynccontextmanager
async def migrated_pool(settings: Settings) -> AsyncIterator[store.Pool]:
    """Create the tables and open a pool for every part of the demo."""
    url = settings.database_url.get_secret_value()
    async with store.connect(url, application="migrate") as conn:
        await migrate(conn)
    async with store.open_pool(url, application="demo", max_size=POOL_MAX) as pool:
        yield pool
