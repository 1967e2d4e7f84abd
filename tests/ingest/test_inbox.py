"""What is in the inbox counts until it is settled; whoever waits for it is woken in time."""

import asyncio
from datetime import UTC, datetime

from ingest.inbox import Inbox
from ingest.messages import Message

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def message(n: int, *, promised: bool = True) -> Message:
    return Message(topic=f"bins/s{n}/readings", payload=b"", received_at=NOW, promised=promised)


async def test_all_that_waits_is_taken_at_once_and_in_order() -> None:
    inbox = Inbox()
    inbox.put([message(0), message(1)])
    inbox.put([message(2)])
    assert await inbox.take(until=None) == ([message(0), message(1), message(2)], False)


async def test_an_empty_inbox_is_waited_for_until_something_comes() -> None:
    inbox = Inbox()
    taking = asyncio.create_task(inbox.take(until=None))
    await asyncio.sleep(0.01)
    inbox.put([])
    await asyncio.sleep(0.01)
    assert not taking.done(), "nothing is nothing"
    inbox.put([message(0)])
    assert await taking == ([message(0)], False)


async def test_nobody_waits_longer_than_the_time_given_or_when_it_hurries() -> None:
    inbox = Inbox()
    now = asyncio.get_running_loop().time
    assert await inbox.take(until=now() + 0.01) == ([], True)
    inbox.put([message(0)])
    inbox.hurry()
    assert await inbox.take(until=None) == ([message(0)], True)
    inbox.put([message(1)])
    assert await inbox.take(until=None) == ([message(1)], False), "one hurry, one answer"


async def test_what_was_taken_counts_until_it_is_settled() -> None:
    inbox = Inbox()
    first, second = [message(0), message(1, promised=False)], [message(2)]
    await inbox.all_settled()
    inbox.put(first)
    inbox.put(second)
    await inbox.take(until=None)
    assert inbox.unpromised == 1
    waiting = asyncio.create_task(inbox.all_settled())
    inbox.settled(first)
    await asyncio.sleep(0)
    assert inbox.unpromised == 0
    assert not waiting.done()
    inbox.settled(second)
    await waiting
