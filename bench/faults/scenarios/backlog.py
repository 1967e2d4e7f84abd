"""The ingester was away for a day: all that time's messages wait at the broker."""

import time

from bench.faults.result import Result, conclude
from bench.faults.sizes import Sizes
from bench.faults.stage import Stage
from bench.faults.staging import staged
from bench.services.cluster import Cluster

NAME = "backlog"


async def play(cluster: Cluster, sizes: Sizes) -> Result:
    """Publish a day's messages for an ingester that is away, restart the broker, catch up."""
    async with staged(cluster, sizes, sensors=sizes.backlog_sensors) as stage:
        first = stage.ingester()
        await first.connected()
        await first.stop()
        await stage.publish(sizes.backlog)
        stage.notes["broker_mb"] = round(stage.broker.memory_mb)
        await _restart_the_broker(stage)
        last = stage.ingester()
        stage.mended()
        result = await conclude(stage, NAME)
        stage.notes["ingester_mb"] = round(last.memory_mb)
        if stage.caught_up_s:
            stage.notes["readings_per_s"] = round(sizes.backlog / stage.caught_up_s)
        return result


async def _restart_the_broker(stage: Stage) -> None:
    """Note how long the broker writes and reads all that waits; it does nothing else meanwhile."""
    began = time.monotonic()
    await stage.broker.stop()
    stopped = time.monotonic()
    stage.notes["broker_file_mb"] = round(stage.broker.stored_mb)
    await stage.broker.start()
    stage.notes["broker_saved_in_s"] = round(stopped - began, 1)
    stage.notes["broker_read_in_s"] = round(time.monotonic() - stopped, 1)
