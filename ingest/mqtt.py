"""The only user of aiomqtt: messages in, acknowledgements out, connected again for ever.

aiomqtt acknowledges when a message arrives. Its paho client can leave that to us, and this file
is where that private attribute is touched: ``_client.manual_ack_set(True)`` and ``_client.ack``.

What arrives is bounded by the broker's in-flight window (MQTT 5 Receive Maximum), not by a queue
here: a full queue of aiomqtt would throw messages away.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import NoReturn

import aiomqtt
from paho.mqtt.client import MQTT_CLEAN_START_FIRST_ONLY
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from core.errors import BrimfulError
from core.logs import get_logger
from core.settings import Settings
from ingest.backoff import Backoff
from ingest.envelope import FILTERS
from ingest.explain import SESSION_TAKEN_OVER, explain, explain_subscription
from ingest.messages import Message
from ingest.stats import Stats

KEEPALIVE_S = 30
STEADY_S = 30.0
"""A connection that held so long was a good one: the next try may come at once."""

type Inbox = asyncio.Queue[Message | None]
"""Messages on their way to the batcher; None asks it not to wait for more."""

_log = get_logger(__name__)


class BrokerError(BrimfulError):
    """The broker cannot be reached, or does not let us in or read."""


async def probe(settings: Settings) -> None:
    """Connect and subscribe once, with a session of its own that leaves nothing behind.

    Raises BrokerError, saying what is wrong and what to do.
    """
    own_id = f"{settings.mqtt_client_id[:48]}-probe-{os.getpid()}"
    own = settings.model_copy(update={"mqtt_client_id": own_id})
    try:
        async with _connection(own, lasting=False) as client:
            await _subscribe(client, own)
    except aiomqtt.MqttError as error:
        raise BrokerError(_what_to_do(error, own)) from error


async def receive(
    settings: Settings,
    inbox: Inbox,
    stats: Stats,
    *,
    clock: Callable[[], datetime],
    flush: Callable[[], Awaitable[None]],
    backoff: Backoff,
) -> NoReturn:
    """Put every message into the inbox, until cancelled; connect again whenever it breaks.

    ``flush`` is awaited when cancelled while connected: acknowledgements still go out then.
    """
    while True:
        # Acknowledgements belong to the connection a message came over. What came over the last
        # one is stored first, so that memory never holds more than one window of messages.
        await inbox.join()
        began = time.monotonic()
        try:
            await _receive_once(settings, inbox, stats, clock=clock, flush=flush)
        except (aiomqtt.MqttError, BrokerError) as error:
            _raise_if_cancelled(error)
            if time.monotonic() - began > STEADY_S:
                backoff.reset()
            delay_s = backoff.next_s()
            if _code(error) == SESSION_TAKEN_OVER:
                delay_s = backoff.longest_s  # or the two would throw each other out all the time
            _log.warning(_what_to_do(error, settings), next_try_s=round(delay_s, 1))
            await asyncio.sleep(delay_s)


async def _receive_once(
    settings: Settings,
    inbox: Inbox,
    stats: Stats,
    *,
    clock: Callable[[], datetime],
    flush: Callable[[], Awaitable[None]],
) -> None:
    async with _connection(settings) as client:
        await _subscribe(client, settings)
        stats.connected, stats.connections = True, stats.connections + 1
        _log.info("connected", broker=f"{settings.mqtt_host}:{settings.mqtt_port}", filters=FILTERS)
        try:
            async for received in client.messages:
                await _hand_over(received, client, inbox, stats, clock())
        except asyncio.CancelledError:
            await flush()
            raise
        finally:
            stats.connected = False


async def _hand_over(
    received: aiomqtt.Message, client: aiomqtt.Client, inbox: Inbox, stats: Stats, now: datetime
) -> None:
    stats.messages += 1
    if received.qos == 0 and inbox.qsize() >= inbox.maxsize // 2:
        # No window of the broker's holds these back; room is kept for what was promised.
        stats.dropped_qos0 += 1
        return
    payload = received.payload if isinstance(received.payload, bytes) else b""
    message = Message(
        topic=str(received.topic),
        payload=payload,
        received_at=now,
        acknowledge=partial(_acknowledge, client, received.mid, received.qos),
    )
    stats.in_flight += 1
    try:
        await inbox.put(message)
    except asyncio.CancelledError:
        stats.in_flight -= 1
        raise


def _acknowledge(client: aiomqtt.Client, mid: int, qos: int) -> None:
    """Acknowledge over the connection the message came over; void once that is gone."""
    if not client._disconnected.done():  # noqa: SLF001 - aiomqtt has no public manual acknowledgement
        client._client.ack(mid, qos)  # noqa: SLF001 - aiomqtt has no public manual acknowledgement


@asynccontextmanager
async def _connection(settings: Settings, *, lasting: bool = True) -> AsyncIterator[aiomqtt.Client]:
    client = _client(settings, lasting=lasting)
    client._client.manual_ack_set(True)  # noqa: SLF001 - aiomqtt has no public manual acknowledgement
    try:
        async with client:
            yield client
    finally:
        # after a CONNACK that never came, aiomqtt leaves the socket open
        client._client.disconnect()  # noqa: SLF001 - aiomqtt's own disconnect is __aexit__


def _client(settings: Settings, *, lasting: bool) -> aiomqtt.Client:
    password = settings.mqtt_password
    five = settings.mqtt_protocol == "5"
    return aiomqtt.Client(
        settings.mqtt_host,
        settings.mqtt_port,
        username=settings.mqtt_username,
        password=None if password is None else password.get_secret_value(),
        identifier=settings.mqtt_client_id,
        protocol=aiomqtt.ProtocolVersion.V5 if five else aiomqtt.ProtocolVersion.V311,
        # the broker keeps what is published while we are away; each version has its own word
        clean_session=None if five else not lasting,
        clean_start=not lasting if five else MQTT_CLEAN_START_FIRST_ONLY,
        properties=_properties(settings, lasting=lasting) if five else None,
        keepalive=KEEPALIVE_S,
        tls_params=(
            aiomqtt.TLSParameters(ca_certs=settings.mqtt_ca_file) if settings.mqtt_tls else None
        ),
    )


def _properties(settings: Settings, *, lasting: bool) -> Properties:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call] # paho leaves it untyped
    properties.SessionExpiryInterval = settings.mqtt_session_expiry_s if lasting else 0
    properties.ReceiveMaximum = settings.ingest_in_flight_max
    return properties


async def _subscribe(client: aiomqtt.Client, settings: Settings) -> None:
    for filter_ in FILTERS:
        for granted in await client.subscribe(filter_, qos=1):
            code = granted.value if isinstance(granted, ReasonCode) else granted
            if code != 1:
                raise BrokerError(explain_subscription(filter_, code, settings))


def _raise_if_cancelled(error: Exception) -> None:
    """Go on with being cancelled where a failing goodbye to the broker has hidden it."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError from error


def _code(error: BaseException) -> int | None:
    """Return the broker's reason code, also where aiomqtt has wrapped it."""
    for e in (error, error.__cause__):
        if isinstance(e, aiomqtt.MqttCodeError) and isinstance(e.rc, ReasonCode):
            return int(e.rc.value)
    return None


def _what_to_do(error: Exception, settings: Settings) -> str:
    if isinstance(error, BrokerError):
        return str(error)
    return explain(_code(error), str(error.__cause__ or error), settings)
