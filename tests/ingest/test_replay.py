from datetime import timedelta

import store
from core.readings import Rejection, RejectReason
from ingest.known import KnownSensors
from ingest.messages import Message
from ingest.opening import open_message
from ingest.replay import PAGE, replay
from ingest.settling import settle
from store import rejected
from store.readings import history
from store.registry import register
from tests.ingest.parts import LIMITS, NOW, counted, message, reading, settle_town, town

LATER = NOW + timedelta(days=30)


async def received(database_url: str, *messages: Message) -> None:
    """Let messages take the walk once."""
    async with store.connect(database_url) as conn:
        outcome = await settle(
            conn, [open_message(m, LIMITS) for m in messages], LIMITS, KnownSensors()
        )
        await rejected.set_aside(conn, [r for r in outcome.rejections if r is not None])


async def test_after_the_fix_everything_is_stored_and_leaves_the_list(database_url: str) -> None:
    n = PAGE + 5
    await received(
        database_url,
        *(message(reading(NOW - timedelta(minutes=i)), sensor="s7") for i in range(n)),
        message(b"garbage"),
    )
    assert await counted(database_url) == (0, {"unknown_sensor": n, "not_json": 1})
    await settle_town(database_url, bins=8)
    async with store.open_pool(database_url, application="test") as pool:
        account = await replay(pool, LIMITS, clock=lambda: LATER)
        assert (account.messages, account.replayed, account.stored) == (n + 1, n, n)
        assert dict(account.kept) == {RejectReason.NOT_JSON: 1}
        assert await counted(database_url) == (n, {"not_json": 1})
        again = await replay(pool, LIMITS, clock=lambda: LATER)
    assert (again.messages, again.replayed, again.stored) == (1, 0, 0)


async def test_times_are_judged_by_when_the_message_came(database_url: str) -> None:
    # at its arrival one hour ahead; a month later that would be an hour like any other
    await received(database_url, message(reading(NOW + timedelta(hours=1)), sensor="s0"))
    await settle_town(database_url)
    async with store.open_pool(database_url, application="test") as pool:
        await replay(pool, LIMITS, clock=lambda: LATER)
    async with store.connect(database_url) as conn:
        (kept,) = await history(conn, "b0", since=NOW, until=LATER, limit=9)
    assert (str(kept.trust), kept.received_at) == ("clock_ahead", NOW)


async def test_what_still_fails_stays_with_the_reason_of_today(database_url: str) -> None:
    early = reading(NOW - timedelta(days=3_000))
    await received(database_url, message([reading(), early], sensor="s0"))
    await settle_town(database_url)
    async with store.open_pool(database_url, application="test") as pool:
        account = await replay(pool, LIMITS, clock=lambda: LATER)
    assert (account.stored, account.replayed) == (1, 0)
    async with store.connect(database_url) as conn:
        (kept,) = await rejected.waiting(conn)
    assert (kept.reason, kept.readings) == (RejectReason.NOT_MOUNTED, 1)
    assert kept.detail.startswith("reading 1: sensor s0 sat in no bin")


async def test_only_one_reason_is_replayed(database_url: str) -> None:
    await settle_town(database_url)
    await received(database_url, message(b"?"), message(reading(), sensor="nobody"))
    async with store.open_pool(database_url, application="test") as pool:
        account = await replay(pool, LIMITS, reason=RejectReason.NOT_JSON, clock=lambda: LATER)
    assert (account.messages, dict(account.kept)) == (1, {RejectReason.NOT_JSON: 1})


async def test_a_message_the_database_refuses_does_not_hold_up_the_others(
    database_url: str,
) -> None:
    poison = message([reading(fill_pct=1e-50), reading(NOW - timedelta(hours=1))], sensor="s1")
    others = [message(reading(NOW - timedelta(minutes=i)), sensor="s0") for i in range(9)]
    await received(database_url, *others[:4], poison, *others[4:])
    await settle_town(database_url)
    async with store.open_pool(database_url, application="test") as pool:
        account = await replay(pool, LIMITS, clock=lambda: LATER)
    assert (account.messages, account.replayed, account.stored) == (10, 9, 9)
    assert dict(account.kept) == {RejectReason.STORAGE_REFUSED: 2}
    assert await counted(database_url) == (9, {"storage_refused": 2})


async def test_nothing_waiting_is_an_account_of_nothing(database_url: str) -> None:
    async with store.open_pool(database_url, application="test") as pool:
        account = await replay(pool, LIMITS, clock=lambda: LATER)
    assert (account.messages, account.stored, account.kept.total()) == (0, 0, 0)


async def test_a_message_stored_by_other_ways_meanwhile_is_a_duplicate(database_url: str) -> None:
    async with store.connect(database_url) as conn:
        await register(conn, town())
        kept = message(reading())
        await rejected.set_aside(
            conn,
            [
                Rejection(
                    topic=kept.topic,
                    payload=kept.payload,
                    received_at=NOW,
                    reason=RejectReason.UNKNOWN_SENSOR,
                    detail="",
                )
            ],
        )
        await settle(conn, [open_message(kept, LIMITS)], LIMITS, KnownSensors())
    async with store.open_pool(database_url, application="test") as pool:
        account = await replay(pool, LIMITS, clock=lambda: LATER)
    assert (account.replayed, account.stored, account.duplicates) == (1, 0, 1)
