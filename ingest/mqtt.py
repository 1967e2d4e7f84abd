"""The only user of aiomqtt: connect, subscribe, read messages, acknowledge them when told to.

aiomqtt acknowledges when a message arrives. Its paho client can leave that to us; _Client is where
that private attribute is touched.

What arrives is bounded by the broker's in-flight window (MQTT 5 Receive Maximum), not by a queue
here: a full queue of aiomqtt would throw messages away.
"""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, Self

import aiomqtt
from paho.mqtt import client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from core.errors import BrimfulError
from core.settings import Settings
from ingest.envelopes import FILTERS
from ingest.explain import SESSION_TAKEN_OVER, explain, explain_subscription
from ingest.messages import Message

KEEPALIVE_S = 30


class BrokerError(BrimfulError):
    """The broker cannot be reached, went away, or does not let us in or read.

    ``taken_over``: another client uses our session.
    """

    def __init__(self, text: str, *, taken_over: bool = False) -> None:
        super().__init__(text)
        self.taken_over = taken_over


class _Client(aiomqtt.Client):
    """An aiomqtt client that leaves the acknowledging to us."""

    continued = False

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - aiomqtt's own arguments
        super().__init__(*args, **options)
        self._client.manual_ack_set(True)

    def _on_connect(
        self,
        client: paho.Client,
        userdata: object,
        flags: paho.ConnectFlags,
        reason_code: ReasonCode,
        properties: Properties | None = None,
    ) -> None:
        self.continued = flags.session_present
        super()._on_connect(client, userdata, flags, reason_code, properties)

    def acknowledge(self, mid: int, qos: int) -> None:
        """Acknowledge over the connection the message came over; void once that is gone."""
        if not self._disconnected.done():
            self._client.ack(mid, qos)

    def hang_up(self) -> None:
        """Close the socket, which aiomqtt leaves open after a CONNACK that never came."""
        self._client.disconnect()


class Connection:
    """A subscribed connection: iterate over it for messages, without end.

    ``continued`` tells whether the broker still had our session, so that nothing is missing.
    """

    def __init__(self, client: _Client, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._clock = clock
        self.continued = client.continued

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Message:
        received = await anext(self._client.messages)
        return Message(
            topic=str(received.topic),
            payload=received.payload if isinstance(received.payload, bytes) else b"",
            received_at=self._clock(),
            promised=received.qos > 0,
            acknowledge=partial(self._client.acknowledge, received.mid, received.qos),
        )


@asynccontextmanager
async def connect(
    settings: Settings, *, clock: Callable[[], datetime], lasting: bool = True
) -> AsyncIterator[Connection]:
    """Connect and subscribe; with ``lasting`` to the session the broker keeps for us.

    Raises BrokerError, also for what goes wrong later in the block.
    """
    try:
        client = _client(settings, lasting=lasting)
        try:
            async with client:
                await _subscribe(client, settings)
                yield Connection(client, clock)
        finally:
            client.hang_up()
    except aiomqtt.MqttError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            # a failing goodbye to the broker must not hide that we were cancelled
            raise asyncio.CancelledError from error
        code = _code(error)
        text = explain(code, str(error.__cause__ or error), settings)
        raise BrokerError(text, taken_over=code == SESSION_TAKEN_OVER) from error


async def probe(settings: Settings) -> None:
    """Connect and subscribe once, with a session of its own that leaves nothing behind.

    Raises BrokerError, saying what is wrong and what to do.
    """
    own_id = f"{settings.mqtt_client_id[:48]}-probe-{os.getpid()}"
    # as a member of the group it would take messages and never store them
    own = settings.model_copy(update={"mqtt_client_id": own_id, "mqtt_share_group": None})
    async with connect(own, clock=partial(datetime.now, UTC), lasting=False):
        pass


def _client(settings: Settings, *, lasting: bool) -> _Client:
    password = settings.mqtt_password
    five = settings.mqtt_protocol == "5"
    return _Client(
        settings.mqtt_host,
        settings.mqtt_port,
        username=settings.mqtt_username,
        password=None if password is None else password.get_secret_value(),
        identifier=settings.mqtt_client_id,
        protocol=aiomqtt.ProtocolVersion.V5 if five else aiomqtt.ProtocolVersion.V311,
        # the broker keeps what is published while we are away; each version has its own word
        clean_session=None if five else not lasting,
        clean_start=not lasting if five else paho.MQTT_CLEAN_START_FIRST_ONLY,
        properties=_properties(settings, lasting=lasting) if five else None,
        keepalive=KEEPALIVE_S,
        tls_context=_tls(settings),
    )


def _tls(settings: Settings) -> ssl.SSLContext | None:
    """Return what TLS needs, with the broker's certificate and its host name checked.

    Raises BrokerError for a CA file that cannot be used.
    """
    if not settings.mqtt_tls:
        return None
    try:
        return ssl.create_default_context(cafile=settings.mqtt_ca_file)
    except OSError as error:  # ssl.SSLError is one too
        raise BrokerError(
            f"BRIMFUL_MQTT_CA_FILE {settings.mqtt_ca_file} cannot be used: {error}"
        ) from error


def _properties(settings: Settings, *, lasting: bool) -> Properties:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call] # paho leaves it untyped
    properties.SessionExpiryInterval = settings.mqtt_session_expiry_s if lasting else 0
    properties.ReceiveMaximum = settings.ingest_in_flight_max
    return properties


async def _subscribe(client: aiomqtt.Client, settings: Settings) -> None:
    group = settings.mqtt_share_group
    for filter_ in settings.mqtt_filters or FILTERS:
        topic = filter_ if group is None else f"$share/{group}/{filter_}"
        for granted in await client.subscribe(topic, qos=1):
            code = granted.value if isinstance(granted, ReasonCode) else granted
            if code != 1:
                raise BrokerError(explain_subscription(filter_, code, settings))


def _code(error: BaseException) -> int | None:
    """Return the broker's reason code, also where aiomqtt has wrapped it."""
    for e in (error, error.__cause__):
        if isinstance(e, aiomqtt.MqttCodeError) and isinstance(e.rc, ReasonCode):
            return int(e.rc.value)
    return None
