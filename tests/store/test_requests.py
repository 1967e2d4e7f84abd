from datetime import timedelta
from functools import partial

import pytest

import store
from core.errors import NotFoundError
from core.plans import Policy
from store import plans, requests
from tests.routing.towns import DAY, NOW, bin_, fill, town

HOUR = timedelta(hours=1)


async def emptied(pool: store.Pool, bin_id: str, hours: float) -> None:
    async with store.transaction(pool) as conn:
        await conn.execute(
            "INSERT INTO emptyings (bin_id, emptied_at, source, fill_before_pct, fill_after_pct, "
            "not_before, sensor_id) VALUES (%s, %s, 'sensor', 80, 3, %s, 's')",
            (bin_id, NOW + hours * HOUR, NOW + (hours - 1) * HOUR),
        )


async def test_a_request_stays_until_the_bin_is_emptied(pool: store.Pool) -> None:
    await fill(pool, town([bin_("a"), bin_("b")]), {})
    async with store.transaction(pool) as conn:
        first = await requests.request(conn, "a", requested_by="ops", note="market", now=NOW)
        again = await requests.request(conn, "a", requested_by="else", note=None, now=NOW + HOUR)
        assert again == first
        assert await requests.open_requests(conn) == [first]
        assert await requests.open_requests(conn, depot_id="else") == []
    await emptied(pool, "a", -2)
    async with store.transaction(pool) as conn:
        assert await requests.open_requests(conn, bin_id="a") == [first]
    await emptied(pool, "a", 2)
    async with store.transaction(pool) as conn:
        assert await requests.open_requests(conn) == []
        assert await requests.last_emptied(conn, "depot") == {"a": NOW + 2 * HOUR}
        # and it can be asked for anew
        later = await requests.request(conn, "a", requested_by="ops", note=None, now=NOW + 3 * HOUR)
        assert later.requested_at == NOW + 3 * HOUR
        assert await requests.open_requests(conn) == [later]


async def test_a_request_can_be_withdrawn(pool: store.Pool) -> None:
    await fill(pool, town([bin_("a")]), {})
    async with store.transaction(pool) as conn:
        assert not await requests.withdraw(conn, "a", withdrawn_by="ops", now=NOW)
        await requests.request(conn, "a", requested_by="ops", note=None, now=NOW)
        assert await requests.withdraw(conn, "a", withdrawn_by="ops", now=NOW)
        assert await requests.open_requests(conn) == []


async def test_no_such_bin(pool: store.Pool) -> None:
    for ask in (
        lambda conn: requests.request(conn, "no", requested_by="x", note=None, now=NOW),
        lambda conn: requests.withdraw(conn, "no", withdrawn_by="x", now=NOW),
    ):
        with pytest.raises(NotFoundError, match="no bin no"):
            async with store.transaction(pool) as conn:
                await ask(conn)


async def test_a_plan_keeps_how_it_is_to_choose(pool: store.Pool) -> None:
    await fill(pool, town([bin_("a")]), {})
    async with store.transaction(pool) as conn:
        ask = partial(
            plans.request_plan, conn, depot_id="depot", day=DAY, requested_by="x", now=NOW
        )
        as_set = await ask()
        other = await ask(policy=Policy.DUE_ONLY, dial_m=5)
        same = await ask(policy=Policy.DUE_ONLY, dial_m=5)
        assert as_set.plan_id != other.plan_id == same.plan_id
        assert (as_set.policy, as_set.dial_m) == (None, None)
        read = await plans.plan(conn, other.plan_id)
        assert read is not None
        assert (read.policy, read.dial_m) == (Policy.DUE_ONLY, 5)
