"""The network between the ingester and the broker, or the database: cut, or silently stalled."""

from typing import Literal

from bench.faults.result import Result, conclude
from bench.faults.sizes import Sizes
from bench.faults.staging import staged
from bench.services.cluster import Cluster

BROKER_CUT, BROKER_STALLED = "broker-line-cut", "broker-line-stalled"
DATABASE_CUT, DATABASE_STALLED = "database-line-cut", "database-line-stalled"


async def play_broker_cut(cluster: Cluster, sizes: Sizes) -> Result:
    """Reset every connection to the broker, for a while."""
    return await _play(cluster, sizes, BROKER_CUT, line="broker", how="cut")


async def play_broker_stalled(cluster: Cluster, sizes: Sizes) -> Result:
    """Let every packet to and from the broker vanish, for a while."""
    return await _play(cluster, sizes, BROKER_STALLED, line="broker", how="stall")


async def play_database_cut(cluster: Cluster, sizes: Sizes) -> Result:
    """Reset every connection to the database, for a while."""
    return await _play(cluster, sizes, DATABASE_CUT, line="database", how="cut")


async def play_database_stalled(cluster: Cluster, sizes: Sizes) -> Result:
    """Let every packet to and from the database vanish, for a while."""
    return await _play(cluster, sizes, DATABASE_STALLED, line="database", how="stall")


async def _play(
    cluster: Cluster,
    sizes: Sizes,
    name: str,
    *,
    line: Literal["broker", "database"],
    how: Literal["cut", "stall"],
) -> Result:
    async with staged(cluster, sizes) as stage:
        proxy = stage.broker_line if line == "broker" else stage.database_line
        await stage.ingester(
            over_broker_line=line == "broker", over_database_line=line == "database"
        ).connected()
        async with stage.live_traffic():
            await stage.some_settled(1)
            if how == "cut":
                proxy.cut()
            else:
                proxy.stall()
            await stage.stands_still(sizes.network_away_s)
            proxy.restore()
            stage.mended()
        stage.notes["away_s"] = sizes.network_away_s
        return await conclude(stage, name)
