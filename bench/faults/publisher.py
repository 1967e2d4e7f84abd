"""The only user of paho here: a device that counts a message only when the broker has promised it.

A message is sent again after a reconnect until its PUBACK comes, as a device with a memory does.
"""

import asyncio
import threading
import time
from array import array
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from core.errors import BrimfulError

WINDOW = 500
"""Messages on their way at once."""
GIVE_UP_S = 300.0
"""A broker that promises nothing for so long will not any more."""
_LOOK_AGAIN_S = 0.05

type Message = tuple[str, bytes]


class Publisher:
    """Publishes numbered messages at QoS 1 in a thread of its own.

    ``promised`` holds the numbers whose PUBACK came, ``promised_at`` when (monotonic seconds);
    both grow while it works, in the same order.
    """

    def __init__(self, host: str, port: int, message: Callable[[int], Message]) -> None:
        self._address = (host, port)
        self._message = message
        self.promised = array("q")
        self.promised_at = array("d")
        self._on_the_way: dict[int, int] = {}
        self._acknowledged: deque[int] = deque()
        self._news = threading.Event()
        self._stop = threading.Event()

    async def publish(self, numbers: Iterable[int], *, per_s: float | None = None) -> None:
        """Publish these messages, at most so many in a second; return when all are promised."""
        self._stop.clear()
        try:
            await asyncio.to_thread(self._publish, numbers, per_s)
        except asyncio.CancelledError:
            # the thread sees it with its next message
            self._stop.set()
            raise

    def forget(self) -> None:
        """Do not count what was promised so far."""
        del self.promised[:], self.promised_at[:]

    def _publish(self, numbers: Iterable[int], per_s: float | None) -> None:
        client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id="publisher", clean_session=False,
            protocol=paho.MQTTv311,
        )  # fmt: skip
        client.max_inflight_messages_set(WINDOW)
        client.reconnect_delay_set(min_delay=1, max_delay=1)
        client.on_publish = self._on_publish
        client.connect_async(*self._address)
        client.loop_start()
        try:
            self._send_all(client, numbers, per_s)
        finally:
            client.disconnect()
            client.loop_stop()

    def _send_all(self, client: paho.Client, numbers: Iterable[int], per_s: float | None) -> None:
        began = time.monotonic()
        for sent, number in enumerate(numbers):
            if per_s is not None:
                self._sleep_until(began + sent / per_s)
            self._wait_until_fewer_than(WINDOW)
            if self._stop.is_set():
                return
            topic, payload = self._message(number)
            self._on_the_way[client.publish(topic, payload, qos=1).mid] = number
        self._wait_until_fewer_than(1)

    def _sleep_until(self, moment: float) -> None:
        while (left_s := moment - time.monotonic()) > 0 and not self._stop.is_set():
            self._note_promises()
            self._news.wait(min(left_s, _LOOK_AGAIN_S))
            self._news.clear()
        self._note_promises()

    def _wait_until_fewer_than(self, messages: int) -> None:
        deadline = time.monotonic() + GIVE_UP_S
        self._note_promises()
        while len(self._on_the_way) >= messages and not self._stop.is_set():
            self._news.wait(_LOOK_AGAIN_S)
            self._news.clear()
            if self._note_promises():
                deadline = time.monotonic() + GIVE_UP_S
            elif time.monotonic() > deadline:
                raise BrimfulError(f"the broker has promised nothing for {GIVE_UP_S:.0f} s")

    def _note_promises(self) -> int:
        """Count what was acknowledged; return how many those were."""
        noted, now = 0, time.monotonic()
        while self._acknowledged:
            number = self._on_the_way.pop(self._acknowledged.popleft(), None)
            if number is not None:
                self.promised_at.append(now)
                self.promised.append(number)
                noted += 1
        return noted

    def _on_publish(
        self,
        client: paho.Client,  # noqa: ARG002 - paho's signature
        userdata: object,  # noqa: ARG002 - paho's signature
        mid: int,
        reason_code: ReasonCode,  # noqa: ARG002 - paho's signature
        properties: Properties,  # noqa: ARG002 - paho's signature
    ) -> None:
        # in paho's thread, under its lock: only noted here
        self._acknowledged.append(mid)
        self._news.set()


@asynccontextmanager
async def publishing(
    publisher: Publisher, numbers: Iterable[int], *, per_s: float | None = None
) -> AsyncIterator[asyncio.Task[None]]:
    """Publish while the block runs; at its end wait until all is promised."""
    task = asyncio.create_task(publisher.publish(numbers, per_s=per_s), name="publish")
    try:
        yield task
        await task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
