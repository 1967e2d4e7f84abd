"""What the demo waits for, and what it says when that does not come."""

import asyncio
from collections.abc import Callable

import store
from cli.demo.account import readings_accounted_for
from core.errors import BrimfulError
from simulators.account import Progress

CONNECTED_LIMIT_S = 30.0
STORED_LIMIT_S = 120.0
DRIVEN_LIMIT_S = 300.0
POLL_S = 0.1


class DemoFailedError(BrimfulError):
    """The demo did not come to the end it should have; the text says what was missing."""


async def until(done: Callable[[], bool], limit_s: float, what: str) -> None:
    """Wait until ``done``; raises DemoFailedError after ``limit_s``."""
    try:
        async with asyncio.timeout(limit_s):
            while not done():  # noqa: ASYNC110 - plain counters, and nobody waits for a tenth
                await asyncio.sleep(POLL_S)
    except TimeoutError:
        raise DemoFailedError(f"waited {limit_s:.0f} s for {what}") from None


async def settled(pool: store.Pool, progress: Progress) -> int:
    """Wait until everything published is stored or set aside; return the number stored."""
    deadline = asyncio.get_running_loop().time() + STORED_LIMIT_S
    while True:
        async with store.transaction(pool) as conn:
            stored, aside = await readings_accounted_for(conn)
        published, accounted = progress.account.readings, stored + sum(aside.values())
        if accounted == published:
            return stored
        if asyncio.get_running_loop().time() > deadline:
            raise DemoFailedError(
                f"{published:,} readings were published and {accounted:,} are stored or set aside "
                f"after {STORED_LIMIT_S:.0f} s"
            )
        await asyncio.sleep(POLL_S)


async def api_port(host: str, port: int) -> int:
    """Return ``port``, or 0 for any where that one is taken.

    Raises:
        DemoFailedError: nothing can listen on this host.
    """
    try:
        await _listen(host, port)
    except (OSError, UnicodeError):
        try:
            await _listen(host, 0)
        except (OSError, UnicodeError) as error:
            raise DemoFailedError(
                f"the API cannot listen on {host!r}: {error}. Set BRIMFUL_API_HOST to an address "
                "of this machine, or leave it out (127.0.0.1)"
            ) from error
        return 0
    return port


async def _listen(host: str, port: int) -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), host, port)
    server.close()
    await server.wait_closed()
