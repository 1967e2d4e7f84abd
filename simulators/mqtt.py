"""The only user of aiomqtt here: messages go out at least once and are counted when acknowledged.

A message whose acknowledgement did not come is sent again over the next connection, as a device
with a memory does.
"""

import asyncio
from collections import deque
from typing import NoReturn

import aiomqtt
import paho.mqtt.client as paho
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from core.logs import get_logger
from simulators.account import Progress
from simulators.broker import Broker, BrokerRefusedError, tls_context
from simulators.messages import Message

IN_FLIGHT = 20
"""Messages on their way at once; the window that Mosquitto grants where nobody widens it."""
WAITING_MAX = 1_000
ACKNOWLEDGED_WITHIN_S = 30.0
RETRY_FIRST_S, RETRY_MOST_S = 0.2, 5.0
FIRST_REFUSAL = 0x80
NOBODY_SUBSCRIBED = 0x10

_log = get_logger(__name__)


class Outbox:
    """Messages on their way to the broker. ``put`` waits while 1,000 are waiting already."""

    def __init__(self, broker: Broker, progress: Progress) -> None:
        self._broker = broker
        self._progress = progress
        self._waiting: asyncio.Queue[Message] = asyncio.Queue(WAITING_MAX)
        self._again: deque[Message] = deque()

    async def put(self, message: Message) -> None:
        """Hand a message over for publishing."""
        await self._waiting.put(message)

    async def drained(self) -> None:
        """Return once the broker has acknowledged everything that was put."""
        await self._waiting.join()

    async def run(self) -> NoReturn:
        """Publish until cancelled; connect again whenever the connection breaks.

        Raises BrokerRefusedError when the very first connection fails (a wrong address or
        password mends itself by no waiting), or when the broker refuses a message.
        """
        delay_s, first = RETRY_FIRST_S, True
        while True:
            # A task of its own: up to Python 3.12 a TaskGroup that failed leaves the task it
            # stood in marked as cancelled, and we have to know whether we are.
            connection = asyncio.create_task(self._publish_over_one_connection(), name="mqtt")
            try:
                await connection
            except* aiomqtt.MqttError as lost:
                _go_on_being_cancelled()
                error = lost.exceptions[0]
                if first and not self._progress.connected_once:
                    raise BrokerRefusedError(self._explained(error)) from error
                _log.warning("broker away, trying again", reason=str(error), next_try_s=delay_s)
            except* BrokerRefusedError as refused:
                # each message on its way was refused with the same words: once is enough
                raise refused.exceptions[0] from None
            first = False
            if self._progress.connected:
                delay_s = RETRY_FIRST_S
            self._progress.connected = False
            await asyncio.sleep(delay_s)
            delay_s = min(RETRY_MOST_S, delay_s * 2)

    async def _publish_over_one_connection(self) -> None:
        client = _Client(self._broker)
        async with client, asyncio.TaskGroup() as tasks:
            self._progress.connected = self._progress.connected_once = True
            tasks.create_task(_until_lost(client), name="mqtt until lost")
            for n in range(IN_FLIGHT):
                tasks.create_task(self._publish(client), name=f"mqtt publish {n}")

    async def _publish(self, client: "_Client") -> NoReturn:
        while True:
            message = await self._next()
            acknowledged = False
            try:
                await client.publish(
                    message.topic, message.payload, qos=1, timeout=ACKNOWLEDGED_WITHIN_S
                )
                self._raise_if_refused(client)
                acknowledged = True
            finally:
                if not acknowledged:
                    self._again.append(message)
            self._progress.account.acknowledged(message)
            self._progress.account.nobody_listened += client.take_nobody_listened()
            self._waiting.task_done()

    async def _next(self) -> Message:
        if self._again:
            self._progress.account.sent_again += 1
            return self._again.popleft()
        return await self._waiting.get()

    def _raise_if_refused(self, client: "_Client") -> None:
        if client.refusal is not None:
            raise BrokerRefusedError(
                f"the broker takes no readings from user {self._broker.username!r} "
                f"({client.refusal}): it must be allowed to write to bins/+/readings"
            )

    def _explained(self, error: BaseException) -> str:
        text = f"the broker at {self._broker.host}:{self._broker.port} cannot be used: {error}. "
        if isinstance(error, aiomqtt.MqttCodeError):
            return text + (
                "Check BRIMFUL_MQTT_USERNAME and BRIMFUL_MQTT_PASSWORD; for a broker that does not "
                "know MQTT 5 set BRIMFUL_MQTT_PROTOCOL=3.1.1"
            )
        if "CERTIFICATE_VERIFY_FAILED" in text:
            return text + (
                "BRIMFUL_MQTT_CA_FILE must hold the authority that made the broker's certificate, "
                "and BRIMFUL_MQTT_HOST be a name it is made for"
            )
        return text + (
            "Check BRIMFUL_MQTT_HOST, BRIMFUL_MQTT_PORT and BRIMFUL_MQTT_TLS, and that the "
            "broker runs"
        )


class _Client(aiomqtt.Client):
    """aiomqtt's client, which on its own does not look at what an acknowledgement says."""

    def __init__(self, broker: Broker) -> None:
        super().__init__(
            broker.host,
            broker.port,
            username=broker.username,
            password=broker.password,
            protocol=(
                aiomqtt.ProtocolVersion.V5
                if broker.protocol == "5"
                else aiomqtt.ProtocolVersion.V311
            ),
            max_inflight_messages=IN_FLIGHT,
            tls_context=tls_context(broker),
        )
        self.pending_calls_threshold = IN_FLIGHT
        self.refusal: ReasonCode | None = None
        self._nobody_listened = 0

    def take_nobody_listened(self) -> int:
        """Return how many messages went to nobody since the last call."""
        taken, self._nobody_listened = self._nobody_listened, 0
        return taken

    def _on_publish(
        self,
        client: paho.Client,
        userdata: object,
        mid: int,
        reason_code: ReasonCode,
        properties: Properties,
    ) -> None:
        # MQTT 5 refuses single messages here, for example by the access list
        if reason_code.value >= FIRST_REFUSAL:
            self.refusal = reason_code
        elif reason_code.value == NOBODY_SUBSCRIBED:
            self._nobody_listened += 1
        super()._on_publish(client, userdata, mid, reason_code, properties)


async def _until_lost(client: aiomqtt.Client) -> None:
    """Raise aiomqtt.MqttError when the connection is gone; nothing is subscribed to."""
    async for _ in client.messages:
        pass


def _go_on_being_cancelled() -> None:
    """Go on with being cancelled where a failing goodbye to the broker has hidden it."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
