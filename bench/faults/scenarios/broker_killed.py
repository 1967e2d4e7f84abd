"""SIGKILL of the broker: what it promised and had neither delivered nor written down is lost.

Nobody but the broker can prevent that. What is shown is how much it was, and that it was only what
came since its last save.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.faults.account import Account
from bench.faults.result import Result, conclude
from bench.faults.sizes import Sizes
from bench.faults.stage import Stage
from bench.faults.staging import staged
from bench.services.cluster import Cluster
from bench.services.mosquitto import shipped_setting

WORKING = "broker-killed"
AWAY = "broker-killed-queue"
AWAY_1_S = "broker-killed-queue-1s"
AWAY_CHANGES = "broker-killed-queue-changes"
CHANGES = 1_000
SLACK_S = 3.0
"""A save may begin so much late and takes its time; a promise is noted later than it was given."""
QUIET_S = 15.0
_SEED = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Saving:
    """When the broker writes down what it holds: all so many seconds, or changes."""

    seconds: int | None = None
    changes: int | None = None

    @property
    def settings(self) -> dict[str, str]:
        """Return it as Mosquitto's configuration has it."""
        if self.changes is not None:
            return {"autosave_on_changes": "true", "autosave_interval": str(self.changes)}
        return {"autosave_interval": str(self.seconds)}


def shipped(sizes: Sizes) -> Saving:
    """Return the shipped configuration's, or what the short run has instead."""
    return Saving(seconds=sizes.autosave_s or shipped_setting("autosave_interval"))


async def play_working(cluster: Cluster, sizes: Sizes) -> Result:
    """Kill it while an ingester keeps up."""
    return await _play(cluster, sizes, WORKING, shipped(sizes), ingester_works=True)


async def play_away(cluster: Cluster, sizes: Sizes) -> Result:
    """Kill it while the ingester is away and messages pile up."""
    return await _play(cluster, sizes, AWAY, shipped(sizes), ingester_works=False)


async def play_away_1_s(cluster: Cluster, sizes: Sizes) -> Result:
    """The same with a save every second."""
    return await _play(cluster, sizes, AWAY_1_S, Saving(seconds=1), ingester_works=False)


async def play_away_changes(cluster: Cluster, sizes: Sizes) -> Result:
    """The same with a save every thousand changes."""
    return await _play(cluster, sizes, AWAY_CHANGES, Saving(changes=CHANGES), ingester_works=False)


async def _play(
    cluster: Cluster, sizes: Sizes, name: str, saving: Saving, *, ingester_works: bool
) -> Result:
    chance = random.Random(_SEED)  # noqa: S311 - moments for a test
    kills: list[float] = []
    async with staged(cluster, sizes, broker_changes=saving.settings) as stage:
        await _let_the_session_be_saved(stage)
        if ingester_works:
            await stage.ingester().connected()
        async with stage.live_traffic():
            for _ in range(sizes.broker_kills):
                interval_s = saving.seconds or sizes.before_s
                await asyncio.sleep(chance.uniform(0.5, 1.5) * interval_s)
                kills.append(time.monotonic())
                await stage.broker.kill()
                await asyncio.sleep(1)
                await stage.broker.start()
            if not ingester_works:
                stage.ingester()
            stage.mended()
        return await conclude(
            stage,
            name,
            quiet_s=QUIET_S,
            judge=lambda account: _judge(stage, account, kills, saving),
        )


async def _let_the_session_be_saved(stage: Stage) -> None:
    """Have the ingester's session on disk before anything is killed."""
    first = stage.ingester()
    await first.connected()
    await first.stop()
    await stage.broker.stop()
    await stage.broker.start()


def _judge(stage: Stage, account: Account, kills: Sequence[float], saving: Saving) -> str | None:
    """Note how much each kill has lost, and check that it was not more than may be."""
    promised_at = dict(zip(stage.publisher.promised, stage.publisher.promised_at, strict=True))
    lost = [0] * len(kills)
    oldest_s = 0.0
    for number in account.missing:
        age_s, n = min(
            (kill - promised_at[number], n)
            for n, kill in enumerate(kills)
            if kill + SLACK_S > promised_at[number]
        )
        lost[n] += 1
        oldest_s = max(oldest_s, age_s)
    stage.notes |= {
        "kills": len(kills),
        "lost_by_the_broker_worst": max(lost),
        "lost_by_the_broker_all": sum(lost),
        "lost_oldest_s": round(oldest_s, 1),
    }
    if account.twice or account.strange:
        return f"{account.twice} there twice, {account.strange} that nobody published"
    if saving.seconds is not None and oldest_s > saving.seconds + SLACK_S:
        return f"lost what was promised {oldest_s:.0f} s before, saved every {saving.seconds} s"
    if saving.changes is not None and max(lost) > 2 * saving.changes:
        return f"lost {max(lost)} messages, saved every {saving.changes}"
    return None
