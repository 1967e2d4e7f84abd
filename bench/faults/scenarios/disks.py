"""The disk is full, of the database or of the broker; then there is space again."""

import asyncio

from bench.faults.result import Result, conclude
from bench.faults.sizes import Sizes
from bench.faults.staging import staged
from bench.services.cluster import Cluster, running_cluster
from core.errors import BrimfulError

DATABASE, BROKER = "database-disk-full", "broker-disk-full"
DATABASE_DISK_MB = 400
BROKER_DISK_MB = 64
_NO_SPACE = "No space left on device"


async def play_database(_shared: Cluster, sizes: Sizes) -> Result:
    """Fill the disk of a database server of its own under load."""
    async with (
        running_cluster(disk_mb=DATABASE_DISK_MB) as cluster,
        staged(cluster, sizes) as stage,
    ):
        disk = cluster.disk
        if disk is None:
            raise BrimfulError("the server has no disk of its own")
        await stage.ingester().connected()
        async with stage.live_traffic():
            await stage.some_settled(1)
            disk.fill()
            await stage.stands_still(sizes.disk_full_s)
            if _NO_SPACE not in cluster.said():
                raise BrimfulError("the disk was full and PostgreSQL did not notice")
            disk.give_back()
            stage.notes["server_ended_itself"] = str(not cluster.alive)
            if not cluster.alive:
                await cluster.start()
            stage.mended()
        return await conclude(stage, DATABASE)


async def play_broker(cluster: Cluster, sizes: Sizes) -> Result:
    """Fill the disk the broker writes its queues to while messages pile up, and then free it."""
    saving = {"autosave_interval": "1"}
    async with staged(
        cluster, sizes, broker_changes=saving, broker_disk_mb=BROKER_DISK_MB
    ) as stage:
        disk = stage.broker.disk
        if disk is None:
            raise BrimfulError("the broker has no disk of its own")
        first = stage.ingester()
        await first.connected()
        async with stage.live_traffic():
            await stage.some_settled(1)
            await first.stop()
            disk.fill()
            await asyncio.sleep(sizes.disk_full_s)
            if _NO_SPACE not in stage.broker.said():
                raise BrimfulError("the disk was full and the broker did not notice")
            disk.give_back()
            await asyncio.sleep(sizes.before_s)
            # what it could not write for a while has to be in the next save
            await stage.broker.stop()
            await stage.broker.start()
            stage.ingester()
            stage.mended()
        return await conclude(stage, BROKER)
