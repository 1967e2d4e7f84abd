"""The only user of aiomqtt: connect, subscribe, read messages, acknowledge them when told to.

aiomqtt connects, subscribes and keeps the connection alive. Messages do not pass through it: they
would be acknowledged as they arrive, and cost several times what all the rest of the ingester
does. _Client is where its private attributes and those of its paho client are touched.

What arrives is bounded by the broker's in-flight window (MQTT 5 Receive Maximum), not by a queue
here: a full queue of aiomqtt would throw messages away.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import aiomqtt
from paho.mqtt import client as paho
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from core.settings import Settings
from ingest.explain import SESSION_TAKEN_OVER, explain, explain_subscription
from ingest.messages import Message
from ingest.packets import PacketError, Publish, Splitter, pubacks
from ingest.session import BrokerError, properties, tls, topics

KEEPALIVE_S = 30
READ_BYTES = 262_144
"""Taken from the socket at once: some 1,500 messages."""


class _Client(aiomqtt.Client):
    """An aiomqtt client whose messages come to us, many at once, and are acknowledged likewise."""

    continued = False

    def __init__(self, *args: Any, clock: Callable[[], datetime], **options: Any) -> None:  # noqa: ANN401 - aiomqtt's own arguments
        super().__init__(*args, **options)
        self._clock = clock
        self._splitter = Splitter(five=options["protocol"] is aiomqtt.ProtocolVersion.V5)
        self._arrived: list[Message] = []
        self._news = asyncio.Event()
        self._settled: list[int] = []
        # aiomqtt calls loop_read when the socket has something; what it leaves there, paho reads
        self._left_for_paho = bytearray()
        self._lost: OSError | None = None
        self._let_paho_read = self._client.loop_read
        self._from_socket = self._client._sock_recv  # noqa: SLF001 - paho reads byte by byte
        # paho has no other way to give it what was read already, hence the two suppressions
        self._client.loop_read = self._read  # type: ignore[method-assign]
        self._client._sock_recv = self._leave_to_paho  # type: ignore[method-assign] # noqa: SLF001

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

    def _on_disconnect(
        self,
        client: paho.Client,
        userdata: object,
        flags: paho.DisconnectFlags,
        reason_code: ReasonCode,
        properties: Properties | None = None,
    ) -> None:
        if not self._connected.done():
            # aiomqtt would go on waiting for an answer that cannot come any more: a proxy accepts
            # for a broker that is away, and hangs up
            self._connected.set_exception(aiomqtt.MqttError("it hung up before it answered"))
            # nobody awaits it any more where the connection was given up before: that is no error
            self._connected.exception()
            return
        super()._on_disconnect(client, userdata, flags, reason_code, properties)

    def _read(self, max_packets: int = 1) -> MQTTErrorCode:
        """Take what the broker has sent: messages to us, everything else to paho."""
        try:
            piece = self._from_socket(READ_BYTES)
        except BlockingIOError:
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        except OSError as error:
            self._lost = error
        else:
            if not piece:
                self._lost = ConnectionResetError("the broker has closed the connection")
            self._split(piece)
        code = MQTTErrorCode.MQTT_ERR_SUCCESS
        while not code and (self._left_for_paho or self._lost is not None):
            code = self._let_paho_read(max_packets)
        return code

    def _split(self, piece: bytes) -> None:
        try:
            published, others = self._splitter.split(piece)
        except PacketError as error:
            # nobody can tell where the next packet begins: only a new connection helps
            self._lost = ConnectionAbortedError(f"what it sends is no MQTT: {error}")
        else:
            self._left_for_paho += others
            self._take(published)

    def _leave_to_paho(self, bufsize: int) -> bytes:
        if not self._left_for_paho:
            raise self._lost or BlockingIOError
        taken = bytes(self._left_for_paho[:bufsize])
        del self._left_for_paho[:bufsize]
        return taken

    def _take(self, published: Sequence[Publish]) -> None:
        if published:
            now = self._clock()
            self._arrived += [self._message(said, now) for said in published]
            self._news.set()

    def _message(self, said: Publish, now: datetime) -> Message:
        if not said.qos:
            return Message(topic=said.topic, payload=said.payload, received_at=now, promised=False)
        return Message(
            topic=said.topic,
            payload=said.payload,
            received_at=now,
            acknowledge=partial(self._acknowledge, said.packet_id),
        )

    async def arrived(self) -> list[Message]:
        """Return what has come since the last call, at least one; raises aiomqtt.MqttError."""
        self._disconnected.add_done_callback(self._wake)
        try:
            while not self._arrived:
                if self._disconnected.done():
                    raise aiomqtt.MqttError("disconnected") from self._disconnected.exception()
                self._news.clear()
                await self._news.wait()
        finally:
            self._disconnected.remove_done_callback(self._wake)
        taken, self._arrived = self._arrived, []
        return taken

    def _wake(self, _disconnected: "asyncio.Future[None]") -> None:
        self._news.set()

    def _acknowledge(self, packet_id: int) -> None:
        # a batch is acknowledged in one go, so one packet carries it
        if not self._settled:
            self._loop.call_soon(self.send_acknowledgements)
        self._settled.append(packet_id)

    def send_acknowledgements(self) -> None:
        """Send what is to be acknowledged, over the connection it came over; void without it."""
        packets = pubacks(self._settled)
        self._settled.clear()
        if packets and not self._disconnected.done():
            # paho's own ack() is one system call for each message
            self._client._packet_queue(PacketTypes.PUBACK << 4, packets, 0, 1)  # noqa: SLF001

    def hang_up(self) -> None:
        """Close the socket, which aiomqtt leaves open after a CONNACK that never came."""
        self._client.disconnect()


class Connection:
    """A subscribed connection.

    ``continued`` tells whether the broker still had our session, so that nothing is missing.
    """

    def __init__(self, client: _Client) -> None:
        self._client = client
        self.continued = client.continued

    async def messages(self) -> list[Message]:
        """Wait for messages and return all that have come, in the broker's order."""
        return await self._client.arrived()


@asynccontextmanager
async def connect(
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    lasting: bool = True,
    leaving: bool = False,
) -> AsyncIterator[Connection]:
    """Connect and subscribe; with ``lasting`` to the session the broker keeps for us.

    With ``leaving`` unsubscribe instead: only what waits in the session already still comes.

    Raises BrokerError, also for what goes wrong later in the block.
    """
    try:
        client = _client(settings, clock, lasting=lasting)
        try:
            async with client:
                await (_unsubscribe if leaving else _subscribe)(client, settings)
                yield Connection(client)
                client.send_acknowledgements()
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


async def end_session(settings: Settings) -> None:
    """Have the broker forget our session and all that is in it; raises BrokerError."""
    clock = partial(datetime.now, UTC)
    async with connect(settings, clock=clock, lasting=False, leaving=True):
        pass


def _client(settings: Settings, clock: Callable[[], datetime], *, lasting: bool) -> _Client:
    password = settings.mqtt_password
    five = settings.mqtt_protocol == "5"
    return _Client(
        settings.mqtt_host,
        settings.mqtt_port,
        clock=clock,
        username=settings.mqtt_username,
        password=None if password is None else password.get_secret_value(),
        identifier=settings.mqtt_client_id,
        protocol=aiomqtt.ProtocolVersion.V5 if five else aiomqtt.ProtocolVersion.V311,
        # the broker keeps what is published while we are away; each version has its own word
        clean_session=None if five else not lasting,
        clean_start=not lasting if five else paho.MQTT_CLEAN_START_FIRST_ONLY,
        properties=properties(settings, lasting=lasting) if five else None,
        keepalive=KEEPALIVE_S,
        tls_context=tls(settings),
    )


async def _subscribe(client: aiomqtt.Client, settings: Settings) -> None:
    for filter_, topic in topics(settings).items():
        for granted in await client.subscribe(topic, qos=1):
            code = granted.value if isinstance(granted, ReasonCode) else granted
            if code != 1:
                raise BrokerError(explain_subscription(filter_, code, settings))


async def _unsubscribe(client: aiomqtt.Client, settings: Settings) -> None:
    await client.unsubscribe(list(topics(settings).values()))


def _code(error: BaseException) -> int | None:
    """Return the broker's reason code, also where aiomqtt has wrapped it."""
    for e in (error, error.__cause__):
        if isinstance(e, aiomqtt.MqttCodeError) and isinstance(e.rc, ReasonCode):
            return int(e.rc.value)
    return None
