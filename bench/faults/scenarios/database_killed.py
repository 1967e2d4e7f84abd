"""SIGKILL of all PostgreSQL processes; after a while the server is started again."""

from bench.faults.result import Result, conclude
from bench.faults.sizes import Sizes
from bench.faults.staging import staged
from bench.services.cluster import Cluster

NAME = "database-killed"


async def play(cluster: Cluster, sizes: Sizes) -> Result:
    """Kill it under load and leave it away; it recovers by itself when started."""
    async with staged(cluster, sizes) as stage:
        await stage.ingester().connected()
        async with stage.live_traffic():
            await stage.some_settled(1)
            await cluster.kill()
            await stage.stands_still(sizes.server_away_s)
            await cluster.start()
            stage.mended()
        return await conclude(stage, NAME)
