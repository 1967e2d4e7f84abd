"""The ingester was away for a day: all that time's messages wait at the broker."""

import time

from bench.faults.result import Result, conclude
from bench.faults.sizes import Sizes
from bench.faults.stage import staged
from bench.services.cluster import Cluster

NAME = "backlog"


async def play(cluster: Cluster, sizes: Sizes) -> Result:
    """Publish the day's messages into a session that nobody serves; then serve it."""
    async with staged(cluster, sizes, sensors=sizes.backlog_sensors) as stage:
        first = stage.ingester()
        await first.connected()
        await first.stop()
        began = time.monotonic()
        await stage.publish(sizes.backlog)
        stage.notes["published_in_s"] = round(time.monotonic() - began, 1)
        stage.notes["broker_mb"] = round(stage.broker.memory_mb)
        last = stage.ingester()
        stage.mended()
        result = await conclude(stage, NAME)
        stage.notes["ingester_mb"] = round(last.memory_mb)
        if stage.caught_up_s:
            stage.notes["readings_per_s"] = round(sizes.backlog / stage.caught_up_s)
        return result
