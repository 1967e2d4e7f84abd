"""Messages that spoil a batch: one that only the database refuses, and one that is no JSON."""

import store
from bench.faults.account import Account
from bench.faults.result import Result, conclude, unbalanced
from bench.faults.sizes import Sizes
from bench.faults.staging import staged
from bench.services.cluster import Cluster

NAME = "poison"
MESSAGES = 3_000
REFUSED, BROKEN = 1_000, 2_000
EXPECTED = {"not_json": 1, "storage_refused": 1}
_REFUSED_PAYLOAD = b'{"measured_at":"2026-01-01T00:00:00Z","fill_pct":50,"battery_v":13}'
_BROKEN_PAYLOAD = b'{"measured_at":"2026-01-01T00:0'
# Whatever the ingester thinks of it, this database takes no such reading.
_REFUSE = "ALTER TABLE readings ADD CHECK (battery_v <> 13)"


async def play(cluster: Cluster, sizes: Sizes) -> Result:
    """Have both in the middle of one batch."""
    instead = {REFUSED: _REFUSED_PAYLOAD, BROKEN: _BROKEN_PAYLOAD}
    async with staged(cluster, sizes, instead=instead) as stage:
        async with store.connect(stage.url, application="bench") as conn:
            await conn.execute(_REFUSE)
        first = stage.ingester()
        await first.connected()
        await first.stop()
        await stage.publish(MESSAGES)
        stage.ingester()
        stage.mended()
        return await conclude(stage, NAME, judge=_judge)


def _judge(account: Account) -> str | None:
    if account.reasons != EXPECTED:
        return f"set aside were {account.reasons}, and not {EXPECTED}"
    return unbalanced(account)
