from datetime import timedelta

import store
from core.readings import Rejection, RejectReason
from store import rejected
from tests.store.make import NOON

BAD = Rejection(
    topic="bins/x/readings",
    payload=b"\x00\xffnot json",
    received_at=NOON,
    reason=RejectReason.NOT_JSON,
    detail="not JSON",
)


async def test_a_message_is_kept_as_received(conn: store.Connection) -> None:
    await rejected.set_aside(conn, [BAD])
    (kept,) = await rejected.waiting(conn)
    assert (kept.topic, kept.payload, kept.reason) == (BAD.topic, BAD.payload, BAD.reason)
    assert (kept.first_received_at, kept.times_received) == (NOON, 1)


async def test_the_same_message_again_is_one_row_and_counts_once(conn: store.Connection) -> None:
    later = Rejection(
        topic=BAD.topic,
        payload=BAD.payload,
        received_at=NOON + timedelta(hours=1),
        reason=RejectReason.UNKNOWN_SENSOR,
        detail="unknown sensor",
        readings=3,
    )
    await rejected.set_aside(conn, [BAD])
    await rejected.set_aside(conn, [later])
    (kept,) = await rejected.waiting(conn)
    assert (kept.times_received, kept.reason) == (2, RejectReason.UNKNOWN_SENSOR)
    assert kept.last_received_at == later.received_at
    assert await rejected.count(conn) == {RejectReason.UNKNOWN_SENSOR: 3}


async def test_the_same_payload_on_another_topic_is_another_message(
    conn: store.Connection,
) -> None:
    other = Rejection(
        topic="bins/y/readings",
        payload=BAD.payload,
        received_at=NOON,
        reason=BAD.reason,
        detail=BAD.detail,
    )
    await rejected.set_aside(conn, [BAD, other])
    assert await rejected.count(conn) == {RejectReason.NOT_JSON: 2}


async def test_replayed_messages_are_gone_and_come_back_when_they_fail_again(
    conn: store.Connection,
) -> None:
    await rejected.set_aside(conn, [BAD])
    (kept,) = await rejected.waiting(conn, lock=True)
    await rejected.mark_replayed(conn, [kept.rejected_id], now=NOON)
    assert await rejected.waiting(conn) == []
    assert await rejected.count(conn) == {}
    await rejected.set_aside(conn, [BAD])
    assert len(await rejected.waiting(conn)) == 1


async def test_what_a_replay_still_cannot_use_is_noted(conn: store.Connection) -> None:
    await rejected.set_aside(conn, [BAD])
    (kept,) = await rejected.waiting(conn)
    still = Rejection(
        topic=kept.topic,
        payload=kept.payload,
        received_at=NOON,
        reason=RejectReason.NOT_MOUNTED,
        detail="reading 0: not mounted",
        readings=2,
    )
    await rejected.keep(conn, kept.rejected_id, still)
    (again,) = await rejected.waiting(conn)
    assert (again.reason, again.detail, again.readings) == (still.reason, still.detail, 2)


async def test_listing_pages_and_filters(conn: store.Connection) -> None:
    for n in range(5):
        reason = RejectReason.TOPIC if n % 2 else RejectReason.NOT_JSON
        await rejected.set_aside(
            conn,
            [Rejection(topic=f"t/{n}", payload=b"", received_at=NOON, reason=reason, detail="")],
        )
    first = await rejected.waiting(conn, limit=3)
    rest = await rejected.waiting(conn, after=first[-1].rejected_id, limit=3)
    assert [m.topic for m in [*first, *rest]] == [f"t/{n}" for n in range(5)]
    assert len(await rejected.waiting(conn, reason=RejectReason.TOPIC)) == 2
