"""From a message to a sensor and its bytes: native, The Things Stack v3, ChirpStack v4.

The native envelope is the topic alone. A network server wraps the device's bytes in JSON (or
protobuf) of its own: its file here takes from that whose bytes they are and when the network
received them, and nothing else. What a server has decoded itself is never used: the devices'
bytes are read by ingest/devices alone, so that one frame means the same whoever carried it.

A new network server is one file, its filters in FILTERS and its place in routes.py.

Pure: imports core only, of ingest nothing, and speaks neither MQTT nor SQL.
"""

from ingest.envelopes.kinds import (
    Envelope,
    EnvelopeError,
    EventEnvelope,
    FrameEnvelope,
    NativeEnvelope,
    TopicError,
)
from ingest.envelopes.routes import FILTERS, unwrap

__all__ = [
    "FILTERS",
    "Envelope",
    "EnvelopeError",
    "EventEnvelope",
    "FrameEnvelope",
    "NativeEnvelope",
    "TopicError",
    "unwrap",
]
