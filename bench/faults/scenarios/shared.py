"""Two ingesters share one subscription and one of them is SIGKILLed.

Mosquitto goes on giving the dead one's session its share (MQTT 5.0, 4.8.2 leaves that to the
broker). It waits there until an ingester of the same client id comes back.
"""

import asyncio

from bench.faults.account import Account
from bench.faults.result import Result, conclude
from bench.faults.sizes import Sizes
from bench.faults.stage import Stage
from bench.faults.staging import staged
from bench.services.cluster import Cluster
from bench.services.ingesters import Ingester

BACK, LEFT, GONE = "shared-killed", "shared-left", "shared-abandoned"
EXPIRY_S = 60
"""The shortest session that the settings allow."""
QUIET_S = 30.0


async def play_back(cluster: Cluster, sizes: Sizes) -> Result:
    """Kill one of two, leave the other alone with the work, start the first again."""
    async with staged(cluster, sizes) as stage:
        first, _second = await _two(stage)
        async with stage.live_traffic():
            await _let_one_die(stage, first)
            _ingester(stage, "first")
            stage.mended()
        return await conclude(stage, BACK)


async def play_left(cluster: Cluster, sizes: Sizes) -> Result:
    """Kill one of two and give it up as one should: `brimful ingest --leave` in its place."""
    async with staged(cluster, sizes) as stage:
        first, _second = await _two(stage)
        async with stage.live_traffic():
            await _let_one_die(stage, first)
            leaving = _ingester(stage, "first", "--leave")
            stage.mended()
            await leaving.ended(limit_s=sizes.catch_up_limit_s)
            # nothing more is kept for it
            await asyncio.sleep(sizes.before_s)
        return await conclude(stage, LEFT)


async def play_gone(cluster: Cluster, sizes: Sizes) -> Result:
    """Kill one of two and never start it again; its session expires."""
    async with staged(cluster, sizes) as stage:
        first, _second = await _two(stage)
        async with stage.live_traffic():
            await _let_one_die(stage, first)
        waiting = len(stage.publisher.promised) - await stage.settled()
        # only a broker's look at its sessions, every so often, ends an expired one
        await asyncio.sleep(2 * EXPIRY_S)
        _ingester(stage, "first")
        stage.mended()

        def judge(account: Account) -> str | None:
            stage.notes["lost_with_the_session"] = len(account.missing)
            if account.twice or account.strange:
                return f"{account.twice} there twice, {account.strange} that nobody published"
            if len(account.missing) > waiting:
                return f"{len(account.missing)} missing, only {waiting} waited in the session"
            return None

        return await conclude(stage, GONE, quiet_s=QUIET_S, judge=judge)


async def _two(stage: Stage) -> tuple[Ingester, Ingester]:
    both = _ingester(stage, "first"), _ingester(stage, "second")
    for ingester in both:
        await ingester.connected()
    return both


def _ingester(stage: Stage, name: str, *options: str) -> Ingester:
    return stage.ingester(
        *options,
        MQTT_SHARE_GROUP="bench",
        MQTT_CLIENT_ID=f"ingester-{name}",
        MQTT_SESSION_EXPIRY_S=str(EXPIRY_S),
    )


async def _let_one_die(stage: Stage, ingester: Ingester) -> None:
    """Kill it under load and note what the broker keeps for it meanwhile."""
    await stage.some_settled(1)
    await ingester.kill()
    promised, settled = len(stage.publisher.promised), await stage.settled()
    await asyncio.sleep(stage.sizes.server_away_s)
    came = len(stage.publisher.promised) - promised
    went = await stage.settled() - settled
    stage.notes["came_while_dead"] = came
    stage.notes["of_it_kept_for_the_dead_pct"] = round(100 * (came - went) / came)
