"""Which envelope a topic promises: one table, one look-up for each message."""

from collections.abc import Callable
from functools import lru_cache

from core.wire import READINGS_FILTER
from ingest.envelopes import chirpstack_v4, native, ttn_v3
from ingest.envelopes.kinds import Envelope

FILTERS = (READINGS_FILTER, *ttn_v3.FILTERS, *chirpstack_v4.FILTERS)
"""What the ingester subscribes to, unless it is told otherwise."""

_TOPICS_REMEMBERED = 1 << 16
"""A device writes on few topics, again and again. About 20 MB when full."""

type _Unwrap = Callable[[str, bytes], Envelope]

_TTN_V3: dict[str, _Unwrap] = {"up": ttn_v3.unwrap_up, "join": ttn_v3.unwrap_join}
_CHIRPSTACK_V4: dict[str, _Unwrap] = {
    "up": chirpstack_v4.unwrap_up,
    "join": chirpstack_v4.unwrap_join,
    "status": chirpstack_v4.unwrap_status,
}


def unwrap(topic: str, payload: bytes) -> Envelope:
    """Return whose message it is and what is in it.

    Bound the payload before: an envelope of a network server is read here as a whole.

    Raises:
        TopicError: No device can be told from the topic.
        EnvelopeError: The topic is right and the message is not, or is a simulated one.
    """
    unwrap_, who = _route(topic)
    return unwrap_(who, payload)


@lru_cache(maxsize=_TOPICS_REMEMBERED)
def _route(topic: str) -> tuple[_Unwrap, str]:
    """Return how to unwrap what comes on a topic, and whom the topic names."""
    if topic.startswith("v3/"):
        device_id, event = ttn_v3.named(topic)
        return _TTN_V3[event], device_id
    if topic.startswith("application/"):
        dev_eui, event = chirpstack_v4.named(topic)
        return _CHIRPSTACK_V4[event], dev_eui
    return native.unwrap, native.named(topic)
