"""How the sensor of every bin does, looked through every now and then."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import datetime

import store
from core.rules.health_state import HealthState
from core.rules.trust_limits import TrustLimits
from store import health

HEALTHS: Sequence[HealthState] = tuple(
    state for state in HealthState if state not in {HealthState.RETIRED, HealthState.NOT_MOUNTED}
)
"""What a sensor in a bin can be, the worst first and OK last."""
_NUMBER = {state: n for n, state in enumerate(HEALTHS)}
OK = _NUMBER[HealthState.OK]

PAGE = 250
"""Sensors judged between two looks at other work: some 5 ms."""


RESTS = 4.0
"""Between two pages it rests so many times as long as the last one took, where nobody waits."""


async def worse_than_ok(
    pool: store.Pool, *, now: datetime, limits: TrustLimits, rests: float = RESTS
) -> Mapping[str, int]:
    """Return the bins whose sensor is not OK, with its health as an index into HEALTHS.

    Of several sensors in a bin the worst counts. Each page is a transaction of its own.
    """
    found: dict[str, int] = {}
    after = ""
    while True:
        began = time.monotonic()
        async with store.transaction(pool) as conn:
            page = await health.sensors(conn, now=now, limits=limits, after=after, limit=PAGE)
        for sensor in page:
            n = _NUMBER.get(sensor.health.state, OK)
            if sensor.bin_id is not None and n != OK:
                found[sensor.bin_id] = min(n, found.get(sensor.bin_id, n))
        if len(page) < PAGE:
            return found
        after = page[-1].sensor_id
        await asyncio.sleep(rests * (time.monotonic() - began))
