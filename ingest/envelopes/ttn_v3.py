"""The Things Stack v3 (The Things Network), JSON.

Source: The Things Industries, "Data Formats" and "MQTT Server" of the documentation of
The Things Stack. Fields that are empty, 0 or false are left out there.
"""

import re
from datetime import datetime

from pydantic import Field

from core.readings import Kind, RejectReason
from ingest.envelopes.fields import DevEui, Fields, NetworkTime, Port, read
from ingest.envelopes.kinds import EnvelopeError, EventEnvelope, FrameEnvelope, TopicError, event

FILTERS = ("v3/+/devices/+/up", "v3/+/devices/+/join")

_SERVER = "The Things Stack v3"
_TOPIC = re.compile(r"v3/[^/]+/devices/([^/]+)/(up|join)")


class _Identifiers(Fields):
    dev_eui: DevEui


class _Message(Fields):
    end_device_ids: _Identifiers
    received_at: NetworkTime | None = None
    simulated: bool | None = None


class _Uplink(Fields):
    f_port: Port | None = None
    frm_payload: bytes | None = None
    received_at: NetworkTime | None = None


class _Up(_Message):
    uplink_message: _Uplink


class _JoinAccept(Fields):
    received_at: NetworkTime | None = None


class _Join(_Message):
    join_accept: _JoinAccept


class _Antenna(Fields):
    received_at: NetworkTime | None = None
    time: NetworkTime | None = None


class _Antennas(Fields):
    rx_metadata: list[_Antenna] = Field(default_factory=list)


class _UpByAntennas(Fields):
    uplink_message: _Antennas


def named(topic: str) -> tuple[str, str]:
    """Return device_id and event ('up' or 'join') of a topic; raises TopicError."""
    found = _TOPIC.fullmatch(topic)
    if found is None:
        raise TopicError(
            "a topic of The Things Stack v3 must be v3/{application}@{tenant}/devices/{device}/up "
            "or .../join; subscribe to no others"
        )
    return found[1], found[2]


def unwrap_up(_device_id: str, payload: bytes) -> FrameEnvelope | EventEnvelope:
    """Return a device's frame; a heartbeat where the network's own commands are all there is.

    The sensor is named by the DevEUI in the body: the topic's device_id is a name that its
    owner chose. Raises EnvelopeError.
    """
    message = read(_Up, payload, server=_SERVER)
    _refuse_simulated(message)
    uplink = message.uplink_message
    sensor_id = message.end_device_ids.dev_eui
    measured_at = uplink.received_at or message.received_at or _by_antennas(payload)
    if not uplink.frm_payload or uplink.f_port == 0:
        return event(sensor_id, Kind.HEARTBEAT, measured_at)
    return FrameEnvelope(
        sensor_id=sensor_id, port=uplink.f_port, frame=uplink.frm_payload, measured_at=measured_at
    )


def unwrap_join(_device_id: str, payload: bytes) -> EventEnvelope:
    """Return that a device has joined the network; raises EnvelopeError."""
    message = read(_Join, payload, server=_SERVER)
    _refuse_simulated(message)
    measured_at = message.join_accept.received_at or message.received_at
    if measured_at is None:
        raise _timeless()
    return event(message.end_device_ids.dev_eui, Kind.JOIN, measured_at)


def _refuse_simulated(message: _Message) -> None:
    if message.simulated:
        raise EnvelopeError(
            RejectReason.SIMULATED,
            "simulated: true; somebody sent it from the console, no device measured it",
        )


def _by_antennas(payload: bytes) -> datetime:
    """Return when the first antenna that says so received the frame.

    Only for messages without the server's own time, so that the others need not pay for it.
    """
    for antenna in read(_UpByAntennas, payload, server=_SERVER).uplink_message.rx_metadata:
        at = antenna.received_at or antenna.time
        if at is not None:
            return at
    raise _timeless()


def _timeless() -> EnvelopeError:
    # the time of receipt would do for a level, but not for a message that comes twice
    return EnvelopeError(
        RejectReason.ENVELOPE,
        "received_at: missing, here and in the message within; without a time the same message "
        f"delivered twice would be two readings (in an envelope of {_SERVER})",
    )
