"""Messages that spoil a batch: one that only the database refuses, and one that is no JSON."""

from bench.faults.account import Account
from bench.faults.result import Result, conclude, unbalanced
from bench.faults.sizes import Sizes
from bench.faults.stage import staged
from bench.services.cluster import Cluster

NAME = "poison"
MESSAGES = 3_000
REFUSED, BROKEN = 1_000, 2_000
EXPECTED = {"not_json": 1, "storage_refused": 1}
# JSON knows such a number and the column for it (real) does not
_REFUSED_FILL = b'{"measured_at":"2026-01-01T00:00:00Z","fill_pct":1e-50}'


async def play(cluster: Cluster, sizes: Sizes) -> Result:
    """Have both in the middle of one batch."""
    instead = {REFUSED: _REFUSED_FILL, BROKEN: b'{"measured_at":"2026-01-01T00:0'}
    async with staged(cluster, sizes, instead=instead) as stage:
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
