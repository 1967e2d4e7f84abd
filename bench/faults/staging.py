"""Set up the parts of a scenario, and take them down after it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.faults.readings import STEP, Readings
from bench.faults.sizes import Sizes
from bench.faults.stage import Stage
from bench.proxy import proxied
from bench.services.cluster import Cluster
from bench.services.mosquitto import Mosquitto


@asynccontextmanager
async def staged(
    cluster: Cluster,
    sizes: Sizes,
    *,
    sensors: int | None = None,
    instead: dict[int, bytes] | None = None,
    broker_disk_mb: int | None = None,
    broker_changes: dict[str, str] | None = None,
) -> AsyncIterator[Stage]:
    """Set up a scenario's parts and take them down after it."""
    n = sensors or sizes.sensors
    # so far back that nothing is measured in the future, however long the scenario takes
    begin = datetime.now(UTC).replace(microsecond=0) - 2_000 * STEP - timedelta(hours=1)
    readings = Readings(sensors=n, begin=begin, instead=instead or {})
    with TemporaryDirectory(prefix="brimful-faults-") as name:
        folder = Path(name)
        broker = Mosquitto(folder, disk_mb=broker_disk_mb, changes=broker_changes)
        database = await cluster.make_database(readings.town())
        async with proxied(broker.port) as broker_line, proxied(cluster.port) as database_line:
            await broker.start()
            stage = Stage(
                sizes=sizes,
                cluster=cluster,
                broker=broker,
                broker_line=broker_line,
                database_line=database_line,
                database=database,
                readings=readings,
                folder=folder,
            )
            try:
                yield stage
            finally:
                await stage.close()
                await broker.close()
                await cluster.drop_database(database)
