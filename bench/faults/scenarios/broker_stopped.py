"""The broker is stopped in peace (SIGTERM) with a queue in it, and started again."""

import asyncio

from bench.faults.result import Result, conclude
from bench.faults.sizes import Sizes
from bench.faults.staging import staged
from bench.services.cluster import Cluster

NAME = "broker-stopped"


async def play(cluster: Cluster, sizes: Sizes) -> Result:
    """Stop the ingester, let messages pile up, stop and start the broker, start the ingester."""
    async with staged(cluster, sizes) as stage:
        first = stage.ingester()
        await first.connected()
        async with stage.live_traffic():
            await stage.some_settled(1)
            await first.stop()
            await asyncio.sleep(sizes.before_s)
            await stage.broker.stop()
            await asyncio.sleep(sizes.before_s)
            await stage.broker.start()
            stage.ingester()
            stage.mended()
        return await conclude(stage, NAME)
