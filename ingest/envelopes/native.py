"""The native envelope: the topic names the sensor, the payload is what it wrote."""

import re

from core.wire import READINGS_TOPIC, SENSOR_ID_PATTERN
from ingest.envelopes.kinds import NativeEnvelope, TopicError

_BEFORE, _AFTER = READINGS_TOPIC.split("{sensor_id}")
_TOPIC = re.compile(
    re.escape(_BEFORE)
    + f"({SENSOR_ID_PATTERN.removeprefix('^').removesuffix('$')})"
    + re.escape(_AFTER)
)


def named(topic: str) -> str:
    """Return the sensor_id that a native topic names; raises TopicError."""
    found = _TOPIC.fullmatch(topic)
    if found is None:
        raise TopicError(
            f"the topic must be {READINGS_TOPIC} with a sensor_id of 1 to 64 letters, digits or "
            "any of _ . : - beginning with a letter or digit, or a topic of a network server "
            "(docs/network-servers.md)"
        )
    return found[1]


def unwrap(sensor_id: str, payload: bytes) -> NativeEnvelope:
    """Return the message of the sensor that the topic names; its payload is read later."""
    return NativeEnvelope(sensor_id=sensor_id, payload=payload)
