"""From a topic to a sensor: whose message it is, and which bytes the device itself wrote.

The native envelope is the topic alone. Network servers (The Things Stack, ChirpStack) wrap a
device's bytes in JSON of their own; each such envelope is a function of topic and payload, with
its filter in FILTERS and its place in unwrap().
"""

import re
from dataclasses import dataclass

from core.wire import READINGS_FILTER, READINGS_TOPIC, SENSOR_ID_PATTERN

FILTERS = (READINGS_FILTER,)
"""What the ingester subscribes to."""

_SENSOR_ID = re.compile(SENSOR_ID_PATTERN.removeprefix("^").removesuffix("$"))
_BEFORE, _AFTER = READINGS_TOPIC.split("{sensor_id}")


class TopicError(ValueError):
    """The topic names no sensor; the text says what it should look like."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """Whose message it is and what the device wrote."""

    sensor_id: str
    payload: bytes


def unwrap(topic: str, payload: bytes) -> Envelope:
    """Return sensor and device payload of a message; raises TopicError."""
    return _native(topic, payload)


def _native(topic: str, payload: bytes) -> Envelope:
    sensor_id = topic.removeprefix(_BEFORE).removesuffix(_AFTER)
    if topic != f"{_BEFORE}{sensor_id}{_AFTER}" or _SENSOR_ID.fullmatch(sensor_id) is None:
        raise TopicError(
            f"the topic must be {READINGS_TOPIC} with a sensor_id of 1 to 64 letters, digits or "
            "any of _ . : - beginning with a letter or digit"
        )
    return Envelope(sensor_id=sensor_id, payload=payload)
