"""Receive for ever: connect, hand over every message, connect again whenever it breaks."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import NoReturn

from core.logs import get_logger
from core.settings import Settings
from ingest.backoff import Backoff
from ingest.inbox import Inbox
from ingest.messages import Message
from ingest.mqtt import connect
from ingest.session import BrokerError
from ingest.stats import Stats

STEADY_S = 30.0
"""A connection that held so long was a good one: the next try may come at once."""

_log = get_logger(__name__)


async def receive(
    settings: Settings,
    inbox: Inbox,
    stats: Stats,
    *,
    clock: Callable[[], datetime],
    flush: Callable[[], Awaitable[None]],
    backoff: Backoff,
    leaving: bool = False,
) -> NoReturn:
    """Put every message into the inbox, until cancelled; with ``leaving`` only what waits already.

    ``flush`` is awaited when cancelled while connected: acknowledgements still go out then.
    """
    while True:
        # Acknowledgements belong to the connection a message came over. What came over the last
        # one is stored first, so that memory never holds more than one window of messages.
        await inbox.all_settled()
        began = time.monotonic()
        try:
            await _receive_once(settings, inbox, stats, clock=clock, flush=flush, leaving=leaving)
        except BrokerError as error:
            if time.monotonic() - began > STEADY_S:
                backoff.reset()
            # two with one session would throw each other out all the time
            delay_s = backoff.longest_s if error.taken_over else backoff.next_s()
            _log.warning("no connection to broker", error=str(error), next_try_s=round(delay_s, 1))
            await asyncio.sleep(delay_s)


async def _receive_once(
    settings: Settings,
    inbox: Inbox,
    stats: Stats,
    *,
    clock: Callable[[], datetime],
    flush: Callable[[], Awaitable[None]],
    leaving: bool,
) -> None:
    async with connect(settings, clock=clock, leaving=leaving) as connection:
        _note_connection(settings, stats, continued=connection.continued)
        try:
            while True:
                _hand_over(await connection.messages(), inbox, stats, settings)
        except asyncio.CancelledError:
            await flush()
            raise
        finally:
            stats.connected = False


def _note_connection(settings: Settings, stats: Stats, *, continued: bool) -> None:
    stats.connected, stats.connections = True, stats.connections + 1
    broker = f"{settings.mqtt_host}:{settings.mqtt_port}"
    _log.info("connected", broker=broker, session_continued=continued)
    if stats.connections > 1 and not continued:
        _log.warning(
            "the broker has lost our session",
            broker=broker,
            meaning="what it had not delivered yet may be gone; does it keep sessions on disk "
            "(mosquitto.conf: persistence true)?",
        )


def _hand_over(messages: Sequence[Message], inbox: Inbox, stats: Stats, settings: Settings) -> None:
    room = settings.ingest_in_flight_max - inbox.unpromised
    kept = messages
    if any(not message.promised for message in messages):
        # No window of the broker's holds these back, and room is kept for what was promised.
        kept = [m for m in messages if m.promised or (room := room - 1) >= 0]
    stats.messages += len(messages)
    stats.dropped_qos0 += len(messages) - len(kept)
    inbox.put(kept)
    stats.in_flight += len(kept)
